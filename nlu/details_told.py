"""A day, a time or "at home" that belongs to the story and is no wish: "dad died on Saturday", "I cry at night". Pure.

Taken for a wish it would hide every group that does not meet on that day from somebody who never asked for one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

WORDS = Path(__file__).with_name("details_told.yml")
LABELS = ("when",)
STAYING = ("at home", "from home", "online", "on the phone", "over the phone")  # a fact as often as a wish
SENTENCE = re.compile(r"[.!?;\n]+")
PART = re.compile(r"[.!?;:,\n]+|\b(?:and|but|so|because|cos|then|when|ond)\b", re.I)
A_FEW = 5  # words; so short a part of a message is a wish unless it tells what happened
OF_CARS = re.compile(r"parking (?:ticket|fine|permit|charge|notice|warden|space|bay|outside|across|on |in )", re.I)


def told(text: str, label: str, start: int, end: int) -> bool:
    """Whether what stands at `start`..`end` of `text` is part of a story and no wish."""
    said = text[start:end].lower()
    if said == "parking":
        return OF_CARS.match(text, start) is not None
    if label not in LABELS and said not in STAYING:
        return False
    before, after = _around(text, start, end)
    if _words("before", before_it=True).search(before) or _words("tells", before_it=True).search(before):
        return True
    part = f"{before} {after}"
    if _words("asks").search(part):
        return False
    if _words("tells").search(part):
        return True
    asked = _words("asks").search(" ".join(_around(text, start, end, SENTENCE)))
    return not asked and len(part.split()) > A_FEW


def _around(text: str, start: int, end: int, ends: re.Pattern[str] = PART) -> tuple[str, str]:
    """What stands before and after it in the same part of the sentence."""
    marks = [(mark.start(), mark.end()) for mark in ends.finditer(text)]
    opens = max((right for left, right in marks if right <= start), default=0)
    closes = min((left for left, right in marks if left >= end), default=len(text))
    return text[opens:start], text[end:closes]


@lru_cache(maxsize=4)
def _words(name: str, *, before_it: bool = False) -> re.Pattern[str]:
    given = "|".join(map(str, yaml.safe_load(WORDS.read_text(encoding="utf-8"))[name]))
    the = r"(?:\s+(?:the|a|on|yr|y|nos|dydd|ddydd))*\s*$"
    return re.compile(rf"\b(?:{given}){the if before_it else chr(92) + 'b'}", re.I)
