"""What the gateway asks before Rasa: does a person have this conversation, or is this about having one?"""

from __future__ import annotations

import itertools
import logging
import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.conversations import Begun, silence, truncate_log
from channels.handover import afterwards, asking, inviting, letting, looking, proposing
from channels.handover.agreeing import wording
from channels.handover.consenting import answer_to_offer, callback_in
from channels.handover.lining import line_words, waiting_words
from channels.handover.owning import CLERK, owner_by_handover
from channels.handover.speaking import say_to
from channels.messages import BY_ADVOCATE, Inbound, Offer, Reply, reply_from_json
from channels.models import Conversation, Handover, Message, Ownership, aware
from channels.saying import in_words
from knowledge.answering import knowing
from knowledge.db import session_scope
from knowledge.desks import UK, Desk, desk, desks
from knowledge.reading import place_spot
from nlu.forgetting import plainly_asks_to_forget
from nlu.private import set_aside
from nlu.urgent import Urgent
from settings import settings
from words import LANGUAGES, look_up, say

logger = logging.getLogger(__name__)

OFFERED = "handover_offer"  # among the needs of an answer that asked whether to pass the conversation on
BY_TEXT = "sms"
LATELY = 12  # messages looked through for how somebody wants to be reached


def held(sender: str) -> bool:
    """Whether this resident is with a person now; no, where that cannot be read."""
    try:
        with session_scope(settings().conversations_url) as session:
            found = select(Ownership.owner).join(Conversation).where(Conversation.sender == sender)
            return session.scalar(found) == CLERK
    except SQLAlchemyError as wrong:
        logger.error("owner not read: %s", type(wrong).__name__)
        return False


def meant_for_them(sender: str) -> bool:
    """Whether a number or an address in this message is for a person: one they are with, or are just being offered."""
    if held(sender):
        return True
    try:
        with session_scope(settings().conversations_url) as session:
            newest = select(Message.reply).join(Conversation).where(Conversation.sender == sender)
            newest = newest.where(Message.reference.not_like(f"{BY_ADVOCATE}%"))
            return _offers(session.scalar(newest.order_by(Message.id.desc()).limit(1)))
    except SQLAlchemyError as wrong:
        logger.error("offer not read: %s", type(wrong).__name__)
        return False


def emergency(begun: Begun, urgent: Urgent, said: Reply) -> Reply:
    """The fixed emergency lines while a person has the conversation: once a kind of danger, and marked automatic."""
    if begun.danger == urgent.kind:
        return silence(said.language, begun.conversation)
    lines = tuple(post for post in said.signposts if post.tier == "emergency")
    return replace(said, before=(say("handed.automatic", said.language), *said.before), signposts=lines, after=())


def instead(inbound: Inbound, begun: Begun, message: str, language: str) -> Reply | None:
    """The answer where the bot is not asked: silence while a person has it, and the words that steer a handover."""
    if not begun.conversation:
        return None
    if inbound.by_advocate:
        return silence(language, begun.conversation) if begun.held else None
    try:
        steered = _steered(inbound, begun, message, language)
    except SQLAlchemyError as wrong:
        logger.error("handover not steered: %s", type(wrong).__name__)
        steered = None
    if steered is not None or not begun.held:
        return steered
    if plainly_asks_to_forget(message):
        return Reply("privacy", language, deleted=True)
    return silence(language, begun.conversation)


def only_theirs(message: str) -> bool:
    """Whether these words steer what only the resident may: a handover, who is let in, deletion."""
    said = itertools.chain.from_iterable(look_up("handed.words", language).items() for language in LANGUAGES)
    words = {_plain(str(one)) for name, one in said if name != "no"}
    return _plain(message) in words or bool(inviting.purpose_in(message)) or plainly_asks_to_forget(message)


def offered(inbound: Inbound, reply: Reply) -> Reply:
    """An answer to "can I talk to a person", with the desk there is for them and what saying yes to it would mean."""
    if reply.outcome != "handover" or "handover" not in reply.needs:
        return reply
    if inbound.by_advocate:
        return replace(reply, after=(say("advocate.theirs", reply.language),))
    here = desk_for(inbound.door, reply)
    if here is None:
        return reply
    if not (inbound.door or reply.place):  # nobody said where they are: so whom it is for
        reply = replace(reply, after=(say("handed.chat.for_place", reply.language, place=_place_of(here)),))
    else:
        reply = replace(reply, after=())
    return _asking(inbound.channel, reply, here, callback=False)


