"""Conversations kept, shown, handed to their owner and forgotten. Short transactions; nothing slow inside one."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from channels import receipts
from channels.handover import asking, items, letting
from channels.handover.keeping import held_open
from channels.handover.owning import BOT, Owner, owner_for_sending, owner_of
from channels.messages import Inbound, Reply, Turn, reply_from_json, reply_to_json
from channels.models import Conversation, Handover, Message, Tombstone
from knowledge.db import session_scope
from nlu.lately import forget_lately
from settings import settings
from words import say

logger = logging.getLogger(__name__)
SHOWN = 50  # turns that are ever shown; a conversation lives a day
REPEAT_WAITS = 5.0  # seconds a repeat waits for the first copy's answer
TOMBSTONE_DAYS = 7


@dataclass(frozen=True)
class Begun:
    """A message stored and waiting for its answer; or `repeat` of one already dealt with."""

    conversation: str
    language: str
    danger: str
    message: int = 0
    repeat: Reply | None = None
    owner: Owner | None = None  # as it was when the message was stored; None: nobody but the bot ever

    @property
    def held(self) -> bool:
        """Whether a person from a desk has this conversation, so that Rasa is not asked."""
        return self.owner is not None and self.owner.held


def sender_of(token: str) -> str:
    """The keyed hash under which a cookie's token is known; the token itself is never kept."""
    return keyed(f"web/{token}")


def begin(inbound: Inbound, text_read: str) -> Begun:
    """Find or start the conversation and store the message, at most once by its reference."""
    try:
        return _stored(inbound, text_read)
    except IntegrityError:  # a repeat, or another message of theirs started the conversation in the same instant
        return _already(inbound) or _stored(inbound, text_read)


def finish(begun: Begun, reply: Reply, also: Callable[[Session, Reply], None] | None = None) -> Reply:
    """Keep the answer and return it; silence instead, where a person took over while it was being made.

    The first update makes this transaction SQLite's one writer, so nobody takes over between look and keeping.
    Nothing is kept where the conversation was deleted meanwhile. `also`, given the reply as kept, writes what a channel
    must in the same transaction.
    """
    conversation = uuid.UUID(begun.conversation)
    with session_scope(settings().conversations_url) as session:
        theirs = update(Conversation).where(Conversation.id == conversation)
        session.execute(theirs.values(language=reply.language))
        owner = owner_for_sending(session, conversation)
        if owner.held and not reply.danger:
            reply = silence(reply.language, reply.conversation)
        kept = update(Message).where(Message.id == begun.message)
        session.execute(kept.values(outcome=reply.outcome, reply=reply_to_json(reply)))
        if (after := _danger_after(begun, reply)) != begun.danger:  # else another message of theirs may know better
            session.execute(theirs.values(danger=after))
        if also:
            also(session, reply)
        if owner.owner != BOT:
            _tell_the_desk(session, begun, owner, reply)
    return reply


def silence(language: str, conversation: str = "") -> Reply:
    """What the bot says while a person has the conversation."""
    return Reply("with_person", language, conversation=conversation)


def _tell_the_desk(session: Session, begun: Begun, owner: Owner, reply: Reply) -> None:
    """The answer beside the message it was to; danger goes to the top of the queue."""
    message = session.get(Message, begun.message)
    if message is not None:
        items.copy_answer(session, message, owner, reply, datetime.now(UTC))
    if reply.danger:
        session.execute(update(Handover).where(Handover.id == owner.handover).values(urgent=True))


def turns(sender: str, most: int = SHOWN) -> tuple[Turn, ...]:
    """What was said and answered in this person's conversation, oldest first: the last `most` turns of it."""
    with session_scope(settings().conversations_url) as session:
        rows = session.scalars(
            select(Message)
            .join(Conversation)
            .where(Conversation.sender == sender)
            .order_by(Message.id.desc())
            .limit(most)
        ).all()
        return tuple(_turn(session, row) for row in reversed(rows))


def _turn(session: Session, row: Message) -> Turn:
    reply = reply_from_json(row.reply) if row.reply else None
    return Turn(row.text, row.received_at, reply, row.id, row.reference, letting.writer(session, row.reference))


def danger_lately(sender: str) -> bool:
    """Whether any of the turns that can be shown was answered as danger; none of them is read for it."""
    recent = select(Message.reply).join(Conversation).where(Conversation.sender == sender, Message.reply.is_not(None))
    shown = recent.order_by(Message.id.desc()).limit(SHOWN).subquery()
    with session_scope(settings().conversations_url) as session:
        return (
            session.scalar(
                select(shown.c.reply["danger"].as_boolean()).where(shown.c.reply["danger"].as_boolean()).limit(1)
            )
            is not None
        )


def forget(sender: str, also: Callable[[Session, str], None] | None = None) -> str:
    """Delete this person's conversation everywhere; a receipt, or "" if nothing was held.

    `also`, given the receipt, writes what a channel must in the same transaction.
    """
    with session_scope(settings().conversations_url) as session:
        conversation = session.scalars(select(Conversation).where(Conversation.sender == sender)).first()
        kept = session.scalars(select(Handover.id).where(Handover.sender == sender)).first()
        held = conversation is not None or kept is not None
        moment = datetime.now(UTC)
        receipt = receipts.give(session, moment) if held else ""
        if conversation is not None:
            erase(session, conversation.id)
        asking.delete_all(session, sender, moment)
        if also:
            also(session, receipt)
    forget_lately()
    if receipt:
        truncate_log()
    return receipt


