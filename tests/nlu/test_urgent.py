"""Danger is seen: every line of the tables, the shares they come to, and what is said about it."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
import yaml

from nlu import urgent
from nlu.urgent import look
from nlu.urgent_report import measure, report, rows, wilson
from nlu.urgent_words import Choice, Phrases, read
from settings import ROOT

HERE = Path(__file__).resolve().parent
DANGER = HERE / "urgent_cases.yml"
SAFE = HERE / "urgent_safe_cases.yml"
LAST = HERE / "urgent_last_cases.yml"
OUTSIDE = ROOT.parent / "shared/data/q-crisis-small/ugm_crisis_scenarios.csv"
# What is known to be missed or wrongly alarmed; a fix takes its line out of here.
KNOWN = frozenset((HERE / "urgent_known.txt").read_text(encoding="utf-8").splitlines())


@pytest.fixture(autouse=True, scope="module")
def _meaning_is_there() -> None:
    if not urgent.ready():
        pytest.skip("the sentence model is not in var/model: run `make setup`")


@pytest.mark.parametrize("text", [row.text for row in rows(DANGER) if row.text not in KNOWN])
def test_danger_is_seen(text: str) -> None:
    seen = look(text)
    assert seen is not None, f"missed: {text}"


@pytest.mark.parametrize("text", [row.text for row in rows(SAFE) if row.text not in KNOWN])
def test_no_alarm_is_raised(text: str) -> None:
    seen = look(text)
    assert seen is None, f"alarm for: {text} ({seen})"


@pytest.mark.parametrize("only", [0, 1])
def test_recall_and_false_alarms_of_each_half(only: int) -> None:
    table = rows(DANGER, only) + rows(SAFE, only)
    kinds = {row.kind for row in table if row.kind}
    tallies = measure(table)
    danger = [tally for group, tally in tallies.items() if group in kinds]
    safe = [tally for group, tally in tallies.items() if group not in kinds]
    assert sum(t.right for t in danger) / sum(t.of for t in danger) >= 0.95, report(table)
    alarms = sum(t.of - t.right for t in safe)  # mostly of near misses; ordinary messages are the next test
    assert alarms / sum(t.of for t in safe) <= 0.05, report(table)


def test_ordinary_messages_hardly_ever_alarm() -> None:
    ordinary = [text for text in _ordinary() if look(text)]
    assert len(ordinary) <= 0.02 * len(_ordinary()), ordinary


def test_last_table_does_not_get_worse() -> None:
    tallies = measure(rows(LAST))
    hits, of = sum(t.right for t in tallies.values()), sum(t.of for t in tallies.values())
    assert hits / of >= 0.70, f"{hits} of {of}: said very far round corners, and never tuned on"


@pytest.mark.parametrize(
    ("text", "about", "child"),
    [
        ("I want to die", "self", False),
        ("my friend wants to kill herself", "other", False),
        ("my uncle is touching me, I'm 11", "self", True),
        ("mum won't wake up, I'm 9", "other", True),
        ("I'm 14 weeks pregnant and bleeding", "self", False),
        ("my neighbour has collapsed", "other", False),
        ("dwi'n 12 ac mae dad yn fy nharo i", "self", True),
    ],
)
def test_who_it_is_about(text: str, about: str, child: bool) -> None:
    seen = look(text)
    assert seen is not None
    assert (seen.about, seen.child) == (about, child)


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("I can smell gas", "gas"),
        ("CO alarm is beeping and we have headaches", "gas"),
        ("chip pan on fire", "fire"),
        ("power cable down in the road", "power"),
        ("the river is coming into the house", "flood"),
        ("ogla nwy", "gas"),
    ],
)
def test_which_hazard(text: str, hazard: str) -> None:
    seen = look(text)
    assert seen is not None
    assert (seen.kind, seen.hazard) == ("crisis_fire_gas", hazard)


def test_the_most_pressing_kind_leads_and_the_others_are_kept() -> None:
    seen = look("he hits me and now the kitchen is on fire")
    assert seen is not None
    assert seen.kind == "crisis_fire_gas"
    assert "crisis_domestic_abuse" in seen.also


@pytest.mark.parametrize(
    "text", ["", "   ", "...", "\U0001f600", "\x00", "a" * 20000, "\ud800", "!?" * 500, "he " * 9000], ids=str.__len__
)
def test_odd_text_never_raises(text: str) -> None:
    look(text)


def test_words_alone_still_see_danger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urgent, "_meaning", lambda: None)
    assert look("I want to kill myself") is not None
    assert look("dwi ddim isio byw") is not None
    assert look("I was looking for a choir") is None


def test_a_message_takes_milliseconds() -> None:
    texts = [f"is there a group that meets on a weekday near here number {n}" for n in range(40)]
    started = time.process_time()  # our own work, not our neighbours'
    for text in texts:
        look(text)
    assert (time.process_time() - started) / len(texts) < 0.05


def test_outside_table_is_seen() -> None:
    if not OUTSIDE.exists():
        pytest.skip(f"{OUTSIDE} is not on this machine")
    with OUTSIDE.open(encoding="utf-8") as file:
        given = [row for row in csv.DictReader(file) if row["language"] == "english"]
    assert [row["text"] for row in given if row["true_label"] == "crisis" and look(row["text"]) is None] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("he hits me and I am scared to go home tonight", "crisis_domestic_abuse"),
        ("I was raped last month and I can't stop shaking", "crisis_violence_crime"),
        ("there's a bolt on the outside of the little girl's door", "crisis_child_risk"),
        ("he has taken the back door off and says he's coming back", "crisis_domestic_abuse"),
        ("I have kept enough tablets for when the kids are at school", "crisis_suicide"),
    ],
)
def test_made_little_of_and_still_seen(text: str, kind: str) -> None:
    seen = look(text)
    assert seen is not None
    assert kind in (seen.kind, *seen.also)


@pytest.mark.parametrize("before", ["my bins are late. ", "my bins are late. " * 10, "when is the choir on? "])
def test_what_one_sentence_says_outright_no_other_explains_away(before: str) -> None:
    seen = look(before + "I want to kill myself")
    assert seen is not None
    assert seen.kind == "crisis_suicide"


@pytest.mark.parametrize(
    "text",
    [
        "nowt in the cupboard, kids asking",
        "my brother took his own life in 2015, is there a group for families",
        "I'd jump off a bridge for a decent joiner lol",
    ],
)
def test_the_whole_message_overrules_a_phrase(text: str) -> None:
    assert look(text) is None


def _phrases() -> list[tuple[str, str]]:
    """Every line of every list, with the file it stands in."""
    files = {name: yaml.safe_load((urgent.HERE / name).read_text(encoding="utf-8")) for name in urgent.PHRASES}
    by_kind = [
        (name, line) for name, file in files.items() for kind in file.values() for ls in kind.values() for line in ls
    ]
    plain = yaml.safe_load((urgent.HERE / "urgent.yml").read_text(encoding="utf-8"))
    return by_kind + [("urgent.yml", line) for key in urgent.PLAIN for line in plain[key]]


@pytest.mark.parametrize(("file", "line"), _phrases())
def test_every_phrase_finds_what_it_says(file: str, line: str) -> None:
    names = yaml.safe_load((urgent.HERE / "urgent.yml").read_text(encoding="utf-8"))["names"] if "<" in line else {}
    assert isinstance(line, str), f"{file}: quote {line!r}"
    phrase = read(line, names)
    words = [word for part in phrase.parts if not part.optional for word in _said(part)]
    assert Phrases([line], names).spans(words), f"{file}: {line!r} does not find {' '.join(words)!r}"


def _said(part: Choice) -> list[str]:
    """The first thing that may stand in one place of a phrase."""
    if part.edge or part.gap or part.forbidden:
        return []
    if part.words:
        return [min(part.words)]
    return [part.starts[0]] if part.starts else [word for choice in part.longer[0] for word in _said(choice)]


def test_the_report_gives_each_kind_its_interval() -> None:
    said = report(rows(DANGER)[:5] + rows(SAFE)[:5])
    assert [part for part in ("Recall", "Precision", "False alarms", "All together") if part not in said] == []


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("I'm a man and my wife hits me, nobody believes a bloke", "men"),
        ("I'm 81 and my son hits me", "older"),
        ("they are forcing me to marry my cousin", "marriage"),
        ("my girlfriend hits me and I'm a lesbian", "lgbt"),
        ("my husband hits me", ""),
    ],
)
def test_whom_a_line_of_their_own_is_for(text: str, who: str) -> None:
    seen = look(text)
    assert seen is not None
    assert seen.who == who


def test_wilson_interval_is_the_published_one() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def _ordinary() -> list[str]:
    return [str(text) for text in yaml.safe_load(SAFE.read_text(encoding="utf-8"))["ordinary"]]
