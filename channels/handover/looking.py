"""The desk reading a handover: only through `may_see`, and every look written down for the resident."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.handover.agreeing import THEIRS, Agreed, Reader, may_see
from channels.handover.asking import agreed_of
from channels.handover.items import Item, items_of
from channels.models import Conversation, Handover, Letting, Look, aware

SAME_LOOK = timedelta(minutes=10)  # from the first moment of a look; a page left open is another one every ten minutes


@dataclass(frozen=True)
class Looked:
    """One look, as the resident is shown it."""

    name: str
    organisation: str
    part: str  # conversation | summary | callback | list
    at: datetime


def seen(
    session: Session, handover: uuid.UUID, reader: Reader, now: datetime, *, after: int = 0
) -> tuple[Agreed | None, tuple[Item, ...]]:
    """What this reader may see of a handover, newer than `after`; the look is recorded in the same transaction."""
    agreed = agreed_of(session, [handover]).get(handover)
    shown = tuple(
        item for item in items_of(session, [handover], after=after) if may_see(agreed, reader, item.kind, item.at, now)
    )
    if agreed is not None:
        record(session, handover, reader.id, reader.name, agreed.organisation, _parts(shown), now)
    return agreed, shown


def record(
    session: Session, about: uuid.UUID, reader: str, name: str, organisation: str, parts: Iterable[str], now: datetime
) -> None:
    """Who looked at what; the same person at the same part within ten minutes is one look."""
    for part in parts:
        last = session.scalar(
            select(Look.at)
            .where(Look.about_id == about, Look.reader == reader, Look.part == part)
            .order_by(Look.id.desc())
            .limit(1)
        )
        if last is None or now - aware(last) >= SAME_LOOK:
            session.add(
                Look(about_id=about, reader=reader, reader_name=name, organisation=organisation, part=part, at=now)
            )
    session.flush()


def about(session: Session, sender: str) -> list[uuid.UUID]:
    """Everything of this resident's that somebody may have looked at."""
    lettings = select(Letting.id).join(Conversation).where(Conversation.sender == sender)
    handovers = select(Handover.id).where(Handover.sender == sender)
    return [*session.scalars(handovers), *session.scalars(lettings)]


def looks_at(session: Session, about: Sequence[uuid.UUID]) -> tuple[Looked, ...]:
    """Every look at these, newest first, for the resident."""
    rows = session.scalars(select(Look).where(Look.about_id.in_(list(about))).order_by(Look.id.desc()))
    return tuple(Looked(row.reader_name, row.organisation, row.part, aware(row.at)) for row in rows)


def _parts(shown: Sequence[Item]) -> list[str]:
    kinds = {item.kind for item in shown}
    return [
        *(["conversation"] if kinds & set(THEIRS) else []),
        *(kind for kind in ("summary", "callback") if kind in kinds),
    ]
