"""Requests in numbers: counted by what the list knows, small ones neither shown nor worked out, groups told once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from knowledge import circles, demand
from knowledge import models as m
from knowledge import people as p
from knowledge.upkeep import Demand
from tests.knowledge import making

MAY = date(2026, 5, 14)
FIRST = date(2026, 5, 1)
LATER = date(2026, 8, 1)  # a month and a quarter after


@pytest.fixture(autouse=True)
def topics(session):
    making.topics(session, "food", "lgbt", "older_lunch_clubs")


def ask(session, times: int, need: str = "food", outcome: str = "none", where: str = "ZZ2", **wishes):
    for _ in range(times):
        demand.count(session, [need], wishes, where, "england", outcome, MAY)


def told(session) -> list[tuple]:
    return [(one.need, one.wish, one.area, one.asked, one.nothing_near) for one in demand.shown(session, LATER)]


def test_fewer_than_five_are_not_shown(session):
    ask(session, 4)
    assert told(session) == []
    ask(session, 1)
    assert told(session) == [("food", "", "ZZ2", 5, 5)]


@pytest.mark.parametrize(
    ("none", "near", "shown"), [(5, 5, 5), (5, 0, 5), (0, 5, 0), (3, 5, None), (5, 3, None), (6, 1, None)]
)
def test_what_was_not_found_is_shown_only_where_neither_part_is_small(session, none, near, shown):
    ask(session, none)
    ask(session, near, outcome="near")
    assert told(session) == [("food", "", "ZZ2", none + near, shown)]


def test_a_wish_whose_rest_is_small_is_not_shown(session):
    ask(session, 6, cost="free")
    ask(session, 3)
    assert [row[1] for row in told(session)] == [""]
    ask(session, 2)
    assert sorted(row[1] for row in told(session)) == ["", "free"]


@pytest.mark.parametrize("need", ["lgbt", "send_support", "blue_badge_bus_pass", "young_carers", "refugees_newcomers"])
def test_what_is_private_is_kept_by_nation_and_quarter_only(session, need):
    making.topics(session, need)
    ask(session, 5, need)
    kept = session.query(Demand).one()
    assert (kept.area, kept.month, kept.times) == ("england", date(2026, 4, 1), 5)


def test_nothing_is_shown_of_the_time_that_still_runs(session):
    ask(session, 5)
    ask(session, 5, "lgbt")
    shown = {day: {one.need for one in demand.shown(session, day)} for day in (MAY, date(2026, 6, 1), date(2026, 7, 1))}
    assert list(shown.values()) == [set(), {"food"}, {"food", "lgbt"}]


def test_only_needs_and_wishes_of_the_list_are_kept(session):
    demand.count(
        session, ["clarify", "food"], {"when": ("sat", "whenever"), "access": ("purple",)}, "", "wales", "near", MAY
    )
    assert {(row.need, row.wish, row.area) for row in session.query(Demand)} == {
        ("food", "", "wales"), ("food", "weekend", "wales"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("posts", "statutory", "outcome"),
    [([], False, "none"), ([("council", True)], False, "none"), ([("voluntary", False)], False, "further"),
     ([("community", True), ("council", False)], False, "near"), ([("statutory", False)], True, "near")],
)  # fmt: skip
def test_near_is_help_near_by_or_the_one_body_that_can_act(posts, statutory, outcome):
    assert demand.outcome_of(posts, statutory=statutory) == outcome


def test_the_file_runs_nothing_in_a_spreadsheet(session):
    ask(session, 5, where="=cmd()")
    assert "'=cmd()" in demand.as_csv(demand.shown(session, LATER)) and ",=cmd" not in demand.as_csv(
        demand.shown(session, LATER)
    )


def test_a_group_hears_once_a_month_what_was_missing_in_what_it_does(session):
    place = making.place(session, "larch")
    session.add(m.Outcode(place_id=place.id, outcode="ZZ2", latitude=52.0, longitude=-1.0))
    making.owner(session, "church").place_id = place.id
    making.entry(session, "lunch", place="larch", topics=["food"])
    group = session.query(m.Organisation).filter_by(key="church").one()
    person = p.Person(email="jean@example.org", memberships=[])
    session.add(person)
    session.flush()
    session.add(p.Membership(person_id=person.id, role=p.EDITOR, organisation_id=group.id, lead=True))
    session.flush()
    assert circles.members(session, circles.circle(session, "group", group.id))
    ask(session, 14)
    ask(session, 9, where="ZZ9")
    june = datetime(2026, 6, 2, 9, tzinfo=UTC)
    assert demand.monthly_notes(session, june, "https://help.example.org") == 1
    assert demand.monthly_notes(session, june, "https://help.example.org") == 0
    letter = session.query(p.Letter).one()
    assert letter.recipient == "jean@example.org" and letter.told["lines"] == "- food, ZZ2: 14"
