"""What is said of a timetable on the day it is read: in its season, on a break, before it begins, after it is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from channels.saying import in_words, signpost
from knowledge.answering import in_full
from knowledge.editing import id_of
from knowledge.recurring import LONDON
from tests.knowledge import making

TODAY = datetime.now(LONDON).date()
WEEK = timedelta(days=7)


def said_of(session, language: str = "en", **season) -> str:
    line = {"days": ["tue"], "from": "10:00", "to": "12:00", **season}
    making.entry(session, "choir", schedule=[line], find=True)
    one = id_of("service", "choir")
    return signpost(in_full(session, [one])[one], {}, language, {}).when


def written(day: date, language: str = "en") -> str:
    return in_words(day, language)


def test_in_its_season_only_the_days_are_said(session):
    assert said_of(session, starts=TODAY - WEEK, ends=TODAY + WEEK) == "Tuesdays, 10:00 to 12:00"


def test_on_a_break_it_says_until_when(session):
    said = said_of(session, breaks=[{"from": TODAY - WEEK, "to": TODAY + WEEK}])
    assert said == f"Tuesdays, 10:00 to 12:00, not until {written(TODAY + WEEK + timedelta(days=1))}"


@pytest.mark.parametrize(("language", "not_until"), [("en", "not until"), ("cy", "ddim tan")])
def test_before_it_begins_it_says_when(session, language, not_until):
    assert said_of(session, language, starts=TODAY + WEEK).endswith(f"{not_until} {written(TODAY + WEEK, language)}")


def test_what_is_over_sends_nobody_there(session):
    assert said_of(session, ends=TODAY - WEEK) == "Nothing on just now. Ask them when it starts again."
