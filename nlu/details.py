"""What is said besides the need: who for, age, when, cost, access, language, and what is ruled out.

spaCy's entity ruler over `details.yml`; ages by `nlu.ages`. Pure: no database, no Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.language import Language

from nlu.ages import age_in
from nlu.details_told import told
from nlu.details_tried import tried_in

PHRASES = Path(__file__).with_name("details.yml")
SPOKEN = Path(__file__).with_name("details_spoken.yml")
NEVER = Path(__file__).with_name("details_never.yml")
ONLY_WORDS = re.compile(r"[a-z']+")
GREETING = re.compile(
    r"\bgood (?:morning|afternoon|evening|night)\b|\bbore da\b|\bp(?:rynh|n)awn da\b|\bnos(?:waith)? dd?a\b", re.I
)
ADD_UP = ("access", "not_access", "not_when")  # two needs of access are both needs; two days offered are a choice
OPPOSITE = {"when": "not_when", "not_when": "when", "access": "not_access", "not_access": "access"}


@dataclass(frozen=True)
class Said:
    """One detail: its kind (a label of details.yml, or age), its value, and its place in the text."""

    label: str
    value: str
    start: int
    end: int


def read_details(text: str) -> tuple[Said, ...]:
    """Every detail in `text`, in order."""
    said = GREETING.sub(lambda found: " " * len(found[0]), text)  # a good morning is no wish for mornings
    ruled = [
        Said(span.label_, span.ent_id_, span.start_char, span.end_char)
        for span in _ruler()(said).ents
        if not told(said, span.label_, span.start_char, span.end_char)
    ]
    ruled += [Said(one.label, one.value, one.start, one.end) for one in tried_in(said)]
    if (age := age_in(text)) is not None:
        ruled.append(Said("age", str(age.years), age.start, age.end))
    return tuple(sorted(ruled, key=lambda said: said.start))


def details_ready() -> None:
    """Read every list now, so that no resident waits for it: a wish, and a day that is only part of a story."""
    read_details("free on Saturdays. It rained all of Saturday while we were indoors")


def wishes_of(details: Iterable[Said]) -> dict[str, Any]:
    """Details as the wishes a search weighs: lists by kind, one `who_for`, one `age` in years."""
    wishes: dict[str, Any] = {}
    for said in details:
        if said.label == "age":
            wishes.setdefault("age", int(said.value))
        elif said.label in ("who_for", "cost"):
            wishes.setdefault(said.label, said.value)
        elif said.value not in wishes.setdefault(said.label, []):
            wishes[said.label].append(said.value)
    return wishes


def merged(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """Wishes carried on: what was said later wins; access and what does not suit add up, unless now said otherwise."""
    both = {**earlier, **later}
    for kind, other in OPPOSITE.items():
        kept = earlier.get(kind, ()) if kind in ADD_UP or kind not in later else ()
        still = [one for one in kept if one not in later.get(other, ())]
        both[kind] = list(dict.fromkeys([*still, *later.get(kind, ())]))
    for kind in ("tried", "not_who"):  # neither has an opposite
        both[kind] = list(dict.fromkeys([*earlier.get(kind, ()), *later.get(kind, ())]))
    return {kind: wish for kind, wish in both.items() if wish not in ([], ())}


def languages_asked(text: str) -> tuple[str, ...]:
    """The languages asked for where a message asks for nothing else ("do you speak Polish"); else none.

    "mul" is an interpreter, whatever the language.
    """
    details = read_details(text)
    left = list(text.lower().replace("\u2019", "'"))
    for said in details:
        if said.label in ("language", "who_for"):
            left[said.start : said.end] = " " * (said.end - said.start)
    asked = wishes_of(details).get("language", [])
    return tuple(asked) if asked and set(ONLY_WORDS.findall("".join(left))) <= _asking() else ()


@lru_cache(maxsize=1)
def _asking() -> frozenset[str]:
    return frozenset(yaml.safe_load(SPOKEN.read_text(encoding="utf-8"))["asking"].split())


def _never() -> list[str]:
    read: list[str] = yaml.safe_load(NEVER.read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=1)
def blank() -> Language:
    """spaCy's tokeniser without a downloaded model."""
    return spacy.blank("en")


@lru_cache(maxsize=1)
def _ruler() -> Language:
    language = spacy.blank("en")
    ruler = language.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns(list(_patterns()))
    return language


def _patterns() -> Iterable[dict[str, str]]:
    given = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))
    spoken = yaml.safe_load(SPOKEN.read_text(encoding="utf-8"))
    for value, names in spoken["names"].items():
        said = (frame.format(name) for name in names for frame in spoken["frames"])
        given["language"].setdefault(value, []).extend(said)
    for value, phrases in given["when"].items():
        ruled_out = (frame.format(phrase) for phrase in phrases for frame in _never())
        given["not_when"].setdefault(value, []).extend(ruled_out)
    for label, ids in given.items():
        for value, phrases in ids.items():
            for phrase in phrases:
                yield {"label": label, "id": value, "pattern": phrase}
