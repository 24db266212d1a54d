"""Other languages: recognised in what people write, and never seen in English or Welsh."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import simplemma
import yaml

from nlu.details import languages_asked
from nlu.languages import LATIN, lists, of_directory, recognise
from nlu.languages_danger import outright
from settings import ROOT

CASES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("languages_cases.yml").read_text(encoding="utf-8"))
LANGUAGES = [code for code in CASES if code not in ("none", "fresh")]
DANGER = yaml.safe_load((ROOT / "nlu/languages_danger.yml").read_text(encoding="utf-8"))
FRESH_FOUND = 0.7  # measured 29 of 40 when written


def _everything_residents_say() -> list[str]:
    """Every string of the topics and every example of the kinds of message: English, Welsh, Scots, text-speak."""
    topics = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in ROOT.glob("knowledge/seed/topics/*.yml")]
    kinds = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in ROOT.glob("nlu/examples/*.yml")]
    lines = [line for file in kinds for kind in file["nlu"] for line in kind["examples"].splitlines()]
    return [*_strings(topics), *(line.removeprefix("- ") for line in lines)]


def _strings(found: object) -> list[str]:
    if isinstance(found, str):
        return [found]
    below = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return [text for one in below for text in _strings(one)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_is_recognised(code):
    wrong = {text: recognise(text) for text in CASES[code] if recognise(text) != code}
    assert len(CASES[code]) >= 25 and not wrong


def test_most_of_what_nobody_prepared_for_is_recognised_and_none_of_it_as_another_language():
    found = {text: (code, recognise(text)) for code, texts in CASES["fresh"].items() for text in texts}
    assert not {text: both for text, both in found.items() if both[1] not in (both[0], "")}
    assert sum(code == seen for code, seen in found.values()) >= FRESH_FOUND * len(found)


@pytest.mark.parametrize("text", CASES["none"])
def test_english_welsh_and_languages_we_do_not_answer_in_are_left_alone(text):
    assert recognise(text) == ""


def test_nothing_residents_say_in_english_or_welsh_is_taken_for_another_language():
    said = _everything_residents_say()
    assert len(said) > 6_500
    assert [text for text in said if recognise(text)] == []
    assert [text for text in said if outright(text)] == []


@pytest.mark.parametrize("code", LATIN)
def test_no_word_of_its_own_is_an_english_or_welsh_word(code):
    told = lists().latin[code]
    assert told.own and not told.own & told.also
    assert not [word for word in told.own if simplemma.is_known(word, ("en", "cy"))]
    assert told.enough <= told.own, "enough by itself, yet no word of its own"


@pytest.mark.parametrize("text", ["", " ", "...", "😢", "a", "9", "\u0650", "ﷺ", "a" * 1000, "İ ß ŉ"])
def test_anything_can_be_looked_at(text):
    assert recognise(text) in ("", *LANGUAGES)
    assert outright(text) is None


def test_punjabi_is_one_language_in_the_directory_whatever_its_script():
    assert {of_directory("pa"), of_directory("pa-Arab")} == {"pa"}


@pytest.mark.parametrize("kind", DANGER)
def test_danger_said_outright_is_seen_in_every_language(kind):
    assert set(DANGER[kind]) == set(LANGUAGES)
    for code, phrases in DANGER[kind].items():
        for phrase in phrases:
            found = outright(f"... {phrase}!")
            assert found is not None and found[1].kind == kind, (code, phrase)


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_no_danger_is_not_taken_for_it(code):
    assert [text for text in CASES[code] if outright(text)] == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("do you speak Polish", ("pl",)),
        ("my mum only speaks Urdu", ("ur",)),
        ("interpreter", ("mul",)),
        ("I need an interpreter please", ("mul",)),
        ("is there anyone who speaks Bengali?", ("bn",)),
        ("we need a Romanian interpreter", ("ro",)),
        ("my gran doesn't speak English, only Gujarati", ("mul", "gu")),
        ("can i talk to someone in Spanish", ("es",)),
        ("Urdu", ("ur",)),
        # about something else, or about no language at all
        ("my mum only speaks Urdu and she is lonely", ()),
        ("is there a Polish shop near me", ()),
        ("where can I learn Spanish", ()),
        ("somebody to polish my shoes", ()),
        ("do you speak", ()),
        ("BSL interpreter", ()),
        ("I can interpret at appointments", ()),
    ],
)
def test_a_language_is_asked_for_in_english(text, asked):
    assert languages_asked(text) == asked
