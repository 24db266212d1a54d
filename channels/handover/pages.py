"""A resident's pages about being handed to a person: choosing, seeing exactly what goes, yes, taking it back."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels import conversations
from channels.handover import asking, items, looking
from channels.handover.agreeing import SCOPES, Wording
from channels.handover.asking import LONGEST_CALLBACK, LONGEST_SUMMARY, Wanted
from channels.handover.forwarding import goes_outside
from channels.handover.gate import look_words
from channels.handover.live import nothing_new, seen_mark, stream
from channels.handover.showing import Standing, closed_words, pulse, standing
from channels.messages import Turn
from channels.models import Agreement, Handover
from channels.web import pages, places, resident, security, showing
from knowledge.db import session_scope
from knowledge.desks import Desk, desks
from settings import settings
from words import say

logger = logging.getLogger(__name__)
blueprint = Blueprint("wanted", __name__, template_folder="templates")
blueprint.before_request(security.public)

SUMMARY_TURNS = 6


@blueprint.before_request
def dress() -> None:
    """In the look of the door the resident came in by."""
    if request.endpoint != "wanted.news":
        g.door = places.last_used()


@blueprint.get("/person")
@blueprint.get("/p/<slug>/person")
def ask(slug: str = "") -> ResponseReturnValue:
    """Which desk, and how much of the conversation goes there."""
    if slug:
        g.door = places.enter(slug)
    now = standing(resident.sender(), resident.language())
    if now.live:
        return redirect(url_for("wanted.seen"), 303)
    return _choosing(Wanted("from_now"))


@blueprint.post("/person")
def look() -> ResponseReturnValue:
    """Exactly what would be seen, by whom and for how long, before anything goes."""
    here, wanted, problem = _chosen()
    if here is None or problem:
        return _choosing(wanted, problem or "desk"), 400
    shown = wanted.wording(here, resident.language())
    turns = resident.history() if wanted.scope == "whole" else ()
    return _preview(here, wanted, shown, turns)


@blueprint.post("/person/change")
def change() -> ResponseReturnValue:
    """Back to choosing, with what was chosen still there."""
    return _choosing(_chosen()[1])


@blueprint.post("/person/yes")
def agree() -> ResponseReturnValue:
    """The yes. It counts only for the words that were shown: if they changed meanwhile, they are shown again."""
    here, wanted, problem = _chosen()
    if here is None or problem:
        return _choosing(wanted, problem or "desk"), 400
    shown = wanted.wording(here, resident.language())
    turns = resident.history() if wanted.scope == "whole" else ()
    if request.form.get("version") != shown.version or request.form.get("turns") != _mark(turns):
        return _preview(here, wanted, shown, turns), 409
    now = datetime.now(UTC)
    with session_scope(settings().conversations_url) as session:
        language, door = resident.language(), g.door.slug if g.door else here.place
        conversation = conversations.started(session, resident.begin(), "web", door, language, now)
        conversation.language = language
        asking.ask(session, conversation, here, wanted, now)
    return redirect(pages.start() + "#say", 303)


@blueprint.get("/person/seen")
def seen() -> ResponseReturnValue:
    """What they can see, who has looked, and taking it back; also the question about another organisation."""
    who, language = resident.sender(), resident.language()
    shown: list[dict[str, object]] = []
    proposed = None
    if who:
        with session_scope(settings().conversations_url) as session:
            rows = asking.handovers_of(session, who)
            shown = [_record(session, row, language) for row in rows]
            proposed = next((row.proposed for row in rows if row.proposed), None)
    there = next((one for one in _desks("") if one.id == proposed), None)
    wording = Wanted("from_now").wording(there, language) if there else None
    now = standing(who, language)
    return render_template(
        "handed/seen.html", shown=shown, there=there, wording=wording, standing=now, back=pages.start()
    )


@blueprint.post("/person/other")
def other() -> ResponseReturnValue:
    """Yes or no to another organisation that a clerk proposed."""
    with session_scope(settings().conversations_url) as session:
        row = asking.open_handover(session, resident.sender())
        there = next((one for one in _desks("") if row is not None and one.id == row.proposed), None)
        if row is None or there is None:
            return redirect(url_for("wanted.seen"), 303)
        if request.form.get("say") != "yes":
            asking.refuse_other(session, row, there, datetime.now(UTC))
        elif request.form.get("version") == Wanted("from_now").wording(there, row.language).version:
            asking.agree_to_other(session, row, there, Wanted("from_now"), datetime.now(UTC))
        else:
            return redirect(url_for("wanted.seen"), 303)
    return redirect(pages.start() + "#say", 303)


@blueprint.post("/person/take-back")
def take_back() -> ResponseReturnValue:
    """Gone from the desk, at once."""
    row = _mine(request.form.get("handover", ""))
    with session_scope(settings().conversations_url) as session:
        asking.take_back(session, row, datetime.now(UTC))
    conversations.truncate_log()
    return redirect(url_for("wanted.seen"), 303)


@blueprint.post("/person/leave")
def leave() -> ResponseReturnValue:
    """No longer waiting or talking; back to the assistant."""
    with session_scope(settings().conversations_url) as session:
        row = asking.open_handover(session, resident.sender())
        if row is not None:
            asking.leave(session, row, datetime.now(UTC))
    return redirect(pages.start() + "#say", 303)


@blueprint.post("/person/helped")
def helped() -> ResponseReturnValue:
    """One tap: whether talking to a person helped."""
    said = "no" if request.form.get("helped") == "no" else "yes"
    with session_scope(settings().conversations_url) as session:
        rows = asking.handovers_of(session, resident.sender())
        if rows and rows[0].closed_at is not None:
            rows[0].helped = said
    return redirect(pages.start() + "#say", 303)


@blueprint.get("/person/news")
def news() -> Response:
    """What came since: for our script, which asks again by itself (channels/handover/live.py)."""

    who = resident.sender()
    beat = pulse(who) if who else ""
    if beat and seen_mark().endswith(f"-{beat}"):
        return nothing_new(quick=True)

    def newer(after: int) -> tuple[Standing, str, int]:
        now = standing(who, resident.language(), after=after)
        return now, f"{now.panel.mark if now.panel else ''}-{beat}", now.last

    def told(now: Standing) -> dict[str, object]:
        html = "".join(render_template("handed/heard.html", heard=one) for one in now.heard)
        return {"html": html, "panel": render_template("handed/panel.html", standing=now), "live": now.live}

    return stream(newer, told, quick=True, ended=lambda now: not now.live)


def _choosing(wanted: Wanted, problem: str = "") -> str:
    slug = g.door.slug if g.door else ""
    here = _desks(slug)
    now, language = datetime.now(UTC), resident.language()
    closed = {one.id: closed_words(one, language, now) for one in here}
    chosen = request.form.get("desk", "")
    summary = wanted.summary or _summary(resident.history())
    talked = bool(resident.history())
    return render_template(
        "handed/ask.html", desks=here, closed=closed, wanted=wanted, chosen=chosen, summary=summary, talked=talked,
        outside=any(goes_outside(one.id) for one in here),
        scopes=SCOPES if talked else SCOPES[:2], problem=problem, back=pages.start(),
    )  # fmt: skip


def _preview(here: Desk, wanted: Wanted, shown: Wording, turns: tuple[Turn, ...]) -> str:
    return render_template(
        "handed/look.html", desk=here, wanted=wanted, wording=shown, turns=turns, mark=_mark(turns),
        closed=closed_words(here, resident.language(), datetime.now(UTC)), back=pages.start(),
    )  # fmt: skip


def _chosen() -> tuple[Desk | None, Wanted, str]:
    """The desk and what was chosen, and which part of it is wrong: scope, summary or callback."""
    form = request.form
    here = next((one for one in _desks("") if str(one.id) == form.get("desk", "")), None)
    scope = form.get("scope", "")
    callback = form.get("callback", "").strip()[:LONGEST_CALLBACK] if form.get("may_call") else ""
    summary = form.get("summary", "").replace("\r\n", "\n").strip()[:LONGEST_SUMMARY] if scope == "summary" else ""
    outside = here is not None and bool(form.get("outside")) and goes_outside(here.id)
    wanted = Wanted(scope if scope in SCOPES else "from_now", summary, callback, outside)
    if scope not in SCOPES:
        return here, wanted, "scope"
    if scope == "summary" and not summary:
        return here, wanted, "summary"
    return here, wanted, "callback" if form.get("may_call") and not callback else ""


def _desks(place: str) -> tuple[Desk, ...]:
    """None where the directory cannot be read: the page then says that there is no desk, which is true for now."""
    try:
        with session_scope() as directory:
            return desks(directory, place=place)
    except SQLAlchemyError as wrong:
        logger.error("desks not read: %s", type(wrong).__name__)
        return ()


def _mark(turns: tuple[Turn, ...]) -> str:
    """Which conversation was shown in full: up to which message."""
    return str(turns[-1].message) if turns else ""


def _summary(turns: tuple[Turn, ...]) -> str:
    """A beginning for their own words: what they wrote, for them to change."""
    said = [turn.said for turn in turns[-SUMMARY_TURNS:] if not turn.by]
    return "\n".join(said)[:LONGEST_SUMMARY]


def _mine(which: str) -> uuid.UUID:
    """The id of a handover of this resident; 404 otherwise."""
    with session_scope(settings().conversations_url) as session:
        rows = asking.handovers_of(session, resident.sender()) if resident.sender() else ()
        found = next((row.id for row in rows if str(row.id) == which), None)
    if found is None:
        abort(404)
    return found


def _record(session: Session, row: Handover, language: str) -> dict[str, object]:
    """One handover for the resident: the wording agreed, what is on the desk, who looked."""
    agreements = session.query(Agreement).filter_by(handover_id=row.id).order_by(Agreement.agreed_at.desc()).all()
    held = [item for item in items.items_of(session, [row.id]) if item.kind in items.TAKEN]
    looks = [look_words(one, language) for one in looking.looks_at(session, [row.id])]
    holds = any(one.taken_back_at is None for one in agreements)
    return {
        "id": row.id, "agreements": agreements, "items": held, "looks": looks, "holds": holds,
        "open": row.closed_at is None, "nobody": say("handed.look.nobody", language), "number": showing.number,
    }  # fmt: skip
