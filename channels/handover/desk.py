"""`/desk`, for people who answer: a queue without words in it, one conversation at a time, all through `may_see`."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from channels import errors
from channels.handover import clerking, finding, keeping, looking, owning, queueing
from channels.handover.agreeing import Reader
from channels.handover.clerking import NotThere, NotYours
from channels.handover.live import stream
from channels.models import Handover
from channels.sms import watching
from channels.web import security, showing
from channels.web.security import person
from knowledge.db import session_scope
from knowledge.desks import Desk, colleagues, desks, open_at
from knowledge.people import STAFF
from settings import settings

blueprint = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")
blueprint.before_request(security.signed_in)
blueprint.before_request(security.needs(STAFF))


@blueprint.errorhandler(NotThere)
def not_there(_: NotThere) -> ResponseReturnValue:
    """Not agreed, not this team's, taken back, deleted: all the same from outside."""
    return errors.plain(NotFound())


@blueprint.errorhandler(NotYours)
def not_yours(_: NotYours) -> ResponseReturnValue:
    """Somebody was quicker, or it went back to the queue: nothing was sent; what was typed is shown once more."""
    typed = request.form.get("text", "")
    return render_template("desk/not_yours.html", typed=typed), 409


@blueprint.get("")
def show() -> str:
    """Who waits, who talks with whom, and whether I am here."""
    return render_template("desk/queue_page.html", **_queue(), news=url_for("desk.news"))


@blueprint.get("/news")
def news() -> Response:
    """The queue again, when it changed."""
    shown = _queue()
    html = render_template("desk/queue.html", **shown)
    mark = hashlib.sha256(html.encode()).hexdigest()[:16]
    waiting = sorted(str(line.handover) for line in shown["lines"] if line.owner == owning.WAITING)
    urgent = any(line.urgent for line in shown["lines"])
    return stream(
        lambda _after: (html, mark, 0), lambda _: {"html": html, "waiting": waiting, "urgent": urgent}, quick=True
    )


@blueprint.post("/away")
def away() -> ResponseReturnValue:
    """On a break, or back."""
    with session_scope(settings().conversations_url) as session:
        queueing.here(session, reader().id, reader().teams, _now(), away=request.form.get("away") == "yes")
    return redirect(url_for("desk.show"), 303)


@blueprint.get("/<uuid:handover>")
def read(handover: uuid.UUID) -> str:
    """One handover: what was shared, what was said, and what can be done."""
    return _page(handover)


@blueprint.get("/<uuid:handover>/news")
def heard(handover: uuid.UUID) -> Response:
    """What came since, and whether it is still mine."""
    now = _now()

    def newer(after: int) -> tuple[Any, str, int]:
        with session_scope(settings().conversations_url) as session:
            row = clerking.handover_for(session, handover, reader(), now)
            owner = owning.owner_by_handover(session, handover)
            _sign_of_life(session, owner, now)
            _, shown = looking.seen(session, handover, reader(), now, after=after)
            mine = owner is not None and owner.held and owner.clerk == reader().id
            state = f"{owner.owner if owner else ''} {owner.clerk if owner else ''} {row.urgent} {row.closed_at}"
        mark = hashlib.sha256(state.encode()).hexdigest()[:10]
        return (shown, mine, row.urgent), mark, max((item.id for item in shown), default=after)

    def told(given: Any) -> dict[str, object]:
        shown, mine, urgent = given
        html = "".join(render_template("desk/item.html", item=item) for item in shown)
        theirs = any(item.kind in ("message", "emergency") for item in shown)
        return {"html": html, "mine": mine, "urgent": urgent, "ring": theirs}

    return stream(newer, told, quick=True)


@blueprint.post("/<uuid:handover>/claim")
def claim(handover: uuid.UUID) -> ResponseReturnValue:
    """Mine, if I was first."""
    with session_scope(settings().conversations_url) as session:
        row = clerking.handover_for(session, handover, reader(), _now())
        clerking.claim(session, handover, reader(), _desk(row.team), _now())
    return _back(handover)


@blueprint.post("/<uuid:handover>/say")
def speak(handover: uuid.UUID) -> ResponseReturnValue:
    """Send it, keep it as a note, or look for somewhere to turn; nothing typed is lost."""
    do, text = request.form.get("do", "say"), request.form.get("text", "").replace("\r\n", "\n").strip()
    if do == "find":
        return _page(handover, text=text)
    with session_scope(settings().conversations_url) as session:
        row = clerking.handover_for(session, handover, reader(), _now())
        if do.startswith("quick "):
            text = _quick(row, do.removeprefix("quick "))
        posts = finding.chosen(request.form.getlist("entry"), row.language)
        if not text and not posts:
            return _page(handover, problem=True), 400
        if do == "note":
            clerking.note(session, handover, reader(), text, _now())
        else:
            mark = request.form.get("reference", "")[:40] or showing.new_reference()
            clerking.reply(session, handover, reader(), text, _now(), signposts=posts, reference=mark)
    return _back(handover)


