"""Where somebody starts after signing in: what is theirs, and what waits for them."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from channels.console import texts
from channels.web import security
from channels.web.security import person
from knowledge import letters
from knowledge import models as m
from knowledge import people as p
from knowledge.db import session_scope

blueprint = Blueprint("home", __name__, url_prefix="/console", template_folder="templates")
blueprint.before_request(security.signed_in)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Their groups, places and teams; for an admin every place, since each has a page of its own."""
    who = person()
    with session_scope() as opened:
        groups = [opened.get_one(m.Organisation, one) for one in who.groups]
        mine = select(m.Place) if who.admin else select(m.Place).where(m.Place.id.in_(who.places))
        places = opened.scalars(mine).all()
        teams = [opened.get_one(p.Team, one) for one in who.teams]
        post = letters.waiting(opened) if who.admin else None
        named = {
            name: sorted((row.name, row.id) for row in rows)
            for name, rows in (("groups", groups), ("places", places), ("teams", teams))
        }
    texted = texts.news(datetime.now(UTC)) if who.has(p.STEWARD) else None
    return render_template("console/home.html", post=post, texts=texted, **named)
