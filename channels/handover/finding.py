"""Somewhere to turn, for a clerk to put into their reply: the same search as the assistant's, never typed by hand."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from channels.messages import Signpost
from channels.saying import reply_of, signpost
from knowledge.answering import answer, in_full, knowing
from knowledge.db import session_scope
from knowledge.reading import place_spot
from knowledge.replying import payload

MOST = 5  # in one reply


def find(words: str, place: str, language: str, now: datetime) -> tuple[Signpost, ...]:
    """What the assistant would have shown for these words near this place."""
    with session_scope() as session:
        found = answer(session, words[:300], today=now.date(), spot=place_spot(session, place) if place else None)
        return reply_of(session, payload("signposts", answer=found), language).signposts


def chosen(entries: Sequence[str], language: str) -> tuple[Signpost, ...]:
    """These entries as they are published now; one withdrawn meanwhile is left out."""
    wanted = [uuid.UUID(one) for one in entries[:MOST] if _is_uuid(one)]
    if not wanted:
        return ()
    with session_scope() as session:
        known, names = in_full(session, wanted), knowing(session).names
        return tuple(signpost(known[one], {}, language, names) for one in wanted if one in known)


def _is_uuid(written: str) -> bool:
    try:
        uuid.UUID(written)
    except ValueError:
        return False
    return True
