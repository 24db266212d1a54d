"""The seed is whole, honest and harmless: sources, invented numbers, every need answered, no evaluation sentences."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.drafts import NATION_GROUPS, NATIONS, TIERS, organisation_from, service_from, tip_from
from knowledge.emergency import all_lines
from knowledge.errors import SeedWrong
from knowledge.seeding import SEED, TOPIC_FILES
from settings import ROOT

PLACES = sorted(path.parent.name for path in (SEED / "places").glob("*/place.yml"))
SHARED = ROOT.parent / "shared"
# The ranges that Ofcom keeps for drama: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
DRAMA = re.compile(r"01632 960\d{3}|07700 900\d{3}|08081 570\d{3}|03069 990\d{3}")
EXAMPLE_ADDRESS = re.compile(r"(?:https?://|[\w.+-]+@)(?:[\w-]+\.)*example\.(?:org|com|net|edu)(?:/\S*)?")
TELEPHONE = re.compile(r"(?<![\d,.£])0\d(?: ?\d){8,9}(?!\d)")
ADDRESS = re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+|\bwww\.\S+")
NEVER_LEARNT = ("urgent_last_cases.yml", "urgent_unseen_cases.yml")  # tables of danger kept for reporting
COMMON_WORDS = 3  # a message of so few words (hello, not mornings) is anybody's


def test_topics_are_the_eighty_in_their_order():
    keys = [key for key, _ in _topics()]
    assert len(keys) == len(set(keys)) == 80, f"There are {len(keys)} topics; there should be 80, each once."


def test_topics_are_those_of_the_evaluation():
    path = SHARED / "eval/topics.json"
    if not path.exists():
        pytest.skip("shared/eval/topics.json is not beside this folder")
    wanted = list(json.loads(path.read_text(encoding="utf-8"))["topics"])
    assert [key for key, _ in _topics()] == wanted, "knowledge/seed/topics: not the keys of topics.json in order."


def test_every_topic_has_a_name_in_both_languages_a_definition_and_a_kind():
    for key, row in _topics():
        assert row["name"].get("en") and row["name"].get("cy"), f"{key}: name it in English and Welsh."
        assert row["definition"].strip(), f"{key}: define it."
        assert row["kind"] in ("community", "statutory", "danger", "message"), f"{key}: {row['kind']!r} is no kind."


def test_every_need_has_phrases_in_both_languages():
    for key, row in _needs():
        assert len(row.get("examples", [])) >= 10, f"{key}: give at least ten examples of what people say."
        assert row.get("examples_cy"), f"{key}: give Welsh examples too."


def test_every_statutory_need_names_a_body_in_each_nation():
    for key, row in _needs("statutory"):
        missing = [nation for nation in NATIONS if not row.get("body", {}).get(nation)]
        assert not missing, f"{key}: name the kind of body that acts in {', '.join(missing)}."


def test_every_national_entry_has_a_source():
    without = [row["key"] for _, row in _rows("national", "services") if not row.get("source")]
    assert not without, f"Say where these facts come from, under source: {', '.join(without)}."


def test_every_entry_outside_the_national_layer_belongs_to_an_invented_place():
    for place in PLACES:
        assert _place(place)["invented"] is True, f"{place}: only invented places are in the seed; import a real one."
        assert set(_place(place)["banner"]) >= {"en"}, f"{place}: its banner must say that it is invented."


def test_no_national_entry_says_it_was_checked():
    checked = [
        row["key"]
        for _, row in _rows("national", "services")
        if {"checked_days_ago", "checked_on", "checked_by"} & set(row)
    ]
    assert not checked, f"Nobody here has checked these; a steward confirms them after seeding: {', '.join(checked)}."


@pytest.mark.parametrize("place", PLACES)
def test_an_invented_place_rings_nobody(place):
    wrong = [
        f"{path.name}: {number}"
        for path in (SEED / "places" / place).glob("*.yml")
        for number in TELEPHONE.findall(path.read_text(encoding="utf-8"))
        if not DRAMA.fullmatch(number)
    ]
    assert not wrong, f"Use Ofcom's numbers for drama, written as 01632 960123, not: {wrong}"


@pytest.mark.parametrize("place", PLACES)
def test_an_invented_place_has_numbers_at_all(place):
    """Were numbers written in a way that is not seen above, its test would pass for ever."""
    rows = [row for kind in ("services", "organisations") for _, row in _rows(place, kind)]
    phones = [str(row["phone"]) for row in rows if row.get("phone")]
    assert len(phones) > 20
    wrong = [number for number in phones if not DRAMA.fullmatch(number)]
    assert not wrong, f"Use Ofcom's numbers for drama, not: {wrong}"


@pytest.mark.parametrize("place", PLACES)
def test_an_invented_place_has_no_real_address(place):
    wrong = [
        f"{path.name}: {address}"
        for path in (SEED / "places" / place).glob("*.yml")
        for address in ADDRESS.findall(path.read_text(encoding="utf-8"))
        if not EXAMPLE_ADDRESS.fullmatch(address.rstrip(".,;:)\"'"))
    ]
    assert not wrong, f"Use addresses under example.org, example.com or example.net, not: {wrong}"


@pytest.mark.parametrize("place", PLACES)
def test_an_invented_places_postcodes_are_never_allocated(place):
    spots = [row["location"] for _, row in _rows(place, "services") if row.get("location")]
    codes = [spot["postcode"] for spot in spots if spot.get("postcode")] + list(_place(place)["outcodes"])
    real = {_area(line) for line in (ROOT / "nlu/gazetteer/outcodes.csv").read_text(encoding="utf-8").splitlines()[1:]}
    assert len(real) > 100 and len(codes) > 20
    wrong = sorted({code for code in codes if _area(code) in real})
    assert not wrong, f"Somebody may live there: use letters that no postcode begins with, not {wrong}"


def test_there_is_enough_to_try_it_with():
    entries = sum(len(list(_rows(place, "services"))) for place in PLACES)
    tips = sum(len(list(_rows(place, "tips"))) for place in PLACES)
    assert entries >= 150, f"The demonstration has {entries} entries; 150 make it worth trying."
    assert tips >= 60, f"The demonstration has {tips} tips; 60 make it worth trying."


@pytest.mark.parametrize("place", PLACES)
def test_every_community_need_has_two_tiers(place):
    tiers: dict[str, set[str]] = defaultdict(set)
    for _, row in _rows(place, "services"):
        for topic in row["topics"]:
            tiers[topic].add(row["tier"])
    for _, row in _rows(place, "tips"):
        for topic in row["topics"]:
            tiers[topic].add("friend")
    thin = {key: sorted(tiers[key]) for key, _ in _needs("community") if len(tiers[key]) < 2}
    assert not thin, f"{place} answers these needs from fewer than two tiers (tip, group, charity, council): {thin}"


def test_every_statutory_need_has_a_national_answer_in_each_nation():
    answered = defaultdict(set)
    for _, row in _rows("national", "services"):
        if row["tier"] == "statutory":
            for topic in row["topics"]:
                answered[topic] |= set(_nations(row))
    missing = _unanswered("statutory", answered)
    assert not missing, f"knowledge/seed/national has no statutory entry for: {missing}"


def test_every_community_need_has_national_help_in_each_nation():
    answered = defaultdict(set)
    for _, row in _rows("national", "services"):
        for topic in row["topics"]:
            answered[topic] |= set(_nations(row))
    missing = _unanswered("community", answered)
    assert not missing, f"Somebody without a place gets nothing nationally for: {missing}"


def test_every_row_can_be_read_and_names_what_is_there():
    topics = {key for key, _ in _topics()}
    for layer in ("national", *PLACES):
        owners = {row["key"] for _, row in _rows(layer, "organisations")}
        services = {row["key"] for _, row in _rows(layer, "services")}
        for _, row in _rows(layer, "organisations"):
            organisation_from(row)
        for file, row in _rows(layer, "services"):
            draft = service_from(row)
            assert draft.organisation in owners, f"{file}, {draft.key}: no organisation {draft.organisation!r}."
            assert draft.tier in TIERS[1:5], f"{file}, {draft.key}: tier {draft.tier!r} is not for an entry."
            assert draft.topics and set(draft.topics) <= topics, f"{file}, {draft.key}: unknown topics or none."
            assert draft.line["en"] and draft.description["en"], f"{file}, {draft.key}: write line and description."
            assert len(draft.line["en"]) <= 110, f"{file}, {draft.key}: its line has over 110 characters."
            assert draft.area, f"{file}, {draft.key}: say whom it is for, under area."
        for file, row in _rows(layer, "tips"):
            tip = tip_from(row, place=layer)
            assert tip.organisation in owners, f"{file}, {tip.key}: no organisation {tip.organisation!r}."
            assert set(tip.topics) <= topics and tip.topics, f"{file}, {tip.key}: unknown topics or none."
            assert tip.about is None or tip.about in services, f"{file}, {tip.key}: there is no entry {tip.about!r}."


def test_keys_are_given_once_and_never_change_their_form():
    for kind in ("organisations", "services", "tips"):
        keys = [row["key"] for layer in ("national", *PLACES) for _, row in _rows(layer, kind)]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        assert not twice, f"Two {kind} have the same key; the second would overwrite the first: {twice}"
        odd = [key for key in keys if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", key)]
        assert not odd, f"Keys are lower-case-with-hyphens: {odd}"


def test_a_row_that_cannot_be_read_says_which_and_why():
    with pytest.raises(SeedWrong, match="soup: tier 'friendly' is none of"):
        service_from({"key": "soup", "organisation": "x", "tier": "friendly", "name": "Soup"})
    with pytest.raises(SeedWrong, match="soup: name is missing"):
        service_from({"key": "soup", "organisation": "x", "tier": "community"})
    with pytest.raises(SeedWrong, match="soup: 'tuesday' is no day"):
        row = {"key": "soup", "organisation": "x", "tier": "community", "name": "Soup"}
        service_from({**row, "schedule": [{"days": ["tuesday"]}]})


def test_every_emergency_number_is_in_the_list_with_its_source():
    path = SHARED / "docs/emergency-lines.md"
    if not path.exists():
        pytest.skip("shared/docs/emergency-lines.md is not beside this folder")
    listed = path.read_text(encoding="utf-8")
    for line in all_lines():
        for number in filter(None, (line.number, line.text)):
            assert re.search(rf"(?<!\d){re.escape(number)}(?!\d)", listed), (
                f"knowledge/seed/emergency.yml, {line.key}: {number} is not in docs/emergency-lines.md. "
                "Never add a number without its source."
            )


def test_no_sentence_we_learn_from_is_an_evaluation_question():
    questions = _questions()
    if not questions:
        pytest.skip("there are no evaluation questions on this machine")
    ours = {_normal(text): where for where, text in _sentences()}
    assert len(ours) > 5000, "Hardly any sentence was found: have the seed and training files moved?"
    same = {text: ours[text] for text in questions if text in ours and len(text.split()) > COMMON_WORDS}
    assert not same, f"Measured with what it learnt from, it would look better than it is. Take these out: {same}"


def _unanswered(kind: str, answered: dict[str, set[str]]) -> dict[str, list[str]]:
    every = set(NATIONS)
    return {key: sorted(every - answered[key]) for key, _ in _needs(kind) if answered[key] != every}


def _area(postcode: str) -> str:
    return re.match(r"[A-Z]+", postcode.lstrip('"')).group()


@lru_cache(maxsize=1)
def _topics() -> list[tuple[str, dict[str, Any]]]:
    return [pair for name in TOPIC_FILES for pair in _read(SEED / "topics" / f"{name}.yml").items()]


def _needs(*kinds: str) -> list[tuple[str, dict[str, Any]]]:
    return [(key, row) for key, row in _topics() if row["kind"] in (kinds or ("community", "statutory"))]


@lru_cache(maxsize=64)
def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _place(place: str) -> dict[str, Any]:
    return _read(SEED / "places" / place / "place.yml")


def _rows(layer: str, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    folder = SEED / "national" if layer == "national" else SEED / "places" / layer
    for path in sorted(folder.glob("*.yml")):
        yield from ((path.name, row) for row in _read(path).get(kind) or [])


def _nations(row: dict[str, Any]) -> list[str]:
    areas = [row["area"]] if isinstance(row["area"], str) else row["area"]
    return [nation for area in areas for nation in NATION_GROUPS.get(area, ())]


def _sentences() -> Iterator[tuple[str, str]]:
    """Everything the seed says and everything that training or danger learns from, with its file."""
    files = [*SEED.rglob("*.yml"), *(ROOT / "nlu").glob("*.yml"), *(ROOT / "nlu/examples").glob("*.yml")]
    for path in files:
        for text in _texts(_read(path)):
            for line in text.splitlines() or [text]:
                yield path.relative_to(ROOT).as_posix(), re.sub(r"^- ", "", line.strip())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


def _questions() -> set[str]:
    """What is asked in evaluations, ours and the shared ones, as `_normal` has it."""
    found = set()
    for path in (*(SHARED / "eval").glob("*.jsonl"), ROOT / "tests/evaluation/ours.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            row = json.loads(line)
            found |= {_normal(text) for text in (row.get("text"), *_said(row)) if text}
    for table in NEVER_LEARNT:
        found |= {_normal(text) for text in _texts(_read(ROOT / "tests/nlu" / table))}
    dialogues = _read(ROOT / "tests/evaluation/dialogues.yml").values()
    return found | {_normal(turn["said"]) for dialogue in dialogues for turn in dialogue["turns"]}


def _said(row: dict[str, Any]) -> list[str]:
    return [turn["resident"] for turn in row.get("turns", []) if turn.get("resident")]


def _normal(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("'", "").replace("’", "")))
