"""Whom somebody has tried already or does not want, and whom a group should be for. Pure: text in, keys out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).with_name("details_tried.yml")
BETWEEN = r"(?:\s+(?:the|my|our|a|an|to|any|all|for|of|with|local|more|y|yr|i'r))*\s+"
ENDS = r"(?=\s*(?:[.!?,;:\n]|$|please|pls|thanks|and|or|but|though|tho))"


@dataclass(frozen=True)
class Found:
    """`label` is tried, not_who or company; `value` a key of the file; and where it stands."""

    label: str
    value: str
    start: int
    end: int


def tried_in(text: str) -> Iterator[Found]:
    """Everybody tried or not wanted in `text`, and whom it should be for."""
    plain = text.replace("\u2019", "'")
    for label, pattern in _frames():
        for match in pattern.finditer(plain):
            value = _named(match["who"])
            yield Found(label, value, match.start(), match.end())
    for value, pattern in _company().items():
        if wanted := pattern.search(plain):
            yield Found("company", value, wanted.start(), wanted.end())


def is_one(value: str, *, tier: str, names: Sequence[str]) -> bool:
    """Whether an entry of `tier`, going by its name and who runs it, is what `value` of the file stands for."""
    given = _given()["who"][value]
    if tier in given.get("tiers", ()):
        return True
    shown = given.get("shown", ())
    return bool(shown) and any(_any_of(tuple(shown)).search(name) for name in names)


def says_for(value: str, texts: Sequence[str]) -> bool | None:
    """Whether an entry's own words say that it is for "women" or for "men"; None when they say neither."""
    mine, other = (re.compile(rf"\b(?:{one})\b", re.I) for one in _own_words(value))
    if any(mine.search(text) for text in texts):
        return True
    return False if any(other.search(text) for text in texts) else None


def _own_words(value: str) -> tuple[str, str]:
    women, men = r"wom[ae]n(?:'s)?|ladies|mums|sisters", r"m[ae]n(?:'s)?|blokes|dads|lads"
    return (women, men) if value == "women" else (men, women)


def _named(said: str) -> str:
    for value, pattern in _names().items():
        if pattern.fullmatch(said):
            return value
    raise AssertionError(said)  # a frame holds names of the file alone


@lru_cache(maxsize=1)
def _given() -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=1)
def _names() -> Mapping[str, re.Pattern[str]]:
    return {key: re.compile("|".join(map(str, one["said"])), re.I) for key, one in _given()["who"].items()}


@lru_cache(maxsize=1)
def _frames() -> tuple[tuple[str, re.Pattern[str]], ...]:
    given = _given()
    said = sorted((str(name) for one in given["who"].values() for name in one["said"]), key=len, reverse=True)
    who = rf"(?P<who>{'|'.join(said)})\b"
    before, after, unwanted, no = (
        "|".join(map(str, given[name])) for name in ("tried_before", "tried_after", "not_wanted", "plain_no")
    )
    written = (
        ("tried", rf"\b(?:{before}){BETWEEN}{who}"),
        ("tried", rf"\b{who}\s+(?:{after})\b"),
        ("not_who", rf"\b(?:{unwanted}){BETWEEN}{who}"),
        ("not_who", rf"\b(?:{no}){BETWEEN}{who}{ENDS}"),
    )
    return tuple((label, re.compile(pattern, re.I)) for label, pattern in written)


@lru_cache(maxsize=1)
def _company() -> Mapping[str, re.Pattern[str]]:
    given = _given()["company"]
    return {value: re.compile(rf"\b(?:{'|'.join(said)})\b", re.I) for value, said in given.items()}


@lru_cache(maxsize=64)
def _any_of(shown: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(str, shown))})\b", re.I)
