"""Texts of ours: written in an answer's own transaction, and what becomes of each. The table is the queue.

waiting -> sending -> sent, or -> failed (never taken), refused (never will be), dropped (the person stopped), or
unknown (cut off, and the supplier could never be asked). What has ended keeps neither words nor person.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, delete, exists, select, update
from sqlalchemy.orm import Session

from channels.models import Handover, TextCode, TextCount, Texter, TextIn, TextOut, aware
from channels.sms import limits
from channels.sms.numbers import seal
from channels.sms.segments import cost

KINDS = ("answer", "danger", "stop", "start", "line", "deleted", "busy", "code", "list", "notice")
AFTER_STOP = ("danger", "stop", "line")  # all that is ever sent to somebody who stopped
OPEN = ("waiting", "sending")
KEPT = timedelta(days=7)
WAITS_AT_MOST = timedelta(hours=24)  # a text nobody could answer or send for so long is given up


def changed(session: Session, statement: Update | Delete) -> int:
    """Run an UPDATE or DELETE in the database alone; how many rows it met. The condition is the lock."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]  # its type does not say so, an UPDATE's result has it


def write(
    session: Session,
    person: Texter,
    text: str,
    kind: str,
    at: datetime,
    *,
    cause: str | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Put a text into the queue, in the caller's transaction; False where a ceiling or STOP forbids it."""
    stopped = person.stopped_at is not None and kind not in AFTER_STOP
    if stopped or not text or not limits.room(session, person.person, kind, at):
        return False
    limits.count(session, person.person, kind, at)
    session.add(
        TextOut(
            reference=str(uuid.uuid4()), cause=cause, person=person.person, provider=person.provider,
            ours=person.ours, kind=kind, sealed=seal(text), segments=cost(text).segments, state="waiting",
            not_before=not_before or at, made_at=at,
        )
    )  # fmt: skip
    return True


def notify_later(session: Session, person: str, text: str, at: datetime) -> bool:
    """A text from outside the conversation, as from somebody at the desk: it keeps quiet hours unless they just wrote.

    `person` is the conversation's sender. False where we hold no number for them, they stopped, or a ceiling forbids.
    """
    texter = session.get(Texter, person)
    if texter is None or texter.number is None:
        return False
    just_now = at - aware(texter.seen_at) <= limits.IMMEDIATE
    return write(session, texter, text, "notice", at, not_before=at if just_now else limits.after_quiet(at))


def drop(session: Session, person: str, *, kinds: Sequence[str] = (), but: Sequence[str] = ()) -> int:
    """Take out what waits for this person: only `kinds` if given, all but `but`; how many went."""
    waiting = [TextOut.person == person, TextOut.state == "waiting"]
    if kinds:
        waiting.append(TextOut.kind.in_(kinds))
    if but:
        waiting.append(TextOut.kind.not_in(but))
    return _ended(session, waiting, "dropped")


def end(session: Session, row: int, state: str, at: datetime, *, supplier_id: str = "", error: str = "") -> None:
    """A text has ended: its words and its person go; then the number too, unless something else is owed."""
    person = session.scalar(select(TextOut.person).where(TextOut.id == row)) or ""
    values = {"state": state, "sealed": None, "person": "", "busy_until": None, "done_at": at, "error": error}
    if supplier_id:
        values["supplier_id"] = supplier_id
    changed(session, update(TextOut).where(TextOut.id == row, TextOut.state.in_(OPEN)).values(**values))
    if person:
        let_go(session, person)


def let_go(session: Session, person: str) -> None:
    """Forget a number to which nothing is owed: no text waits, none of ours is leaving, no desk has them."""
    nothing = (
        ~exists().where(TextIn.person == person),
        ~exists().where(TextOut.person == person, TextOut.state.in_(OPEN)),
        ~exists().where(Handover.sender == person, Handover.closed_at.is_(None)),
    )
    changed(session, update(Texter).where(Texter.person == person, *nothing).values(number=None))


def forget(session: Session, now: datetime) -> int:
    """What retention takes out of the tables of texts; returns how many texts were given up unanswered or unsent."""
    late = now - WAITS_AT_MOST
    given_up = changed(session, delete(TextIn).where(TextIn.arrived_at <= late))
    given_up += _ended(session, [TextOut.state.in_(OPEN), TextOut.made_at <= late], "failed")
    for person in session.scalars(select(Texter.person).where(Texter.number.is_not(None))).all():
        let_go(session, person)
    idle = (Texter.number.is_(None), Texter.stopped_at.is_(None), Texter.seen_at <= late)
    changed(session, delete(Texter).where(*idle))
    changed(session, delete(TextOut).where(TextOut.made_at <= now - KEPT))
    changed(session, delete(TextCount).where(TextCount.until <= now))
    changed(session, delete(TextCode).where(TextCode.until <= now))
    return given_up


def _ended(session: Session, which: Sequence[object], state: str) -> int:
    done = update(TextOut).where(*which).values(state=state, sealed=None, person="")  # type: ignore[arg-type]
    return changed(session, done)
