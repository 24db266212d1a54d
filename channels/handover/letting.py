"""Letting an advocate in: the resident makes a code and says it aloud; whoever is vouched for and types it may look.

Nothing of it comes from the advocate's side: no search, no request, no name of the resident. One pure function says
whether a part may be seen; each look is written down for the resident.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from channels.messages import BY_ADVOCATE
from channels.models import Conversation, Letting, aware
from settings import settings

PARTS = ("list", "conversation", "act")  # each holds the one before it
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are taken for another when read aloud
LENGTH = 8  # 32 to the 8th: a million million
CODE_FOR = timedelta(minutes=15)
DAYS = (1, 7, 28)
USUAL_DAYS = 7
LONGEST_PURPOSE = 120


@dataclass(frozen=True)
class Let:
    """One letting-in as it stands."""

    id: uuid.UUID
    conversation: uuid.UUID
    sender: str
    may: str
    purpose: str
    advocate: str
    advocate_name: str
    organisation: str
    vouching: uuid.UUID | None
    made_at: datetime
    accepted_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None

    def open(self, now: datetime) -> bool:
        """Taken by an advocate, not ended by the resident, not over."""
        return self.ended_at is None and self.ends_at is not None and now < self.ends_at


def may_look(let: Let, advocate: str, part: str, now: datetime, *, vouched: bool) -> bool:
    """Whether this advocate may see this part, or act, at this moment. Everything unsaid is no."""
    if not vouched or not let.open(now) or let.advocate != advocate or part not in PARTS or let.may not in PARTS:
        return False
    return PARTS.index(part) <= PARTS.index(let.may)


def make(session: Session, conversation: uuid.UUID, may: str, purpose: str, days: int, now: datetime) -> str:
    """A code for the resident to say to their advocate, good for 15 minutes and once."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    session.add(
        Letting(
            conversation_id=conversation, code_hash=_hash(code), may=may if may in PARTS else PARTS[0],
            purpose=purpose[:LONGEST_PURPOSE], days=days if days in DAYS else USUAL_DAYS, made_at=now,
        )
    )  # fmt: skip
    session.flush()
    return f"{code[:4]} {code[4:]}"


def take(
    session: Session, code: str, advocate: str, name: str, organisation: str, vouching: uuid.UUID, now: datetime
) -> uuid.UUID | None:
    """The advocate types the code: theirs from now on, once. None for a wrong, used or old code, never saying which."""
    found = Letting.code_hash == _hash(code)
    fresh = (Letting.accepted_at.is_(None), Letting.ended_at.is_(None), Letting.made_at > now - CODE_FOR)
    done = session.execute(
        update(Letting)
        .where(found, *fresh)
        .values(advocate=advocate, advocate_name=name, organisation=organisation, vouching=vouching, accepted_at=now)
    )
    if getattr(done, "rowcount", 0) != 1:
        return None
    return session.scalar(select(Letting.id).where(found))


def end(session: Session, letting: uuid.UUID, sender: str, now: datetime) -> None:
    """Ended by the resident, at once."""
    theirs = select(Conversation.id).where(Conversation.sender == sender)
    session.execute(
        update(Letting)
        .where(Letting.id == letting, Letting.conversation_id.in_(theirs), Letting.ended_at.is_(None))
        .values(ended_at=now)
    )


def lettings_of(session: Session, sender: str) -> tuple[Let, ...]:
    """Everybody this resident let in or made a code for, newest first."""
    return _read(session, Conversation.sender == sender)


def let_in(session: Session, advocate: str, now: datetime) -> tuple[Let, ...]:
    """Whoever has let this advocate in and still does."""
    return tuple(one for one in _read(session, Letting.advocate == advocate) if one.open(now))


def reference(which: uuid.UUID, mark: str) -> str:
    """The reference of a message that the advocate let in so writes."""
    return f"{BY_ADVOCATE}{which.hex}/{mark}"


def writer(session: Session, reference: str) -> str:
    """Which advocate wrote the message with this reference, with their organisation; "" for the resident's own."""
    if not reference.startswith(BY_ADVOCATE):
        return ""
    row = session.get(Letting, uuid.UUID(reference.split("/")[1]))
    return f"{row.advocate_name}, {row.organisation}" if row else BY_ADVOCATE


def letting(session: Session, which: uuid.UUID) -> Let | None:
    """One letting-in."""
    return next(iter(_read(session, Letting.id == which)), None)


def held_open(session: Session, now: datetime) -> set[uuid.UUID]:
    """Conversations whose 24 hours do not run, because an advocate is let in."""
    return {one.conversation for one in _read(session, Letting.accepted_at.is_not(None)) if one.open(now)}


def _read(session: Session, condition: object) -> tuple[Let, ...]:
    rows = session.execute(
        select(Letting, Conversation.sender)
        .join(Conversation, Conversation.id == Letting.conversation_id)
        .where(condition)  # type: ignore[arg-type]
        .order_by(Letting.made_at.desc())
        .execution_options(populate_existing=True)
    ).tuples()
    return tuple(
        Let(
            row.id, row.conversation_id, sender, row.may, row.purpose, row.advocate, row.advocate_name,
            row.organisation, row.vouching, aware(row.made_at), aware(row.accepted_at) if row.accepted_at else None,
            aware(row.accepted_at) + timedelta(days=row.days) if row.accepted_at else None,
            aware(row.ended_at) if row.ended_at else None,
        )
        for row, sender in rows
    )  # fmt: skip


def _hash(code: str) -> str:
    """Keyed, and looked up whole: how long it takes says nothing about the code."""
    plain = "".join(letter for letter in code.upper() if letter in LETTERS)
    return hmac.new(settings().secret_key.encode(), f"letting/{plain}".encode(), hashlib.sha256).hexdigest()
