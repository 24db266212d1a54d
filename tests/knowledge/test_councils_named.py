"""Which council is named for which need: the one that does it there, or none."""

from __future__ import annotations

import pytest

from knowledge.councils import council_named
from nlu.places import Gazetteer


@pytest.mark.parametrize(
    ("place", "topic", "council"),
    [
        ("Kirkcaldy", "roads_pavements", "Fife Council"),
        ("Norwich", "roads_pavements", "Norfolk County Council"),
        ("Norwich", "bins_waste", ""),  # a district council's, which the lists do not tell
        ("Belfast", "bins_waste", "Belfast City Council"),
        ("Belfast", "roads_pavements", ""),  # the Department for Infrastructure's
        ("Penzance", "loneliness", ""),
    ],
)
def test_the_council_is_named_where_it_is_the_one_to_ask(place, topic, council):
    assert council_named(Gazetteer().find(place, alone=True), topic) == council


def test_nowhere_has_no_council():
    assert council_named(None, "bins_waste") == ""
