"""Two entries that are one: pick the other, choose field by field, and undo it if it was wrong."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from channels.console.entries import own_entry, today
from channels.console.entry_page import as_text
from channels.console.forms import Problems
from channels.web import security
from channels.web.security import person
from knowledge import keeping, looking_after, merging
from knowledge import models as m
from knowledge.db import session_scope
from knowledge.looking_after import ChangedMeanwhile

blueprint = Blueprint("merging", __name__, url_prefix="/console/entry", template_folder="templates")
blueprint.before_request(security.signed_in)


@blueprint.get("/<uuid:entry>/merge")
def show(entry: uuid.UUID) -> ResponseReturnValue:
    """Which other entry is the same; with `other`, where the two differ."""
    with session_scope() as session:
        return _page(session, _own(session, entry), Problems({}))


@blueprint.post("/<uuid:entry>/merge")
def act(entry: uuid.UUID) -> ResponseReturnValue:
    """Merge as chosen, or undo one."""
    with session_scope() as session:
        kept = _own(session, entry)
        if not _may_publish(session, kept):
            return _page(session, kept, Problems({"other": "console.merge.steward"})), 400
        what, _, which = request.form.get("do", "").partition(" ")
        if what == "undo":
            merging.undo(session, kept, _uuid(which), by=person().id, today=today())
            return redirect(url_for("merging.show", entry=entry, done="saved"), 303)
        lost = _own(session, _uuid(request.form.get("other", "")))
        if not _may_publish(session, lost):
            abort(403)
        theirs = {name.removeprefix("take-") for name, one in request.form.items() if one == "theirs"}
        given = request.form.get("version", "")
        version = int(given) if given.isdecimal() else -1
        try:
            merging.merge(session, kept, lost, theirs, version=version, by=person().id, today=today())
        except ChangedMeanwhile:
            session.expire_all()
            return _page(session, kept, Problems({"other": "console.merge.meanwhile"})), 409
    return redirect(url_for("merging.show", entry=entry, done="saved"), 303)


def _own(session: Session, entry: uuid.UUID) -> m.Service:
    row = own_entry(session, entry)
    if not isinstance(row, m.Service):
        abort(404)
    return row


def _may_publish(session: Session, row: m.Service) -> bool:
    return looking_after.publishes_at_once(session, person(), row.organisation, row.place_id)


def _uuid(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        abort(400)


def _page(session: Session, kept: m.Service, problems: Problems) -> str:
    other, fields = None, []
    if request.args.get("other"):
        other = _own(session, _uuid(request.args["other"]))
        fields = [(name, as_text(a), as_text(b)) for name, a, b in merging.choices(session, kept, other)]
    may = _may_publish(session, kept)
    told: dict[str, Any] = {"kept": kept, "other": other, "fields": fields, "may": may, "problems": problems}
    likely = [one for one in merging.likely(session, kept) if _theirs(one)] if other is None and may else []
    told["where"] = keeping.where_of(session, [one.id for one in likely])
    done = [(row, lost.name) for row, lost in merging.merged_into(session, kept)]
    return render_template(
        "console/merge.html", likely=likely, merged=done, done=request.args.get("done", ""), **told
    )  # fmt: skip


def _theirs(row: m.Service) -> bool:
    return person().edits(row.organisation_id, row.place_id, row.organisation.place_id)
