"""What a text costs, exactly: the GSM 7-bit alphabet, its escapes, and Unicode where a letter needs it. Pure.

Alphabet, escapes and lengths are those of 3GPP TS 23.038 and 23.040: 160 septets in one segment and 153 in each of
several, or 70 and 67 UTF-16 units. An escape pair or a surrogate pair is never shared by two segments.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = frozenset("\f^{}\\[~]|€")
GSM_ONE, GSM_MANY = 160, 153  # septets
UNICODE_ONE, UNICODE_MANY = 70, 67  # UTF-16 units
PLAINER = {  # typographer's marks that a plain one stands for without loss
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\t", " "),
    **dict.fromkeys("\u2022\u00b7\u25cf\u25aa", "-"),
    "\u2026": "...", "\u00d7": "x", "\u00bd": "1/2", "\u00bc": "1/4", "\u00be": "3/4", "\u2122": "", "\u00ae": "",
    "\u00a9": "(c)", "\u2192": ">", "\u00ad": "", "\u200b": "", "\u200d": "", "\ufeff": "", "\u2028": "\n",
}  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What a text costs. `why` are the characters, in order, that make it Unicode; empty for GSM 7-bit."""

    gsm: bool
    units: int  # septets, or UTF-16 units
    segments: int
    why: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        """Units still free in the last segment."""
        one, many = (GSM_ONE, GSM_MANY) if self.gsm else (UNICODE_ONE, UNICODE_MANY)
        return (one if self.segments <= 1 else many * self.segments) - self.units


def cost(text: str) -> Cost:
    """The exact cost of `text` as it stands; an empty text costs one segment."""
    why = tuple(dict.fromkeys(one for one in text if one not in GSM and one not in ESCAPED))
    sizes = [_unicode_size(one) if why else _gsm_size(one) for one in text]
    one, many = (UNICODE_ONE, UNICODE_MANY) if why else (GSM_ONE, GSM_MANY)
    units = sum(sizes)
    return Cost(not why, units, 1 if units <= one else _packed(sizes, many), why)


def plain(text: str) -> str:
    """`text` with typographer's marks made plain and what no telephone shows left out; letters are never changed.

    A Welsh ŵ stays a ŵ, although it makes the text cost more: it is how the word is spelt.
    """
    composed = unicodedata.normalize("NFC", text)
    swapped = "".join(PLAINER.get(one, one) for one in composed)
    kept = "".join(one for one in swapped if one == "\n" or unicodedata.category(one)[0] not in "C")
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ ]{2,}", " ", kept)).strip()


TOGETHER = re.compile(  # what is never cut: links, addresses of mail, telephone numbers with their spaces
    r"https?://\S+|www\.\S+|\b[\w.-]+\.(?:org|uk|com|net|cymru|wales|scot)\b\S*|\S+@\S+|\+?\d[\d ()-]*\d|\S+"
)


def cut(text: str, units: int, mark: str = "...") -> str:
    """`text` if it fits in so many characters, else its first words and `mark`; never part of a number or a link."""
    if len(text) <= units:
        return text
    room, end = units - len(mark), 0
    for found in TOGETHER.finditer(text):
        if found.end() > room:
            break
        end = found.end()
    return text[:end].rstrip(" ,;:-(") + mark if end else ""


def in_texts(paragraphs: Sequence[str], segments: int) -> tuple[str, ...]:
    """As few texts as will hold these, none dearer than `segments`: cut between paragraphs, else between words."""
    texts: list[str] = []
    for piece in paragraphs:
        for part in _fitting(piece, segments):
            joined = f"{texts[-1]}\n{part}" if texts else part
            if texts and cost(joined).segments <= segments:
                texts[-1] = joined
            else:
                texts.append(part)
    return tuple(texts)


def _fitting(piece: str, segments: int) -> list[str]:
    """The paragraph whole, or in pieces of whole words that each fit; only a word longer than a text is cut."""
    if cost(piece).segments <= segments:
        return [piece]
    parts: list[str] = []
    for found in TOGETHER.finditer(piece):
        for word in _letters(found[0], segments):
            joined = f"{parts[-1]} {word}" if parts else word
            if parts and cost(joined).segments <= segments:
                parts[-1] = joined
            else:
                parts.append(word)
    return parts


def _letters(word: str, segments: int) -> list[str]:
    if cost(word).segments <= segments:
        return [word]
    size = UNICODE_MANY // 2 * segments  # fits whatever the letters are
    return [word[at : at + size] for at in range(0, len(word), size)]


def _gsm_size(one: str) -> int:
    return 2 if one in ESCAPED else 1


def _unicode_size(one: str) -> int:
    return 2 if ord(one) > 0xFFFF else 1


def _packed(sizes: Sequence[int], room: int) -> int:
    """Segments when no pair may be shared by two."""
    segments, used = 1, 0
    for size in sizes:
        if used + size > room:
            segments, used = segments + 1, 0
        used += size
    return segments