def latest(sender: str) -> Reply | None:
    """The last answer this person was given, which "2" or "more" speaks of; None when there is none.

    What an advocate was answered, only they have seen.
    """
    return next((turn.reply for turn in reversed(turns(sender)) if turn.reply and not turn.by), None)


def erase(session: Session, conversation: uuid.UUID) -> None:
    """Take a conversation out of every table, leaving only hashes of its references against late repeats.

    What was shared with a desk is not the conversation: it has its own end (channels.handover.keeping), and `forget`.
    """
    for reference in session.scalars(select(Message.reference).where(Message.conversation_id == conversation)):
        session.merge(Tombstone(reference_hash=keyed(reference)))
    session.execute(delete(Conversation).where(Conversation.id == conversation))


def truncate_log() -> bool:
    """Empty SQLite's write-ahead log, where deleted pages would otherwise linger; whether it is empty now.

    Whoever reads or writes at that moment is waited for as long as the database waits. Where they stay, the log line
    says so, and the next round of channels.retention empties it.
    """
    if not settings().conversations_url.startswith("sqlite"):
        return True
    try:
        with session_scope(settings().conversations_url) as session:
            busy, _in_log, _moved = session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    except OperationalError:
        busy = 1
    if busy:
        logger.warning("write-ahead log not emptied: the database was busy")
    return not busy


def transcript(sender: str, language: str) -> str:
    """The conversation as plain text for its owner to keep."""
    from channels.plain import as_text

    kept = turns(sender)
    lines = [say("transcript.title", language), ""]
    for turn in kept:
        lines += [f"{turn.by or say('transcript.you', language)}: {turn.said}", ""]
        if turn.reply:
            lines += [f"{say('transcript.us', language)}:", as_text(turn.reply), ""]
    return "\n".join(lines if kept else [*lines, say("transcript.empty", language)])


def _stored(inbound: Inbound, text_read: str) -> Begun:
    with session_scope(settings().conversations_url) as session:
        if session.get(Tombstone, keyed(inbound.reference)):
            return Begun("", inbound.language or "en", "", repeat=Reply("stopped", inbound.language or "en"))
        conversation = _found_or_started(session, inbound)
        message = Message(
            conversation_id=conversation.id,
            reference=inbound.reference,
            text=text_read,
            received_at=inbound.received_at,
        )
        session.add(message)
        session.flush()
        owner = owner_of(session, conversation.id)
        items.copy_message(session, message, owner)
        return Begun(str(conversation.id), conversation.language, conversation.danger, message.id, owner=owner)


def _found_or_started(session: Session, inbound: Inbound) -> Conversation:
    found = session.scalars(select(Conversation).where(Conversation.sender == inbound.sender)).first()
    if (
        found is not None
        and _over(found, inbound.received_at)
        and found.id not in held_open(session, inbound.received_at)
    ):
        erase(session, found.id)
        found = None
    if found is None:
        found = Conversation(
            id=uuid.uuid4(), channel=inbound.channel, sender=inbound.sender, started_at=inbound.received_at,
            language=inbound.language or "en", danger="",
        )  # fmt: skip
        session.add(found)
        session.flush()  # its messages refer to it
    found.last_at, found.door = inbound.received_at, inbound.door or found.door or ""
    return found


def started(session: Session, sender: str, channel: str, door: str, language: str, now: datetime) -> Conversation:
    """The conversation of somebody who asks for a person, begun by that where they have said nothing yet."""
    return _found_or_started(session, Inbound(channel, sender, "", "", now, door, language))


def _over(conversation: Conversation, at: datetime) -> bool:
    last = conversation.last_at if conversation.last_at.tzinfo else conversation.last_at.replace(tzinfo=at.tzinfo)
    return at - last >= timedelta(hours=settings().keep_hours)


def _already(inbound: Inbound) -> Begun | None:
    """The answer to the first copy of this message, waiting a little if it is still being made; None if there is none.

    Only its sender is shown it: the page another person left open carries the same reference.
    """
    until = time.monotonic() + REPEAT_WAITS
    while True:
        with session_scope(settings().conversations_url) as session:
            row = session.scalars(select(Message).where(Message.reference == inbound.reference)).first()
            if row is None:
                return None
            conversation = session.get_one(Conversation, row.conversation_id)
            theirs = conversation.sender == inbound.sender
            if theirs and inbound.owed and not row.reply:  # whoever began it was cut off
                owner = owner_of(session, conversation.id)
                return Begun(str(conversation.id), conversation.language, conversation.danger, row.id, owner=owner)
            if row.reply or not theirs or time.monotonic() > until:
                kept = row.reply if theirs else None
                reply = reply_from_json(kept) if kept else Reply("repeat", inbound.language or "en")
                return Begun(str(row.conversation_id) if theirs else "", reply.language, "", repeat=reply)
        time.sleep(0.1)


def _danger_after(begun: Begun, reply: Reply) -> str:
    """The danger remembered for the next message: this reply's kind, or none once something else was answered."""
    if reply.outcome == "crisis":
        return next((need for need in reply.needs if need.startswith("crisis_")), begun.danger)
    return begun.danger if reply.outcome == "with_person" else ""


def keyed(value: str) -> str:
    """The hash under which something personal is known: without our secret it cannot be made again from the value."""
    return hmac.new(settings().secret_key.encode(), value.encode(), hashlib.sha256).hexdigest()
