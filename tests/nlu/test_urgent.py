"""Danger is seen: every line of the tables, the shares they come to, and what is said about it."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from nlu import urgent
from nlu.urgent import look
from nlu.urgent_report import measure, report, rows, wilson
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


@pytest.mark.parametrize(("kind", "text"), [row for row in rows(DANGER) if row[1] not in KNOWN])
def test_danger_is_seen(kind: str, text: str) -> None:
    seen = look(text)
    assert seen is not None, f"missed: {text}"


@pytest.mark.parametrize("text", [text for _, text in rows(SAFE) if text not in KNOWN])
def test_no_alarm_is_raised(text: str) -> None:
    seen = look(text)
    assert seen is None, f"alarm for: {text} ({seen})"


@pytest.mark.parametrize("only", [0, 1])
def test_recall_and_false_alarms_of_each_half(only: int) -> None:
    table = rows(DANGER, only) + rows(SAFE, only)
    tallies = measure(table)
    hits, of = sum(t.right for k, t in tallies.items() if k), sum(t.of for k, t in tallies.items() if k)
    safe = tallies[""]
    assert hits / of >= 0.95, report(table)
    assert (safe.of - safe.right) / safe.of <= 0.08, report(
        table
    )  # mostly near misses: ordinary ones are the next test


def test_ordinary_messages_hardly_ever_alarm() -> None:
    ordinary = [text for text in _ordinary() if look(text)]
    assert len(ordinary) <= 0.02 * len(_ordinary()), ordinary


def test_last_table_does_not_get_worse() -> None:
    tallies = measure(rows(LAST))
    hits, of = sum(t.right for t in tallies.values()), sum(t.of for t in tallies.values())
    assert hits / of >= 0.40, f"{hits} of {of}: said very far round corners, and never tuned on"


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


def test_wilson_interval_is_the_published_one() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def _ordinary() -> list[str]:
    import yaml

    return [str(text) for text in yaml.safe_load(SAFE.read_text(encoding="utf-8"))["ordinary"]]
