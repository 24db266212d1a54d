"""Which of the entries shown somebody means: by number, by name, by an earlier answer, by what it was for."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from bot.actions.turn import Turn
from knowledge.answering import in_full, read_needs
from knowledge.search import kilometres_to
from nlu.following import left_over
from nlu.places import Spot

ORDINALS: Mapping[str, int] = {
    "first": 0, "1st": 0, "cyntaf": 0, "gyntaf": 0, "second": 1, "2nd": 1, "ail": 1, "third": 2, "3rd": 2,
    "trydydd": 2, "drydedd": 2, "fourth": 3, "4th": 3, "pedwerydd": 3, "last": -1, "olaf": -1,
}  # fmt: skip
NUMBERS: Mapping[str, int] = {"1": 0, "one": 0, "2": 1, "two": 1, "dau": 1, "3": 2, "three": 2, "tri": 2, "4": 3}
ORDINAL = re.compile(
    rf"\b({'|'.join(ORDINALS)})\b(?!\s+(?:hand|time|aid|thing|week|night|year|month|class|floor|baby|child|waith)\b)",
    re.I,
)
NUMBER = re.compile(  # "at two" and "for 2" are no choice; "number two", "the 2", "2 please" are
    r"(?:\b(?:number|no\.?|option|the|rh?if)\s+|^\W*)([1-4]|one|two|three|dau|tri)\b(?=\W*(?:$|please|pls|plis|then|again))",
    re.I,
)
SAME_NAME = 70  # rapidfuzz token-set ratio, of 100
SHORT = 12  # words: in a longer message "again" belongs to the story
LOT = re.compile(
    r"\b(?P<which>first|1st|second|2nd|third|3rd|last|earlier|previous|other|cyntaf|ail|olaf)\s+"
    r"(?:lot|list|answer|batch|set|rhestr)\b",
    re.I,
)
BEFORE = re.compile(
    r"\b(?:those|ones?|lot|list|that|you (?:said|gave|showed|mentioned|told)(?: me)?)\s+(?:before|earlier|previously)\b"
    r"|\byou (?:said|gave|showed|mentioned)(?: me)?\W*$|\b(?:gynnau|o'r blaen|cynt)\b",
    re.I,
)
AGAIN = re.compile(
    r"\b(?:ones?|lot|list|that|those|them|it|rhai)\s+(?:for (?:the )?[\w'-]+\s+)?again\b"
    r"|\bagain\W*(?:pl(?:ea)?se|pls|plis|then|thanks|ta)?\W*$|^\W*(?:(?:so|ok|and) )?what was\b"
    r"|\bback to (?:the )?(?:[\w'-]+\W*){1,3}$"
    r"|\beto\W*(?:plis|os gwelwch yn dda)?\W*$|^\W*yn ôl at\b",
    re.I,
)
FOR_WHAT = re.compile(
    r"\bthe (?P<what>[\w' &-]{2,40}?) ones?\b|\b(?:yr?|'r) (?:un|rhai) (?P<beth>(?!arall|cynta|ail|olaf)\w+)", re.I
)
Offered = TypeVar("Offered")
STANDS_OUT = 2.0  # times an even share, from which a topic is named


@dataclass(frozen=True)
class Again:
    """Entries of an earlier answer that are meant, in their order, and the topic they were asked for by, if any."""

    entries: tuple[uuid.UUID, ...] = ()
    topic: str = ""


def meant(session: Session, turn: Turn) -> uuid.UUID | None:
    """The one entry meant: by its number, by its name; None where neither says."""
    if not turn.latest:
        return None
    return by_number(turn.text, turn.latest) or by_name(session, turn.text, turn.shown or turn.latest)


def by_number(text: str, lot: Sequence[Offered]) -> Offered | None:
    """The entry, or the place, at the number named in `text`; the words for an earlier answer left out."""
    plain = LOT.sub(" ", text.lower())
    said = [ORDINALS[found[1]] for found in ORDINAL.finditer(plain)]
    said += [NUMBERS[found[1]] for found in NUMBER.finditer(plain)]
    return next((lot[at] for at in said if -len(lot) <= at < len(lot)), None)


def by_name(session: Session, text: str, ids: Sequence[uuid.UUID]) -> uuid.UUID | None:
    """The entry whose name is in `text`, nearly."""
    known = in_full(session, list(ids))
    marks = {one: fuzz.token_set_ratio(text.lower(), entry.name.lower()) for one, entry in known.items() if entry.name}
    best = max(marks, key=lambda one: marks[one], default=None)
    return best if best is not None and marks[best] >= SAME_NAME else None


def again(session: Session, turn: Turn) -> Again:
    """What of an earlier answer is meant ("the second of the first lot", "the food ones again"); nothing for none."""
    if not turn.lots or len(turn.text.split()) > SHORT:
        return Again()
    if found := LOT.search(turn.text):
        return _of_lot(turn, _lot(turn, found["which"].lower()))
    what = FOR_WHAT.search(turn.text)
    asked, old = AGAIN.search(turn.text), BEFORE.search(turn.text)
    if not (asked or old or what):
        return Again()
    named = (what["what"] or what["beth"]) if what else AGAIN.sub(" ", BEFORE.sub(" ", turn.text))
    deep = 3 if asked or old else 1  # "do the food one first" may be new; "the food one again" is not
    if left_over(named, ()) and (found_for := _for(session, turn, named, deep)).entries:
        return found_for
    if not (asked or old) or left_over(named, ()):
        return Again()
    return _of_lot(turn, turn.lots[-2][1] if old and len(turn.lots) > 1 else turn.lots[-1][1])


def nearer_ones(session: Session, turn: Turn, spot: Spot) -> float | None:
    """How far, in kilometres, the furthest of the last answer is; None where no distance is known."""
    far = kilometres_to(session, turn.latest, spot)
    return max(far) if far else None


def _lot(turn: Turn, which: str) -> tuple[uuid.UUID, ...]:
    if which not in ORDINALS:
        return turn.lots[-2][1] if len(turn.lots) > 1 else turn.lots[-1][1]
    at = ORDINALS[which]
    return turn.lots[at][1] if -len(turn.lots) <= at < len(turn.lots) else ()


def _of_lot(turn: Turn, lot: tuple[uuid.UUID, ...]) -> Again:
    one = by_number(turn.text, lot)
    return Again((one,) if one else lot)


def _for(session: Session, turn: Turn, named: str, deep: int) -> Again:
    """The entries of the newest answer that were for what is named, by topic or else by their own name.

    `deep`: how many of an entry's topics, main first, it may have been for.
    """
    known = in_full(session, list(dict.fromkeys(one for _, ids in turn.lots for one in ids)))
    one = by_name(session, named, list(known))
    if one and known[one].topics and fuzz.ratio(named.lower(), known[one].name.lower()) >= SAME_NAME:
        return Again((one,), known[one].topics[0])
    shares = read_needs(session, named).shares
    topics = {topic for entry in known.values() for topic in entry.topics[:deep]}
    best = max(topics, key=lambda topic: shares.get(topic, 0.0), default="")
    if best and shares.get(best, 0.0) >= STANDS_OUT / max(len(shares), 1):
        for _, ids in reversed(turn.lots):
            if wanted := tuple(one for one in ids if one in known and best in known[one].topics[:deep]):
                return Again(wanted, best)
    return Again((one,), known[one].topics[0]) if one and deep > 1 and known[one].topics else Again()
