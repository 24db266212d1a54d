"""Welsh for an assistant whose sentence model reads English only: which language this is, and a gloss of it.

`nlu/welsh/*.yml` is the glossary: themes of `English: Welsh form, Welsh form`, a form of several words being a phrase.
The earlier file in ORDER wins where two gloss a form, and a phrase is matched by the meanings of its words, so that
mutations, accents, spellings and plurals need no listing of their own. No native speaker has checked it yet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import simplemma
import yaml

Language = Literal["en", "cy"]
GLOSSARY = Path(__file__).parent / "welsh"
ORDER = ("little", "doing", "health", "phrases", "describing", "people", "money", "council", "groups", "general")
KINDS = {"little": "little", "doing": "verb", "phrases": "phrase", "describing": "adjective"}  # the other files: nouns
LONGEST_PHRASE = 7  # words
REMEMBERED = 4096  # words met; forgotten when the process ends, and never a whole message

TOKEN = re.compile(r"[’']?[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+(?:[.,:]\d+)*|[^\w\s]")
# What hangs on a Welsh word: the article, yn, and the little pronouns.
HANGING = re.compile(r"(.+?)('(?:r|n|i|w|u|m|th|ch|di|na|ma|da|s))$")
ENGLISH_ENDING = re.compile(r".+(?:'(?:s|t|re|ve|ll|d)|s')$")
# First letters as a mutation leaves them, and what they were before: soft, nasal, aspirate, h before a vowel.
MUTATIONS = (
    ("ngh", ("c",)), ("ng", ("g",)), ("mh", ("p",)), ("nh", ("t",)), ("ch", ("c",)), ("ph", ("p",)), ("th", ("t",)),
    ("dd", ("d",)), ("g", ("c",)), ("b", ("p",)), ("d", ("t",)), ("f", ("b", "m")), ("m", ("b",)), ("n", ("d",)),
    ("h", ("",)), ("l", ("ll", "gl")), ("r", ("rh", "gr")), ("w", ("gw",)), ("", ("g",)),
)  # fmt: skip
OWNERS = {"my": "me", "your": "you", "his": "him", "our": "us", "their": "them"}
LOOKS_WELSH = re.compile(r"[ŵŷâêîôû]|^(?:dd|ngh|mh|nh|rh|gw|ll)|(?:iau|iaid|odd|aeth|wyd|wch|wyr|ion|io|ydd|wr|f)$")
LOOKS_ENGLISH = re.compile(r"[kqvxz]|(?:ing|ed|tion|ly|ck|sh|ee|oo|ght|ow|ay)$")


@dataclass(frozen=True)
class Meaning:
    """What one Welsh form is in English. `kind`: little, verb, adjective, noun, phrase, yn, name, english, mark."""

    english: str
    kind: str


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The glossary as it is looked up: words whole, words without accents, phrases by their words' meanings."""

    words: dict[str, Meaning] = field(default_factory=dict)
    bare: dict[str, Meaning] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], Meaning] = field(default_factory=dict)
    english: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    place_beginnings: tuple[str, ...] = ()


def language_of(text: str, *, before: Language = "en") -> Language:
    """The language most of `text` is in; `before`, the one spoken so far, where its words do not tell."""
    welsh = english = 0.0
    said = text.lower() if text.isupper() else text
    for at, token in enumerate(word for word in TOKEN.findall(_plain(said)) if word[-1].isalpha()):
        for_welsh, for_english = _evidence(token, named=bool(at) and token[0].isupper())
        welsh, english = welsh + for_welsh, english + for_english
    if welsh == english:
        return "cy" if welsh and _has_phrase(text) else before
    return "cy" if welsh > english else "en"


def gloss(text: str) -> str:
    """`text` in English word by word and phrase by phrase; English words, names and numbers as they are.

    Welsh word order is kept: putting adjectives before their nouns placed no more messages rightly.
    """
    meanings = _joined(_tokens(_plain(text)))
    return _written(_yn(_owned(meanings)))


