"""STOP: one confirmation, then nothing but one line a day and the emergency lines; START begins again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from channels.sms.provider import Refused
from settings import use
from words import say

STOP, STOPPED, START = say("sms.stop", "en"), say("sms.stopped", "en"), say("sms.start", "en")


def test_stop_is_confirmed_once_and_then_nothing_is_sent(ann, rasa):
    assert ann.asks("STOP") == STOP
    assert ann.asks("STOP") == "" and ann.asks("stop all") == ""
    assert not rasa.asked


def test_afterwards_one_line_a_day_says_how_to_begin_again(ann, clock, rasa, rows):
    ann.asks("STOP")
    assert ann.asks("where is the food bank") == STOPPED
    assert ann.asks("hello?") == "" and ann.asks("HELP") == "" and ann.asks("MORE") == ""
    clock.on(hours=12, minutes=1)
    assert ann.asks("hello?") == STOPPED, "a new day in the UK"
    assert not rasa.asked and rows("conversation") == []
    assert [row["kind"] for row in rows("text_out")] == ["stop", "line", "line"]


def test_danger_is_answered_all_the_same_and_counted_apart(ann, rows):
    ann.asks("STOP")
    assert "116 123" in ann.asks("I want to kill myself")
    assert [row["kind"] for row in rows("text_out")] == ["stop", "danger"]


def test_an_ordinary_message_does_not_undo_stop_but_start_does(ann, rasa):
    ann.asks("STOP")
    ann.asks("yes please")
    assert ann.asks("hello") == ""
    assert ann.asks("START") == START
    assert ann.asks("hello") != "" and rasa.said == ["hello"]
    assert ann.asks("stop") == STOP


def test_stop_in_welsh_is_confirmed_in_welsh(ann):
    assert ann.asks("Stopiwch") == say("sms.stop", "cy")


def test_what_was_waiting_to_be_answered_or_sent_when_stop_came_is_not(ann, carrier, clock, rasa):
    from channels.sms import answering

    ann.texts("first")
    answering.answer_somebody(clock)  # answered, not sent yet
    clock.on(seconds=1)
    ann.texts("second")
    clock.on(seconds=1)
    ann.texts("I want to kill myself")
    clock.on(seconds=1)
    ann.texts("STOP")
    from tests.channels.sms.conftest import work

    work(clock)
    assert len(ann.got) == 2 and "116 123" in ann.got[0] and ann.got[1] == STOP


def test_the_order_they_were_sent_in_decides_not_the_order_they_came_in(ann, clock):
    earlier, later = clock() - timedelta(minutes=2), clock() - timedelta(minutes=1)
    assert ann.asks("START", sent=later) == START
    assert ann.asks("STOP", sent=earlier) == "", "overtaken by START"
    assert ann.asks("hello") not in ("", STOPPED)
    clock.on(minutes=5)
    ann.asks("STOP", sent=clock() - timedelta(minutes=1))
    assert ann.asks("START", sent=clock() - timedelta(minutes=2)) == ""
    assert ann.asks("hello") == STOPPED


def test_a_message_from_before_stop_gets_no_line(ann, clock):
    ann.asks("STOP")
    assert ann.asks("where is the food bank", sent=clock() - timedelta(minutes=9)) == ""


def test_a_supplier_that_answers_stop_itself_is_not_doubled(ann, carrier):
    carrier.answers = lambda arrived: arrived.text == "STOP"
    assert ann.asks("STOP") == "" and ann.asks("hello") == STOPPED


@pytest.mark.parametrize("word", ["ARRETE", "no more please", "STOP"])
def test_a_word_that_the_supplier_took_for_stop_is_stop_here_too(ann, carrier, word, rows):
    carrier.answers = lambda arrived: bool(arrived.answered)
    assert ann.asks(word, answered="STOP") == "" and rows("texter")[0]["stopped_at"]
    assert ann.asks("encore", answered="START") == "" and rows("texter")[0]["stopped_at"] is None
    assert ann.asks("ayuda", answered="HELP") == "" and rows("conversation") == []


@pytest.mark.parametrize("said", ["Stop texting me", "STOP please!", "Peidiwch â thecstio fi, diolch"])
def test_stop_in_ones_own_words_is_confirmed_once(ann, said, rows):
    assert len(ann.asks(said).split("\n---\n")) == 1 and rows("texter")[0]["stopped_at"]
    assert ann.asks(said) == ""


def test_a_supplier_that_refuses_is_believed_and_not_asked_again(ann, carrier, clock, rows):
    carrier.next = [Refused("21610", stopped=True)]
    assert ann.asks("hello") == ""
    clock.on(hours=1)
    assert ann.asks("hello") == STOPPED
    assert [(row["state"], row["error"]) for row in rows("text_out")] == [("refused", "21610"), ("sent", "")]


def test_even_a_refused_emergency_answer_is_recorded_and_not_retried(ann, carrier, clock, rows):
    ann.asks("STOP")
    carrier.next = [Refused("21610", stopped=True)]
    ann.asks("I want to kill myself")
    clock.on(hours=1)
    assert ann.asks("START") == START
    assert [(row["kind"], row["state"]) for row in rows("text_out")] == [
        ("stop", "sent"), ("danger", "refused"), ("start", "sent"),
    ]  # fmt: skip


def test_stop_outlives_everything_else_that_is_held(ann, clock, rows):
    from channels import retention

    ann.asks("hello")
    ann.asks("STOP")
    retention.forget_what_is_over(clock() + timedelta(days=30))
    (texter,) = rows("texter")
    assert texter["stopped_at"] and texter["number"] is None
    assert {name: rows(name) for name in ("conversation", "message", "text_in", "text_out", "text_count")} == {
        "conversation": [], "message": [], "text_in": [], "text_out": [], "text_count": [],
    }  # fmt: skip


@pytest.mark.parametrize("segments", [1, 3])
def test_all_the_fixed_sentences_fit_into_what_is_allowed(segments, texting):
    from channels.sms.segments import cost

    with use(replace(texting, texting=replace(texting.texting, segments=segments))):
        for language in ("en", "cy"):
            for key in ("help", "stop", "start", "stopped", "busy", "deleted", "nothing_held", "picture"):
                said = say(f"sms.{key}", language, receipt="AAAAAAAAAA")
                assert cost(said).gsm and cost(said).segments <= 2, (key, language)
