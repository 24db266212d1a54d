"""The one path every message takes: handle(inbound) -> Reply. It never raises, and it is never silent."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from channels import conversations, counting, danger, other_languages, rasa_client, warming
from channels.conversations import Begun
from channels.handover import gate
from channels.messages import Inbound, Reply
from channels.rasa_client import BotSilent
from channels.saying import reply_of
from knowledge.answering import answer, knowing, read_ahead
from knowledge.db import session_scope
from knowledge.emergency import lines_for
from knowledge.life import asked_for, steps_told
from knowledge.reading import place_spot
from knowledge.replying import payload
from nlu.details import details_ready, read_details, wishes_of
from nlu.embedding import ModelFileWrong
from nlu.forgetting import plainly_asks_to_forget
from nlu.languages import recognise
from nlu.private import set_aside
from nlu.text import LONGEST, clean, has_words, was_cut
from nlu.urgent import Urgent
from nlu.urgent import ready as urgent_ready
from nlu.welsh import language_of
from words import ready as words_ready
from words import say

logger = logging.getLogger(__name__)

PAGES = 4  # of a message too long to be read whole, in which danger is still looked for
OVERLAP = 100  # characters, so that no phrase is cut in two

WAITS_AGAIN = 2  # times, for a message that its channel holds until it is answered
Stored = TypeVar("Stored")
Keep = Callable[[Session, Reply], None]  # what a channel writes in the answer's own transaction


def handle(inbound: Inbound, keep: Keep | None = None) -> Reply:
    """Answer one message: repeats once, danger first, Rasa next, a plain search where Rasa is silent.

    `keep` is called inside the transaction that stores the answer or deletes the conversation; not for a repeat.
    """
    warming.wait()
    began = time.perf_counter()
    message, private = set_aside(clean(inbound.text))
    if private and gate.meant_for_them(inbound.sender):
        message, private = clean(inbound.text), False
    begun = _begun(inbound, message)
    if begun.repeat is not None:
        return begun.repeat
    reply = _reply(inbound, begun, message, keep)
    if was_cut(inbound.text):
        reply = replace(reply, before=(*reply.before, say("trouble.cut", reply.language)))
    if private and not reply.danger:
        reply = replace(reply, after=(*reply.after, say("privacy.left_out", reply.language)))
    reply = replace(reply, conversation=begun.conversation, ms=round((time.perf_counter() - began) * 1000, 1))
    reply = _kept(inbound, begun, reply, keep)
    counting.count(inbound, reply)
    logger.info(
        "turn conversation=%s channel=%s outcome=%s rasa=%s ms=%.0f",
        begun.conversation, inbound.channel, reply.outcome, reply.from_rasa, reply.ms,
    )  # fmt: skip
    return reply


def in_danger(inbound: Inbound) -> bool:
    """Whether a message shows danger, nothing stored: for people whom we write to only then."""
    message = clean(inbound.text)
    return _urgent(inbound, message, language_of(message, before=inbound.language or "en")) is not None


def warm() -> None:
    """Load the models, the glossary and the directory now; with the directory gone, danger is still looked for."""
    words_ready()
    urgent_ready()
    recognise("bore da")
    details_ready()
    lines_for("crisis_suicide", nation=None)
    try:
        with session_scope() as session:
            answer(session, "somebody to talk to", today=datetime.now(UTC).date())
            read_ahead(session)
    except (SQLAlchemyError, ModelFileWrong) as wrong:
        logger.error("directory not read: %s", type(wrong).__name__)


def _begun(inbound: Inbound, message: str) -> Begun:
    """The message stored; with the conversations database gone, answered without memory rather than not at all."""
    try:
        return _patiently(inbound, lambda: conversations.begin(inbound, message))
    except SQLAlchemyError as wrong:
        logger.error("conversation not stored: %s", type(wrong).__name__)
        return Begun("", inbound.language or "en", "")


def _patiently(inbound: Inbound, store: Callable[[], Stored]) -> Stored:
    """`store`, tried again while other writers are in the way: nobody looks at a screen while a text is answered."""
    for _ in range(WAITS_AGAIN if inbound.owed else 0):
        try:
            return store()
        except OperationalError:
            logger.info("the conversations database is busy: trying again")
    return store()


def _kept(inbound: Inbound, begun: Begun, reply: Reply, keep: Keep | None) -> Reply:
    """The answer as it was kept: silence where a person took over meanwhile, or where that cannot be ruled out."""
    if not begun.conversation or reply.deleted:
        return reply
    try:
        return _patiently(inbound, lambda: conversations.finish(begun, reply, keep))
    except SQLAlchemyError as wrong:
        logger.error("answer not stored: %s", type(wrong).__name__)
        return conversations.silence(reply.language, begun.conversation) if begun.held and not reply.danger else reply


def _reply(inbound: Inbound, begun: Begun, message: str, keep: Keep | None) -> Reply:
    language = _language(inbound, begun, message)
    if (urgent := _urgent(inbound, message, language)) is not None:
        said = danger.reply(urgent, message, language, inbound, again=bool(begun.danger))
        return gate.emergency(begun, urgent, said) if begun.held else other_languages.beside(said, message)
    if (instead := gate.instead(inbound, begun, message, language)) is not None:
        return _deleted(inbound, language, keep) if instead.deleted else instead
    if begun.danger and (still := danger.still(begun.danger, message, language, inbound)) is not None:
        return other_languages.beside(still, message)
    if not has_words(message):
        key = "trouble.wordless" if message else "trouble.empty"
        return Reply("clarify", language, before=(say(key, language),), needs=("clarify",))
    theirs = other_languages.reply(inbound, message, language) or other_languages.nearer(inbound, message, language)
    if theirs is not None:
        return theirs
    try:
        return _from_rasa(inbound, begun, message, language, keep)
    except BotSilent as silent:
        if begun.conversation and plainly_asks_to_forget(message) and not inbound.by_advocate:
            return _deleted(inbound, language, keep)
        logger.warning("rasa silent conversation=%s kind=%s", begun.conversation, silent.kind)
        return _without_rasa(inbound, message, language)


def _language(inbound: Inbound, begun: Begun, message: str) -> str:
    """English or Welsh: the message's, or the one spoken so far where it is in neither."""
    if not message:
        return begun.language
    before = inbound.language or begun.language
    return before if recognise(message) else language_of(message, before=before)


