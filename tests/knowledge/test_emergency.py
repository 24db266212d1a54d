"""Emergency lines: 999 first, the right nation's line, and no number that is not in the checked list."""

from __future__ import annotations

import re

import pytest
import yaml

from knowledge.emergency import FIRST, MOST, all_lines, lines_for
from settings import ROOT

SOURCE = ROOT.parent / "shared/docs/emergency-lines.md"
KINDS = sorted({kind for line in all_lines() for kind in line.kinds})
NATIONS = ["england", "wales", "scotland", "northern_ireland", None]


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("child", [True, False])
def test_999_leads_and_five_are_enough(kind: str, nation: str | None, child: bool) -> None:
    lines = lines_for(kind, nation=nation, child=child)
    assert lines[0].key == FIRST
    assert len(lines) <= MOST
    assert len({line.key for line in lines}) == len(lines)
    assert all(nation is None or nation in line.nations for line in lines)


@pytest.mark.parametrize(
    ("kind", "given", "wanted"),
    [
        ("crisis_suicide", {"nation": None}, ["999", "116 123", "85258", "0800 068 4141", "111"]),
        ("crisis_suicide", {"nation": "wales", "child": True}, ["999", "0800 1111", "116 123"]),
        ("crisis_suicide", {"nation": "england", "who": "men"}, ["999", "0800 58 58 58"]),
        ("crisis_child_risk", {"nation": None, "child": True}, ["999", "0800 1111", "0808 800 5000"]),
        ("crisis_domestic_abuse", {"nation": None, "child": True, "about": "other"}, ["999", "0800 1111"]),
        ("crisis_violence_crime", {"nation": "scotland", "child": True}, ["999", "0800 1111", "101"]),
        ("crisis_homeless_tonight", {"nation": "england", "child": True}, ["999", "0800 1111", ""]),
        ("crisis_domestic_abuse", {"nation": "england", "who": "men"}, ["999", "0808 801 0327"]),
        ("crisis_domestic_abuse", {"nation": "england", "who": "marriage"}, ["999", "0800 5999 247", "020 7008 0151"]),
        ("crisis_adult_risk", {"nation": "wales", "who": "older"}, ["999", "", "0808 808 8141"]),
        ("crisis_suicide", {"nation": "wales", "who": "welsh"}, ["999", "0808 164 0123", "116 123"]),
        ("crisis_child_risk", {"nation": None, "about": "other"}, ["999", "0808 800 5000"]),
        ("crisis_domestic_abuse", {"nation": None}, ["999", "0808 2000 247", "0808 801 0327"]),
        ("crisis_domestic_abuse", {"nation": "wales"}, ["999", "0808 80 10 800"]),
        ("crisis_domestic_abuse", {"nation": "scotland"}, ["999", "0800 027 1234"]),
        ("crisis_domestic_abuse", {"nation": "northern_ireland"}, ["999", "0808 802 1414"]),
        ("crisis_adult_risk", {"nation": None}, ["999", "", "0808 808 8141"]),
        ("crisis_homeless_tonight", {"nation": "england"}, ["999", "", "0808 800 4444"]),
        ("crisis_homeless_tonight", {"nation": "northern_ireland"}, ["999", "03448 920 900"]),
        ("crisis_medical", {"nation": "scotland"}, ["999", "111"]),
        ("crisis_fire_gas", {"nation": None, "hazard": "gas"}, ["999", "0800 111 999"]),
        ("crisis_fire_gas", {"nation": "northern_ireland", "hazard": "gas"}, ["999", "0800 002 001"]),
        ("crisis_fire_gas", {"nation": "england", "hazard": "power"}, ["999", "105"]),
        ("crisis_fire_gas", {"nation": "england", "hazard": "flood"}, ["999", "0345 988 1188"]),
        ("crisis_fire_gas", {"nation": "england", "hazard": "fire"}, ["999"]),
        ("crisis_violence_crime", {"nation": "england"}, ["999", "101", "0808 500 2222", "08000 121 700"]),
    ],
)
def test_lines_in_order(kind: str, given: dict[str, object], wanted: list[str]) -> None:
    numbers = [line.number for line in lines_for(kind, **given)]  # type: ignore[arg-type]  # a table of keywords
    assert numbers[: len(wanted)] == wanted


@pytest.mark.parametrize(
    ("kind", "also", "wanted"),
    [
        ("crisis_medical", ("crisis_suicide",), ["999", "111", "116 123", "85258"]),
        ("crisis_suicide", ("crisis_medical",), ["999", "116 123", "85258", "0800 068 4141", "111"]),
        ("crisis_medical", ("crisis_child_risk",), ["999", "111", "0800 1111", "0808 800 5000"]),
        ("crisis_suicide", ("crisis_domestic_abuse",), ["999", "116 123", "85258", "0808 2000 247", "0808 801 0327"]),
    ],
)
def test_a_second_kind_of_danger_has_its_best_lines_too(kind: str, also: tuple[str, ...], wanted: list[str]) -> None:
    assert [line.number for line in lines_for(kind, nation="england", also=also)] == wanted


def test_unknown_nation_names_england() -> None:
    named = [line for line in lines_for("crisis_domestic_abuse", nation=None) if line.nations == ("england",)]
    assert [line.name["en"].startswith("England") for line in named] == [True]


def test_every_number_is_in_the_checked_list() -> None:
    if not SOURCE.exists():
        pytest.skip(f"{SOURCE} is not on this machine")
    source = SOURCE.read_text(encoding="utf-8")
    for line in all_lines():
        for number in filter(None, (line.number, line.text)):
            assert re.search(rf"(?<![\d]){re.escape(number)}(?!\d)", source), f"{line.key}: {number}"
        written = " ".join((*line.line.values(), *line.more.values()))
        for number in re.findall(r"\d{3,}", written):
            assert number in source, f"{line.key} says {number}"


def test_nothing_is_confirmed_until_somebody_rings() -> None:
    assert [line.key for line in all_lines() if line.confirmed_on] == []


def test_ids_are_stable_and_both_languages_are_there() -> None:
    assert len({line.id for line in all_lines()}) == len(all_lines())
    for line in all_lines():
        assert line.name["en"] and line.name["cy"] and line.line["en"] and line.line["cy"], line.key


def test_danger_words_have_the_same_keys_in_both_languages() -> None:
    english, welsh = (
        yaml.safe_load((ROOT / "words" / f"danger.{language}.yml").read_text(encoding="utf-8"))
        for language in ("en", "cy")
    )
    assert _keys(english) == _keys(welsh)
    for kind in KINDS:
        assert set(english[kind]) >= {"lead", "stay", "still_here", "again", "step_down"}, kind
        assert "?" not in english[kind]["lead"] + welsh[kind]["lead"], kind
        assert "999" in english[kind]["lead"] and "999" in welsh[kind]["lead"], kind


def _keys(words: dict[str, object], above: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in words.items():
        found |= _keys(value, f"{above}{key}.") if isinstance(value, dict) else {above + key}
    return found
