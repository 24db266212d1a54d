"""Words by which somebody who texts asks how long it takes, and says afterwards whether talking to a person helped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from channels.handover.lining import line_words, waiting_words
from channels.handover.owning import owner_by_handover
from channels.messages import Reply
from channels.models import Handover, aware
from knowledge.db import session_scope
from knowledge.desks import desk
from words import say

WORDS = ("queue", "helped", "not_helped")
ASKED_FOR = timedelta(hours=24)  # after closing


def answer(session: Session, handovers: Sequence[Handover], meant: str, language: str, now: datetime) -> Reply | None:
    """The answer to one of `WORDS`, about the newest handover; None where it does not apply: an ordinary message."""
    if not handovers:
        return None
    newest = handovers[0]
    if meant == "queue":
        told = _where(session, newest, language, now)
    else:
        told = say(f"handed.text.{meant}", language) if may_say_helped(newest, now) else ""
        newest.helped = ("yes" if meant == "helped" else "no") if told else newest.helped
    return Reply("handover", language, before=(told,)) if told else None


def may_say_helped(row: Handover, now: datetime) -> bool:
    """Whether a person was there and has gone, a day ago at most: then one tap, or one word, says if it helped."""
    there = row.joined_at is not None and row.ending in ("handed_back", "ended", "left")
    return there and row.closed_at is not None and now - aware(row.closed_at) < ASKED_FOR


def _where(session: Session, row: Handover, language: str, now: datetime) -> str:
    owner = owner_by_handover(session, row.id)
    with session_scope() as directory:
        here = desk(directory, row.team)
    if owner is None or here is None or row.closed_at is not None:
        return ""
    if owner.held:
        return say("handed.panel.clerk", language, name=owner.clerk_name, team=here.called(language))
    return line_words(session, row, here, language, now) or waiting_words(here, language, now)
