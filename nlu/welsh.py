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
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import simplemma
import yaml

Language = Literal["en", "cy"]
GLOSSARY = Path(__file__).parent / "welsh"
ORDER = ("little", "doing", "health", "phrases", "describing", "people", "money", "council", "groups", "general")
KINDS = {"little": "little", "doing": "verb", "phrases": "phrase", "describing": "adjective"}  # the other files: nouns
LONGEST_PHRASE = 7  # words

TOKEN = re.compile(r"[’']?[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+(?:[.,:]\d+)*|[^\w\s]")
# What hangs on a Welsh word: the article, yn, and the little pronouns.
HANGING = re.compile(r"(.+?)('(?:r|n|i|w|u|m|th|ch|di|na|ma|da|s))$")
ENGLISH_ENDING = re.compile(r".+(?:'(?:s|t|re|ve|ll|d)|s')$")
# First letters as a mutation leaves them, and what they were before: soft, nasal, aspirate, h before a vowel.
MUTATED = "ngh>c ng>g mh>p nh>t ch>c ph>p th>t dd>d g>c b>p d>t f>b f>m m>b n>d h> l>ll l>gl r>rh r>gr w>gw >g"
UNDONE = [pair.partition(">")[::2] for pair in MUTATED.split()]
OWNERS = {"my": "me", "your": "you", "his": "him", "our": "us", "their": "them"}


@dataclass(frozen=True)
class Meaning:
    """What one Welsh form is in English. `kind`: little, verb, adjective, noun, phrase, yn, name, english, mark."""

    english: str
    kind: str


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The glossary as it is looked up: words whole, words without accents, phrases by their words' meanings."""

    english: frozenset[str]
    shared: frozenset[str]
    places: frozenset[str]
    place_beginnings: tuple[str, ...]
    words: dict[str, Meaning] = field(default_factory=dict)
    bare: dict[str, Meaning] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], Meaning] = field(default_factory=dict)


def language_of(text: str, *, before: str = "en") -> Language:
    """The language most of `text` is in; `before`, the one spoken so far, where its words do not tell."""
    known: Language = "cy" if before == "cy" else "en"
    tokens = [token for token in TOKEN.findall(_plain(text)) if token[-1].isalpha()]
    named = [token[0].isupper() and (at > 0 or len(tokens) == 1) for at, token in enumerate(tokens)]
    evidence = [_evidence(token, name) for token, name in zip(tokens, named, strict=True)]
    welsh, english = (sum(side) for side in zip(*evidence, strict=True)) if evidence else (0, 0)
    if welsh == english:
        # A whole Welsh phrase settles it (bore da), though each of its words may be English.
        return "cy" if welsh and any(one.kind == "phrase" for one in _joined(text)) else known
    return "cy" if welsh > english else "en"


def welsh_place(name: str) -> str:
    """The Welsh name of a place whose English one is different (Cardigan: Aberteifi); others as they are."""
    return _welsh_places().get(name, name)


@lru_cache(maxsize=1)
def _welsh_places() -> dict[str, str]:
    names = yaml.load((GLOSSARY / "names.yml").read_bytes(), Loader=yaml.CSafeLoader)
    return {english: forms.split(", ")[0] for english, forms in names["english_places"].items()}


def gloss(text: str) -> str:
    """`text` in English word by word and phrase by phrase; English words, names and numbers as they are.

    Welsh word order is kept: putting adjectives before their nouns placed no more messages rightly.
    """
    meanings = _yn(_owned(_joined(text)))
    return re.sub(r" ([,.?!;:)])", r"\1", " ".join(meaning.english for meaning in meanings))


