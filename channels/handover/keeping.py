"""What happens by the clock: leases that end, people nobody came for, handovers past their time."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from channels.handover import letting, owning, queueing
from channels.handover.agreeing import KEPT_AFTER
from channels.handover.asking import close, locked
from channels.handover.speaking import notice
from channels.models import Agreement, Handover, Letting, Look, Ownership, Presence
from knowledge.db import session_scope
from knowledge.desks import Desk, desks
from settings import settings

SWEEP_EVERY = timedelta(seconds=5)
_swept: list[datetime] = []
LONGEST_OPEN = timedelta(days=7)  # a handover that nobody ends is ended for them


def sweep(now: datetime) -> int:
    """Everything that is due at this moment, each thing once however many sweep; returns how many there were."""
    with session_scope() as directory:
        known = {one.id: one for one in desks(directory)}
    with session_scope(settings().conversations_url) as session:
        done = _lapsed(session, now) + _nobody_came(session, known, now) + _too_long(session, now)
        session.execute(delete(Presence).where(Presence.seen_at < now - timedelta(days=1)))
    return done


def sweep_lately(now: datetime) -> None:
    """`sweep`, unless this process did a moment ago: pages look every second."""
    if not _swept or now - _swept[-1] >= SWEEP_EVERY:
        _swept[:] = [now]
        sweep(now)


def forget_closed(session: Session, now: datetime) -> int:
    """Handovers, agreements and looks 28 days after closing; returns how many handovers went."""
    ended = now - KEPT_AFTER
    gone = (Agreement.closed_at.is_(None), Agreement.handover_id.not_in(select(Handover.id)))
    session.execute(update(Agreement).where(*gone).values(closed_at=now))  # whoever deleted it did not say when
    old = session.scalars(select(Agreement.handover_id).where(Agreement.closed_at <= ended)).all()
    still = set(session.scalars(select(Agreement.handover_id).where(Agreement.closed_at.is_(None))).all())
    over = [one for one in set(old) if one not in still]
    session.execute(delete(Handover).where(Handover.closed_at <= ended))
    session.execute(delete(Look).where(Look.about_id.in_(over)))
    session.execute(delete(Agreement).where(Agreement.closed_at <= ended))
    kept = select(Agreement.handover_id).union(select(Letting.id))
    session.execute(delete(Look).where(Look.at <= ended, Look.about_id.not_in(kept)))  # of advocates let in long ago
    return len(over)


def held_open(session: Session, now: datetime) -> set[uuid.UUID]:
    """Conversations whose 24 hours do not run: somebody waits or talks in them, or an advocate is let in."""
    waiting = session.scalars(select(Ownership.conversation_id).where(Ownership.owner != owning.BOT)).all()
    return set(waiting) | letting.held_open(session, now)


def _lapsed(session: Session, now: datetime) -> int:
    had = owning.lapsed(session, now)
    for owner in had:
        if row := session.get(Handover, owner.handover):
            notice(session, row, "lapsed", now, {"name": owner.clerk_name})
    return len(had)


def _nobody_came(session: Session, known: dict[uuid.UUID, Desk], now: datetime) -> int:
    late = queueing.late(queueing.queue(session, known), known, now)
    for line in late:
        told = session.execute(
            update(Handover).where(Handover.id == line.handover, Handover.told_at.is_(None)).values(told_at=now)
        )
        if getattr(told, "rowcount", 0) == 1:
            notice(session, session.get_one(Handover, line.handover), "nobody", now, {"minutes": line.minutes(now)})
    return len(late)


def _too_long(session: Session, now: datetime) -> int:
    old = session.scalars(
        select(Handover.id).where(Handover.closed_at.is_(None), Handover.asked_at < now - LONGEST_OPEN)
    ).all()
    for handover in old:
        stopped = owning.stop(session, handover, now)
        if (row := locked(session, handover)) is None:
            continue
        if stopped:
            notice(session, row, "too_long", now, {"days": LONGEST_OPEN.days})
        close(session, row, "nobody", now)
    return len(old)
