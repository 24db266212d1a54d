"""How easily a text is read: reading age, long sentences, words that only insiders use. Pure; English only.

The reading age is the Flesch-Kincaid grade (Kincaid and others, 1975) and five: the age of a child in that school year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
SENTENCE = re.compile(r"[.!?]+(?:\s|$)|\n+")
VOWELS = re.compile(r"[aeiouy]+")
LONG_SENTENCE = 25  # words; GOV.UK's style asks for no more
ENOUGH_TO_TELL = 8  # words below which an age says nothing
EASY = 11.0  # what a reader of nine to eleven manages


@dataclass(frozen=True)
class Hint:
    """One thing to look at: `kind` names its sentence, `said` is what it is about, `instead` what to write."""

    kind: str  # hard | long_sentence | jargon
    said: str = ""
    instead: str = ""


def hints(text: str) -> tuple[Hint, ...]:
    """What would make a text easier, the gravest first; nothing for one that is easy."""
    found = []
    if (age := reading_age(text)) > EASY:
        found.append(Hint("hard", f"{age:.0f}"))
    for sentence in SENTENCE.split(text):
        if len(WORD.findall(sentence)) > LONG_SENTENCE:
            found.append(Hint("long_sentence", " ".join(sentence.split()[:6]) + "…"))
    return (*found, *jargon(text))


def reading_age(text: str) -> float:
    """The age at which a text is easily read, in years; 0 for one too short to tell."""
    words = WORD.findall(text)
    if len(words) < ENOUGH_TO_TELL:
        return 0.0
    sentences = max(1, sum(bool(WORD.search(part)) for part in SENTENCE.split(text)))
    syllables = sum(syllables_in(word) for word in words)
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    return max(5.0, grade + 5)


def syllables_in(word: str) -> int:
    """About how many syllables an English word has, at least one."""
    plain = word.lower().strip("'’-")
    count = len(VOWELS.findall(plain))
    silent = plain.endswith("e") and not plain.endswith(("le", "ee", "ye")) and count > 1
    ed = plain.endswith("ed") and not plain.endswith(("ted", "ded")) and count > 1
    return max(1, count - (silent or ed))


def jargon(text: str) -> tuple[Hint, ...]:
    """Insiders' words, each with what a neighbour would say."""
    lowered = text.lower()
    return tuple(
        Hint("jargon", word, instead)
        for word, instead in _jargon().items()
        if re.search(rf"\b{re.escape(word)}\b", lowered)
    )


@lru_cache(maxsize=1)
def _jargon() -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load((Path(__file__).parent / "jargon.yml").read_text(encoding="utf-8"))
    return found
