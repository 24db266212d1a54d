"""Danger first: looked for in every message, ahead of everything else, with nothing else running.

Words and meaning together: the phrases catch what is said outright, also in Welsh; the sentence model catches what is
said round corners, and drops a phrase when the message around it is plainly something else (a film, a joke, years
ago). `python -m nlu.urgent cases.yml` measures both.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlu.urgent_meaning import Examples, Meaning, learnt
from nlu.urgent_words import STOP, Phrases, to_words
from nlu.welsh import in_english, language_of

HERE = Path(__file__).resolve().parent
PHRASES = ("urgent_phrases.yml", "urgent_phrases_risk.yml", "urgent_phrases_now.yml", "urgent_phrases.cy.yml")
DANGER = (
    "urgent_danger.yml", "urgent_danger_more.yml", "urgent_danger_round.yml",
    "urgent_danger_self.yml", "urgent_danger_home.yml", "urgent_danger_now.yml",
    "urgent_danger_hidden.yml", "urgent_danger_quiet.yml", "urgent_danger_signs.yml",
    "urgent_danger_told.yml",
)  # fmt: skip
SAFE = (
    "urgent_safe.yml", "urgent_safe_more.yml", "urgent_safe_round.yml", "urgent_safe_home.yml", "urgent_safe_life.yml",
    "urgent_safe_quiet.yml", "urgent_safe_signs.yml", "urgent_safe_told.yml",
)  # fmt: skip
INTENTS = HERE / "examples"
EVERYDAY = HERE.parent / "knowledge" / "seed" / "topics"  # what people ordinarily ask: read as text, no database
PLAIN = ("not_danger", "calmer", "about_self", "about_other", "child")
TAKEN_OUT = "_"
SHORT = 5  # words; a message no longer than this has nothing around its phrase that could explain it away
LONG = 30  # words; a longer message is also read in parts, so that one line of danger is not lost among the rest
MOST_PARTS = 4
MOST_SENTENCES = 12
END = 1200  # characters kept of each end of a very long message
LONGEST_WORD = 40


@dataclass(frozen=True)
class Urgent:
    """Danger seen in one message."""

    kind: str
    about: str  # "self" or "other"
    child: bool  # the writer says they are under 18
    shown_by: str  # the words that showed it; never logged
    also: tuple[str, ...] = ()
    hazard: str = ""  # for crisis_fire_gas: gas, fire, power or flood
    who: str = ""  # whom a line of their own is for: men, older, lgbt, marriage
    nation: str = ""  # by a nation or county named in it


@dataclass(frozen=True)
class Kind:
    """The phrases of one kind of danger."""

    sure: Phrases
    likely: Phrases


@dataclass(frozen=True)
class Lists:
    """Everything the YAML files say, ready to use."""

    thresholds: Mapping[str, float]
    order: Sequence[str]
    means: Mapping[str, str]
    kinds: Mapping[str, Kind]
    plain: Mapping[str, Phrases]  # not_danger, calmer, about_self, about_other, child
    hazards: Mapping[str, Phrases]
    who: Mapping[str, Phrases]
    nations: Mapping[str, Phrases]


def look(text: str) -> Urgent | None:
    """The danger in `text`, if there is any; never raises for anything a resident can write."""
    lists, text = _lists(), _clipped(text)
    words = _without(to_words(text, lists.means), lists.plain["not_danger"])
    if not any(word not in (STOP, TAKEN_OUT) for word in words):
        return None
    calmer = bool(lists.plain["calmer"].spans(words))
    found = _weighed(_by_words(words, lists, calmer), text, words, lists, calmer)
    return _told(found, words, lists) if found else None


def _clipped(text: str) -> str:
    """`text`, or its two ends when it is absurdly long: nobody may keep the process busy."""
    text = " ".join(word[:LONGEST_WORD] for word in text.encode("utf-8", "ignore").decode().split(" "))
    return text if len(text) <= 2 * END else f"{text[:END]}\n{text[-END:]}"


def ready() -> bool:
    """Load everything now, so that the first resident does not wait; True when the meaning is understood too."""
    look("bore da, is there a choir near me")  # the glossary and the sentence model load at first use
    return _meaning() is not None


def _told(found: dict[str, str], words: list[str], lists: Lists) -> Urgent:
    child = bool(lists.plain["child"].spans(words))
    if child and "crisis_domestic_abuse" in found and "crisis_child_risk" not in found:
        # A child who is hurt at home needs the children's line, whoever does the hurting.
        found = {"crisis_child_risk": found["crisis_domestic_abuse"], **found}
    kinds = list(found)
    return Urgent(
        kind=kinds[0],
        about=_about(words, lists),
        child=child,
        shown_by=found[kinds[0]],
        also=tuple(kinds[1:]),
        hazard=_first(lists.hazards, words) if kinds[0] == "crisis_fire_gas" else "",
        who=_first(lists.who, words),
        nation=_first(lists.nations, words),
    )


def _about(words: list[str], lists: Lists) -> str:
    if lists.plain["about_self"].spans(words):
        return "self"
    return "other" if lists.plain["about_other"].spans(words) else "self"


def _first(named: Mapping[str, Phrases], words: list[str]) -> str:
    return next((name for name, phrases in named.items() if phrases.spans(words)), "")


def _without(words: list[str], phrases: Phrases) -> list[str]:
    """`words` with the turns of speech and denials taken out, a mark left so that nothing joins across the hole."""
    out = list(words)
    for start, end in phrases.spans(words, every=True):
        out[start:end] = [TAKEN_OUT] * (end - start)
    return out


def _by_words(words: list[str], lists: Lists, calmer: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, kind in lists.kinds.items():
        spans = kind.sure.spans(words) or ([] if calmer else kind.likely.spans(words))
        if spans:
            found[name] = " ".join(words[slice(*spans[0])])
    return found


def _weighed(found: dict[str, str], text: str, words: list[str], lists: Lists, calmer: bool) -> dict[str, str]:
    """What the words showed, most pressing first, unless the whole message means something else; then what the
    meaning shows, likeliest first."""
    meaning = _meaning()
    if meaning is None or (found and _stands_alone(text, words)):
        return found
    read = in_english(text)  # the sentence model has no Welsh
    parts = [*_parts(read, len(words)), *(_sentences(read) if found else ())]
    score, numbers = meaning.score(read, parts)
    wanted = lists.thresholds[("outright" if found else "meaning") + ("_calmer" if calmer else "")]
    if score < wanted:
        return {}
    return found | {kind: text.strip() for kind in (lists.order[n] for n in numbers) if kind not in found}


def _stands_alone(text: str, words: list[str]) -> bool:
    """Whether a phrase counts whatever the meaning: too little around it, or Welsh, which the model only half reads."""
    return sum(word not in (STOP, TAKEN_OUT) for word in words) <= SHORT or language_of(text) == "cy"


def _parts(text: str, words: int) -> list[str]:
    """A long message in a few pieces, word for word as they stand in it."""
    if words <= LONG:
        return []
    size = max(LONG // 2, -(-words // MOST_PARTS))
    spoken = list(re.finditer(r"\S+", text))
    pieces = [spoken[at : at + size] for at in range(0, len(spoken), size)]
    return [text[piece[0].start() : piece[-1].end()] for piece in pieces]


def _sentences(text: str) -> list[str]:
    """Each sentence by itself: bins in one must not explain away what another says outright."""
    parts = [part.strip() for part in re.split(r"[.!?;\n]+", text) if part.strip()]
    return parts[:MOST_SENTENCES] if len(parts) > 1 else []


@lru_cache(maxsize=1)
def _meaning() -> Meaning | None:
    lists = _lists()
    named = [HERE / name for name in (*DANGER, *SAFE)]
    sources = [*named, *_ordinary(), *sorted((HERE / "welsh").glob("*.yml"))]
    width, ridge = lists.thresholds["width"], lists.thresholds["ridge"]
    return learnt(_examples, sources=sources, width=width, ridge=ridge, kinds=len(lists.order))


def _examples() -> Examples:
    """Danger by kind, near misses, and what people ordinarily say."""
    files = [_yaml(name) for name in DANGER]
    danger = [(n, text) for n, kind in enumerate(_lists().order) for file in files for text in file.get(kind, [])]
    near = [(-1, text) for name in SAFE for texts in _yaml(name).values() for text in texts]
    said = [(-1, text) for path in _ordinary() for text in _said_in(_yaml(path))]
    all_of_them = [*danger, *near, *said]
    return Examples([in_english(str(text)) for _, text in all_of_them], [label for label, _ in all_of_them])


def _ordinary() -> list[Path]:
    return [path for folder in (EVERYDAY, INTENTS) for path in sorted(folder.glob("*.yml"))]


def _said_in(file: Any) -> list[str]:
    """The examples of a file of topics, or of one of Rasa's."""
    if "nlu" not in file:
        return [str(text) for topic in file.values() for text in topic.get("examples", [])]
    lines = [line for kind in file["nlu"] for line in str(kind["examples"]).splitlines() if line.strip()]
    return [line.removeprefix("- ") for line in lines]


@lru_cache(maxsize=1)
def _lists() -> Lists:
    given = _yaml("urgent.yml")
    names = given["names"]
    files = [_yaml(name) for name in PHRASES]
    return Lists(
        thresholds=given["thresholds"],
        order=given["order"],
        means={str(short): str(long) for short, long in given["means"].items()},
        kinds={kind: _kind([file[kind] for file in files if kind in file], names) for kind in given["order"]},
        plain={key: Phrases(given[key], names) for key in PLAIN},
        hazards={hazard: Phrases(lines, names) for hazard, lines in given["hazards"].items()},
        who={who: Phrases(lines, names) for who, lines in given["who"].items()},
        nations={nation: Phrases(lines, names) for nation, lines in given["nations"].items()},
    )


def _kind(written: Sequence[Mapping[str, Any]], names: Mapping[str, Sequence[str]]) -> Kind:
    sure, likely = ([line for part in written for line in part.get(key, [])] for key in ("sure", "likely"))
    return Kind(Phrases(sure, names), Phrases(likely, names))


def _yaml(name: str | Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C reader is ten times as fast
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  a safe loader, both ways


if __name__ == "__main__":
    from nlu.urgent_report import main

    sys.exit(main(sys.argv[1:]))
