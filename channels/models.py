"""ALL we hold about residents, in a database of its own. channels/retention.py forgets it on time.

| table        | what                                             | how long                                    |
|--------------|--------------------------------------------------|---------------------------------------------|
| conversation | an id, the channel, the place's door, times      | 24 hours after the last message             |
| message      | what was written and what was answered           | with its conversation                       |
| tracker      | Rasa's memory of the conversation, bounded       | with its conversation                       |
| tombstone    | keyed hashes of message references already dealt | 7 days                                      |
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Integer, String, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """The conversations database."""

    type_annotation_map = {dict[str, Any]: JSON}


class Conversation(Base):
    """One resident's conversation. The id is random and is all that Rasa and the logs ever see."""

    __tablename__ = "conversation"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    channel: Mapped[str] = mapped_column(String(10))
    sender: Mapped[str] = mapped_column(String(80), unique=True)  # keyed hash of the cookie's token or the number
    door: Mapped[str] = mapped_column(String(60), default="")  # the place whose front door was used
    language: Mapped[str] = mapped_column(String(8), default="en")
    danger: Mapped[str] = mapped_column(
        String(40), default=""
    )  # the kind of danger last answered, "" when stepped down
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)
    messages: Mapped[list[Message]] = relationship(
        cascade="all, delete-orphan", order_by="Message.id", passive_deletes=True
    )


class Message(Base):
    """One message and, once there is one, its answer. `reference` is unique: a repeat is dropped by the insert."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    reference: Mapped[str] = mapped_column(String(80), unique=True)
    text: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str] = mapped_column(String(20), default="")
    reply: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Tracker(Base):
    """Rasa's tracker: one bounded row a conversation."""

    __tablename__ = "tracker"
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class Tombstone(Base):
    """A message reference of a deleted conversation, as a keyed hash, so that a late repeat does not revive it."""

    __tablename__ = "tombstone"
    reference_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)
