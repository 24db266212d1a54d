"""An age said afterwards changes what suits, and only then."""

from __future__ import annotations

import pytest

from bot.actions.suiting import suited
from nlu.needs import Need, Reading

OUT = Reading((Need("whats_on", 0.8, 0.6, "days out"), Need("food", 0.2, 0.4, "lunch")), {}, 0.6)


def keys(reading: Reading) -> list[str]:
    return [need.key for need in reading.needs]


@pytest.mark.parametrize(("age", "main"), [(0, "childcare_playgroups"), (4, "childcare_playgroups"), (5, "whats_on")])
def test_somewhere_to_go_for_the_very_young_is_a_playgroup(age, main):
    assert keys(suited(OUT, age, "days out"))[0] == main


def test_what_was_asked_for_stays_beside_it():
    assert keys(suited(OUT, 3, "days out")) == ["childcare_playgroups", "whats_on", "food"]


def test_an_age_told_with_the_need_was_weighed_already():
    assert suited(OUT, 3, "days out for my three year old") is OUT


@pytest.mark.parametrize("age", [None, 30, "4"])
def test_no_age_or_a_grown_up_changes_nothing(age):
    assert suited(OUT, age, "days out") is OUT


def test_a_baby_group_is_nothing_for_a_twelve_year_old():
    playing = Reading((Need("childcare_playgroups", 0.9, 0.7, "soft play"),), {}, 0.7)
    assert keys(suited(playing, 12, "soft play")) == ["youth_clubs", "childcare_playgroups"]
