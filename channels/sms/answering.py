"""From the inbox to the outbox: one person's texts one after another, each answered once, through the one gateway.

The answer, its text in the outbox and the end of the inbox row are one transaction. Whoever is cut off before it leaves
the row for the next worker; whoever comes second to it finds the row gone and writes nothing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels import conversations, gateway
from channels.messages import Inbound, Reply
from channels.models import Texter, TextIn, Tombstone, aware
from channels.sms import control, limits, lists, order, outbox, reminding, shaping
from channels.sms.numbers import CannotBeRead, unseal
from channels.sms.outbox import changed
from channels.sms.reading import language_before, language_in, place_of, said_by
from knowledge.db import session_scope
from settings import settings
from words import say

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)  # how long a worker may take over one text before another takes it up
BACK_OFF = (2, 5, 15, 60, 300)  # seconds until a text that could not be answered is tried again
LOOKED_AT = 20  # people considered at once when looking for somebody to answer
SILENT = ("", "")


class Overtaken(SQLAlchemyError):
    """Another worker has answered this text: everything of ours in the same transaction must go."""


@dataclass(frozen=True)
class Waiting:
    """One text out of the inbox, read."""

    row: int
    reference_hash: str
    reference: str
    person: str
    ours: str
    what: str
    confirmed: bool
    text: str
    pictures: int
    order_at: datetime
    arrived_at: datetime
    tries: int


def answer_somebody(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> bool:
    """Answer all that one person waits for; False when nobody waits whom no other worker is answering."""
    person = _take(now())
    if not person:
        return False
    try:
        while (waiting := _next(person, now())) is not None:
            _answer_or_try_again(waiting, now)
    finally:
        _release(person)
    return True


def _take(now: datetime) -> str:
    """Somebody who waits, now ours for as long as the lease; "" for nobody."""
    with session_scope(settings().conversations_url) as session:
        due = (
            select(TextIn.person)
            .join(Texter, Texter.person == TextIn.person)
            .where(TextIn.not_before <= now, or_(Texter.busy_until.is_(None), Texter.busy_until <= now))
            .group_by(TextIn.person)
            .order_by(func.min(TextIn.arrived_at))
            .limit(LOOKED_AT)
        )
        for person in session.scalars(due).all():
            free = or_(Texter.busy_until.is_(None), Texter.busy_until <= now)
            taken = update(Texter).where(Texter.person == person, free).values(busy_until=now + LEASE)
            if changed(session, taken):
                return person
    return ""


def _release(person: str) -> None:
    with session_scope(settings().conversations_url) as session:
        changed(session, update(Texter).where(Texter.person == person).values(busy_until=None))


def _next(person: str, now: datetime) -> Waiting | None:
    """Their first text that is due, in the order they were sent as far as is known; the lease begins anew."""
    with session_scope(settings().conversations_url) as session:
        changed(session, update(Texter).where(Texter.person == person).values(busy_until=now + LEASE))
        due = select(TextIn).where(TextIn.person == person, TextIn.not_before <= now)
        while (row := session.scalars(due.order_by(TextIn.order_at, TextIn.id).limit(1)).first()) is not None:
            try:
                return _read(row)
            except (CannotBeRead, ValueError):
                logger.error("text given up: it was sealed under another SECRET_KEY")
                session.delete(row)
                session.flush()
    return None


def _read(row: TextIn) -> Waiting:
    held = json.loads(unseal(row.sealed))
    return Waiting(
        row.id, row.reference_hash, held["reference"], row.person, row.ours, row.what, row.confirmed,
        held["text"], held["pictures"], aware(row.order_at), aware(row.arrived_at), row.tries,
    )  # fmt: skip


def _answer_or_try_again(waiting: Waiting, now: Callable[[], datetime]) -> None:
    try:
        _answer(waiting, now)
    except Overtaken:
        logger.info("text answered by another worker")
    except Exception as wrong:  # noqa: BLE001  the last edge: one text that breaks us may not hold up everybody's
        logger.error("text not answered yet: %s", type(wrong).__name__)
        ours = not isinstance(wrong, SQLAlchemyError)  # a database that is gone comes back; a fault of ours stays
        if not (ours and waiting.tries >= len(BACK_OFF) and _excused(waiting, now)):
            _later(waiting, now())


def _excused(waiting: Waiting, now: Callable[[], datetime]) -> bool:
    """A sentence of ours for a text that has broken us every time; False where not even that could be written."""
    try:
        with session_scope(settings().conversations_url) as session:
            language = language_before(session, waiting.person, place_of(waiting.ours))
            stopped = session.get_one(Texter, waiting.person).stopped_at is not None
        kind, key = order.FIXED[order.STOPPED] if stopped else ("answer", "trouble.nothing")
        _close_with(waiting, kind, say(key, language), now, daily=stopped)
    except SQLAlchemyError as wrong:
        logger.error("text not excused yet: %s", type(wrong).__name__)
        return isinstance(wrong, Overtaken)
    logger.error("text given up: it was answered with a sentence of ours")
    return True


def _later(waiting: Waiting, now: datetime) -> None:
    """Back off; what waits behind it goes first meanwhile."""
    with session_scope(settings().conversations_url) as session:
        row = session.get(TextIn, waiting.row)
        if row is not None:
            row.tries += 1
            row.not_before = now + timedelta(seconds=BACK_OFF[min(row.tries, len(BACK_OFF)) - 1])


def _answer(waiting: Waiting, now: Callable[[], datetime]) -> None:
    """By the order of `order.step`: a sentence of ours, nothing, or what has to be looked up, made or asked."""
    with session_scope(settings().conversations_url) as session:
        texter = session.get(Texter, waiting.person)
        stopped = aware(texter.stopped_at) if texter and texter.stopped_at else None
        door = place_of(waiting.ours)
        before = language_before(session, waiting.person, door)
        free = limits.room(session, waiting.person, "answer", now())
    inbound = Inbound(
        "sms", waiting.person, waiting.text, waiting.reference, waiting.arrived_at, door, before, owed=True
    )
    language = language_in(waiting.text, before)
    told = order.Told(
        waiting.what, stopped is not None, free, stopped is not None and waiting.order_at < stopped, waiting.confirmed,
        bool(waiting.pictures) and not waiting.text.strip(),
    )  # fmt: skip
    step = order.step(told, lambda: gateway.in_danger(inbound))
    if step == control.DELETE:
        _delete(waiting, language, now, line=told.stopped)
    elif step == control.WEB:
        _to_web(waiting, language, now)
    elif step == order.ASK:
        _ask_or_look(waiting, inbound, language, now, only_ask=told.stopped or not told.room)
    else:
        kind, key = order.FIXED.get(step, SILENT)
        _close_with(waiting, kind, say(key, language) if key else "", now, daily=step in order.DAILY)


def _ask_or_look(
    waiting: Waiting, inbound: Inbound, language: str, now: Callable[[], datetime], *, only_ask: bool
) -> None:
    """A code of ours, an answer to a reminder, else the gateway; after STOP it is danger, and nothing is looked up."""
    if only_ask or not (_list_by_code(waiting, language, now) or _about_an_entry(waiting, now)):
        _ask(waiting, inbound, language, now)


def _ask(waiting: Waiting, inbound: Inbound, language: str, now: Callable[[], datetime]) -> None:
    """Through the gateway, which writes our row with its own; where it could not, we write the answer alone."""
    inbound = said_by(inbound, language)
    closed: list[bool] = []

    def keep(session: Session, reply: Reply) -> None:
        closed.clear()
        _close(session, waiting, *_shaped(reply), now())
        closed.append(True)

    reply = gateway.handle(inbound, keep)
    if not closed:  # a repeat answered before, or a store that failed
        _close_with(waiting, *(SILENT if reply.outcome == "stopped" else _shaped(reply)), now)


def _shaped(reply: Reply) -> tuple[str, str]:
    kind = "danger" if reply.danger else "deleted" if reply.deleted else "answer"
    return kind, shaping.text_of(reply, settings().texting.segments)


def _delete(waiting: Waiting, language: str, now: Callable[[], datetime], *, line: bool = False) -> None:
    """Everything goes, and the last text says so; somebody who stopped is told only as their one line of the day."""

    def also(session: Session, receipt: str) -> None:
        said = say("sms.deleted", language, receipt=receipt) if receipt else say("sms.nothing_held", language)
        if line:
            said = f"{said} {say('sms.stopped', language)}"
        outbox.drop(session, waiting.person)
        _close(session, waiting, "line" if line else "deleted", said, now(), daily=line)

    conversations.forget(waiting.person, also)


def _to_web(waiting: Waiting, language: str, now: Callable[[], datetime]) -> None:
    latest = conversations.latest(waiting.person)
    with session_scope(settings().conversations_url) as session:
        _close(session, waiting, "answer", lists.code_for_page(session, latest, language, now()), now())


def _list_by_code(waiting: Waiting, language: str, now: Callable[[], datetime]) -> bool:
    if not control.code_in(waiting.text):
        return False
    with session_scope(settings().conversations_url) as session:
        said = lists.list_for(session, waiting.text, language, now())
        if said:
            _close(session, waiting, "list", said, now())
    return bool(said)


def _about_an_entry(waiting: Waiting, now: Callable[[], datetime]) -> bool:
    """What whoever looks after an entry answers to our reminder; False for everybody and everything else."""
    said = reminding.reply_to(waiting.person, waiting.text, waiting.reference_hash, now())
    for kind, text in said:
        _close_with(waiting, kind, text, now)
    return bool(said)


def _close_with(waiting: Waiting, kind: str, text: str, now: Callable[[], datetime], *, daily: bool = False) -> None:
    with session_scope(settings().conversations_url) as session:
        _close(session, waiting, kind, text, now(), daily=daily)


def _close(session: Session, waiting: Waiting, kind: str, text: str, at: datetime, *, daily: bool = False) -> None:
    """The inbox row goes, a tombstone stays, the answer is queued; raises `Overtaken` where the row has gone."""
    if not changed(session, delete(TextIn).where(TextIn.id == waiting.row)):
        raise Overtaken
    session.merge(Tombstone(reference_hash=waiting.reference_hash))
    texter = session.get_one(Texter, waiting.person)
    if text and (not daily or limits.once_a_day(session, waiting.person, kind, at)):
        if kind == "deleted":
            outbox.drop(session, waiting.person)
        late = at - waiting.arrived_at > limits.IMMEDIATE and kind not in outbox.AFTER_STOP
        when = limits.after_quiet(at) if late else at
        outbox.write(session, texter, text, kind, at, cause=waiting.reference_hash, not_before=when)
    session.flush()
    outbox.let_go(session, waiting.person)
    logger.info("text answered kind=%s what=%s", kind or "none", waiting.what)
