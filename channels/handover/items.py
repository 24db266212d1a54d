"""What a handover holds: copies of what was shared and what people said. The desk reads these and nothing else."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from channels.handover.agreeing import THEIRS
from channels.handover.letting import writer
from channels.handover.owning import BOT, Owner
from channels.messages import Reply
from channels.models import HandoverItem, Message, aware
from channels.plain import as_text

SAID_TO_RESIDENT = ("clerk", "notice")  # beside the assistant's own answers, which the conversation keeps
TAKEN = (*THEIRS, "summary", "callback", "note")  # what goes when a resident takes back what they shared


@dataclass(frozen=True)
class Item:
    """One thing in a handover, as read."""

    id: int
    handover: uuid.UUID
    kind: str
    at: datetime
    author: str
    text: str
    posts: tuple[dict[str, Any], ...] = field(default=())


def add(
    session: Session,
    handover: uuid.UUID,
    kind: str,
    text: str,
    at: datetime,
    *,
    author: str = "",
    posts: Sequence[dict[str, Any]] = (),
    reference: str = "",
) -> int:
    """Keep one thing; its number, which only grows. A reference already there raises `IntegrityError`."""
    row = HandoverItem(
        handover_id=handover,
        kind=kind,
        at=at,
        author=author,
        text=text,
        posts=list(posts),
        reference=reference or secrets.token_urlsafe(12),
    )
    session.add(row)
    session.flush()
    return row.id


def copy_message(session: Session, message: Message, owner: Owner) -> None:
    """A resident's message, for whoever waits or talks with them: the same transaction that stores it."""
    if (handover := _open(owner)) is not None:
        by = writer(session, message.reference)
        _copy(session, handover, message, "message", message.text, message.received_at, by)


def copy_answer(session: Session, message: Message, owner: Owner, reply: Reply, at: datetime) -> None:
    """What we answered meanwhile; the emergency lines are marked, since nobody at the desk wrote them."""
    handover = _open(owner)
    if handover is not None and (text := as_text(reply)):
        _copy(session, handover, message, "emergency" if reply.danger else "answer", text, at)


def copy_all(session: Session, handover: uuid.UUID, messages: Sequence[tuple[Message, Reply | None]]) -> None:
    """The conversation so far, for a resident who shares the whole of it."""
    for message, reply in messages:
        by = writer(session, message.reference)
        _copy(session, handover, message, "message", message.text, message.received_at, by)
        if reply is not None and (text := as_text(reply)):
            _copy(session, handover, message, "answer", text, message.received_at)


def items_of(session: Session, handovers: Sequence[uuid.UUID], *, after: int = 0) -> tuple[Item, ...]:
    """Everything of these handovers that is newer than `after`, oldest first. Whoever shows it asks `may_see`."""
    if not handovers:
        return ()
    rows = session.scalars(
        select(HandoverItem)
        .where(HandoverItem.handover_id.in_(handovers), HandoverItem.id > after)
        .order_by(HandoverItem.id)
    )
    return tuple(
        Item(row.id, row.handover_id, row.kind, aware(row.at), row.author, row.text, tuple(row.posts)) for row in rows
    )


def said_last(session: Session, handover: uuid.UUID, starting: str = "") -> str:
    """The reference of what was last said to the resident from outside the assistant; "" for nothing.

    `starting`: of those only whose reference begins so.
    """
    mine = (HandoverItem.handover_id == handover, HandoverItem.kind.in_(SAID_TO_RESIDENT))
    asked = select(HandoverItem.reference).where(*mine, HandoverItem.reference.startswith(starting, autoescape=True))
    return session.scalar(asked.order_by(HandoverItem.id.desc()).limit(1)) or ""


def take_away(session: Session, handover: uuid.UUID) -> None:
    """Everything of the resident's, and notes about them; what was said to them stays theirs to read."""
    session.execute(delete(HandoverItem).where(HandoverItem.handover_id == handover, HandoverItem.kind.in_(TAKEN)))


def _copy(
    session: Session, handover: uuid.UUID, message: Message, kind: str, text: str, at: datetime, author: str = ""
) -> None:
    mark = "m" if kind == "message" else "a"
    values = {
        "handover_id": handover, "kind": kind, "at": at, "author": author[:120], "text": text, "posts": [],
        "reference": f"{handover.hex}/{mark}{message.id}",
    }  # fmt: skip
    known = select(HandoverItem.id).where(HandoverItem.reference == values["reference"])
    if session.scalar(known) is None:
        session.execute(insert(HandoverItem).values(**values))


def _open(owner: Owner) -> uuid.UUID | None:
    return None if owner.owner == BOT else owner.handover
