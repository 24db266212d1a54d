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

from sqlalchemy import JSON, Boolean, DateTime, ForeignKey, Integer, String, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


def aware(moment: datetime) -> datetime:
    """A moment read back: SQLite forgets the zone, and every moment kept here is in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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


class Ownership(Base):
    """Who answers in a conversation: one at a time. Changed only by compare-and-set on `version`. No row: the bot."""

    __tablename__ = "ownership"
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    owner: Mapped[str] = mapped_column(String(10), default="bot")  # bot | waiting | clerk
    version: Mapped[int] = mapped_column(Integer, default=1)
    handover_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, index=True)
    clerk: Mapped[str] = mapped_column(String(40), default="")
    clerk_name: Mapped[str] = mapped_column(String(120), default="")
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)


class Handover(Base):
    """A person asked for, with the resident's yes. Outlives the conversation: 28 days after closing, then it goes."""

    __tablename__ = "handover"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    sender: Mapped[str] = mapped_column(String(80), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(8))
    place: Mapped[str] = mapped_column(String(60))
    team: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    proposed: Mapped[uuid.UUID | None] = mapped_column(Uuid)  # another organisation's team, until the resident says
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)  # danger was seen: top of the queue
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    joined_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # that nobody has come
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)
    ending: Mapped[str] = mapped_column(String(20), default="")  # handed_back | ended | left | taken_back
    helped: Mapped[str] = mapped_column(String(3), default="")


class HandoverItem(Base):
    """One thing in a handover: a copy of what was shared, or what a person said. The desk reads nothing else."""

    __tablename__ = "handover_item"
    __table_args__ = {"sqlite_autoincrement": True}  # a page asks for what came after a number: none is used twice
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    handover_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("handover.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # channels.handover.agreeing.KINDS
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    author: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    posts: Mapped[list[Any]] = mapped_column(JSON, default=list)
    reference: Mapped[str] = mapped_column(String(80), unique=True)


class Agreement(Base):
    """What a resident said yes to, word for word. Kept without them: ids, times, the wording; closed + 28 days."""

    __tablename__ = "agreement"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    handover_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    team: Mapped[uuid.UUID] = mapped_column(Uuid)
    team_name: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    organisation: Mapped[str] = mapped_column(String(300))
    scope: Mapped[str] = mapped_column(String(12))  # from_now | summary | whole
    callback: Mapped[bool] = mapped_column(Boolean, default=False)
    outside: Mapped[bool] = mapped_column(Boolean, default=False)  # also to the organisation's own inbox
    wording: Mapped[str] = mapped_column(Text)
    wording_version: Mapped[str] = mapped_column(String(16))
    agreed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    taken_back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)


class Look(Base):
    """Somebody looked: who, when, at what part. Shown to the resident; kept as long as the agreement."""

    __tablename__ = "look"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    about_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)  # a handover, or an advocate's letting-in
    reader: Mapped[str] = mapped_column(String(40))
    reader_name: Mapped[str] = mapped_column(String(120))
    organisation: Mapped[str] = mapped_column(String(300))
    part: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)


class Presence(Base):
    """A member of staff at the desk, for as long as they are: who may be waited for."""

    __tablename__ = "presence"
    clerk: Mapped[str] = mapped_column(String(40), primary_key=True)
    team: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    away: Mapped[bool] = mapped_column(Boolean, default=False)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)


class Keepsake(Base):
    """What a resident keeps beside the conversation: notes, and changes to their list of places to turn."""

    __tablename__ = "keepsake"
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    notes: Mapped[str] = mapped_column(Text, default="")
    removed: Mapped[list[Any]] = mapped_column(JSON, default=list)  # entry ids taken off the list
    added: Mapped[list[Any]] = mapped_column(JSON, default=list)  # entry ids brought back


class Letting(Base):
    """An advocate let in by a resident: by a code said aloud, for a purpose, for a time. Ended, it opens nothing."""

    __tablename__ = "letting"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)  # of no use once taken or after 15 minutes
    may: Mapped[str] = mapped_column(String(12))  # list | conversation | act
    purpose: Mapped[str] = mapped_column(String(120))
    days: Mapped[int] = mapped_column(Integer)
    advocate: Mapped[str] = mapped_column(String(40), default="", index=True)
    advocate_name: Mapped[str] = mapped_column(String(120), default="")
    vouching: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    organisation: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