def in_english(text: str) -> str:
    """`text` as the English models read it: Welsh by its gloss, English as it stands.

    The gloss takes English words for Welsh ones ("to" is a roof, "a" is "and"), so it is never asked about English.
    """
    return gloss(text) if language_of(text) == "cy" else text


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The glossary, read once (under 0.3 s). simplemma reads its Welsh and English at the first gloss (0.5 s more)."""
    texts = ((GLOSSARY / f"{file}.yml").read_bytes() for file in ("names", *ORDER))
    names, *files = (yaml.load(text, Loader=yaml.CSafeLoader) for text in texts)
    sets = {key: frozenset(names[key].split()) for key in ("english", "shared", "places")}
    begins = tuple(names["place_beginnings"].split())
    read = Lexicon(sets["english"], sets["shared"], sets["places"], begins)
    several = [*_add_words(read, names["english_places"], "name")]
    for file, themes in zip(ORDER, files, strict=True):
        for lines in themes.values():
            several += _add_words(read, lines, KINDS.get(file, "noun"))
    for word, meaning in read.words.items():
        read.bare.setdefault(_bare(word), meaning)
    key = cache(lambda word: _key(word, read))
    for form, meaning in several:
        read.phrases.setdefault(tuple(map(key, _split(form, read))), meaning)
    return read


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
    """`text` in one form of accents and apostrophes, and not all in capitals."""
    said = re.sub("[’‘`]", "'", unicodedata.normalize("NFC", text))
    return said.lower() if said.isupper() else said


def _bare(word: str) -> str:
    """`word` without accents, as people text it."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def _split(text: str, known: Lexicon) -> list[str]:
    """Words, numbers and marks, with what hangs on a word taken off it: mae'r is mae and 'r."""
    found: list[str] = []
    for token in TOKEN.findall(text):
        whole = token.lower() in known.words or token.lower() in known.english
        cut = None if whole else HANGING.match(token)
        found += [*_split(cut[1], known), cut[2]] if cut else [token]
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
    for mutated, radical in UNDONE:
        if word.startswith(mutated):
            yield radical + word[len(mutated) :]


def _meaning_here(token: str, at: int) -> Meaning:
    """The meaning of `token`; a capital inside a message is a name unless the glossary has just that word."""
    known, low = lexicon(), token.lower()
    if at and token[0].isupper() and low not in known.words and low not in known.bare:
        for radical in _radicals(low):  # i Gaerdydd is to Cardiff, ym Mangor in Bangor
            if radical in known.words and known.words[radical].english[0].isupper():
                return known.words[radical]
            if _is_place(radical, known):
                return Meaning(radical.title(), "name")
        return Meaning(token, "name")
    meaning = _meaning(low)
    return Meaning(token, meaning.kind) if meaning.kind in {"english", "unknown"} else meaning


def _meaning(word: str) -> Meaning:
    """`word` by the glossary, as English, as its dictionary word by the glossary, or as it stands."""
    known = lexicon()
    exact = known.words.get(word) or known.bare.get(_bare(word))
    known_english = simplemma.is_known(word, "en")
    if not exact and known_english and not simplemma.is_known(word, "cy"):
        return Meaning(word, "english")
    found = exact or _glossed(word, known) or _glossed(simplemma.lemmatize(word, lang="cy").lower(), known)
    return found or Meaning(word, "english" if known_english else "unknown")


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


def _key(word: str, known: Lexicon) -> str:
    """What `word` is called inside a phrase. Without simplemma, whose Welsh takes half a second to load."""
    found = _glossed(word, known)
    return found.english if found else word


def _joined(text: str) -> list[Meaning]:
    """The meanings of the words of `text`, every phrase made one, the longest first."""
    known, found, at = lexicon(), list[Meaning](), 0
    tokens = _split(_plain(text), known)
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


def _is_place(word: str, known: Lexicon) -> bool:
    return word in known.places or (len(word) > 6 and word.startswith(known.place_beginnings))


def _evidence(token: str, named: bool) -> tuple[float, float]:
    """How much one word speaks for Welsh and for English; a name, or a word of both, for neither."""
    known, word = lexicon(), token.lower()
    if word in known.english:
        return 0.0, 1.5
    if word in known.shared or any(_is_place(one, known) for one in (word, *_radicals(word))):
        return 0.0, 0.0
    if word not in known.words:
        return _other_evidence(token, named)
    sure = word == "yn" or known.words[word].kind == "little"
    if simplemma.is_known(word, "en"):
        return (1.0 if sure else 0.5), 0.5
    return (2.0 if sure else 1.5), 0.0


def _other_evidence(token: str, named: bool) -> tuple[float, float]:
    """The same of a word the glossary does not have as it stands."""
    word = token.lower()
    if named or ENGLISH_ENDING.match(word) or simplemma.is_known(word, "en"):
        return 0.0, 0.0 if named else 1.0
    glossed = _meaning(HANGING.sub(r"\1", word)).kind not in {"english", "unknown"}
    return float(glossed or bool(HANGING.match(word)) or simplemma.is_known(word, "cy")), 0.0
