"""How old somebody is, however it is said. Sentences of our own, from no evaluation."""

from __future__ import annotations

import pytest

from nlu.ages import age_in


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("my nine year old won't sleep", 9),
        ("a group for four-year-olds", 4),
        ("She’s seven, nearly eight", 7),
        ("he's five and full of beans", 5),
        ("I'm seventy-two now", 72),
        ("my grandson is three", 3),
        ("a lad of twelve", 12),
        ("dad turned eighty this week", 80),
        ("my mum's in her eighties", 85),
        ("I am in my 60s", 65),
        ("a 7 month old baby", 0),
        ("the baby is fourteen months", 1),
        ("she's 20 months", 1),
        ("any for under fives?", 4),
        ("under-5s", 4),
        ("an under 16s team", 15),
        ("over 60s", 60),
        ("I'm in year 9", 13),
        ("he's in P5 at school", 9),
        ("my girl is in S2 at the academy", 13),
        ("mab tair oed", 3),
        ("i blant dan bump oed", 4),
        ("sixteen yr old needs a hobby", 16),
    ],
)
def test_an_age_is_read_in_words_and_figures(text, years):
    found = age_in(text)
    assert found is not None and found.years == years


@pytest.mark.parametrize(
    "text",
    [
        "she's one of the kindest people",
        "he's two streets away",
        "she's four months pregnant",
        "he is six months clean and wants company",
        "the boiler is 15 years old",
        "our dog is eight years old",
        "under a tree",
        "I'm in year 2 of a degree",
        "one of my sons",
        "twenty people",
        "is 8:30 too late",
        "this is one big mess",
        "I live in S2",
    ],
)
def test_a_number_of_something_else_is_no_age(text):
    assert age_in(text) is None


def test_where_it_is_said_is_told():
    text = "any for under fives then"
    found = age_in(text)
    assert found is not None and text[found.start : found.end] == "under fives"
