"""Finding phrases in a message: the small language that the top of urgent.yml explains.

A matcher over words rather than regular expressions: hundreds of phrases are read in milliseconds, a reviewer can read
them, and a slow pattern cannot hold the process up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

STOP = "."  # a full stop, question mark or new line; no phrase reaches across one
GAPS = {"..": 2, "...": 6}
_SPLIT = re.compile(r"[.!?\n]+|[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019\u02bc`\u00b4](?=\w)")


def plain(text: str) -> str:
    """`text` in lower case, without accents, apostrophes inside words closed up."""
    letters = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _APOSTROPHE.sub("", bare)


def to_words(text: str, means: Mapping[str, str]) -> list[str]:
    """The words of `text`, text-speak written out, full stops kept as `STOP`."""
    words: list[str] = []
    for part in _SPLIT.findall(plain(text)):
        if not part[0].isalnum():
            words.append(STOP)
        else:
            words.extend(means.get(part, part).split())
    return words


@dataclass(frozen=True)
class Choice:
    """One place in a phrase: what may stand there."""

    words: frozenset[str]
    starts: tuple[str, ...] = ()
    longer: tuple[tuple[Choice, ...], ...] = ()
    optional: bool = False
    forbidden: bool = False
    gap: int = 0
    edge: str = ""  # "^" or "$"

    def ends(self, words: Sequence[str], at: int) -> list[int]:
        """Where this choice can end, if it begins at `at`."""
        if at >= len(words):
            return []
        word = words[at]
        found = [at + 1] if word in self.words or (self.starts and word.startswith(self.starts)) else []
        for run in self.longer:
            if at + len(run) <= len(words) and all(c.ends(words, at + n) for n, c in enumerate(run)):
                found.append(at + len(run))
        return found


@dataclass(frozen=True)
class Phrase:
    """One line of a list, ready to be looked for."""

    line: str
    parts: tuple[Choice, ...]

    def find(self, words: Sequence[str], at: int) -> int:
        """Where the phrase ends when it begins at `at`; -1 if it does not stand there."""
        return _follow(self.parts, 0, words, at)


def _follow(parts: tuple[Choice, ...], n: int, words: Sequence[str], at: int) -> int:
    if n == len(parts):
        return at
    part = parts[n]
    if part.edge:
        here = at == 0 if part.edge == "^" else all(word == STOP for word in words[at:])
        return _follow(parts, n + 1, words, at) if here else -1
    if part.gap:
        return _across(parts, n, words, at)
    if part.forbidden:
        return -1 if part.ends(words, at) else _follow(parts, n + 1, words, at)
    for end in part.ends(words, at):
        if (done := _follow(parts, n + 1, words, end)) >= 0:
            return done
    return _follow(parts, n + 1, words, at) if part.optional else -1


def _across(parts: tuple[Choice, ...], n: int, words: Sequence[str], at: int) -> int:
    for step in range(parts[n].gap + 1):
        if (done := _follow(parts, n + 1, words, at + step)) >= 0:
            return done
        if at + step >= len(words) or words[at + step] == STOP:
            return -1
    return -1


@dataclass
class Phrases:
    """Many phrases, found by the first word they must have."""

    lines: Iterable[str]
    names: Mapping[str, Sequence[str]]
    _by_word: dict[str, list[Phrase]] = field(default_factory=dict)
    _by_start: list[tuple[tuple[str, ...], Phrase]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for line in self.lines:
            self._file(read(str(line), self.names))

    def _file(self, phrase: Phrase) -> None:
        first = next((part for part in phrase.parts if not part.edge), None)
        if first is None:
            raise ValueError(f"The phrase {phrase.line!r} has no word that must be there.")
        heads = [run[0] for run in first.longer]
        for word in first.words.union(*(head.words for head in heads)):
            self._by_word.setdefault(word, []).append(phrase)
        if starts := first.starts + tuple(start for head in heads for start in head.starts):
            self._by_start.append((starts, phrase))

    def spans(self, words: Sequence[str], *, every: bool = False) -> list[tuple[int, int]]:
        """Where phrases stand, the first only unless `every` is wanted."""
        found: list[tuple[int, int]] = []
        for at, word in enumerate(words):
            near = self._by_word.get(word, [])
            near = near + [phrase for starts, phrase in self._by_start if word.startswith(starts)]
            for phrase in near:
                if (end := phrase.find(words, at)) >= 0:
                    found.append((at, end))
                    if not every:
                        return found
        return found


def read(line: str, names: Mapping[str, Sequence[str]]) -> Phrase:
    """The phrase that `line` writes; optional words at its beginning add nothing and are left out."""
    parts = [_part(piece, names) for piece in line.split()]
    while parts and (parts[0].optional or parts[0].gap or parts[0].forbidden):
        parts.pop(0)
    return Phrase(line, tuple(parts))


def _part(piece: str, names: Mapping[str, Sequence[str]]) -> Choice:
    if piece in GAPS:
        return Choice(frozenset(), gap=GAPS[piece])
    if piece in ("^", "$"):
        return Choice(frozenset(), edge=piece)
    body = piece.lstrip("?!")
    return _choice(body.split("|"), names, optional=piece[0] == "?", forbidden=piece[0] == "!")


def _choice(choices: Sequence[str], names: Mapping[str, Sequence[str]], *, optional: bool, forbidden: bool) -> Choice:
    singles: set[str] = set()
    starts: list[str] = []
    longer: list[tuple[Choice, ...]] = []
    for choice in _named(choices, names):
        if "_" in choice:
            longer.append(tuple(_choice([word], names, optional=False, forbidden=False) for word in choice.split("_")))
        elif choice == "0-9":
            starts.extend("123456789")
        elif choice.endswith("*"):
            starts.append(choice[:-1])
        else:
            singles.add(choice)
    return Choice(frozenset(singles), tuple(starts), tuple(longer), optional, forbidden)


def _named(choices: Sequence[str], names: Mapping[str, Sequence[str]]) -> list[str]:
    """`choices` with each <name> replaced by its list, every word of it also with an s."""
    out: list[str] = []
    for choice in choices:
        if choice.startswith("<"):
            out += [word + end for word in names[choice.strip("<>")] for end in ("", "s")]
        else:
            out.append(choice)
    return out
