"""A conversation by text, through the real gateway: answered, shaped, kept apart, and counted."""

from __future__ import annotations

import re

import pytest

from channels import conversations
from channels.sms.numbers import person_of
from channels.sms.segments import cost
from knowledge.replying import payload
from words import look_up, say


def test_a_text_is_answered_from_the_list_in_three_segments(ann, rasa):
    rasa.status = 500  # then the plain search answers, which is the same directory
    said = ann.asks("somewhere for my mum to make friends in Wenbury")
    assert "\n1 " in f"\n{said}" and "\n2 " in said
    assert cost(said).segments <= 3 and cost(said).gsm


def test_the_answer_comes_from_the_number_that_was_written_to_and_by_its_door(ann, carrier, rasa):
    ann.asks("hello")
    assert carrier.sent[0].ours == "+441632960001" and rasa.asked[0]["metadata"]["door"] == "wenbury"
    ann.asks("hello again", ours="+441632960099")
    assert carrier.sent[1].ours == "+441632960099", "a number that no place has is answered all the same"


def test_rasa_never_sees_a_number(ann, rasa):
    ann.asks("hello")
    assert ann.number.lstrip("+") not in str(rasa.asked) and "7700900" not in str(rasa.asked)


def test_danger_leads_in_one_segment(ann, carrier, rows):
    said = ann.asks("I want to kill myself")
    first = said[:153]
    assert "999" in first and "Samaritans 116 123" in first and "SHOUT to 85258" in first
    assert cost(said).segments <= 3
    assert rows("text_out")[0]["kind"] == "danger"


def test_welsh_is_answered_in_welsh(ann):
    assert look_up("sms.danger", "cy")["crisis_suicide"] in ann.asks("dwi isio lladd fy hun")


def test_each_telephone_has_its_own_conversation_on_every_supplier(ann, telephone, rasa):
    ben = telephone()
    ann.asks("hello")
    ben.asks("hello")
    ann.asks("hello again")
    assert len({asked["sender"] for asked in rasa.asked}) == 2
    assert [turn.said for turn in conversations.turns(person_of(ann.number))] == ["hello", "hello again"]


def test_a_number_means_the_one_with_that_number(ann, rasa):
    rasa.status = 500
    ann.asks("somewhere for my mum to make friends in Wenbury")
    rasa.status = 200
    ann.asks("2")
    assert rasa.said[-1] == say("sms.meant", "en", number=2)


def test_with_rasa_gone_a_number_still_means_the_one_with_that_number(ann, rasa):
    rasa.status = 500
    listed = ann.asks("somewhere for my mum to make friends in Wenbury")
    second = re.search(r"^2 ([^:.]{8,}?)(?:,|:|\.\.\.)", listed, re.M)[1]
    told = ann.asks("2")
    assert told.startswith(second) and say("nothing.found", "en") not in told


def test_a_number_too_high_is_left_as_it_is(ann, rasa):
    rasa.status = 500
    ann.asks("somewhere for my mum to make friends in Wenbury")
    rasa.status = 200
    ann.asks("9")
    assert rasa.said[-1] == "9"


def test_buttons_are_numbers_where_there_are_no_signposts(ann, rasa):
    choices = [("choices.topic", {"topic": "food"}), ("choices.topic", {"topic": "loneliness"})]
    rasa.says(payload("clarify", before=[("unclear.choose", {})], choices=choices))
    said = ann.asks("hm")
    assert say("sms.choose_number", "en") in said and "\n1 " in said and "\n2 " in said
    ann.asks("2")
    assert rasa.said[-1] and rasa.said[-1] != "2" and rasa.said[-1] in said.lower()


def test_more_is_asked_as_it_was_written(ann, rasa):
    ann.asks("MORE")
    assert rasa.said == ["MORE"]


def test_help_says_who_we_are_and_999_and_asks(ann, rasa):
    said = ann.asks("HELP")
    assert said == say("sms.help", "en") and "999" in said and "Fingerpost" in said and said.count("?") == 1
    assert not rasa.asked


def test_a_picture_alone(ann, rasa):
    assert ann.asks("", pictures=1) == say("sms.picture", "en") and not rasa.asked


def test_a_picture_with_words_is_read_for_its_words(ann, rasa):
    ann.asks("my bin was missed", pictures=2)
    assert rasa.said == ["my bin was missed"]


def test_an_empty_text(ann):
    assert ann.asks("") == say("trouble.empty", "en")


@pytest.mark.parametrize("text", ["😀😀😀", "🏴󠁧󠁢󠁷󠁬󠁳󠁿"])
def test_a_text_of_pictures_made_of_letters(ann, text):
    assert ann.asks(text) == say("trouble.wordless", "en")


def test_sixteen_hundred_characters_with_the_danger_at_the_end(ann):
    assert "116 123" in ann.asks(
        "The bins were late again and the neighbour has a new car. " * 26 + "I want to kill myself"
    )


def test_a_number_in_a_text_is_held_by_nobody(ann, on_any_disk):
    said = ann.asks("my number is 07700 900555 please ring")
    assert said and on_any_disk("900555") == []


def test_rasa_is_told_of_the_language_of_the_place(ann, rasa, texting):
    from dataclasses import replace

    from settings import use

    numbers = (("+441632960001", "morwerydd"),)
    with use(replace(texting, texting=replace(texting.texting, numbers=numbers))):
        ann.asks("Llandre")
    assert rasa.asked[-1]["metadata"]["door"] == "morwerydd"
