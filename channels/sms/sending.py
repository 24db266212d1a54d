"""From the outbox to the supplier: each text handed over once; what was cut off is looked for before anything else.

An ordinary answer is sent at most once where nobody can tell; danger at least once, and not without end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from channels.models import Texter, TextOut, aware
from channels.sms import desk, outbox
from channels.sms.arriving import stopped_by_supplier
from channels.sms.numbers import CannotBeRead, unseal
from channels.sms.outbox import changed
from channels.sms.provider import CannotTell, CutOff, NotSent, Provider, Receipt, Refused, ToSend, provider
from knowledge.db import session_scope
from settings import settings

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)  # looking up and sending are each waited for ten
LAST_MOMENT = timedelta(seconds=12)  # nearer to the end of its lease than this, a text is left to whoever is next
BACK_OFF = (3, 10, 30, 120, 600, 1800)  # seconds between attempts at a text the supplier did not take
ORDER_WAIT = timedelta(minutes=2)  # how long an answer waits for an earlier one of the same person to leave
AT_ONCE = ("danger", "stop")  # these wait for nothing
CUT_OFF = BACK_OFF[2:]  # seconds until one that was cut off is looked for
BLIND = 3  # danger is sent so often again where nobody can tell whether it has left
UNKNOWN_AFTER = 6  # attempts, and unanswered questions whether a text has left
SENT_AGAIN = "sent_again"  # noted before danger leaves again unseen
LOOKED_AT = 10
FINAL = ("delivered", "failed")
NEVER_LEFT = ("refused", "failed", "unknown")


@dataclass(frozen=True)
class Taken:
    """One text taken out of the queue by this worker."""

    row: int
    person: str
    provider: str
    kind: str
    tries: int
    cut_off: bool  # an earlier attempt may have got through
    blind: bool  # and it has been sent again already without knowing
    until: datetime  # when somebody else may take it
    send: ToSend


def send_something(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> bool:
    """Send, or find out about, one text; False when none is due."""
    taken = _take(now())
    if taken is None:
        return False
    carrier = provider(taken.provider)
    if carrier is None:
        _again(taken, now(), "not_configured")
    elif not taken.cut_off or _may_send_again(carrier, taken, now()):
        _hand_over(carrier, taken, now)
    return True


def record(receipt: Receipt, now: datetime) -> bool:
    """What a supplier says has become of a text; the first final word is kept, and it may come before our own."""
    mine = TextOut.reference == receipt.reference if receipt.reference else TextOut.supplier_id == receipt.supplier_id
    if not (receipt.reference or receipt.supplier_id):
        return False
    with session_scope(settings().conversations_url) as session:
        if receipt.status in FINAL:
            told = {"receipt": receipt.status, "error": receipt.error[:20]}
            changed(session, update(TextOut).where(mine, TextOut.receipt == "").values(**told))
        row = session.execute(select(TextOut.id, TextOut.state, TextOut.person, TextOut.kind).where(mine)).first()
        if row is None:
            return False
        if row.state in outbox.OPEN:  # it has left, whatever became of the worker that sent it
            outbox.end(session, row.id, "sent", now, supplier_id=receipt.supplier_id, error=receipt.error[:20])
    if receipt.status in FINAL:
        logger.info("text receipt kind=%s status=%s error=%s", row.kind, receipt.status, receipt.error[:20])
    return True


def _take(now: datetime) -> Taken | None:
    with session_scope(settings().conversations_url) as session:
        for row in session.scalars(_due(now)).all():
            cut_off = row.state == "sending"
            mine = [TextOut.id == row.id, TextOut.state == row.state]
            if cut_off:
                mine.append(TextOut.busy_until <= now)
            values = {"state": "sending", "busy_until": now + LEASE, "tries": TextOut.tries + 1}
            values["began_at"] = func.coalesce(TextOut.began_at, now)
            if not changed(session, update(TextOut).where(*mine).values(**values)):
                continue
            taken = _read(session, row, cut_off, now)
            if taken is not None:
                return taken
    return None


def _due(now: datetime):  # type: ignore[no-untyped-def]  # SQLAlchemy's own type says nothing more
    """What may be sent now, danger first: due, or cut off; an answer only after the earlier ones of its person."""
    earlier = aliased(TextOut)
    held_up = exists().where(
        earlier.person == TextOut.person,
        earlier.id < TextOut.id,
        earlier.state.in_(outbox.OPEN),
        or_(earlier.not_before <= now, earlier.tries > 0),
        earlier.made_at > now - ORDER_WAIT,
    )
    waiting = (TextOut.state == "waiting") & (TextOut.not_before <= now) & (TextOut.kind.in_(AT_ONCE) | ~held_up)
    cut_off = (TextOut.state == "sending") & (TextOut.busy_until <= now)
    first = case((TextOut.kind.in_(AT_ONCE), 0), else_=1)
    return select(TextOut).where(or_(waiting, cut_off)).order_by(first, TextOut.id).limit(LOOKED_AT)


def _read(session: Session, row: TextOut, cut_off: bool, now: datetime) -> Taken | None:
    """Text and number in the clear, for as long as the sending takes; None where it must not or cannot leave."""
    texter = session.get(Texter, row.person)
    if not cut_off and texter is not None and texter.stopped_at and row.kind not in outbox.AFTER_STOP:
        outbox.end(session, row.id, "dropped", now)
        return None
    try:
        if texter is None or texter.number is None or row.sealed is None:
            raise CannotBeRead
        number, text = unseal(texter.number), unseal(row.sealed)
    except CannotBeRead:
        logger.error("text given up: number or words cannot be read")
        outbox.end(session, row.id, "failed", now, error="unreadable")
        return None
    lately = TextOut.done_at >= now - timedelta(hours=1)
    known = select(TextOut.supplier_id).where(TextOut.provider == row.provider, lately)
    began = aware(row.began_at) if row.began_at else now
    send = ToSend(number, text, row.reference, row.ours, began, frozenset(session.scalars(known)))
    blind = row.error == SENT_AGAIN
    return Taken(row.id, row.person, row.provider, row.kind, row.tries + 1, cut_off, blind, now + LEASE, send)


def _may_send_again(carrier: Provider, taken: Taken, now: datetime) -> bool:
    """After a cut: found at the supplier, it is sent; not there, it may go; nobody can tell: `_blindly`."""
    try:
        found = carrier.find(taken.send)
    except CannotTell:
        return _blindly(taken, now)
    if found:
        _ended(taken, "sent", now, supplier_id=found)
        return False
    with session_scope(settings().conversations_url) as session:
        texter = session.get(Texter, taken.person)
        stopped = texter is not None and texter.stopped_at is not None and taken.kind not in outbox.AFTER_STOP
    if stopped:
        _ended(taken, "dropped", now)
    return not stopped


def _blindly(taken: Taken, now: datetime) -> bool:
    """Nobody can tell: danger goes again, once at least and a few times at most; else it is asked about later."""
    if taken.kind == "danger" and (taken.tries <= 1 + BLIND or not taken.blind):
        with session_scope(settings().conversations_url) as session:
            changed(session, update(TextOut).where(TextOut.id == taken.row).values(error=SENT_AGAIN))
        logger.warning("text sent again: danger, and nobody can tell")
        return True
    if taken.tries > UNKNOWN_AFTER:
        _ended(taken, "unknown", now, error="cannot_tell")
    else:
        _wait(taken, now, BACK_OFF)
    return False


def _hand_over(carrier: Provider, taken: Taken, now: Callable[[], datetime]) -> None:
    if taken.until - now() < LAST_MOMENT:
        return  # this process was asleep: the row stays `sending`, and is looked up first
    try:
        supplier_id = carrier.send(replace(taken.send, began_at=now()))
    except Refused as refused:
        _ended(taken, "refused", now(), error=refused.error)
        if refused.stopped:
            with session_scope(settings().conversations_url) as session:
                stopped_by_supplier(session, taken.person, now())
    except NotSent as wrong:
        _again(taken, now(), wrong.error)
    except CutOff:
        logger.warning("text cut off kind=%s tries=%d", taken.kind, taken.tries)
        if taken.cut_off:  # not for the first time; the row stays `sending`: looked up
            _wait(taken, now(), CUT_OFF)
    else:
        _ended(taken, "sent", now(), supplier_id=supplier_id)


def _again(taken: Taken, now: datetime, error: str) -> None:
    """Back off; after the last attempt it has failed, and is shown."""
    if taken.tries > len(BACK_OFF):
        _ended(taken, "failed", now, error=error)
        return
    wait = timedelta(seconds=BACK_OFF[taken.tries - 1])
    with session_scope(settings().conversations_url) as session:
        again = {"state": "waiting", "busy_until": None, "not_before": now + wait, "error": error}
        changed(session, update(TextOut).where(TextOut.id == taken.row, TextOut.state == "sending").values(**again))
    logger.warning("text not taken kind=%s tries=%d error=%s", taken.kind, taken.tries, error)


def _wait(taken: Taken, now: datetime, steps: Sequence[int]) -> None:
    """Leave it `sending`, for later and later."""
    wait = timedelta(seconds=steps[min(taken.tries, len(steps)) - 1])
    with session_scope(settings().conversations_url) as session:
        changed(session, update(TextOut).where(TextOut.id == taken.row).values(busy_until=now + wait))


def _ended(taken: Taken, state: str, now: datetime, *, supplier_id: str = "", error: str = "") -> None:
    with session_scope(settings().conversations_url) as session:
        outbox.end(session, taken.row, state, now, supplier_id=supplier_id, error=error)
        if taken.kind == "notice" and state in NEVER_LEFT:
            desk.never_left(session, taken.person)
    level = logging.INFO if state == "sent" else logging.WARNING
    logger.log(level, "text %s kind=%s tries=%d error=%s", state, taken.kind, taken.tries, error)
