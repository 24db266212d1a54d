"""What a text means on this channel: whose number it came to, the language before it, what "2" or "B" stands for."""

from __future__ import annotations

import logging
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels import conversations
from channels.messages import Inbound, Reply
from channels.models import Conversation
from channels.sms import control
from channels.sms.shaping import numbered
from knowledge import reading
from nlu.welsh import language_of
from settings import settings
from words import LANGUAGES, say

logger = logging.getLogger(__name__)


def place_of(ours: str) -> str:
    """The slug of the place a number of ours belongs to; "" for none."""
    return dict(settings().texting.numbers).get(ours, "")


def language_before(session: Session, person: str, door: str) -> str:
    """The language spoken so far, else the place's first, for words that are the same in both."""
    spoken = session.scalar(select(Conversation.language).where(Conversation.sender == person))
    return spoken or _first_of(door)


def language_in(text: str, before: str) -> str:
    """The text's own language; a code's letters tell nothing, only the word before them."""
    if control.code_in(text):
        return "cy" if text.strip().lower().startswith(("rhestr", "cod ")) else before
    return "cy" if control.is_welsh(text) else language_of(text, before=before)


def said_by(inbound: Inbound, language: str) -> Inbound:
    """The same text with a number or a letter turned into what it stands for after the last answer."""
    number, letter = control.chosen(inbound.text), control.lettered(inbound.text)
    if number is None and letter is None:
        return inbound
    theirs, since = _latest(inbound.sender)
    if theirs is None or theirs.danger:
        return inbound
    meant = _choice(theirs, number, letter) or (_post(theirs, number, language, named=since) if number else "")
    return replace(inbound, text=meant) if meant else inbound


def _choice(reply: Reply, number: int | None, letter: int | None) -> str:
    """What the choice says: lettered beside signposts, numbered where there are none."""
    at = letter if numbered(reply) else (number - 1 if number else letter)
    return reply.choices[at].says if at is not None and at < len(reply.choices) else ""


def _post(reply: Reply, number: int, language: str, *, named: bool) -> str:
    """The question about the place at this number: by its name, where numbers would mean a newer answer."""
    if number > len(reply.signposts):
        return ""
    if named:
        return say("sms.meant_name", language, name=reply.signposts[number - 1].name)
    return say("sms.meant", language, number=number)


def _latest(sender: str) -> tuple[Reply | None, bool]:
    """The last answer they were given, and whether an advocate of theirs has been given one since."""
    try:
        kept = conversations.turns(sender)
    except SQLAlchemyError as wrong:
        logger.error("last answer not read: %s", type(wrong).__name__)
        return None, False
    answered = [turn for turn in kept if turn.reply]
    theirs = next((turn.reply for turn in reversed(answered) if not turn.by), None)
    return theirs, bool(answered and answered[-1].by)


def _first_of(door: str) -> str:
    try:
        found = reading.door(door, LANGUAGES[0]) if door else None
    except SQLAlchemyError:
        found = None
    spoken = [one for one in found.languages if one in LANGUAGES] if found else []
    return spoken[0] if spoken else LANGUAGES[0]
