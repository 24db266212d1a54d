"""A reminder's link, which needs no sign-in: still right, change it, stopped. Nothing else can be done with it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from channels.console.signing_in import absolute
from channels.web import security
from knowledge import accounts, freshness, letters
from knowledge.db import session_scope

blueprint = Blueprint("right", __name__, url_prefix="/console/right", template_folder="templates")
blueprint.before_request(security.public)


@blueprint.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """What is asked, or what was answered."""
    now = datetime.now(UTC)
    with session_scope() as session:
        asked = freshness.questions(session, token, now.date())
        if not asked:
            return render_template("console/told.html", key="right_over"), 410
        known = freshness.reader_of(session, token) is not None
        rows = [(one.row.id, freshness.name_of(one.row), one.answer, one.answered_on) for one in asked]
    sure = request.args.get("stop", "")
    return render_template("console/right.html", rows=rows, token=token, known=known, sure=sure)


@blueprint.post("/<token>")
def tell(token: str) -> ResponseReturnValue:
    """One tap. Stopping is asked once more; a second tap on what was answered changes nothing."""
    what, _, which = request.form.get("do", "").partition(" ")
    now = datetime.now(UTC)
    try:
        entry = uuid.UUID(which)
    except ValueError:
        return redirect(url_for("right.show", token=token), 303)
    if what == "stop":
        return redirect(url_for("right.show", token=token, stop=str(entry)), 303)
    with session_scope() as session:
        if what == "change":
            return _link_to_change(session, token, entry, now)
        freshness.answer(session, token, entry, what, now.date())
    return redirect(url_for("right.show", token=token), 303)


def _link_to_change(session: Session, token: str, entry: uuid.UUID, now: datetime) -> ResponseReturnValue:
    """To change it one must come in: a link goes to the address that the letter went to, and to no other, so that a
    letter passed on opens nothing."""
    person = freshness.reader_of(session, token)
    asked = {one.row.id for one in freshness.questions(session, token, now.date())}
    if person is not None and entry in asked and (found := accounts.link_for(session, person.email, now)):
        path = url_for("entries.edit", entry=entry)
        link = absolute(url_for("signing_in.confirm", token=found[1], next=path))
        letters.write(session, "sign_in", person.email, person.language, now, {"link": link}, person=person.id)
    return redirect(url_for("signing_in.sent"), 303)
