"""Letting an advocate in by text: said what for, told what it means, and a code only after a word of its own.

The words are `handed.words`; the rest is `letting`. On a page the same is `channels/mine/helpers.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from channels.handover import letting
from channels.handover.asking import open_handover
from channels.messages import Reply, reply_from_json
from channels.models import Conversation, Message
from channels.saying import in_words
from knowledge.desks import UK
from words import LANGUAGES, say

ASKED = "letting_offer"  # among the needs of an answer that asked whether to make a code
MAY = {"make_code": "list", "make_code_all": "conversation", "make_code_write": "act"}
WORDS = ("let_in", *MAY)


def purpose_in(message: str) -> str:
    """What somebody is to be let in for, from "LET IN FOR help with the form"; "" for anything else."""
    said = " ".join(message.split())
    for language in LANGUAGES:
        start = f"{say('handed.words.let_in_for', language)} ".casefold()
        if said.casefold().startswith(start):
            return said[len(start) :].strip(" .!")[: letting.LONGEST_PURPOSE]
    return ""


def asked(reply: Any) -> bool:
    """Whether an answer, as it is kept, asked whether to make a code."""
    return bool(reply) and ASKED in reply_from_json(reply).needs


def answer(
    session: Session, talk: Conversation, before: Sequence[Message], message: str, meant: str, language: str,
    now: datetime,
) -> Reply | None:  # fmt: skip
    """The answer to one of `WORDS`, or to NO where a code was just offered; None for an ordinary message."""
    offered = purpose_in(before[0].text) if before and asked(before[0].reply) else ""
    if meant == "no":
        return _said(language, say("advocate.text.no", language)) if offered else None
    if meant in MAY and not offered:
        return None
    if open_handover(session, talk.sender) is not None:
        return _said(language, say("advocate.text.not_now", language))
    if meant == "let_in":
        purpose = purpose_in(message)
        return _offer(language, purpose) if purpose else _how(session, talk.sender, language, now)
    code = letting.make(session, talk.id, MAY[meant], offered, letting.USUAL_DAYS, now)
    said = say("advocate.text.code", language, code=code)
    part = say(f"advocate.text.part.{MAY[meant]}", language)
    told = say("advocate.text.told", language, part=part, days=letting.USUAL_DAYS, purpose=offered)
    return Reply("handover", language, before=(told,), needs=("handover",), once=(said,))


def _how(session: Session, sender: str, language: str, now: datetime) -> Reply:
    """Who is in, what for and until when; and how to let somebody in."""
    lets = [one for one in letting.lettings_of(session, sender) if one.open(now)]
    return _said(language, *(_line(one, language) for one in lets), say("advocate.text.how", language))


def _line(let: letting.Let, language: str) -> str:
    ends = let.ends_at.astimezone(UK) if let.ends_at else None
    until = say("handed.at", language, date=in_words(ends.date(), language), time=f"{ends:%H:%M}") if ends else ""
    part = say(f"advocate.text.part.{let.may}", language)
    return say(
        "advocate.text.in", language, name=let.advocate_name, organisation=let.organisation, part=part,
        purpose=let.purpose, until=until,
    )  # fmt: skip


def _offer(language: str, purpose: str) -> Reply:
    """What a code would open, every word of it; nothing is made yet."""
    keys = ("advocate.text.purpose", "advocate.text.means", "advocate.text.looks", "handed.agree.limit",
            "advocate.text.words")  # fmt: skip
    told = (say(key, language, purpose=purpose, days=letting.USUAL_DAYS) for key in keys)
    return Reply("handover", language, after=tuple(told), needs=("handover", ASKED))


def _said(language: str, *told: str) -> Reply:
    return Reply("handover", language, before=told, needs=("handover",))