def _has_phrase(text: str) -> bool:
    """Whether a whole Welsh phrase is in it (bore da), each of whose words might be English."""
    return any(meaning.kind == "phrase" for meaning in _joined(_tokens(_plain(text))))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The glossary, read once (under 0.3 s)."""
    names = _yaml("names")
    sets = {key: frozenset(names[key].split()) for key in ("english", "shared", "places")}
    read = Lexicon(**sets, place_beginnings=tuple(names["place_beginnings"].split()))
    several = [*_add_words(read, names["english_places"], "name")]
    for file in ORDER:
        for lines in _yaml(file).values():
            several += _add_words(read, lines, KINDS.get(file, "noun"))
    for word, meaning in read.words.items():
        read.bare.setdefault(_bare(word), meaning)
    for form, meaning in several:
        words = tuple(_key(token, read) for token in _split(form, read))
        read.phrases.setdefault(words, meaning)
    return read


def unglossed(text: str) -> list[str]:
    """The words of `text` the glossary does not have and English does not either: what to add next."""
    found = [(token, _meaning(token.lower())) for token in _tokens(_plain(text))]
    return [token for token, meaning in found if meaning.kind == "unknown" and not token[0].isupper()]


def _yaml(name: str) -> dict[str, Any]:
    with (GLOSSARY / f"{name}.yml").open(encoding="utf-8") as file:
        content: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)  # noqa: S506  the safe loader, in C
    return content


def _add_words(into: Lexicon, lines: dict[str, str], kind: str) -> Iterator[tuple[str, Meaning]]:
    """Put the single words of `lines` into the lexicon; yields the phrases, which need all words to be there first."""
    for english, forms in lines.items():
        meaning = Meaning(english, kind)
        for form in forms.lower().split(", "):
            if " " in form or HANGING.match(form):
                yield form, meaning
            if " " not in form:
                into.words.setdefault(form, meaning)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("’", "'").replace("‘", "'").replace("`", "'")


def _bare(word: str) -> str:
    """`word` without accents, as people text it."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def _tokens(text: str) -> list[str]:
    return _split(text.lower() if text.isupper() else text, lexicon())


def _split(text: str, known: Lexicon) -> list[str]:
    """Words, numbers and marks, with what hangs on a word taken off it: mae'r is mae and 'r."""
    found: list[str] = []
    for token in TOKEN.findall(text):
        hung: list[str] = []
        while token.lower() not in known.words and token.lower() not in known.english and (cut := HANGING.match(token)):
            token, hung = cut[1], [cut[2], *hung]
        found += [token, *hung]
    return found


def _spelt(word: str) -> Iterator[str]:
    """What a northern or southern spelling stands for: petha and pethe for pethau, dynas for dynes."""
    if word.startswith("'"):
        yield from (word[1:], *_radicals(word[1:]))  # 'ngŵr is fy ngŵr
    if word.endswith(("a", "e")):
        endings = ("au", "ai", "af", "e", "iau")
        yield from (one + end for one in (word[:-1], *_radicals(word[:-1])) for end in endings if len(word) > 3)
    elif word[-2:-1] == "a" and len(word) > 4:
        yield from (one[:-2] + vowel + one[-1] for one in (word, *_radicals(word)) for vowel in "ey")


def _radicals(word: str) -> Iterator[str]:
    """What `word` may have been before a mutation: fangor was bangor or mangor."""
    for mutated, radicals in MUTATIONS:
        if word.startswith(mutated):
            yield from (radical + word[len(mutated) :] for radical in radicals)


def _meaning_here(token: str, at: int) -> Meaning:
    """The meaning of `token`; a capital inside a message is a name unless the glossary has just that word."""
    known, low = lexicon(), token.lower()
    if at and token[0].isupper() and low not in known.words and low not in known.bare:
        place = next((radical for radical in _radicals(low) if _is_place(radical, known)), "")
        named = next((known.words[radical] for radical in _radicals(low) if radical in known.words), None)
        if named and (named.kind == "name" or named.english[0].isupper()):
            return named
        return Meaning(place.title() or token, "name")
    meaning = _meaning(low)
    return Meaning(token, meaning.kind) if meaning.kind in {"english", "unknown"} else meaning


@lru_cache(maxsize=REMEMBERED)
def _meaning(word: str) -> Meaning:
    """`word` by the glossary, as English, as its dictionary word by the glossary, or as it stands."""
    known = lexicon()
    exact = known.words.get(word) or known.bare.get(_bare(word))
    if not exact and simplemma.is_known(word, "en") and not simplemma.is_known(word, "cy"):
        return Meaning(word, "english")
    if found := exact or _glossed(word, known):
        return found
    lemma = simplemma.lemmatize(word, lang="cy").lower()
    found = _glossed(lemma, known) if lemma != word else None
    return found or Meaning(word, "english" if simplemma.is_known(word, "en") else "unknown")


