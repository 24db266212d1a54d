"""The council of a place is named only where it is clearly that one."""

from __future__ import annotations

import pytest

from nlu.councils import council_of, district_of
from nlu.places import Gazetteer, Spot


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer()


@pytest.mark.parametrize(
    ("said", "council", "level"),
    [
        ("Kirkcaldy", "Fife Council", "single"),
        ("Ripley in Derbyshire", "Derbyshire County Council", "county"),
        ("Penzance", "Cornwall Council", "single"),
        ("Aberystwyth", "Ceredigion County Council", "single"),
        ("Belfast", "Belfast City Council", "single"),
        ("KY15", "Fife Council", "single"),
    ],
)
def test_a_place_well_inside_one_council_has_it_named(gazetteer, said, council, level):
    found = council_of(gazetteer.find(said, alone=True))
    assert found and (found.council, found.level) == (council, level)


@pytest.mark.parametrize("said", ["YO26", "SY23", "Kendal", "Kettering", "Hackney"])
def test_a_place_near_a_border_or_of_a_council_divided_since_has_none(gazetteer, said):
    assert council_of(gazetteer.find(said, alone=True)) is None


def test_an_invented_place_and_a_nation_have_none():
    assert district_of(Spot("Wenbury", 53.0, -1.5, "england", "town", slug="wenbury")) is None
    assert district_of(Spot("Wales", 52.3, -3.8, "wales", "nation")) is None
