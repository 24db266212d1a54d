"""What residents said is wrong with an entry, for whoever keeps it. Which entry, what kind, the day; never who."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.reading import entries

KINDS = ("wrong_number", "closed", "not_for_me", "too_far", "other")


@dataclass(frozen=True)
class OpenFlag:
    """How often one thing was said of one entry since it was last dealt with."""

    entry: uuid.UUID
    name: str
    run_by: str
    kind: str
    times: int
    last: date


def flag(session: Session, entry: uuid.UUID, kind: str, day: date) -> bool:
    """Keep that `kind` was said of a published entry; flushes. False, and nothing kept, for no such entry or kind."""
    if kind not in KINDS or entry not in entries(session, [entry]):
        return False
    session.add(m.Flag(entry_id=entry, kind=kind, day=day))
    session.flush()
    return True


def open_flags(session: Session) -> list[OpenFlag]:
    """What nobody has dealt with yet, the most often said first; entries withdrawn meanwhile are left out."""
    counted = session.execute(
        select(m.Flag.entry_id, m.Flag.kind, func.count(), func.max(m.Flag.day))
        .where(m.Flag.done.is_(False))
        .group_by(m.Flag.entry_id, m.Flag.kind)
    ).all()
    known = entries(session, list({entry for entry, *_ in counted}))
    found = (
        OpenFlag(entry, known[entry].name or known[entry].description, known[entry].run_by, kind, times, last)
        for entry, kind, times, last in counted
        if entry in known
    )
    return sorted(found, key=lambda one: (-one.times, one.name, one.kind))


def done(session: Session, entry: uuid.UUID) -> int:
    """All that was said of an entry is dealt with; how many flags that closed."""
    closed = session.execute(update(m.Flag).where(m.Flag.entry_id == entry, m.Flag.done.is_(False)).values(done=True))
    return int(getattr(closed, "rowcount", 0))


def as_lines(flags: list[OpenFlag]) -> Iterator[str]:
    """One line a flag, for a terminal."""
    for one in flags:
        yield f"{one.times} x {one.kind.replace('_', ' ')}, last {one.last}: {one.name} ({one.run_by}) {one.entry}"
