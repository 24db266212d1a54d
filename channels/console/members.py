"""Who belongs to a group, a place, a team, the admins: inviting, taking out, handing over the lead, leaving."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from channels.console.forms import Problems
from channels.console.signing_in import absolute
from channels.web import resident, security
from channels.web.security import person
from knowledge import accounts, circles, letters
from knowledge.circles import Circle
from knowledge.db import session_scope
from knowledge.errors import NotFound

blueprint = Blueprint("members", __name__, url_prefix="/console", template_folder="templates")
blueprint.before_request(security.signed_in)
KINDS = {"group": "group", "place": "place", "desk": "team"}


@blueprint.get("/group/<uuid:group>/people")
@blueprint.get("/place/<uuid:place>/people")
@blueprint.get("/team/<uuid:desk>/people")
@blueprint.get("/admins")
def show(**about: uuid.UUID) -> str:
    """Everybody in it, and who is invited."""
    with session_scope() as opened:
        return _page(opened, _circle(opened, about), Problems({}))


@blueprint.post("/group/<uuid:group>/people")
@blueprint.post("/place/<uuid:place>/people")
@blueprint.post("/team/<uuid:desk>/people")
@blueprint.post("/admins")
def change(**about: uuid.UUID) -> ResponseReturnValue:
    """One of the buttons: invite, call off, take out, hand over the lead, leave."""
    what, _, which = request.form.get("do", "invite").partition(" ")
    with session_scope() as opened:
        of = _circle(opened, about)
        if what != "leave" and not _keeps(of):
            abort(403)
        wrong = _do(opened, of, what, which)
        if wrong:
            return _page(opened, of, Problems(wrong)), 400
    done = {"invite": "invited"}.get(what, "saved")
    return redirect(url_for("home.show") if what == "leave" else f"{request.path}?done={done}", 303)


def _do(opened: Session, of: Circle, what: str, which: str) -> dict[str, str]:
    """Do it; what is wrong, by field, if it cannot be done."""
    if what == "invite":
        return _invite(opened, of, request.form.get("email", ""))
    if what == "call_off":
        circles.call_off(opened, of, which)
        return {}
    mine = next((str(one.membership) for one in circles.members(opened, of) if one.person == person().id), "")
    chosen = mine if what == "leave" else which
    try:
        if what == "lead" and of.kind == "group":
            circles.hand_lead_to(opened, of, uuid.UUID(chosen))
        elif what in ("out", "leave") and not circles.take_out(opened, of, uuid.UUID(chosen)):
            return {"email": f"console.members.last.{of.kind}"}
    except (ValueError, NotFound):
        abort(404)
    return {}


def _invite(opened: Session, of: Circle, email: str) -> dict[str, str]:
    if not accounts.looks_like_email(email):
        return {"email": "console.sign_in.no_email"}
    if accounts.tidy(email) in {one.email for one in circles.members(opened, of)}:
        return {"email": "console.members.here_already"}
    now, language = datetime.now(UTC), resident.language()
    token = circles.ask_in(opened, of, email, now, language=language)
    link = absolute(url_for("signing_in.invited", token=token))
    told = {"link": link, "by": person().called, "about": of.name or link}
    letters.write(opened, f"invited_{of.kind}", accounts.tidy(email), language, now, told)
    return {}


def _circle(opened: Session, about: dict[str, uuid.UUID]) -> Circle:
    """The circle of this address, if it is theirs to see. 404 when there is none, 403 when it is not theirs."""
    kind, which = next(((KINDS[name], value) for name, value in about.items()), ("admins", None))
    try:
        of = circles.circle(opened, kind, which)
    except NotFound:
        abort(404)
    if not (_keeps(of) or (of.kind == "group" and of.about in person().groups)):
        abort(403)
    return of


def _keeps(of: Circle) -> bool:
    """Whether they may invite and take out: a group's lead, a steward of its place, an admin."""
    if of.kind == "admins":
        return person().admin
    return person().stewards(of.place) or (of.about is not None and person().leads(of.about))


def _page(opened: Session, of: Circle, problems: Problems) -> str:
    found = circles.members(opened, of)
    return render_template(
        "console/members.html",
        of=of,
        members=found,
        invited=circles.invited(opened, of),
        keeps=_keeps(of),
        belongs=any(one.person == person().id for one in found),
        email=request.form.get("email", ""),
        problems=problems,
        done=request.args.get("done", ""),
    )
