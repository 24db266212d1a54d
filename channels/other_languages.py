"""Somebody writes in a language we do not speak, or asks for one: a sentence of theirs, then who speaks it.

After danger and before Rasa, which reads English only (and Welsh through its gloss).
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from channels import conversations
from channels.messages import Inbound, OwnWords, Reply
from channels.saying import reply_of
from knowledge.answering import Answer, knowing
from knowledge.db import session_scope
from knowledge.reading import place_spot
from knowledge.replying import Said, payload, posts_of
from knowledge.speaking import Speaking, speaking
from nlu.details import languages_asked
from nlu.embedding import ModelFileWrong
from nlu.languages import ANY, of_directory, recognise
from nlu.languages_danger import outright
from nlu.places import Spot
from nlu.urgent import Urgent
from words import look_up, other_languages, say

logger = logging.getLogger(__name__)

A_PLACE = 3  # words up to which a message may be a place and nothing else
OURS = ("en", "cy")  # asked for one of these, Rasa answers: we speak them


def danger_seen(message: str) -> Urgent | None:
    """Danger said outright in another language."""
    found = outright(message)
    return found[1] if found else None


def beside(reply: Reply, message: str) -> Reply:
    """An answer to danger, with what we can say in the language it was told in."""
    found = outright(message)
    code = recognise(message) or (found[0] if found else "")
    return replace(reply, own_words=_own_words(code, ("danger",), reply.language)) if code else reply


def reply(inbound: Inbound, message: str, language: str) -> Reply | None:
    """Who speaks the language a message is in or asks for; None where it is about something else."""
    code = recognise(message)
    asked = (of_directory(code),) if code else _asked(message)
    if not asked:
        return None
    own = _own_words(code or asked[0], ("reads", "below", "danger"), language)
    try:
        return replace(_who_speaks(inbound, message, asked[0], language, recognised=bool(code)), own_words=own)
    except (SQLAlchemyError, ModelFileWrong) as wrong:
        logger.error("directory not searched for a language: %s", type(wrong).__name__)
        own = _own_words(code or asked[0], ("reads", "danger"), language)
        return Reply("nothing_found", language, before=(say("trouble.nothing", language),), own_words=own)


def nearer(inbound: Inbound, message: str, language: str) -> Reply | None:
    """Only a place, just after an answer about a language: who speaks it there. None for anything else."""
    if len(message.split()) > A_PLACE:
        return None
    try:
        with session_scope() as session:
            if knowing(session).gazetteer.find(message, alone=True) is None:
                return None
        before = conversations.latest(inbound.sender)
    except SQLAlchemyError as wrong:
        logger.error("last answer not read for a language: %s", type(wrong).__name__)
        return None
    spoken = before.wishes.get("language", []) if before is not None and before.own_words else []
    if before is None or before.own_words is None or not spoken:
        return None
    own = _own_words(before.own_words.language, ("reads", "below", "danger"), language)
    try:
        told = _who_speaks(inbound, message, spoken[0], language, recognised=True)
        return replace(told, own_words=own)
    except (SQLAlchemyError, ModelFileWrong) as wrong:
        logger.error("directory not searched for a language: %s", type(wrong).__name__)
        return None


def _asked(message: str) -> Sequence[str]:
    """A named language before "an interpreter"; nothing where one of ours is asked for."""
    asked = languages_asked(message)
    return () if set(asked) & set(OURS) else sorted(asked, key=lambda code: code == ANY)


def _who_speaks(inbound: Inbound, message: str, code: str, language: str, *, recognised: bool) -> Reply:
    with session_scope() as session:
        named = knowing(session).gazetteer.find(message, alone=len(message.split()) <= A_PLACE)
        spot = (None if named and named.also else named) or place_spot(session, inbound.door or "")
        found = speaking(session, code, today=inbound.received_at.date(), spot=spot)
        decided = _told(found, code, language, spot, recognised=recognised)
        return reply_of(session, decided, language)


def _told(found: Speaking, code: str, language: str, spot: Spot | None, *, recognised: bool) -> dict[str, Any]:
    name = {"tongue": look_up("languages", language)[code]}
    before: list[Said] = [("other_languages.recognised", name) if recognised else ("other_languages.asked", {})]
    before.append(_introduction(found, code, name))
    after: list[Said] = [("place.ask", {})] if spot is None else []
    if recognised:
        after.append(("other_languages.again", {}))
    posts = posts_of(Answer((), found.plan))
    return payload(
        "signposts" if found.plan.posts else "nothing_found",
        before=before,
        after=after,
        posts=[{**post, "speaks": code if uuid.UUID(post["entry"]) in found.speakers else ANY} for post in posts],
        spot=spot,
        wishes={"language": [code]},
    )


def _introduction(found: Speaking, code: str, name: Mapping[str, str]) -> Said:
    """Honest about which of the two it is: somebody who speaks it, or an interpreter."""
    if code == ANY:
        return ("other_languages.any", {}) if found.plan.posts else ("other_languages.no_interpreter", {})
    if not found.plan.posts:
        return ("other_languages.nobody", name)
    return ("other_languages.speakers", name) if found.speakers else ("other_languages.interpreters", name)


def _own_words(code: str, parts: Sequence[str], language: str) -> OwnWords | None:
    """Those sentences in that language; None where we have none (Ukrainian asked for in English)."""
    given = other_languages().get(code)
    if given is None:
        return None
    name = look_up("languages", language)[of_directory(code)]
    note = "" if given["reviewed"] else say("other_languages.unreviewed", language, tongue=name)
    return OwnWords(code, given.get("direction", "ltr"), tuple(given[part] for part in parts), note)
