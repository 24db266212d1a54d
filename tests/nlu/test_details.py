"""What is said besides the need: who for, how old, when, what it may cost, and what is ruled out."""

from __future__ import annotations

import pytest

from nlu import details_told
from nlu.details import details_ready, merged, read_details, wishes_of


def read(text: str) -> dict[str, object]:
    return wishes_of(read_details(text))


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("something for my mum", {"who_for": "mother"}),
        ("My MUM'S on her own", {"who_for": "mother"}),
        ("rhywbeth i mam", {"who_for": "mother"}),
        ("my grandad needs company", {"who_for": "grandparent"}),
        ("mum and dad are both poorly", {"who_for": "parents"}),
        ("a client I support", {"who_for": "client"}),
        ("it has to be free", {"cost": "free"}),
        ("I'm skint", {"cost": "free"}),
        ("rhywbeth am ddim", {"cost": "free"}),
        ("not expensive", {"cost": "low"}),
        ("evenings please", {"when": ["evening"]}),
        ("tues and thurs", {"when": ["tue", "thu"]}),
        ("at the weekend or after work", {"when": ["weekend", "evening"]}),
        ("is there a knit and natter in Frome on a Tuesday", {"when": ["tue"]}),
        ("u got 1 in the eves", {"when": ["evening"]}),
        ("gyda'r nos", {"when": ["evening"]}),
        ("not mornings", {"not_when": ["morning"]}),
        ("I work in the week", {"not_when": ["weekday"]}),
        ("she's in a wheelchair", {"access": ["step_free"]}),
        ("no steps and near a bus", {"access": ["step_free", "bus_stop"]}),
        ("not a helpline", {"not_access": ["by_phone"]}),
        ("she hasn't got internet", {"not_access": ["online"]}),
        ("a group in welsh", {"language": ["cy"]}),
        ("does anyone speak Polish", {"language": ["pl"]}),
        ("free on saturday for my nan", {"who_for": "grandparent", "cost": "free", "when": ["sat"]}),
    ],
)
def test_what_is_said_is_read(text, wishes):
    assert read(text) == wishes


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("for my mum who is 79", 79),
        ("I'm 17", 17),
        ("im 17 and bored", 17),
        ("my son is 3", 3),
        ("he turned 18", 18),
        ("aged 65", 65),
        ("a 7 year old", 7),
        ("my 7-year-old", 7),
        ("7yo", 7),
        ("the over 60's club", 60),
        ("the youngest is 4 and she's 12", 4),
    ],
)
def test_an_age_is_read(text, age):
    assert read(text)["age"] == age


@pytest.mark.parametrize(
    "text",
    [
        "I'm 6 months pregnant",
        "she is 2 hours away",
        "I'm 5 miles out",
        "im 20 quid short",
        "I am 34p short",
        "he's 12 st",
        "the meter is 10% up",
        "I'm 150",
        "is 8:30 too late",
        "ring me on 07700 900123",
        "I have 3 kids",
    ],
)
def test_a_number_of_something_else_is_no_age(text):
    assert "age" not in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "Good morning, I need a hand",
        "good evening",
        "bore da",
        "Prynhawn da, dwi angen help",
        "noswaith dda",
        "I feel sad",
        "freedom of information",
        "the dustmen never came",
        "",
        "😀",
    ],
)
def test_a_greeting_or_a_likeness_is_no_wish(text):
    assert read(text) == {}


def test_a_morning_beside_a_greeting_is_still_heard():
    assert read("good morning, are there any on Saturday mornings?") == {"when": ["sat", "morning"]}


def test_each_detail_says_where_it_stands():
    text = "good evening, something free for mum, she is 79"
    assert [(one.label, text[one.start : one.end]) for one in read_details(text)] == [
        ("cost", "free"),
        ("who_for", "for mum"),
        ("age", "she is 79"),
    ]


def test_the_same_wish_twice_is_one():
    assert read("evening or evenings") == {"when": ["evening"]}


