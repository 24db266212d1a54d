"""An advocate's pages and the steward's who vouches for them: only who let them in, one at a time, no search."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from channels import conversations, gateway
from channels.handover import gate, letting, looking
from channels.handover import letting as lettings
from channels.handover.letting import Let
from channels.messages import Inbound
from channels.mine import listing, record
from channels.models import Conversation
from channels.saying import in_words
from channels.web import resident, security, showing
from channels.web.security import own_place, person
from knowledge import models as m
from knowledge import vouching
from knowledge.db import session_scope
from settings import settings

blueprint = Blueprint("let_in", __name__, url_prefix="/console", template_folder="templates")
blueprint.before_request(security.signed_in)


@blueprint.get("/with")
def show() -> str:
    """Who has let me in, and the box for a code."""
    return _page()


@blueprint.post("/with")
def enter() -> ResponseReturnValue:
    """A code that a resident said to me."""
    now = datetime.now(UTC)
    with session_scope() as directory:
        mine = vouching.vouched(directory, person().id, now.date())
    which = request.form.get("vouching", "")
    as_whom = next((one for one in mine if str(one.id) == which or len(mine) == 1), None)
    if as_whom is None:
        return _page(problem="not_vouched"), 400
    with session_scope(settings().conversations_url) as session:
        code = request.form.get("code", "")[:40]
        taken = letting.take(session, code, str(person().id), person().called, as_whom.organisation, as_whom.id, now)
    if taken is None:
        return _page(problem="code"), 400
    return redirect(url_for("let_in.read", letting=taken), 303)


@blueprint.get("/with/<uuid:letting>")
def read(letting: uuid.UUID) -> str:
    """What this one resident lets me see; the look is written down for them."""
    return _inside(_mine(letting, "list"))


def _inside(let: Let, text: str = "", *, problem: bool = False) -> str:
    language, now = resident.language(), datetime.now(UTC)
    whole = _may(let, "conversation", now)
    turns = conversations.turns(let.sender)
    held = record.record_of(let.sender, turns, language)
    with session_scope(settings().conversations_url) as session:
        parts = ["list", *(["conversation"] if whole else [])]
        looking.record(session, let.id, str(person().id), person().called, let.organisation, parts, now)
    posts = listing.signposts(held.entries, language)
    return render_template(
        "advocate/with.html", let=let, posts=posts, notes=held.notes, said=held.said if whole else (), whole=whole,
        may_act=_may(let, "act", now), text=text, problem=problem,
    )  # fmt: skip


@blueprint.post("/with/<uuid:letting>")
def act(letting: uuid.UUID) -> ResponseReturnValue:
    """Write in the conversation with the resident beside me: under my name there, at the desk, and among the looks.

    What only the resident may say is refused: asking for a person, sharing, taking back, letting in, deleting.
    """
    let = _mine(letting, "act")
    text = request.form.get("message", "").replace("\r\n", "\n").replace("\x00", "").strip()
    if gate.only_theirs(text):
        return _inside(let, text, problem=True), 400
    now = datetime.now(UTC)
    if text:
        with session_scope(settings().conversations_url) as session:
            looking.record(session, let.id, str(person().id), person().called, let.organisation, ["wrote"], now)
            talk = session.get_one(Conversation, let.conversation)
            channel, door = talk.channel, talk.door
        mark = lettings.reference(let.id, showing.new_reference())
        gateway.handle(Inbound(channel, let.sender, text, mark, now, door))
    return redirect(url_for("let_in.read", letting=let.id), 303)


@blueprint.get("/place/<uuid:place>/advocates")
def vouched(place: uuid.UUID) -> str:
    """Who is vouched for here."""
    own_place(place)
    return _vouching(place)


@blueprint.post("/place/<uuid:place>/advocates")
def vouch(place: uuid.UUID) -> ResponseReturnValue:
    """Vouch for somebody, or no longer."""
    own_place(place)
    with session_scope() as directory:
        if withdrawn := request.form.get("withdraw", ""):
            vouching.withdraw(directory, _uuid(withdrawn), place)
            return redirect(url_for("let_in.vouched", place=place), 303)
        organisation = _uuid(request.form.get("organisation", ""))
        if organisation not in {one for one, _ in vouching.organisations_at(directory, place)}:
            return _vouching(place, "organisation"), 400
        trained, ends = _day("trained_on"), _day("ends_on")
        if trained is None or ends is None:
            return _vouching(place, "trained" if trained is None else "ends"), 400
        wrong = vouching.vouch(
            directory,
            request.form.get("email", ""),
            vouching.Where(organisation, place),
            trained_on=trained,
            ends_on=ends,
            by=str(person().id),
            today=datetime.now(UTC).date(),
        )
    if wrong:
        return _vouching(place, wrong), 400
    return redirect(url_for("let_in.vouched", place=place), 303)


def _page(problem: str = "") -> str:
    now = datetime.now(UTC)
    with session_scope() as directory:
        mine = vouching.vouched(directory, person().id, now.date())
    with session_scope(settings().conversations_url) as session:
        found = letting.let_in(session, str(person().id), now)
    return render_template(
        "advocate/all.html", vouched=mine, lets=[one for one in found if _may(one, "list", now)], problem=problem
    )


def _vouching(place: uuid.UUID, problem: str = "") -> str:
    with session_scope() as directory:
        row = directory.get(m.Place, place)
        if row is None:
            abort(404)
        found, groups = vouching.vouched_at(directory, place), vouching.organisations_at(directory, place)
    return render_template(
        "advocate/vouching.html", place=row, vouched=found, groups=groups, problem=problem, form=request.form,
        in_words=in_words,
    )  # fmt: skip


def _mine(which: uuid.UUID, part: str) -> Let:
    """The letting-in, if it opens this part for me now; 404 otherwise, whatever the reason."""
    with session_scope(settings().conversations_url) as session:
        let = letting.letting(session, which)
    if let is None or not _may(let, part, datetime.now(UTC)):
        abort(404)
    return let


def _may(let: Let, part: str, now: datetime) -> bool:
    with session_scope() as directory:
        holds = vouching.still(directory, let.vouching, now.date())
    return letting.may_look(let, str(person().id), part, now, vouched=holds)


def _uuid(written: str) -> uuid.UUID:
    try:
        return uuid.UUID(written)
    except ValueError:
        return uuid.UUID(int=0)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
