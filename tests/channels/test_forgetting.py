"""Forgotten means gone: from every table, from the file, from the write-ahead log, and for good."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest

from channels import conversations, models, retention
from channels.models import Tracker
from knowledge.db import session_scope
from tests.channels.conftest import DELETE, START, UNSURE
from words import say

MARKER = "marmalade zeppelin quagmire"
DAY = timedelta(hours=24)
HASH = re.compile(r"[0-9a-f]{64}\Z")


@pytest.fixture
def remembered(person, rasa, home):
    """Somebody who wrote the marker twice and has a tracker, as Rasa would have kept it."""
    first = person.says(MARKER, reference="first-reference-0001")
    with session_scope(home.conversations_url) as session:
        import uuid

        session.add(Tracker(conversation_id=uuid.UUID(first.conversation), body={"events": [MARKER]}))
    person.says(f"and {MARKER} again", reference="second-reference-0002")
    return person


def assert_only_tombstones(held, number: int) -> None:
    rows = held()
    tombstones = rows.pop("tombstone")
    assert rows == {"conversation": [], "message": [], "tracker": []}
    assert len(tombstones) == number and all(HASH.match(row[0]) for row in tombstones)
    assert not any("reference-000" in str(row) for row in tombstones)


def test_delete_what_you_hold(remembered, rasa, held, on_disk):
    assert on_disk(MARKER)
    rasa.says(DELETE)
    reply = remembered.says("delete everything", reference="third-reference-0003")
    assert reply.deleted and re.fullmatch(r"[0-9A-F]{10}", reply.receipt)
    assert reply.before == (say("privacy.deleted", "en", receipt=reply.receipt),)
    assert_only_tombstones(held, 3)
    assert on_disk(MARKER) == [] and on_disk("delete everything") == [] and on_disk(remembered.sender) == []


def test_forgetting_by_a_button(remembered, held, on_disk):
    assert re.fullmatch(r"[0-9A-F]{10}", conversations.forget(remembered.sender))
    assert_only_tombstones(held, 2)
    assert on_disk(MARKER) == [] and conversations.turns(remembered.sender) == ()
    assert conversations.forget(remembered.sender) == "", "nothing left to forget"


def test_one_is_forgotten_and_the_other_is_not(remembered, somebody):
    other = somebody()
    other.says("I am lonely")
    conversations.forget(remembered.sender)
    assert [turn.said for turn in conversations.turns(other.sender)] == ["I am lonely"]


def test_a_late_repeat_does_not_revive_it(remembered, rasa, held, on_disk):
    conversations.forget(remembered.sender)
    asked = len(rasa.asked)
    reply = remembered.says(MARKER, reference="first-reference-0001")
    assert reply.outcome == "stopped" and not reply.before and not reply.signposts
    assert len(rasa.asked) == asked
    assert_only_tombstones(held, 2)
    assert on_disk(MARKER) == []


def test_nor_does_one_that_comes_under_a_new_cookie(remembered, somebody, held):
    conversations.forget(remembered.sender)
    assert somebody().says(MARKER, reference="first-reference-0001").outcome == "stopped"
    assert_only_tombstones(held, 2)


def test_writing_again_starts_anew(remembered, rasa):
    before = rasa.asked[-1]["sender"]
    conversations.forget(remembered.sender)
    reply = remembered.says("hello")
    assert reply.conversation != before and [turn.said for turn in conversations.turns(remembered.sender)] == ["hello"]


def test_an_answer_that_arrives_after_deletion_is_dropped(remembered, rasa, held, on_disk):
    def deleted_meanwhile(_asked):
        assert conversations.forget(remembered.sender)
        return {"messages": [UNSURE]}

    rasa.answer = deleted_meanwhile
    reply = remembered.says(f"{MARKER} a third time")
    assert reply.before == (say("unclear.rephrase", "en"),), "they are answered all the same"
    assert_only_tombstones(held, 3)
    assert on_disk(MARKER) == []


def test_a_day_later_nothing_is_left_of_the_day_before(person, rasa, held):
    person.says("I want to kill myself")
    old = held()["conversation"][0][0]
    reply = person.says("hello", later=DAY)
    assert reply.from_rasa and not reply.danger, "yesterday's danger is not held against them"
    assert [turn.said for turn in conversations.turns(person.sender)] == ["hello"]
    assert rasa.asked[0]["sender"] == reply.conversation
    rows = held()
    assert len(rows["conversation"]) == 1 and rows["conversation"][0][0] != old and len(rows["tombstone"]) == 1


def test_a_minute_less_than_a_day_later_it_goes_on(person, rasa):
    person.says("hello")
    person.says("still me", later=DAY - timedelta(minutes=1))
    assert len({asked["sender"] for asked in rasa.asked}) == 1
    assert len(conversations.turns(person.sender)) == 2


def test_retention_forgets_a_day_after_the_last_message(remembered, held, on_disk):
    assert retention.forget_what_is_over(START + DAY) == 0, "a day after the first message is not enough"
    assert retention.forget_what_is_over(remembered.at + DAY - timedelta(seconds=1)) == 0
    assert on_disk(MARKER)
    assert retention.forget_what_is_over(remembered.at + DAY) == 1
    assert_only_tombstones(held, 2)
    assert on_disk(MARKER) == []


def test_retention_forgets_tombstones_after_a_week(remembered, held):
    from channels.models import now

    conversations.forget(remembered.sender)
    retention.forget_what_is_over(now() + timedelta(days=6))
    assert len(held()["tombstone"]) == 2
    retention.forget_what_is_over(now() + timedelta(days=8))
    assert held()["tombstone"] == []


def test_the_scheduled_run_says_how_many_and_nothing_else(remembered, monkeypatch, caplog, held, but, tmp_path):
    monkeypatch.setattr("sys.argv", ["retention", "--once"])
    caplog.set_level(logging.INFO)
    assert retention.main() == 0
    assert held()["message"] == [], "this person wrote long ago"
    assert "conversations forgotten: 1" in caplog.text and MARKER not in caplog.text
    with but(conversations_url=f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}"):
        assert retention.main() == 1, "a timer hears of it"
    assert "could not forget: OperationalError" in caplog.text


def test_the_transcript_is_what_was_said(remembered):
    told = conversations.transcript(remembered.sender, "en")
    assert told.startswith(say("transcript.title", "en"))
    assert told.count(MARKER) == 2 and say("unclear.rephrase", "en") in told
    conversations.forget(remembered.sender)
    assert say("transcript.empty", "en") in conversations.transcript(remembered.sender, "en")


def test_every_table_of_residents_is_said_to_be_held_and_for_how_long():
    told = [line.split("|")[1].strip() for line in models.__doc__.splitlines() if line.startswith("| ")]
    assert set(models.Base.metadata.tables) == {name for name in told if name not in ("", "table")}