def _glossed(word: str, known: Lexicon) -> Meaning | None:
    """`word` whole, without accents, without its mutation, or in the spelling of books; None where all that fails."""
    if word in {"yn", "'n"}:
        return Meaning(word, "yn")
    if not word[-1].isalpha():
        return Meaning(word, "mark")
    if word not in known.words and word in known.english:
        return Meaning(word, "english")
    for form in (word, *_radicals(word), *_spelt(word)):
        if found := known.words.get(form) or known.bare.get(_bare(form)):
            return found
    return None


@lru_cache(maxsize=REMEMBERED)
def _key(word: str, known: Lexicon) -> str:
    """What `word` is called inside a phrase. Without simplemma, whose Welsh takes half a second to load."""
    found = _glossed(word, known)
    return found.english if found else word


def _joined(tokens: Sequence[str]) -> list[Meaning]:
    """The meanings of `tokens`, every phrase made one, the longest first."""
    known, found, at = lexicon(), list[Meaning](), 0
    keys = [_key(token.lower(), known) for token in tokens]
    while at < len(tokens):
        for length in range(min(LONGEST_PHRASE, len(tokens) - at), 1, -1):
            if phrase := known.phrases.get(tuple(keys[at : at + length])):
                break
        else:
            length, phrase = 1, _meaning_here(tokens[at], at)
        found.append(phrase)
        at += length
    return found


def _owned(meanings: Sequence[Meaning]) -> list[Meaning]:
    """Welsh says my hitting for hitting me, and closes on the owner once more (fy mam i): put both as English does."""
    found: list[Meaning] = []
    for meaning in meanings:
        owner = found[-1].english if found else ""
        if meaning.kind == "verb" and owner in OWNERS:
            found[-1:] = [meaning, Meaning(OWNERS[owner], "owner")]
        elif meaning.english == "to" and owner and (owner == "me" or [one.english for one in found[-2:-1]] == ["my"]):
            continue
        else:
            found.append(meaning)
    return found


def _yn(meanings: Sequence[Meaning]) -> list[Meaning]:
    """Before a verb or an adjective yn says nothing; before anything else, written whole, it is `in`."""
    found = []
    for at, meaning in enumerate(meanings):
        after = meanings[at + 1] if at + 1 < len(meanings) else meaning
        silent = after.kind in {"verb", "adjective", "phrase"} or after.english.startswith("can not")
        if meaning.kind != "yn":
            found.append(meaning)
        elif meaning.english == "yn" and not silent:
            found.append(Meaning("in", "little"))
    return found


def _written(meanings: Sequence[Meaning]) -> str:
    text = " ".join(meaning.english for meaning in meanings if meaning.english)
    return re.sub(r" ([,.?!;:)])", r"\1", text)


def _is_place(word: str, known: Lexicon) -> bool:
    return word in known.places or (len(word) > 6 and word.startswith(known.place_beginnings))


@lru_cache(maxsize=REMEMBERED)
def _evidence(token: str, named: bool) -> tuple[float, float]:
    """How much one word speaks for Welsh and for English. The weights were set on sentences, not on the tests."""
    known, word = lexicon(), token.lower()
    if word in known.english:
        return 0.0, 1.5
    if word in known.shared or _is_place(word, known) or any(_is_place(one, known) for one in _radicals(word)):
        return 0.0, 0.0
    if word == "yn":
        return 2.0, 0.0
    if ENGLISH_ENDING.match(word) and word not in known.words:
        return 0.0, 1.0
    meaning = _meaning(HANGING.sub(r"\1", word))
    if named and word not in known.words:
        return 0.0, 0.0
    in_english = simplemma.is_known(word, "en")
    if word in known.words:
        return (1.0 if meaning.kind == "little" else 0.5, 0.5) if in_english else (2.0 if meaning.kind == "little" else 1.5, 0.0)
    if in_english:
        return 0.0, 1.0
    if meaning.kind not in {"english", "unknown"} or simplemma.is_known(word, "cy") or HANGING.match(word):
        return 1.0, 0.0
    if token[0].isupper():
        return 0.0, 0.0  # most likely a name, whatever it looks like
    return (0.5 if LOOKS_WELSH.search(word) else 0.0), (0.5 if LOOKS_ENGLISH.search(word) else 0.0)