def desk_for(door: str, reply: Reply) -> Desk | None:
    """The desk of the place somebody came in by or named; none where there is none. Nowhere said: any place's.

    Where the answer knows which of several places of one name was meant, that one is it.
    """
    place, language = reply.place, reply.language
    with session_scope() as session:
        spot = knowing(session).gazetteer.find(place, alone=True) if place and reply.area is None else None
        slug = door or reply.area or (spot.slug if spot else "")
        if place and not slug:
            return None
        found = desks(session, place=slug)
    return min(found, key=lambda one: (one.nation == "wales") != (language == "cy"), default=None)


def _place_of(here: Desk) -> str:
    with session_scope() as session:
        spot = place_spot(session, here.place)
    return spot.name if spot else here.place


def _asking(channel: str, reply: Reply, here: Desk, *, callback: bool) -> Reply:
    """`reply` with what a yes would mean, and how to say it on this channel."""
    language = reply.language
    agree = wording(language, here.called(language), here.of(language), "from_now", callback=callback)
    how = say("handed.text.offer" if channel == BY_TEXT else "handed.chat.offer", language)
    offer = Offer(str(here.id), agree.version)
    return replace(reply, needs=("handover", OFFERED), after=(*reply.after, *agree.sentences, how), offer=offer)


def _steered(inbound: Inbound, begun: Begun, message: str, language: str) -> Reply | None:
    """A word that means something to a handover, written whole and alone: the same words on every channel."""
    word = _plain(message)
    meant = next((name for name, said in look_up("handed.words", language).items() if said.casefold() == word), "")
    meant = meant or ("let_in" if inviting.purpose_in(message) else _in_own_words(inbound.channel, message))
    if not meant:
        return None
    now = inbound.received_at
    if meant == "take_back":
        return _taken_back(inbound.sender, language, now)
    with session_scope(settings().conversations_url) as session:
        if meant in (*inviting.WORDS, "no") and (told := _let_in(session, inbound, begun, message, meant, language)):
            return told
        if meant in ("share", "share_all", "no", "left_out") or meant.startswith("reach_"):
            return _answered_offer(session, inbound, begun, meant, language)
        if meant == "end_letting":
            return _told(session, inbound.sender, _shut(session, inbound.sender, language, now), now)
        handovers = asking.handovers_of(session, inbound.sender)
        if meant == "who_looked":
            return _told(session, inbound.sender, _looked(session, inbound.sender, language), now)
        if meant in afterwards.WORDS:
            return _told(session, inbound.sender, afterwards.answer(session, handovers, meant, language, now), now)
        return _left(session, inbound.sender, language, now) if handovers else None


def _taken_back(sender: str, language: str, now: datetime) -> Reply | None:
    """All they ever shared is gone from every desk, and from the file it lay in."""
    with session_scope(settings().conversations_url) as session:
        handovers = asking.handovers_of(session, sender)
        for row in handovers:
            asking.take_back(session, row.id, now, tell=False)
    if not handovers:
        return None
    truncate_log()
    return Reply("handover", language, before=(say("handed.text.taken_back", language),))


def _plain(message: str) -> str:
    return re.sub(r"[^\w ]", "", message).strip().casefold()


def _in_own_words(channel: str, message: str) -> str:
    """As somebody would say it who was just asked. By text a yes is a word of its own: "yes" is said too easily."""
    meant = answer_to_offer(message)
    return "" if meant == "share" and channel == BY_TEXT else meant


def _answered_offer(session: Session, inbound: Inbound, begun: Begun, meant: str, language: str) -> Reply | None:
    """Yes, no, or how it is to be done, where we have just asked; an ordinary message otherwise."""
    conversation, now = session.get(Conversation, uuid.UUID(begun.conversation)), inbound.received_at
    if conversation is None:
        return None
    row = asking.open_handover(session, conversation.sender)
    if row is not None and row.proposed is not None and meant in ("share", "share_all", "no"):
        return proposing.answer(session, row, meant, language, now)
    before = _said_lately(session, begun)
    if not before or not _offers(before[0].reply):
        return None
    asked = reply_from_json(before[0].reply or {})
    if meant == "no":
        _set_aside(before)
        return Reply("handover", language, before=(say("handed.text.no", language),), needs=("handover",))
    if (here := _desk_asked_about(asked)) is None:
        return Reply("handover", language, before=(say("handed.text.gone", language),))
    if meant in ("share", "share_all"):
        agree = asking.Wanted("from_now", callback=_callback(before)).wording(here, conversation.language)
        if asked.offer is not None and agree.version == asked.offer.version:
            return _shared(session, conversation, here, meant, before, now)
        said: tuple[str, ...] = ("handed.chat.changed",)
    else:
        said = ("handed.chat.left_out",) if meant == "left_out" else ("handed.chat.reach", f"handed.chat.{meant}")
    told = Reply(
        "handover", language, before=tuple(say(key, language) for key in said), place=asked.place, area=asked.area
    )
    return _asking(inbound.channel, told, here, callback=meant.startswith("reach_") or bool(_callback(before)))


