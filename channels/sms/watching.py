"""For whoever runs this: how many texts wait, how long, and what has become of the others. Numbers only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.models import TextIn, TextOut, aware
from channels.sms import limits
from knowledge.db import session_scope
from settings import settings

TOO_LONG = timedelta(minutes=10)


def state(now: datetime) -> str:
    """ "ok", "off", or a sentence on what is wrong. Raises `SQLAlchemyError`."""
    if not settings().texting.on:
        return "off"
    with session_scope(settings().conversations_url) as session:
        oldest = _oldest(session)
        late = [at for at in oldest if now - at > TOO_LONG]
        return f"texts have waited for {int((now - min(late)).total_seconds() // 60)} minutes" if late else "ok"


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
