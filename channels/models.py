"""ALL we hold about residents, in a database of its own. channels/retention.py forgets it on time.

| table        | what                                             | how long                                    |
|--------------|--------------------------------------------------|---------------------------------------------|
| conversation | an id, the channel, the place's door, times      | 24 hours after the last message             |
| message      | what was written and what was answered           | with its conversation                       |
| tracker      | Rasa's memory of the conversation, bounded       | with its conversation                       |
| keepsake     | notes, and changes to the list of places to turn | with its conversation                       |
| letting      | an advocate let in: who, what for, until when;   | with its conversation                       |
|              | the code as a keyed hash                         |                                             |
| ownership    | who answers: the bot, the queue, one clerk       | with its conversation                       |
| handover     | a person asked for, and how it ended             | closed + 28 days, or until all is deleted   |
| handover_item| copies of what was shared, what a clerk said     | with its handover, or until it is taken back |
| agreement    | the wording agreed to, ids and times             | closed + 28 days                            |
| look         | who looked at what, and when                     | as its agreement; an advocate's, 28 days    |
|              |                                                  | or while they are let in                    |
| presence     | which staff are at a desk                        | a day after they were last there            |
| forwarded    | an outside inbox's own numbers for its copy      | until that inbox has deleted it             |
| tombstone    | keyed hashes of message references already dealt | 7 days                                      |
| receipt      | that something was deleted and when, by the keyed| 7 days                                      |
|              | hash of the receipt                              |                                             |
| texter       | by keyed hash: the number, encrypted; STOP       | the number while an answer may be owed; STOP |
|              |                                                  | until START                                 |
| text_in      | a text that waits for its answer, encrypted      | until answered, 24 hours at most            |
| text_out     | a text of ours, encrypted, and what became of it | words and person until it has left; the     |
|              |                                                  | rest (kind, segments, receipt) 7 days       |
| text_count   | how many texts a number was sent today, by a     | 2 days                                      |
|              | keyed hash that changes every day                |                                             |
| text_code    | one-time codes by keyed hash, what they carry    | 15 minutes                                  |
|              | encrypted                                        |                                             |
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, ForeignKey, Integer, LargeBinary, String, Text, Uuid
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


class Receipt(Base):
    """That something was deleted, and when, by a keyed hash of the receipt's reference. Nothing of whose it was."""

    __tablename__ = "receipt"
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


class Texter(Base):
    """Somebody who texts us. Their number is held, encrypted, only while an answer may be owed; STOP until START."""

    __tablename__ = "texter"
    person: Mapped[str] = mapped_column(String(64), primary_key=True)  # keyed hash of the number
    number: Mapped[bytes | None] = mapped_column(LargeBinary)
    provider: Mapped[str] = mapped_column(String(10), default="")  # by which they last wrote
    ours: Mapped[str] = mapped_column(String(20), default="")  # the number of ours they last wrote to
    stopped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # the last START
    reminded_on: Mapped[date | None] = mapped_column(Date)  # the day of the last "START begins again"
    busy_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # a worker is answering them
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)


class TextIn(Base):
    """A text that waits for its answer. It goes, leaving a tombstone of its reference, in the answer's transaction."""

    __tablename__ = "text_in"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    reference_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person: Mapped[str] = mapped_column(String(64), index=True)
    provider: Mapped[str] = mapped_column(String(10))
    ours: Mapped[str] = mapped_column(String(20), default="")
    what: Mapped[str] = mapped_column(String(10))  # channels.sms.control: text, stop, start, …
    confirmed: Mapped[bool] = mapped_column(default=False)  # the supplier has answered this word itself
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    order_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # when it was sent, as far as is known
    arrived_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class TextOut(Base):
    """A text of ours. Once it has left, or never will, neither its words nor its person are kept."""

    __tablename__ = "text_out"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    reference: Mapped[str] = mapped_column(String(36), unique=True)  # ours, random; suppliers give it back
    cause: Mapped[str | None] = mapped_column(String(64), unique=True)  # reference_hash of the text it answers
    person: Mapped[str] = mapped_column(String(64), index=True)
    provider: Mapped[str] = mapped_column(String(10))
    ours: Mapped[str] = mapped_column(String(20), default="")
    kind: Mapped[str] = mapped_column(String(10))  # channels.sms.outbox.KINDS
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    segments: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), index=True)  # channels.sms.outbox: waiting, sending, sent, …
    receipt: Mapped[str] = mapped_column(String(10), default="")  # delivered | failed
    error: Mapped[str] = mapped_column(String(20), default="")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    busy_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    began_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # the first attempt
    supplier_id: Mapped[str] = mapped_column(String(64), default="", index=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TextCount(Base):
    """How many texts went to one number, or to all, in one day; the key is a hash that changes with the day."""

    __tablename__ = "text_count"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class TextCode(Base):
    """A one-time code by its keyed hash, with what it carries encrypted: entry ids, and a number to be confirmed."""

    __tablename__ = "text_code"
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


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


class Forwarded(Base):
    """A handover that an inbox elsewhere holds a copy of, until that inbox has been asked to delete it, and has."""

    __tablename__ = "forwarded"
    handover_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)  # no foreign key: it outlives the handover
    team: Mapped[uuid.UUID] = mapped_column(Uuid)
    contact: Mapped[str] = mapped_column(String(60), default="")  # the other side's own numbers
    talk: Mapped[str] = mapped_column(String(60), default="", index=True)
    last_item: Mapped[int] = mapped_column(Integer, default=0)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)