def _desk_asked_about(asked: Reply) -> Desk | None:
    """The desk that was shown, whatever is known by now of where they are; None once there is no such desk."""
    with session_scope() as directory:
        return desk(directory, uuid.UUID(asked.offer.desk)) if asked.offer else None


def _shared(
    session: Session, conversation: Conversation, here: Desk, meant: str, before: Sequence[Message], now: datetime
) -> Reply:
    """The yes, with how they want to be reached as they wrote it; then only the desk holds that."""
    language, callback = conversation.language, _callback(before)
    scope = "whole" if meant == "share_all" else "from_now"
    _set_aside(before)
    if (handover := asking.ask(session, conversation, here, asking.Wanted(scope, callback=callback), now)) is None:
        return Reply("handover", language, before=(say("handed.text.already", language),))
    line = line_words(session, session.get_one(Handover, handover), here, language, now)
    how = say("handed.text.how" if conversation.channel == BY_TEXT else "handed.chat.how", language)
    told = (say("handed.chat.sent", language), waiting_words(here, language, now), line, how)
    return Reply("handover", language, before=tuple(filter(None, told)), needs=("handover",))


def _callback(before: Sequence[Message]) -> str:
    """How they want to be reached, from what they wrote since they were asked."""
    since = list(itertools.takewhile(lambda one: _offers(one.reply), before))
    return callback_in([one.text for one in reversed(since)])[: asking.LONGEST_CALLBACK]


def _set_aside(before: Sequence[Message]) -> None:
    """Numbers and addresses written for a desk go from the conversation once that is settled."""
    for one in before:
        one.text = set_aside(one.text)[0]


def _left(session: Session, sender: str, language: str, now: datetime) -> Reply | None:
    row = asking.open_handover(session, sender)
    if row is None or not asking.leave(session, row, now):
        return None
    asked = (say("handed.text.helped_asked", language),) if afterwards.may_say_helped(row, now) else ()
    return Reply("handover", language, before=(say("handed.text.left", language), *asked))


def _told(session: Session, sender: str, reply: Reply | None, now: datetime) -> Reply | None:
    """What was asked for; while a person has the conversation as a notice, since the bot itself is silent then."""
    row = asking.open_handover(session, sender)
    owner = owner_by_handover(session, row.id) if row is not None else None
    if reply is None or row is None or owner is None or not owner.held:
        return reply
    say_to(session, row, "\n".join(reply.before), now)
    return silence(reply.language)


def _looked(session: Session, sender: str, language: str) -> Reply | None:
    about = looking.about(session, sender)
    if not about:
        return None
    looks = tuple(look_words(look, language) for look in looking.looks_at(session, about)[:6])
    return Reply("handover", language, before=looks or (say("handed.look.nobody", language),))


def _let_in(session: Session, inbound: Inbound, begun: Begun, message: str, meant: str, language: str) -> Reply | None:
    """LET IN and what follows it, by text: there is a page for it elsewhere."""
    conversation, now = session.get(Conversation, uuid.UUID(begun.conversation)), inbound.received_at
    if inbound.channel != BY_TEXT or conversation is None:
        return None
    lately = _said_lately(session, begun)
    return _told(
        session, inbound.sender, inviting.answer(session, conversation, lately, message, meant, language, now), now
    )


def _shut(session: Session, sender: str, language: str, now: datetime) -> Reply | None:
    """STOP HELPER: every advocate let in is out."""
    lets = letting.lettings_of(session, sender)
    for one in lets:
        letting.end(session, one.id, sender, now)
    return Reply("handover", language, before=(say("advocate.mine.ended", language),)) if lets else None


def look_words(look: looking.Looked, language: str) -> str:
    """One look as a sentence, by the clock here."""
    at = aware(look.at).astimezone(UK)
    part = say(f"handed.look.part.{look.part}", language)
    return say(
        "handed.look.line", language, name=look.name, organisation=look.organisation, part=part,
        date=in_words(at.date(), language), time=f"{at:%H:%M}",
    )  # fmt: skip


def _said_lately(session: Session, begun: Begun) -> list[Message]:
    """Their own messages before this one, newest first: what an advocate was answered, they have not seen."""
    before = (
        select(Message)
        .where(Message.conversation_id == uuid.UUID(begun.conversation), Message.id < begun.message)
        .where(Message.reference.not_like(f"{BY_ADVOCATE}%"))
        .order_by(Message.id.desc())
        .limit(LATELY)
    )
    return list(session.scalars(before))


def _offers(reply: Any) -> bool:
    """Whether an answer, as it is kept, asked whether to pass the conversation on."""
    return bool(reply) and reply_from_json(reply).offer is not None