def _urgent(inbound: Inbound, message: str, language: str) -> Urgent | None:
    """The danger in a message, also past the point where a long one is cut: the next pages, and its end."""
    past = [*range(LONGEST - OVERLAP, PAGES * LONGEST, LONGEST - OVERLAP), len(inbound.text) - LONGEST]
    starts = [at for at in past if 0 < at < len(inbound.text)] if was_cut(inbound.text) else []
    parts = (message, *(clean(inbound.text[at : at + LONGEST]) for at in starts))
    found = (danger.seen(part, language) or other_languages.danger_seen(part) for part in parts)
    return next(filter(None, found), None)


def _from_rasa(inbound: Inbound, begun: Begun, message: str, language: str, keep: Keep | None) -> Reply:
    """Rasa's decision in words. The directory being gone counts as silence: the plain search then says so."""
    metadata = {"language": language, "door": inbound.door, "today": inbound.received_at.date().isoformat()}
    if not begun.conversation:
        raise BotSilent("no memory")
    decided = rasa_client.ask(begun.conversation, message, metadata)
    if decided.get("delete") and inbound.by_advocate:
        return Reply("privacy", language, before=(say("advocate.theirs", language),), needs=("privacy_request",))
    if decided.get("delete"):
        return _deleted(inbound, language, keep)
    try:
        with session_scope() as session:
            return gate.offered(inbound, replace(reply_of(session, decided, language), from_rasa=True))
    except SQLAlchemyError:
        raise BotSilent("no directory") from None
    except (LookupError, TypeError, ValueError, AttributeError):  # not the shape of knowledge.replying
        raise BotSilent("garbled") from None


def _deleted(inbound: Inbound, language: str, keep: Keep | None) -> Reply:
    """Forgotten before we say so; and said so only if it happened."""
    try:
        also = (lambda session, receipt: keep(session, _gone(receipt, language))) if keep else None
        return _gone(conversations.forget(inbound.sender, also), language)
    except SQLAlchemyError as wrong:
        logger.error("could not delete: %s", type(wrong).__name__)
        return Reply("privacy", language, before=(say("privacy.still_there", language),), needs=("privacy_request",))


def _gone(receipt: str, language: str) -> Reply:
    said = say("privacy.deleted", language, receipt=receipt)
    return Reply(
        "privacy", language, before=(said,), needs=("privacy_request",), deleted=True, receipt=receipt, from_rasa=True
    )


def _without_rasa(inbound: Inbound, message: str, language: str) -> Reply:
    """One of the last answer where it was asked for by its number; else a fixed sentence and a direct search."""
    try:
        if (again := _by_number(inbound, message, language)) is not None:
            return again
        with session_scope() as session:
            spot = knowing(session).gazetteer.find(message) or (
                place_spot(session, inbound.door) if inbound.door else None
            )
            spot = None if spot and spot.also else spot
            if (event := asked_for(message)) is not None:
                told = steps_told(session, event, spot=spot, today=inbound.received_at.date())
                return reply_of(session, told, language)
            found = answer(
                session,
                message,
                today=inbound.received_at.date(),
                spot=spot,
                wishes=wishes_of(read_details(message)),
            )
            outcome = "nothing_found" if not found.plan.posts else "council" if found.plan.statutory else "signposts"
            before: list[tuple[str, dict[str, Any]]] = [("trouble.slow", {})]
            before += [] if found.plan.posts else [("nothing.found", {})]
            decided = payload(outcome, before=before, after=[("nothing.person", {})], answer=found, spot=spot)
            return reply_of(session, decided, language)
    except (SQLAlchemyError, ModelFileWrong) as wrong:
        logger.error("directory not searched: %s", type(wrong).__name__)
        return Reply("nothing_found", language, before=(say("trouble.nothing", language),))


def _by_number(inbound: Inbound, message: str, language: str) -> Reply | None:
    """What "2" stands for after the last answer, as a text's number is said by `channels.sms.reading`; None if not."""
    said = (say("sms.meant", language, number=number) for number in range(1, 10))
    at = next((at for at, one in enumerate(said) if one == message), None)
    last = conversations.latest(inbound.sender) if at is not None else None
    if at is None or last is None or last.danger or at >= len(last.signposts):
        return None
    told = (say("details.intro", language),)
    return Reply(
        "signposts", language, before=told, signposts=(last.signposts[at],), needs=last.needs, place=last.place
    )