@pytest.mark.parametrize(
    ("earlier", "later", "both"),
    [
        ({"cost": "free"}, {"when": ["sat"]}, {"cost": "free", "when": ["sat"]}),
        ({"cost": "free"}, {"cost": "low"}, {"cost": "low"}),
        ({"when": ["morning"]}, {"when": ["evening"]}, {"when": ["evening"]}),
        ({"access": ["step_free"]}, {"access": ["bus_stop"]}, {"access": ["step_free", "bus_stop"]}),
        ({"not_when": ["morning"]}, {"not_when": ["weekday"]}, {"not_when": ["morning", "weekday"]}),
        ({"when": ["morning"]}, {"not_when": ["morning"]}, {"not_when": ["morning"]}),
        ({"not_access": ["online"]}, {"access": ["online"]}, {"access": ["online"]}),
        ({"when": ["sat"]}, {}, {"when": ["sat"]}),
        ({}, {}, {}),
    ],
    ids=str,
)
def test_what_was_said_before_is_carried_on(earlier, later, both):
    assert merged(earlier, later) == both


@pytest.mark.parametrize(
    "text",
    [
        "dad died on Saturday, where do I register it",
        "he wanders at night and I am worn out",
        "since Monday the lift has been broken",
        "every morning she asks where he is",
        "they've to be out by Friday",
        "I fell on Tuesday and now I'm nervous of the stairs",
        "they were going to collect the sofa Monday and it's still here",
        "I work nights",
        "we met online and now she wants money",
        "I live at home with my parents and it's a squash",
        "a parking ticket on my own drive",
    ],
)
def test_a_time_or_a_place_in_the_story_is_no_wish(text):
    wishes = read(text)
    assert [kind for kind in ("when", "not_when", "access") if kind in wishes] == []


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("anything on a Saturday for a lad who hates football", {"when": ["sat"]}),
        ("gospel choir, tuesdays", {"when": ["tue"]}),
        ("Dad died in May. Is there a group on Tuesday mornings?", {"when": ["tue", "morning"]}),
        ("I can only do evenings", {"when": ["evening"]}),
        ("can somebody see her at home", {"access": ["home_visits"]}),
        ("is there parking", {"access": ["parking"]}),
        ("can I bring the dog", {"access": ["dogs"]}),
        ("no childcare so they'd come too", {"access": ["children"]}),
        ("can I text them instead", {"access": ["by_text"]}),
    ],
)
def test_a_time_or_a_place_asked_for_is_a_wish(text, wishes):
    found = read(text)
    assert {kind: found.get(kind) for kind in wishes} == wishes


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("I've tried the CAB", {"tried": ["citizens_advice"]}),
        ("Citizens Advice couldn't help", {"tried": ["citizens_advice"]}),
        ("been to the food bank already", {"tried": ["food_bank"]}),
        ("the council were useless", {"tried": ["council"]}),
        ("rang the doctor's, no joy", {"tried": ["gp"]}),
        ("anything but church", {"not_who": ["church"]}),
        ("not a pub please", {"not_who": ["pub"]}),
        ("he won't do groups", {"not_who": ["groups"]}),
        ("women only if you can", {"company": ["women"]}),
        ("is there a men's group", {"company": ["men"]}),
        ("where is the council office", {}),
        ("my church does a lunch", {}),
        ("I don't know where the library is", {}),
        ("no church hall is big enough", {}),
    ],
)
def test_who_was_tried_or_is_not_wanted_is_read(text, wishes):
    assert {kind: one for kind, one in read(text).items() if kind in ("tried", "not_who", "company")} == wishes


def test_what_was_tried_is_remembered_with_what_was_tried_before():
    assert merged({"tried": ["gp"]}, {"tried": ["council"], "when": ["sat"]}) == {
        "tried": ["gp", "council"],
        "when": ["sat"],
    }


def test_once_ready_no_message_waits_for_a_list():
    details_told._words.cache_clear()
    details_ready()
    lists = details_told._words.cache_info().misses
    read_details("dad died on Saturday. free on Mondays. It was Tuesday night and the rain came in through the roof")
    assert lists == details_told._words.cache_info().misses == 4
