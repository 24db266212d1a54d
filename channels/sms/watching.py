"""For whoever runs this: how many texts wait, how long, and what has become of the others. Numbers only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from channels.models import TextIn, TextOut, aware
from channels.sms import limits, outbox
from knowledge.db import session_scope
from settings import settings

TOO_LONG = timedelta(minutes=10)
NEVER_LEFT = ("refused", "failed", "unknown")
NOT_DELIVERED = "not_delivered"  # it left, and the supplier says that it never came


@dataclass(frozen=True)
class Lost:
    """Texts of one day that reached nobody, for one reason: how many, and nothing about whom."""

    day: date  # in the UK
    provider: str
    end: str  # refused | failed | unknown | not_delivered
    error: str  # the supplier's code or ours; "" for none
    number: int


def state(now: datetime) -> str:
    """ "ok", "off", or a sentence on what is wrong. Raises `SQLAlchemyError`."""
    if not settings().texting.on:
        return "off"
    minutes = late(now)
    return f"texts have waited for {minutes} minutes" if minutes else "ok"


def late(now: datetime) -> int:
    """How many minutes the oldest text has waited that should have been answered or sent; 0 while none waits too long.

    Raises `SQLAlchemyError`.
    """
    if not settings().texting.on:
        return 0
    with session_scope(settings().conversations_url) as session:
        oldest = min(_oldest(session), default=now)
    return int((now - oldest).total_seconds() // 60) if now - oldest > TOO_LONG else 0


def lost(now: datetime) -> tuple[Lost, ...]:
    """What reached nobody in the seven days that are kept, the newest day first. Raises `SQLAlchemyError`."""
    ended = or_(TextOut.state.in_(NEVER_LEFT), TextOut.receipt == "failed")
    which = select(TextOut.made_at, TextOut.provider, TextOut.state, TextOut.error).where(ended)
    with session_scope(settings().conversations_url) as session:
        rows = session.execute(which.where(TextOut.made_at > now - outbox.KEPT)).tuples().all()
    ends = Counter(
        (limits.uk_day(aware(at)), carrier, end if end in NEVER_LEFT else NOT_DELIVERED, error)
        for at, carrier, end, error in rows
    )
    found = (Lost(*what, number) for what, number in ends.items())
    return tuple(sorted(found, key=lambda one: (-one.day.toordinal(), -one.number, one.provider, one.end, one.error)))


def figures(now: datetime) -> Iterator[str]:
    """Lines to read: what waits, what was sent in the last seven days by kind and end, and today's ceiling."""
    with session_scope(settings().conversations_url) as session:
        waiting = session.scalar(select(func.count()).select_from(TextIn)) or 0
        yield f"{waiting:6d}  texts wait for an answer"
        ends = select(
            TextOut.kind, TextOut.state, TextOut.receipt, TextOut.error, func.count(), func.sum(TextOut.segments)
        ).group_by(TextOut.kind, TextOut.state, TextOut.receipt, TextOut.error)
        for kind, end, receipt, error, number, segments in session.execute(ends.order_by(TextOut.kind)):
            told = " ".join(part for part in (end, receipt, error) if part)
            yield f"{number:6d}  {kind}: {told} ({segments} segments)"
        yield f"{limits.today(session, now):6d}  of {settings().texting.per_day} texts today"


def _oldest(session: Session) -> list[datetime]:
    """The arrival of the oldest text that waits, and the making of the oldest that should have left."""
    asked = session.scalar(select(func.min(TextIn.arrived_at)))
    made = session.scalar(select(func.min(TextOut.not_before)).where(TextOut.state.in_(("waiting", "sending"))))
    return [aware(at) for at in (asked, made) if at is not None]
