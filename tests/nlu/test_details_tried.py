"""Which entries are the ones somebody has tried, and whom an entry says it is for."""

from __future__ import annotations

import re

import pytest
import yaml

from nlu.details_tried import WORDS, is_one, says_for, tried_in
from words import look_up

WHO = yaml.safe_load(WORDS.read_text(encoding="utf-8"))["who"]


@pytest.mark.parametrize(
    ("value", "tier", "names", "is_it"),
    [
        ("citizens_advice", "voluntary", ("Debt advice", "Citizens Advice Frome"), True),
        ("citizens_advice", "voluntary", ("Debt advice", "StepChange"), False),
        ("council", "council", ("Your council", "Any council"), True),
        ("council", "community", ("Parish council lunch", "A parish council"), False),
        ("pub", "community", ("Sewing in the Bell Inn", "A pub"), True),
        ("pub", "community", ("Public speaking club", "Speakers"), False),
        ("groups", "community", ("Tuesday lunch club", "Village hall"), True),
        ("groups", "voluntary", ("A visitor for an hour a week", "Age UK"), False),
        ("mind", "community", ("Open minds choir", "A choir"), False),
    ],
)
def test_an_entry_is_known_by_its_name_or_who_runs_it(value, tier, names, is_it):
    assert is_one(value, tier=tier, names=names) is is_it


@pytest.mark.parametrize(
    ("value", "texts", "says"),
    [
        ("women", ("Women's walking group",), True),
        ("women", ("Men's Shed",), False),
        ("men", ("Men's Shed",), True),
        ("men", ("Supper for women and men",), True),
        ("women", ("Chess club",), None),
    ],
)
def test_whom_an_entry_says_it_is_for(value, texts, says):
    assert says_for(value, texts) is says


@pytest.mark.parametrize("value", WHO)
def test_each_name_on_the_list_is_found_in_its_frames(value):
    said = re.sub(r"\?", "", str(WHO[value]["said"][0]))
    for text in (f"I've tried the {said}", f"anything but {said}"):
        assert [one.value for one in tried_in(text)] == [value], text


@pytest.mark.parametrize("language", ["en", "cy"])
def test_each_name_on_the_list_can_be_said_back(language):
    assert set(look_up("whom", language)) == set(WHO)
