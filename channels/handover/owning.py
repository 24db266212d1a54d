"""One owner at a time: the bot, the queue, or one named clerk. Every change is a compare-and-set in the database.

Each function takes the caller's session and returns whether (or how) it happened; who comes second changes nothing.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.models import Conversation, Ownership, aware

LEASE = timedelta(minutes=3)  # without a sign of life from the clerk's page; then it goes back to the queue

RENEW_EVERY = timedelta(seconds=30)

BOT, WAITING, CLERK = "bot", "waiting", "clerk"


@dataclass(frozen=True)
class Owner:
    """Who owns a conversation, as read at one moment; `version` is what a change must still find."""

    conversation: uuid.UUID
    owner: str = BOT
    version: int = 0
    handover: uuid.UUID | None = None
    clerk: str = ""
    clerk_name: str = ""
    lease_until: datetime | None = None

    @property
    def held(self) -> bool:
        """Whether a person has it, so that the bot is silent."""
        return self.owner == CLERK


def owner_of(session: Session, conversation: uuid.UUID) -> Owner:
    """Who owns it now; the bot where nobody ever asked for a person."""
    row = session.get(Ownership, conversation, populate_existing=True)
    return _read(row) if row else Owner(conversation)


def owner_for_sending(session: Session, conversation: uuid.UUID) -> Owner:
    """As `owner_of`, and it stays so until this transaction ends: nobody claims between the look and the send.

    SQLite has one writer, and the caller must already be it. PostgreSQL locks the row and, since there may be none yet,
    the conversation that a new one would point at.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(select(Conversation.id).where(Conversation.id == conversation).with_for_update())
    row = session.scalars(
        select(Ownership)
        .where(Ownership.conversation_id == conversation)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    return _read(row) if row else Owner(conversation)


def owner_by_handover(session: Session, handover: uuid.UUID) -> Owner | None:
    """The owner of the conversation that this handover is about; None once another began or it is gone."""
    row = session.scalars(
        select(Ownership).where(Ownership.handover_id == handover).execution_options(populate_existing=True)
    ).first()
    return _read(row) if row else None


def wait(session: Session, conversation: uuid.UUID, handover: uuid.UUID, now: datetime) -> bool:
    """From the bot to the queue; False where somebody is waited for or there already."""
    values = {"owner": WAITING, "handover_id": handover, "clerk": "", "clerk_name": "", "since": now}
    if _where(session, Ownership.conversation_id == conversation, Ownership.owner == BOT, **values):
        return True
    try:
        with session.begin_nested():
            session.execute(
                insert(Ownership).values(conversation_id=conversation, version=1, lease_until=None, **values)
            )
    except IntegrityError:
        return False
    return True


def claim(session: Session, handover: uuid.UUID, clerk: str, name: str, now: datetime) -> bool:
    """From the queue to this clerk. Of any number who try at once exactly one is told True."""
    return _where(
        session,
        Ownership.handover_id == handover,
        Ownership.owner == WAITING,
        owner=CLERK,
        clerk=clerk,
        clerk_name=name,
        since=now,
        lease_until=now + LEASE,
    )


def renew(session: Session, handover: uuid.UUID, clerk: str, now: datetime, *, lease: timedelta = LEASE) -> bool:
    """A sign of life from the clerk who has it; False once they no longer have. Not a change: the version stays."""
    done = session.execute(
        update(Ownership)
        .where(Ownership.handover_id == handover, Ownership.owner == CLERK, Ownership.clerk == clerk)
        .values(lease_until=now + lease)
    )
    return _one(done)


def keep_alive(session: Session, owner: Owner, now: datetime) -> None:
    """`renew`, but written only when half a minute of the lease is used: pages look every second."""
    if owner.handover is None or owner.lease_until is None or now + LEASE - aware(owner.lease_until) < RENEW_EVERY:
        return
    renew(session, owner.handover, owner.clerk, now)


def release(session: Session, handover: uuid.UUID, clerk: str, now: datetime) -> bool:
    """Back to the queue, by the clerk who has it: also for another team of the organisation."""
    return _where(session, *_theirs(handover, clerk), owner=WAITING, **_nobody(now))


def hand_back(session: Session, handover: uuid.UUID, clerk: str, now: datetime) -> bool:
    """To the bot, by the clerk who has it."""
    return _where(session, *_theirs(handover, clerk), owner=BOT, **_nobody(now))


def stop(session: Session, handover: uuid.UUID, now: datetime) -> bool:
    """To the bot, by the resident, whoever has it."""
    return _where(session, Ownership.handover_id == handover, Ownership.owner != BOT, owner=BOT, **_nobody(now))


def requeue(session: Session, handover: uuid.UUID, now: datetime) -> bool:
    """To the queue, by the resident's yes to another organisation, from whichever clerk has it."""
    mine = (Ownership.handover_id == handover, Ownership.owner != BOT)
    return _where(session, *mine, owner=WAITING, **_nobody(now))


def lapsed(session: Session, now: datetime) -> list[Owner]:
    """Put back into the queue what clerks gave no sign of life about; returns who had it, each once."""
    found = session.scalars(
        select(Ownership)
        .where(Ownership.owner == CLERK, Ownership.lease_until < now)
        .execution_options(populate_existing=True)
    ).all()
    before = [_read(row) for row in found]
    return [
        had
        for had in before
        if _where(
            session,
            Ownership.conversation_id == had.conversation,
            Ownership.version == had.version,
            Ownership.lease_until < now,
            owner=WAITING,
            **_nobody(now),
        )
    ]


def _theirs(handover: uuid.UUID, clerk: str) -> tuple[Any, ...]:
    return (Ownership.handover_id == handover, Ownership.owner == CLERK, Ownership.clerk == clerk)


def _nobody(now: datetime) -> dict[str, Any]:
    return {"clerk": "", "clerk_name": "", "lease_until": None, "since": now}


def _where(session: Session, *conditions: Any, **values: Any) -> bool:
    """The one change there is: all conditions hold at the moment of writing, or nothing happens."""
    done = session.execute(
        update(Ownership)
        .where(*conditions)
        .values(version=Ownership.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    return _one(done)


def _one(done: Any) -> bool:
    return isinstance(done, CursorResult) and done.rowcount == 1


def _read(row: Ownership) -> Owner:
    return Owner(
        row.conversation_id, row.owner, row.version, row.handover_id, row.clerk, row.clerk_name, row.lease_until
    )
