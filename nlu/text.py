"""Resident text made safe to read: control characters out, a bounded length, no command to Rasa. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1000  # characters; what is cut off is said
WORD = re.compile(r"[^\W_]", re.UNICODE)


def clean(text: str) -> str:
    """The message as we read it: NFC, no control characters, at most 1,000 characters, no leading slash.

    Rasa takes any text that begins with "/" as an intent with full confidence; a resident's is only text.
    """
    return _readable(text)[:LONGEST]


def was_cut(text: str) -> bool:
    """Whether `clean` had to leave the end of the message out."""
    return len(_readable(text)) > LONGEST


def _readable(text: str) -> str:
    kept = "".join(
        " " if character in "\r\n\t" or unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in ("Cf", "Cs", "Co") or character in "\u200d\ufe0f"
    )
    return re.sub(r"^[\s/]+", "", re.sub(r"\s+", " ", kept)).strip()


def has_words(text: str) -> bool:
    """Whether there is a letter or digit in it at all (not only emoji or punctuation)."""
    return bool(WORD.search(text))
