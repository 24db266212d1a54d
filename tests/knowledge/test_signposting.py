"""The policy, case by case from policy.yml, and what must hold whatever was found."""

from __future__ import annotations

import itertools
import random
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.signposting import FROM_ONE, MOST, ORDER, Option, Plan, plan

CASES = yaml.safe_load(Path(__file__).with_name("policy.yml").read_text(encoding="utf-8"))
PUBLIC = frozenset({"bins", "potholes", "council_tax"})
KNOWN = {"yes": True, "no": False, "unknown": None, True: True, False: False}
SAYS = {"case", "asked", "public", "have", "shown", "leads", "near", "for", "unknown", "late"}
HAS = {"name", "tier", "about", "fit", "by", "local", "km", "checked", "overdue", "long_overdue", "wishes"}


def test_the_table_is_written_as_it_says():
    assert len(CASES) >= 25
    for case in CASES:
        assert set(case) <= SAYS, f"{case['case']}: {set(case) - SAYS} is nothing that this test reads."
        for row in case["have"]:
            assert set(row) <= HAS, f"{case['case']}, {row['name']}: {set(row) - HAS} is nothing that this test reads."
        assert set(case["shown"]) <= {row["name"] for row in case["have"]}, (
            f"{case['case']}: shows what it does not have."
        )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_policy(case):
    planned, names = _plan(case)
    shown = [names[post.entry] for post in planned.posts]
    assert shown == case["shown"], f"{case['case']}. Shown instead: {shown}"
    assert planned.statutory == (case.get("leads") == "public"), "who is said to lead"
    if "near" in case:
        assert planned.local_found == case["near"], "whether somebody local was among them"
    for name, need in case.get("for", {}).items():
        assert {names[post.entry]: post.need for post in planned.posts}[name] == need
    for name, unknown in case.get("unknown", {}).items():
        assert {names[post.entry]: list(post.unknown) for post in planned.posts}[name] == unknown
    if "late" in case:
        assert [names[post.entry] for post in planned.posts if post.overdue] == case["late"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_order_of_finding_changes_nothing(case):
    for turned in itertools.islice(itertools.permutations(case["have"]), 24):
        planned, names = _plan({**case, "have": turned})
        assert [names[post.entry] for post in planned.posts] == case["shown"]


def test_whatever_was_found_some_things_always_hold():
    for seed in range(300):
        dice = random.Random(seed)
        options = [_random_option(dice) for _ in range(dice.randrange(40))]
        asked = dice.sample(["loneliness", "digital", "debt", "bins"], dice.randint(1, 3))
        planned = plan(asked, options, statutory_share=dice.random(), statutory_topics=PUBLIC)
        _holds(planned, asked, {option.entry: option for option in options})


def _holds(planned: Plan, asked: list[str], options: dict[uuid.UUID, Option]) -> None:
    shown = [options[post.entry] for post in planned.posts]
    assert len({one.entry for one in shown}) == len(shown), "an entry is shown twice"
    assert len(shown) <= MOST + 1, "more are shown than three and the council"
    assert not any(one.long_overdue or False in one.wishes.values() for one in shown), "withheld, but shown"
    assert all(set(one.topics[:3]) & set(asked) for one in shown), "shown for a need that nobody has"
    by = [one.organisation for one in shown]
    assert all(by.count(one) <= FROM_ONE for one in by), "too much from one organisation"
    assert planned.local_found == any(one.local for one in shown)
    if not planned.statutory:
        assert [ORDER[one.tier] for one in shown] == sorted(ORDER[one.tier] for one in shown), "tiers out of order"
        assert sum(ORDER[one.tier] == 3 for one in shown) <= 1, "the council is a list"


def test_nobody_in_need_is_nobody_shown():
    option = Option(uuid.uuid4(), "community", 0.9, ("loneliness",), uuid.uuid4())
    assert plan([], [option], statutory_share=0.9, statutory_topics=PUBLIC) == Plan(())


def _plan(case: dict[str, Any]) -> tuple[Plan, dict[uuid.UUID, str]]:
    options = [_option(row) for row in case["have"]]
    names = {option.entry: row["name"] for option, row in zip(options, case["have"], strict=True)}
    planned = plan(case["asked"], options, statutory_share=case.get("public", 0.0), statutory_topics=PUBLIC)
    return planned, names


def _option(row: dict[str, Any]) -> Option:
    return Option(
        entry=_id(row["name"]),
        tier=row["tier"],
        relevance=row["fit"],
        topics=tuple(row["about"]),
        organisation=_id(row.get("by") or f"who runs {row['name']}"),
        local=bool(row.get("local")),
        distance_km=row.get("km"),
        checked=bool(row.get("checked")),
        overdue=bool(row.get("overdue")),
        long_overdue=bool(row.get("long_overdue")),
        wishes={wish: KNOWN[known] for wish, known in row.get("wishes", {}).items()},
    )


def _random_option(dice: random.Random) -> Option:
    topics = tuple(dice.sample(["loneliness", "digital", "debt", "bins", "pets"], dice.randint(1, 4)))
    return Option(
        entry=uuid.UUID(int=dice.getrandbits(128)),
        tier=dice.choice(list(ORDER)),
        relevance=dice.random(),
        topics=topics,
        organisation=uuid.UUID(int=dice.randrange(8)),
        local=dice.random() < 0.5,
        distance_km=dice.choice([None, dice.random() * 20]),
        checked=dice.random() < 0.5,
        overdue=dice.random() < 0.2,
        long_overdue=dice.random() < 0.1,
        wishes=dice.choice([{}, {"free": True}, {"free": None}, {"free": False}]),
    )


def _id(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, name)
