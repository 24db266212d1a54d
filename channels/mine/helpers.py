"""Letting an advocate in, from the resident's side: a code to say aloud, who is in, ending it in one tap."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from channels import conversations
from channels.handover import letting, looking
from channels.handover.gate import look_words
from channels.web import places, resident, security
from knowledge.db import session_scope
from settings import settings

blueprint = Blueprint("letting_in", __name__, url_prefix="/mine/advocate", template_folder="templates")
blueprint.before_request(security.public)


@blueprint.before_request
def dress() -> None:
    """In the look of the door the resident came in by."""
    g.door = places.last_used()


@blueprint.get("")
def show() -> str:
    """Who is let in, who looked, and letting somebody in."""
    return _page()


@blueprint.post("")
def make() -> ResponseReturnValue:
    """A code, shown once."""
    purpose = " ".join(request.form.get("purpose", "").split())
    if not purpose:
        return _page(problem=True), 400
    now, door = datetime.now(UTC), g.door.slug if g.door else ""
    days = request.form.get("days", "")
    with session_scope(settings().conversations_url) as session:
        talk = conversations.started(session, resident.begin(), "web", door, resident.language(), now)
        code = letting.make(
            session, talk.id, request.form.get("may", ""), purpose, int(days) if days.isdecimal() else 0, now
        )
    return _page(code=code)


@blueprint.post("/end")
def end() -> ResponseReturnValue:
    """Out, at once."""
    try:
        which = uuid.UUID(request.form.get("letting", ""))
    except ValueError:
        return redirect(url_for("letting_in.show"), 303)
    with session_scope(settings().conversations_url) as session:
        letting.end(session, which, resident.sender(), datetime.now(UTC))
    return redirect(url_for("letting_in.show"), 303)


def _page(code: str = "", *, problem: bool = False) -> str:
    language, now, who = resident.language(), datetime.now(UTC), resident.sender()
    lets: tuple[letting.Let, ...] = ()
    looks: list[str] = []
    if who:
        with session_scope(settings().conversations_url) as session:
            lets = tuple(one for one in letting.lettings_of(session, who) if one.accepted_at)
            looks = [look_words(one, language) for one in looking.looks_at(session, [one.id for one in lets])]
    return render_template(
        "mine/advocate.html", lets=lets, looks=looks, code=code, problem=problem, parts=letting.PARTS,
        days=letting.DAYS, usual=letting.USUAL_DAYS, now=now,
    )  # fmt: skip
