"""The queue of a desk, how long people wait, and who is at the desk. Nothing anybody said is read here."""

from __future__ import annotations

import statistics
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.handover.agreeing import KEPT_AFTER
from channels.handover.owning import BOT, CLERK, WAITING
from channels.models import Handover, Ownership, Presence, aware
from knowledge.desks import Desk, open_at

PRESENT = timedelta(minutes=3)
SEEN_EVERY = timedelta(seconds=30)  # how often a sign of life is written: pages look every second
REMEMBERED = 20  # handovers that "usually" is made of
FEWEST = 3  # below that nothing is said about how long it usually takes
FEWEST_TOLD = 5  # below that nothing is said about how many were helped


@dataclass(frozen=True)
class Waiting:
    """One line of the queue: no words of the resident's, only that somebody waits."""

    handover: uuid.UUID
    team: uuid.UUID
    place: str
    channel: str
    language: str
    urgent: bool
    since: datetime
    owner: str
    clerk: str
    clerk_name: str
    told: bool  # they were told that nobody has come

    def minutes(self, now: datetime) -> int:
        """Whole minutes waited."""
        return max(0, int((now - self.since).total_seconds() // 60))


def queue(session: Session, teams: Iterable[uuid.UUID]) -> tuple[Waiting, ...]:
    """Everybody waiting or talking at these desks: danger first, then who waited longest."""
    rows = session.execute(
        select(Handover, Ownership)
        .join(Ownership, Ownership.handover_id == Handover.id)
        .where(Handover.team.in_(list(teams)), Handover.closed_at.is_(None), Ownership.owner != BOT)
        .order_by(Handover.urgent.desc(), Handover.asked_at)
        .execution_options(populate_existing=True)
    ).tuples()
    return tuple(_line(handover, owner) for handover, owner in rows)


def before(session: Session, handover: Handover) -> int:
    """How many are waiting at the same desk and will be taken first."""
    lines = [line for line in queue(session, [handover.team]) if line.owner == WAITING]
    at = next((number for number, line in enumerate(lines) if line.handover == handover.id), len(lines))
    return at


def usual_minutes(session: Session, team: uuid.UUID) -> int | None:
    """How long the last people waited here, the middle one, in minutes and at least one; None from too few."""
    rows = session.execute(
        select(Handover.asked_at, Handover.joined_at)
        .where(Handover.team == team, Handover.joined_at.is_not(None))
        .order_by(Handover.joined_at.desc())
        .limit(REMEMBERED)
    ).tuples()
    waited = [(joined - asked).total_seconds() / 60 for asked, joined in rows if joined is not None]
    return max(1, round(statistics.median(waited))) if len(waited) >= FEWEST else None


def helped(session: Session, team: uuid.UUID) -> tuple[int, int]:
    """Of the last people who said: how many were helped, and how many said; nothing from too few to hide one in."""
    said = select(Handover.helped).where(Handover.team == team, Handover.helped != "")
    rows = session.scalars(said.order_by(Handover.closed_at.desc()).limit(REMEMBERED)).all()
    return (rows.count("yes"), len(rows)) if len(rows) >= FEWEST_TOLD else (0, 0)


def closed_lately(session: Session, teams: Iterable[uuid.UUID], now: datetime) -> tuple[Handover, ...]:
    """What these desks closed within 28 days and was not taken back, newest first: a call back may still be owed."""
    since = (Handover.closed_at > now - KEPT_AFTER, Handover.ending != "taken_back", Handover.team.in_(list(teams)))
    return tuple(session.scalars(select(Handover).where(*since).order_by(Handover.closed_at.desc()).limit(REMEMBERED)))


def here(session: Session, clerk: str, teams: Iterable[uuid.UUID], now: datetime, *, away: bool | None = None) -> None:
    """A sign of life from a member of staff; `away` says that they are, or are no longer, on a break."""
    for team in teams:
        row = session.get(Presence, (clerk, team), populate_existing=True)
        if row is None:
            try:
                with session.begin_nested():
                    session.add(Presence(clerk=clerk, team=team, away=bool(away), seen_at=now))
            except IntegrityError:
                pass  # their other tab was quicker
        elif away is not None or now - aware(row.seen_at) > SEEN_EVERY:
            row.seen_at = now
            row.away = row.away if away is None else away
    session.flush()


def gone(session: Session, clerk: str) -> None:
    """They signed out or closed the desk."""
    session.execute(delete(Presence).where(Presence.clerk == clerk))


def is_away(session: Session, clerk: str) -> bool:
    """Whether they said that they are on a break."""
    return bool(session.scalar(select(func.count()).where(Presence.clerk == clerk, Presence.away.is_(True))))


def staffed(session: Session, team: uuid.UUID, now: datetime) -> int:
    """How many are at this desk now and not away."""
    return len(present(session, team, now))


def present(session: Session, team: uuid.UUID, now: datetime) -> set[str]:
    """Who is at this desk now and not away."""
    there = (Presence.team == team, Presence.away.is_(False), Presence.seen_at > now - PRESENT)
    return set(session.scalars(select(Presence.clerk).where(*there)).all())


def late(lines: Sequence[Waiting], desks: dict[uuid.UUID, Desk], now: datetime) -> list[Waiting]:
    """Who has waited longer than their desk promises, while it is open, and has not been told so."""
    return [
        line
        for line in lines
        if line.owner == WAITING
        and not line.told
        and (desk := desks.get(line.team)) is not None
        and open_at(desk.hours, desk.nation, now)
        and open_at(desk.hours, desk.nation, now - timedelta(minutes=desk.nobody_after))
        and now - line.since >= timedelta(minutes=desk.nobody_after)
    ]


def _line(handover: Handover, owner: Ownership) -> Waiting:
    return Waiting(
        handover=handover.id,
        team=handover.team,
        place=handover.place,
        channel=handover.channel,
        language=handover.language,
        urgent=handover.urgent,
        since=aware(handover.asked_at if owner.owner != CLERK else owner.since),
        owner=owner.owner,
        clerk=owner.clerk,
        clerk_name=owner.clerk_name,
        told=handover.told_at is not None,
    )
