"""Which language a message is in, of those we do not speak but are written to in. Pure.

By script where a script is one language's own, by letters and words among those who write Arabic letters, by words
among those who write Latin ones. When in doubt it is English or Welsh: `languages.yml` holds the words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import simplemma
import yaml

from nlu.welsh import lexicon

WORDS = Path(__file__).with_name("languages.yml")
ANY = "mul"  # ISO 639 for several: whoever speaks through interpreters, and whoever asks for one without a language
LATIN = ("pl", "ro", "pt", "es", "it")
SPOKEN = ("ar", "ur", "pa-Arab")  # in Arabic letters; the others are known so as not to be taken for these
ENOUGH_OF_A_SCRIPT = 0.4  # of the words: a name in Arabic letters does not make an English message Arabic
TWO = 2  # different words of its own, more than speak for English, make a Latin message be in a language
SURE = 1.0  # how far one such word, and words no dictionary of ours has, must outweigh what speaks for English
LONG_ENOUGH = 4  # letters; shorter words are too often text-speak or slips
A_CRY = 3  # words; so short a message may be told by one word
WORD = re.compile(r"[^\W\d_]+")
ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")  # vowels and stretching, which few write
LETTERS_OF_THEIR_OWN = {
    "pl": "ąęłżźśćń",
    "ro": "ășțşţ",
    "pt": "ãõ",
    "es": "ñ¿¡",
    "it": "",
}
WRITTEN_APART = str.maketrans("łŁđøß", "lLdos")  # letters that Unicode does not take apart into a letter and its accent


@dataclass(frozen=True)
class Told:
    """What tells one language: words of its own, ordinary words that others have too, words enough by themselves."""

    own: frozenset[str]
    also: frozenset[str] = frozenset()
    enough: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Lists:
    """All of `languages.yml`."""

    latin: Mapping[str, Told]
    arabic: Mapping[str, Told]
    scripts: Mapping[str, re.Pattern[str]]


def recognise(text: str) -> str:
    """The code of the language `text` is in (pl, pa, pa-Arab...), or "" for English, Welsh and any we do not know."""
    return _by_script(text) or _by_words(text)


def of_directory(code: str) -> str:
    """The code under which entries keep it: Punjabi is one language in both its scripts."""
    return code.partition("-")[0]


def bare(text: str) -> str:
    """`text` in lower case without accents, as many people type it."""
    apart = unicodedata.normalize("NFD", text.lower().translate(WRITTEN_APART))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _by_script(text: str) -> str:
    words = [word for word in text.split() if WORD.search(word)]
    need = max(1.0, ENOUGH_OF_A_SCRIPT * len(words))
    for code, script in lists().scripts.items():
        if sum(bool(script.search(word)) for word in words) >= need:
            return code
    if sum(bool(ARABIC.search(word)) for word in words) >= need:
        return _in_arabic_letters(MARKS.sub("", text))
    return ""


def _in_arabic_letters(text: str) -> str:
    words, known = WORD.findall(text), lists().arabic
    shown = {code: _arabic_score(words, told) for code, told in known.items()}
    best = max(shown, key=lambda code: shown[code])
    if shown[best] == 0:
        return "ar"  # nothing but letters that all of them share
    return best if best in SPOKEN else ""


def _arabic_score(words: Sequence[str], told: Told) -> float:
    by_words = sum(word in told.own for word in words)
    by_letters = sum(not told.letters.isdisjoint(word) for word in words)
    return by_words + by_letters / 2


def _by_words(text: str) -> str:
    tokens = WORD.findall(text)
    words = [bare(token) for token in tokens]
    if not any(word in told.own for word in words for told in lists().latin.values()):
        return ""
    strange = _strange(tokens)
    shown = {code: _latin_score(words, strange, text, told, code) for code, told in lists().latin.items()}
    best = max(shown, key=lambda code: shown[code])
    return best if shown[best] > 0 else ""


def _latin_score(words: Sequence[str], strange: int, text: str, told: Told, code: str) -> float:
    """How well the words fit one language; 0 where they might as well be English or Welsh."""
    own = {word for word in words if word in told.own}
    ordinary = sum(word in told.also for word in words)
    ours = sum(_ours(word) for word in words if word not in told.own and word not in told.also)
    letters = sum(letter in LETTERS_OF_THEIR_OWN[code] for letter in text.lower())
    if len(words) <= A_CRY and own & told.enough and not ours:
        return len(own) + letters / 2
    if letters < TWO and not any(len(word) >= LONG_ENOUGH for word in own):
        return 0.0
    several = len(own) >= TWO and len(own) > ours
    one = bool(own) and len(own) + (ordinary + letters) / 4 + strange / 2 > ours + SURE
    return len(own) + ordinary / 4 + letters / 2 if several or one else 0.0


def _strange(tokens: Sequence[str]) -> int:
    """How many words are in no dictionary of English or Welsh and are no names either."""
    small = [token for at, token in enumerate(tokens) if len(token) >= LONG_ENOUGH and (at == 0 or token.islower())]
    return sum(not _ours(bare(token)) for token in small)


def _ours(word: str) -> float:
    """How much one word speaks for English or Welsh: a little word wholly, any other half."""
    if word in _little():
        return 1.0
    return 0.5 if _is_known(word) else 0.0


def _is_known(word: str) -> bool:
    return simplemma.is_known(word, ("en", "cy")) or word in lexicon().bare or word in lexicon().shared


@lru_cache(maxsize=1)
def _little() -> frozenset[str]:
    known = lexicon()
    return known.english | frozenset(bare(word) for word, meaning in known.words.items() if meaning.kind == "little")


@lru_cache(maxsize=1)
def lists() -> Lists:
    """The words, read once."""
    given: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    latin = {code: _latin(code, given[code]) for code in LATIN}
    arabic = {code: _told(row) for code, row in given["arabic"].items()}
    scripts = {code: re.compile(f"[\\u{first}-\\u{last}]") for code, (first, last) in given["scripts"].items()}
    return Lists(latin, arabic, scripts)


def _latin(code: str, row: Mapping[str, str]) -> Told:
    """The words of the file and spaCy's little words of that language; what English or Welsh has too is only `also`."""
    little = import_module(f"spacy.lang.{code}.stop_words").STOP_WORDS
    words = {bare(word) for word in (*row["own"].split(), *row["enough"].split(), *little) if WORD.fullmatch(word)}
    also = {word for word in words if len(word) < 2 or word in _little() or _is_known(word)} | set(row["also"].split())
    return Told(frozenset(words - also), frozenset(also), frozenset(row["enough"].split()) - also)


def _told(row: Mapping[str, str]) -> Told:
    return Told(frozenset(row["own"].split()), letters=frozenset(row["letters"]))
