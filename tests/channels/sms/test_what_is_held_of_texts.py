"""What is held about people who text, for how long, and that no number stands anywhere in the clear."""

from __future__ import annotations

import logging
from datetime import timedelta

from channels import retention
from channels.sms.numbers import person_of
from tests.channels.sms.conftest import TABLES, work
from words import say

NUMBER = "+447700987654"
FORMS = ("7700987654", "07700 987654", "7700 987654", "7700-987-654")


def test_no_number_stands_anywhere_in_the_clear_at_any_moment(telephone, clock, on_any_disk, caplog, carrier):
    caplog.set_level(logging.DEBUG)
    ann = telephone(NUMBER)
    moments = []

    def look():
        moments.append([form for form in FORMS if on_any_disk(form)])

    ann.texts("hello, my own number is 07700 987654, ring me")
    look()
    from channels.sms import answering

    answering.answer_somebody(clock)
    look()
    work(clock)
    look()
    ann.asks("STOP")
    ann.asks("I want to kill myself")
    ann.asks("START")
    look()
    ann.asks("DELETE")
    look()
    assert moments == [[]] * 5 and len(ann.got) == 5
    assert not [form for form in FORMS if form in caplog.text] and "hello" not in caplog.text


def test_the_words_that_wait_are_sealed_too(ann, clock, on_any_disk):
    ann.texts("marmalade zeppelin quagmire")
    assert on_any_disk("marmalade") == []
    work(clock)
    assert on_any_disk("marmalade"), "in the conversation, as on the web, for a day"


def test_the_number_is_let_go_as_soon_as_the_answer_has_left(ann, clock, rows):
    ann.texts("hello")
    assert rows("texter")[0]["number"] is not None
    from channels.sms import answering

    answering.answer_somebody(clock)
    assert rows("texter")[0]["number"] is not None, "the answer is still to be sent"
    work(clock)
    assert rows("texter")[0]["number"] is None and rows("text_in") == []


def test_delete_deletes_everything_and_says_so_in_the_last_text(ann, clock, rows, on_any_disk):
    ann.asks("marmalade zeppelin quagmire")
    ann.texts("and again")
    said = ann.asks("DELETE")
    assert said.split("\n---\n")[-1].startswith("Done. All I held about you is deleted")
    held = {table: rows(table) for table in TABLES}
    person = person_of(ann.number)
    assert held["conversation"] == held["message"] == held["tracker"] == held["text_in"] == held["text_code"] == []
    assert len(held["tombstone"]) == 3 and all(len(row["reference_hash"]) == 64 for row in held["tombstone"])
    assert all(row["sealed"] is None and row["person"] == "" for row in held["text_out"])
    assert all(person not in str(row) for table in TABLES if table != "texter" for row in held[table])
    assert held["texter"][0]["number"] is None and held["texter"][0]["stopped_at"] is None
    assert on_any_disk("marmalade") == [] and on_any_disk("and again") == []
    retention.forget_what_is_over(clock() + timedelta(days=1))
    assert rows("texter") == []


def test_asking_in_ones_own_words_deletes_as_well(ann, rasa, rows):
    from tests.channels.conftest import DELETE

    ann.asks("hello")
    rasa.says(DELETE)
    said = ann.asks("please wipe what you have about me")
    assert "deleted" in said and rows("conversation") == [] and rows("text_out")[-1]["kind"] == "deleted"


def test_with_nothing_held_it_says_that(ann):
    assert ann.asks("DELETE") == say("sms.nothing_held", "en")


def test_somebody_who_stopped_may_have_all_deleted_but_the_stop(ann, rows):
    ann.asks("hello")
    ann.asks("STOP")
    said = ann.asks("DELETE")
    assert "deleted" in said and "START" in said and rows("conversation") == []
    assert ann.asks("DELETE") == "" and rows("texter")[0]["stopped_at"]


def test_writing_after_deletion_begins_anew(ann, rasa):
    ann.asks("hello")
    ann.asks("DELETE")
    ann.asks("hello again")
    assert len({asked["sender"] for asked in rasa.asked}) == 2


def test_retention_takes_what_is_over(ann, clock, rows):
    ann.asks("hello")
    day = clock() + timedelta(days=1)
    retention.forget_what_is_over(day)
    assert rows("conversation") == [] and rows("texter") == [] and len(rows("text_out")) == 1
    retention.forget_what_is_over(clock() + timedelta(days=3))
    assert rows("text_count") == []
    retention.forget_what_is_over(clock() + timedelta(days=8))
    assert rows("text_out") == []


def test_what_nobody_could_answer_or_send_for_a_day_is_given_up_and_said(ann, telephone, clock, rows, caplog, carrier):
    from channels.sms.provider import NotSent

    ben = telephone()
    carrier.next = [NotSent("429")] * 9
    ann.asks("hello")
    ben.texts("hello")
    retention.forget_what_is_over(clock() + timedelta(days=1, seconds=1))
    assert rows("text_in") == [] and rows("text_out")[0]["state"] == "failed" and rows("text_out")[0]["sealed"] is None
    assert "texts given up after a day: 2" in caplog.text and all(row["number"] is None for row in rows("texter"))
