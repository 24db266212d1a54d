"""What waits for somebody: changes to look at first, groups that somebody says are theirs, what residents proposed."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from channels.console.entries import today
from channels.console.entry_page import as_text
from channels.console.forms import Problems
from channels.web import security
from channels.web.security import person
from knowledge import approving, claiming, looking_after, suggesting
from knowledge.db import session_scope
from knowledge.errors import NotFound
from knowledge.looking_after import ChangedMeanwhile
from knowledge.upkeep import WAITING, Proposal, Suggestion

blueprint = Blueprint("waiting", __name__, url_prefix="/console", template_folder="templates")
blueprint.before_request(security.signed_in)


@blueprint.get("/waiting")
def show() -> str:
    """All of it, the longest waiting first."""
    with session_scope() as session:
        return render_template(
            "console/waiting.html",
            proposals=approving.waiting(session, person()),
            claims=claiming.waiting(session, person()),
            suggestions=suggesting.waiting(session, person()),
            own=[(row, approving.path_to(session, row)) for row in approving.own(session, person())],
            done=request.args.get("done", ""),
        )


@blueprint.get("/proposal/<uuid:proposal>")
def look(proposal: uuid.UUID) -> str:
    """What would change, field by field."""
    with session_scope() as session:
        row = _theirs(session, proposal)
        if row.state != WAITING:
            abort(404)
        return _page(session, row, Problems({}))


@blueprint.post("/proposal/<uuid:proposal>")
def decide(proposal: uuid.UUID) -> ResponseReturnValue:
    """Publish it, or send it back with a note. Change it is the entry's own form."""
    now, given = datetime.now(UTC), request.form.get("version", "")
    with session_scope() as session:
        row = _theirs(session, proposal)
        if row.state != WAITING:  # pressed twice, or another steward was quicker
            return redirect(url_for("waiting.show", done="decided"), 303)
        note = request.form.get("note", "").strip()[:1000]
        if request.form.get("do") == "back":
            if not note:
                return _page(session, row, Problems({"note": "console.proposal.no_note"})), 400
            address = current_app.config["FINGERPOST"].address
            approving.send_back(session, row, by=person().id, note=note, now=now, address=address)
            return redirect(url_for("waiting.show", done="sent_back"), 303)
        try:
            version = int(given) if given.isdecimal() else -1
            approving.approve(session, row, by=person().id, version=version, today=today(), now=now)
        except (ChangedMeanwhile, NotFound):
            session.expire_all()
            return _page(session, row, Problems({"note": "console.proposal.meanwhile"})), 409
        if request.form.get("do") == "trust" and _may_trust(session, row):
            looking_after.trust(session, row.organisation_id, True)
    return redirect(url_for("waiting.show", done="published"), 303)


@blueprint.post("/claim/<uuid:claim>")
def answer_claim(claim: uuid.UUID) -> ResponseReturnValue:
    """It is theirs, or it is not."""
    with session_scope() as session:
        row = claiming.claim_of(session, claim)
        if row is None:  # it goes when it is decided: pressed twice, or another steward was quicker
            return redirect(url_for("waiting.show", done="decided"), 303)
        security.own_place(row.organisation.place_id)
        if request.form.get("do") not in ("yes", "no"):
            abort(400)
        told = {"now": datetime.now(UTC), "address": current_app.config["FINGERPOST"].address}
        claiming.decide(session, row, yes=request.form.get("do") == "yes", by=person().called, **told)
    return redirect(url_for("waiting.show", done="saved"), 303)


@blueprint.post("/suggestion/<uuid:suggestion>")
def answer_suggestion(suggestion: uuid.UUID) -> ResponseReturnValue:
    """Taken up, or not, with a note for whoever holds the code."""
    with session_scope() as session:
        row = session.get(Suggestion, suggestion)
        if row is None:
            abort(404)
        if not suggesting.may_decide(session, person(), row):
            abort(403)
        if request.form.get("do") not in ("taken", "refused"):
            abort(400)
        note = request.form.get(f"note-{row.id}", "")
        suggesting.decide(session, row, taken=request.form.get("do") == "taken", note=note)
    return redirect(url_for("waiting.show", done="saved"), 303)


def _theirs(session: Session, proposal: uuid.UUID) -> Proposal:
    row = session.get(Proposal, proposal)
    if row is None:
        abort(404)
    if not approving.may_decide(person(), row):
        abort(403)
    return row


def _may_trust(session: Session, row: Proposal) -> bool:
    """Whoever looks after the group's own place says whether its people publish at once, once they saw it."""
    known = looking_after.trusted(session, row.organisation_id)
    return not known and person().stewards(row.organisation.place_id)


def _page(session: Session, row: Proposal, problems: Problems) -> str:
    changed, version = approving.seen(session, row)
    return render_template(
        "console/proposal.html",
        row=row,
        version=version,
        may_trust=_may_trust(session, row),
        changed=[(field, as_text(before), as_text(after)) for field, before, after in changed],
        path=approving.path_to(session, row),
        note=request.form.get("note", ""),
        problems=problems,
    )
