"""Which of the entries shown somebody means: by number, by name, by an earlier answer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from bot.actions.turn import Turn
from knowledge.answering import in_full, read_needs

ORDINALS: Mapping[str, int] = {
    "first": 0, "1st": 0, "1": 0, "cyntaf": 0, "second": 1, "2nd": 1, "two": 1, "2": 1, "ail": 1,
    "third": 2, "3rd": 2, "three": 2, "3": 2, "trydydd": 2, "fourth": 3, "4th": 3, "4": 3, "last": -1, "olaf": -1,
}  # fmt: skip
SAME_NAME = 70  # rapidfuzz token-set ratio, of 100
LOT = re.compile(
    r"\b(?P<which>first|1st|second|2nd|third|3rd|last|earlier|previous|other)\s+(?:lot|list|answer|batch|set)\b"
    r"|\b(?:those|ones?|lot|list|that|you (?:said|gave|showed)(?: me)?)\s+(?P<before>before|earlier|previously)\b"
    r"|\b(?P<again>again)\b",
    re.I,
)


def meant(session: Session, turn: Turn) -> uuid.UUID | None:
    """The one entry meant: by its number in the answer meant, by its name, else the first; None if none was shown."""
    lot = earlier(session, turn) or turn.latest
    if not lot:
        return None
    return by_number(turn.text, lot) or by_name(session, turn.text, turn.shown or lot) or lot[0]


def by_number(text: str, lot: Sequence[uuid.UUID]) -> uuid.UUID | None:
    """The entry at the place named in `text`, the words for an earlier answer left out."""
    for word in re.findall(r"[a-z0-9]+", LOT.sub(" ", text.lower())):
        if word in ORDINALS and -len(lot) <= ORDINALS[word] < len(lot):
            return lot[ORDINALS[word]]
    return None


def by_name(session: Session, text: str, ids: Sequence[uuid.UUID]) -> uuid.UUID | None:
    """The entry whose name is in `text`, nearly."""
    known = in_full(session, list(ids))
    marks = {one: fuzz.token_set_ratio(text.lower(), entry.name.lower()) for one, entry in known.items() if entry.name}
    best = max(marks, key=lambda one: marks[one], default=None)
    return best if best is not None and marks[best] >= SAME_NAME else None


def earlier(session: Session, turn: Turn) -> tuple[uuid.UUID, ...]:
    """The earlier answer that is spoken of ("the first lot", "the food ones again"); empty when none is."""
    found = LOT.search(turn.text)
    if found is None or not turn.lots:
        return ()
    if found["which"] and found["which"].lower() in ORDINALS:
        at = ORDINALS[found["which"].lower()]
        return turn.lots[at][1] if -len(turn.lots) <= at < len(turn.lots) else ()
    if (about := _about(session, turn)) or found["again"]:
        return about
    return turn.lots[-2][1] if len(turn.lots) > 1 else turn.lots[-1][1]


def _about(session: Session, turn: Turn) -> tuple[uuid.UUID, ...]:
    """The newest earlier answer about the likeliest of the topics already answered, if the message names one."""
    shares = read_needs(session, LOT.sub(" ", turn.text)).shares
    topics = {topic for topic, _ in turn.lots}
    best = max(topics, key=lambda topic: shares.get(topic, 0.0))
    if len(topics) > 1 and shares.get(best, 0.0) < 2 / max(len(shares), 1):
        return ()
    return next(ids for topic, ids in reversed(turn.lots) if topic == best)
