"""A source's words made plain: no tags, no entities, no "N/A"; links, addresses and numbers that can be used."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import nh3

EMPTY = frozenset({"", "na", "n/a", "n.a.", "not known", "unknown", "-", "--", "–", "—", "null", "nil", "#n/a", "tbc"})
BLOCKS = re.compile(r"<\s*(?:/\s*)?(?:br|p|div|li|ul|ol|tr|td|h[1-6])\b[^<>]*>", re.I)
WHOLE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
HALF = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
EMAIL = re.compile(r"(?<![^\s@<>,;:()])[^\s@<>,;:()]+@[^\s@<>,;:()]+\.[A-Za-z]{2,}")
URL = re.compile(r"https?://[^\s<>\"']+\.[^\s<>\"']+", re.I)
BARE_URL = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s<>\"']*)?", re.I)
SMALL = frozenset("a an and at by for from in of on or the to with".split())
CAPITALS = frozenset("BME CAB CIC CIO FC GM LGBT LGBT+ NHS PSA PTA RSPCA SEN SEND TA U3A UK WI YMCA YWCA".split())
TITLES = frozenset("DR LTD MR MRS ST".split())
LINE = 140  # an entry's one line at most
LONGEST = 100_000  # letters of a text: what a stranger sends without end is cut before anything is looked for in it
LONGEST_WITH_URL = 5_000


def tidy(given: Any) -> str:
    """`given` as plain text in one line; "" for what means nothing ("NA", "Not known", "-")."""
    if given is None or isinstance(given, bool):
        return "" if given is None else str(given).lower()
    text = str(given)[:LONGEST]
    if "&" in text or "<" in text:
        text = unescape(nh3.clean(BLOCKS.sub(" ", unescape(text)), tags=set()))
    text = " ".join(text.split())
    return "" if text.lower().rstrip(".") in EMPTY or text.lower() in EMPTY else text


def calm(text: str) -> str:
    """A name in capitals in ordinary letters; anything else as it is."""
    if not text.isupper():
        return text
    return " ".join(_calm_word(word, first=at == 0) for at, word in enumerate(text.split()))


def _calm_word(word: str, *, first: bool) -> str:
    bare = word.strip("(),.")
    spelt_out = bare.isalpha() and len(bare) > 1 and not re.search(r"[AEIOUY]", bare)
    if bare in CAPITALS or spelt_out and bare not in TITLES:
        return word
    if bare.lower() in SMALL and not first:
        return word.lower()
    return re.sub(r"\d?[A-Z]+(?:['’][A-Z]+)?", lambda found: found[0].capitalize(), word)


def calm_text(text: str) -> str:
    """A text in capitals with capitals at the beginning of its sentences only."""
    if not text.isupper():
        return text
    return re.sub(r"(^|[.!?]\s+)([a-z])", lambda found: found[1] + found[2].upper(), text.lower())


def postcode(text: str) -> str:
    """A postcode, whole or its first half, as it is written; "" when it cannot be one."""
    packed = re.sub(r"[\s.]", "", text.upper())
    if whole := WHOLE.fullmatch(packed):
        return f"{whole[1]} {whole[2]}"
    return packed if HALF.fullmatch(packed) else ""


def url(text: str) -> str:
    """The first web address in `text`, with its scheme; "" when there is none."""
    text = text[:LONGEST_WITH_URL]
    if found := URL.search(text):
        return found[0].rstrip(".,;)")
    bare = BARE_URL.fullmatch(text.split()[0].rstrip(".,;")) if text else None
    return f"http://{bare[0]}" if bare else ""


def email(text: str) -> str:
    """The first e-mail address in `text`, or ""."""
    found = EMAIL.search(text[:LONGEST].removeprefix("mailto:"))
    return found[0].rstrip(".") if found else ""


def number(text: str) -> float | None:
    """A number, or None."""
    try:
        return float(text)
    except ValueError:
        return None


def first_line(text: str) -> str:
    """The first sentence of a description, cut at a word when it is long."""
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z0-9\"'])", text, maxsplit=1)[0]
    if len(sentence) <= LINE:
        return sentence
    return sentence[:LINE].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def same_name(name: str) -> str:
    """A name as it is compared: lower case, no punctuation, no "the" and no "limited"."""
    words = re.sub(r"[^\w\s]", "", name.casefold().replace("&", " and ")).split()
    return " ".join(word for word in words if word not in ("the", "limited", "ltd", "cio"))
