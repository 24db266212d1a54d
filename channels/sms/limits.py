"""Ceilings by number and by day, and quiet hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from channels.conversations import keyed
from channels.models import TextCount
from knowledge.desks import UK
from settings import settings

KEPT = timedelta(days=2)
BURST = 12  # texts one number is sent in ten minutes
BURST_MINUTES = 10
DANGER_A_DAY = 40  # emergency answers one number is sent in a day, apart from everything else
CODES_A_DAY = 4  # one-time codes one number is sent in a day
CODES_SHARE = 10  # one text in so many of a day may be a code: whoever asks for codes takes nobody's answer away
IMMEDIATE = timedelta(minutes=20)  # an answer sooner than this is no surprise at any hour


def uk_day(at: datetime) -> date:
    """The day it is in the UK at that moment."""
    return at.astimezone(UK).date()


def quiet(at: datetime) -> bool:
    """Whether it is a quiet hour in the UK, by its own clock, summer and winter."""
    start, end, hour = settings().texting.quiet_from, settings().texting.quiet_until, at.astimezone(UK).hour
    return start <= hour < end if start <= end else hour >= start or hour < end


def after_quiet(at: datetime) -> datetime:
    """`at`, or the end of the quiet hours it falls into."""
    if not quiet(at):
        return at
    local = at.astimezone(UK)
    end = local.replace(hour=settings().texting.quiet_until % 24, minute=0, second=0, microsecond=0)
    return (end if end > local else end + timedelta(days=1)).astimezone(at.tzinfo)


def room(session: Session, person: str, kind: str, at: datetime) -> bool:
    """Whether one more text of this kind may go to this person, and at all today."""
    return all(_number(session, key) < most for key, most in _ceilings(person, kind, at))


def count(session: Session, person: str, kind: str, at: datetime) -> None:
    """One more text of this kind has been written to this person."""
    for key, _ in _ceilings(person, kind, at):
        _add(session, key, at)


def once_a_day(session: Session, person: str, what: str, at: datetime) -> bool:
    """True the first time it is asked about this person and `what` on a day, and counted."""
    key = keyed(f"once/{what}/{person}/{uk_day(at)}")
    first = _number(session, key) == 0
    _add(session, key, at)
    return first


def another(session: Session, what: str, most: int, at: datetime) -> bool:
    """True, and counted, for the first `most` times that this is asked for on a day."""
    key = keyed(f"{what}/{uk_day(at)}")
    free = _number(session, key) < most
    if free:
        _add(session, key, at)
    return free


def today(session: Session, at: datetime) -> int:
    """Texts written today under the ceiling for all."""
    return _number(session, keyed(f"all/{uk_day(at)}"))


def _ceilings(person: str, kind: str, at: datetime) -> list[tuple[str, int]]:
    texting, day = settings().texting, uk_day(at)
    if kind == "danger":
        return [(keyed(f"danger/{person}/{day}"), DANGER_A_DAY)]
    if kind in ("stop", "line", "busy"):  # one confirmation, one line a day: their own rules hold them
        return []
    bit = f"{day}/{at.hour}/{at.minute // BURST_MINUTES}"
    ceilings = [(keyed(f"person/{person}/{day}"), texting.per_number), (keyed(f"all/{day}"), texting.per_day)]
    if settings().rate_limits:
        ceilings.append((keyed(f"burst/{person}/{bit}"), BURST))
    if kind == "code":
        share = max(1, texting.per_day // CODES_SHARE)
        ceilings += [(keyed(f"code/{person}/{day}"), CODES_A_DAY), (keyed(f"codes/{day}"), share)]
    return ceilings


def _number(session: Session, key: str) -> int:
    return session.scalar(select(TextCount.number).where(TextCount.key == key)) or 0


def _add(session: Session, key: str, at: datetime) -> None:
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    added = insert(TextCount).values(key=key, number=1, until=at + KEPT)
    session.execute(added.on_conflict_do_update(index_elements=[TextCount.key], set_={"number": TextCount.number + 1}))