@blueprint.post("/<uuid:handover>/end")
def end(handover: uuid.UUID) -> ResponseReturnValue:
    """Back to the queue, back to the assistant, or the end."""
    how = request.form.get("how", "")
    with session_scope(settings().conversations_url) as session:
        if how == "put_back":
            clerking.put_back(session, handover, reader(), _now())
        else:
            clerking.finish(session, handover, reader(), "ended" if how == "ended" else "handed_back", _now())
    return redirect(url_for("desk.show"), 303)


@blueprint.post("/<uuid:handover>/give")
def give(handover: uuid.UUID) -> ResponseReturnValue:
    """To a colleague of this team, or, once the resident has said yes, to another team."""
    kind, _, which = request.form.get("to", "").partition(" ")
    with session_scope(settings().conversations_url) as session:
        row = clerking.handover_for(session, handover, reader(), _now())
        if kind == "clerk":
            other = next((one for one in _others(session, row) if one.id == which), None)
            if other is None:
                return _page(handover, problem=True), 400
            clerking.give_to(session, handover, reader(), other, _now())
            return redirect(url_for("desk.show"), 303)
        there = next((one for one in _all() if str(one.id) == which and one.id != row.team), None)
        if there is None:
            return _page(handover, problem=True), 400
        clerking.propose(session, handover, reader(), there, _now())
    return _back(handover)


def reader() -> Reader:
    """Whoever is signed in, as someone who reads at desks."""
    who = person()
    return Reader(str(who.id), who.called, who.teams)


def _queue() -> dict[str, Any]:
    now = _now()
    keeping.sweep_lately(now)
    known = {one.id: one for one in _all() if one.id in reader().teams}
    with session_scope(settings().conversations_url) as session:
        _sign_of_life(session, None, now)
        lines = queueing.queue(session, known)
        on_break = queueing.is_away(session, reader().id)
        staffed = {team: queueing.staffed(session, team, now) for team in known}
        helped = {team: queueing.helped(session, team) for team in known}
        closed = queueing.closed_lately(session, known, now)
    opened = {team: open_at(one.hours, one.nation, now) for team, one in known.items()}
    return {
        "lines": lines,
        "desks": known,
        "opened": opened,
        "staffed": staffed,
        "helped": helped,
        "closed": closed,
        "away": on_break,
        "now": now,
        "me": reader().id,
        "texts_late": watching.late(now) if any(line.channel == "sms" for line in lines) else 0,
    }


def _page(handover: uuid.UUID, *, text: str = "", problem: bool = False) -> str:
    now = _now()
    with session_scope(settings().conversations_url) as session:
        row = clerking.handover_for(session, handover, reader(), now)
        owner = owning.owner_by_handover(session, handover)
        _sign_of_life(session, owner, now)
        agreed, shown = looking.seen(session, handover, reader(), now)
        others = _others(session, row)
    mine = owner is not None and owner.held and owner.clerk == reader().id
    asked = request.form.get("q", "").strip()
    found = finding.find(asked, row.place, row.language, now) if asked else ()
    here = _desk(row.team)
    return render_template(
        "desk/talk.html", row=row, owner=owner, agreed=agreed, items=shown, mine=mine, here=here, others=others,
        teams=[one for one in _all() if one.id != row.team], asked=asked, found=found, text=text, problem=problem,
        last=max((item.id for item in shown), default=0), chosen=request.form.getlist("entry"), now=now,
        texts_late=watching.late(now) if row.channel == "sms" and not row.closed_at else 0,
    )  # fmt: skip


def _sign_of_life(session: Session, owner: owning.Owner | None, now: datetime) -> None:
    """I am here, and what I hold stays mine; written at most every half minute."""
    queueing.here(session, reader().id, reader().teams, now)
    if owner is not None and owner.held and owner.clerk == reader().id and owner.handover is not None:
        owning.keep_alive(session, owner, now)


def _others(session: Session, row: Handover) -> list[Reader]:
    """Colleagues of the same team who are there now."""
    present = queueing.present(session, row.team, _now()) - {reader().id}
    with session_scope() as directory:
        return [
            Reader(one, name, frozenset([row.team])) for one, name in colleagues(directory, row.team) if one in present
        ]


def _quick(row: Handover, which: str) -> str:
    ready = _desk(row.team).quick_replies
    if not which.isdecimal() or int(which) >= len(ready):
        return ""
    return str(ready[int(which)].get(row.language) or ready[int(which)]["en"])


def _all() -> tuple[Desk, ...]:
    with session_scope() as directory:
        return desks(directory)


def _desk(team: uuid.UUID) -> Desk:
    found = next((one for one in _all() if one.id == team), None)
    if found is None:
        raise NotThere
    return found


def _back(handover: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("desk.read", handover=handover) + "#answer", 303)


def _now() -> datetime:
    return datetime.now(UTC)
