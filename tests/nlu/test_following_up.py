"""What the words of a message do to the talk so far. Sentences of our own, from no evaluation."""

from __future__ import annotations

import pytest

from nlu import following
from nlu.details import read_details


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("oh forget that, pottery it is", "pottery it is"),
        ("no, a sewing bee", "a sewing bee"),
        ("hmm actually no, I'd rather have a quiz", "a quiz"),
        ("scrap the pottery as well. my hands shake", "my hands shake"),
        ("actually Ludlow", "Ludlow"),
        ("no money for nappies", "no money for nappies"),
        ("well woman clinic", "well woman clinic"),
        ("no", "no"),
    ],
)
def test_what_only_opens_a_message_is_left_out(said, left):
    assert following.without_opening(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "any free ones?",
        "tuesdays?",
        "not thursdays",
        "for my nan",
        "is there one in the evenings",
        "rhywbeth am ddim plis",
    ],
)
def test_a_message_of_details_alone_leaves_no_words_over(said):
    assert following.left_over(said, [(one.start, one.end) for one in read_details(said)]) == []


def test_what_is_asked_for_besides_is_left_over():
    assert following.left_over("any knitting on mondays", [(16, 23)]) == ["knitting"]


@pytest.mark.parametrize("said", ["tried that", "been there", "wrote to them twice, no answer", "wedi trio hwnna"])
def test_having_tried_it_is_heard(said):
    assert following.says_tried(said)


def test_trying_inside_a_long_story_is_not_about_what_was_shown():
    assert not following.says_tried("I tried that new tablet the doctor gave me and my legs swelled up like balloons")


@pytest.mark.parametrize("said", ["anything nearer?", "that is too far for me", "miles away that", "rhywbeth agosach?"])
def test_too_far_is_heard(said):
    assert following.wants_nearer(said)


@pytest.mark.parametrize(
    ("said", "apology"),
    [
        ("sorry", True),
        ("sorry about that", True),
        ("sorry I snapped at you", True),
        ("soz meant Ludlow", False),
        ("sorry, is there a bus", False),
    ],
)
def test_an_apology_is_told_from_a_correction(said, apology):
    assert following.says_sorry(said) is apology


@pytest.mark.parametrize(
    ("said", "contact"),
    [
        ("could somebody from the hospice get in touch with me", True),
        ("I want a worker to contact me", True),
        ("can someone ring me every week for a chat", False),
        ("who can I contact about bins", False),
    ],
)
def test_being_contacted_is_told_from_company_on_the_phone(said, contact):
    assert following.wants_contact(said) is contact


def test_a_wish_taken_back_is_found_where_it_stands():
    said = "never mind about it being free, I have a job now"
    ((start, end),) = following.unsaid(said)
    assert said[start:end] == "never mind about it being free"


def test_the_part_of_what_was_told_before_is_found_by_its_words():
    told = "the cat is ill and I cannot pay the vet, also my shed roof leaks"
    assert following.clause_about(told, ["shed"]) == "my shed roof leaks"
    assert following.clause_about(told, ["bus"]) == ""


def test_a_few_words_that_ask_may_i_are_about_what_was_talked_of():
    assert following.asks_in_few_words("do I pay")
    assert not following.asks_in_few_words("any bingo?")


@pytest.mark.parametrize(
    "said", ["not a website, some people", "and not Fridays, I work", "no phones please", "dim ffôn"]
)
def test_what_will_not_do_is_heard_at_the_beginning(said):
    assert following.rules_out(said)


@pytest.mark.parametrize("said", ["I do not sleep", "nobody to talk to", "something on Mondays, not late"])
def test_what_will_not_do_later_on_is_part_of_the_story(said):
    assert not following.rules_out(said)
