"""What is left after deleting: every table, the file, the write-ahead log, the log lines, by words and by number."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from channels import conversations, retention
from channels.handover import clerking
from channels.models import Base, Handover
from tests.channels.conftest import DELETE
from tests.channels.handover.conftest import opened
from words import say

WORDS, NUMBER, SUMMARY, NOTE = "marmalade zeppelin", "07700 900321", "quagmire turnip", "flugelhorn parsnip"
SAID_BACK = "gooseberry trombone"
LEFT = {
    "tombstone",
    "agreement",
    "look",
    "receipt",
}  # what the privacy page says may be left: hashes; ids, times, wording


@pytest.fixture
def rows(home):
    """Every row of every table the models know, read past our own code."""

    def read() -> dict[str, list[tuple]]:
        with closing(sqlite3.connect(home.conversations_url.removeprefix("sqlite:///"))) as database:
            return {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in Base.metadata.tables}

    return read


@pytest.fixture
def known_to_the_desk(resident, here, clerk):
    """Somebody who shared everything, with a number, and talked to a clerk who took a note."""
    resident.says(WORDS, door="wenbury")
    handover = resident.asks(here[0], "whole", callback=NUMBER)
    jo = clerk("Jo")
    jo.claims(handover, resident.at)
    jo.says(handover, SAID_BACK, resident.at)
    jo.does(clerking.note, handover, NOTE, resident.at)
    resident.says(f"{WORDS} and ring {NUMBER}")
    jo.sees(handover, resident.at)
    return handover


@pytest.mark.parametrize("how", ["a button", "by words while a clerk has it", "by what Rasa understood, after"])
def test_nothing_of_theirs_is_left_anywhere(
    resident, known_to_the_desk, clerk, rasa, rows, on_disk, caplog, how
):  # fmt: skip
    caplog.set_level(logging.DEBUG)
    for thing in (WORDS, NUMBER, SAID_BACK, NOTE):
        assert on_disk(thing), "the test would otherwise find nothing for ever"
    if how == "a button":
        assert conversations.forget(resident.sender)
    elif how.startswith("by words"):
        assert resident.says("delete everything").receipt
    else:
        resident.says(say("handed.words.leave", "en"))
        rasa.says(DELETE)
        assert resident.says("wipe what I said please").receipt
    for thing in (WORDS, NUMBER, NUMBER.replace(" ", ""), SAID_BACK, NOTE, resident.sender):
        assert on_disk(thing) == [] and thing not in caplog.text
    left = rows()
    assert {name for name, found in left.items() if found} <= LEFT
    assert left["agreement"] and left["look"], "who looked at what was agreed stays, by ids and times alone"
    told = str(left["agreement"]) + str(left["look"])
    assert resident.sender not in told and WORDS not in told


def test_taking_back_leaves_nothing_shared_on_the_desk(resident, known_to_the_desk, rows):
    resident.takes_back(known_to_the_desk)
    kept = str(rows()["handover_item"])
    assert NUMBER not in kept and NOTE not in kept and WORDS not in kept
    assert SAID_BACK in kept, "what was said to them stays theirs to read"


def test_taking_back_by_words_leaves_nothing_in_the_file_or_its_log(resident, here, rows, on_disk):
    resident.says("hello", door="wenbury")
    resident.asks(here[0], "summary", summary=SUMMARY)
    assert on_disk(SUMMARY)
    assert resident.says("TAKE BACK").outcome == "handover"
    assert on_disk(SUMMARY) == []


def test_a_log_that_somebody_still_reads_is_emptied_when_they_end_and_said_to_be_full_until_then(
    resident, home, caplog
):
    path = home.conversations_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM message").fetchall()
        resident.says(WORDS)
        assert conversations.forget(resident.sender), "deleted all the same"
        assert "log not emptied" in caplog.text
    assert conversations.truncate_log()


def test_the_conversation_goes_after_a_day_and_what_was_shared_28_days_after_closing(
    resident, known_to_the_desk, clerk, rows, on_disk
):
    resident.says(say("handed.words.leave", "en"))
    closed = resident.at
    assert retention.forget_what_is_over(closed + timedelta(hours=24)) == 1
    assert rows()["message"] == [] and WORDS in str(rows()["handover_item"])
    retention.forget_what_is_over(closed + timedelta(days=28) - timedelta(minutes=1))
    assert rows()["handover_item"]
    retention.forget_what_is_over(closed + timedelta(days=28))
    assert not any(found for name, found in rows().items() if name != "tombstone")
    assert on_disk(WORDS) == [] and on_disk(NUMBER) == []


def test_even_when_the_conversation_is_gone_deleting_reaches_the_desk(resident, known_to_the_desk, rows):
    resident.says(say("handed.words.leave", "en"))
    retention.forget_what_is_over(resident.at + timedelta(hours=24))
    assert conversations.forget(resident.sender), "a receipt: something was held"
    assert rows()["handover"] == [] and rows()["handover_item"] == []


def test_deleted_while_a_clerk_has_it_who_looked_and_the_wording_go_28_days_later(resident, known_to_the_desk, rows):
    before = datetime.now(UTC)
    assert conversations.forget(resident.sender)
    retention.forget_what_is_over(before + timedelta(days=28) - timedelta(minutes=1))
    assert rows()["agreement"] and rows()["look"]
    retention.forget_what_is_over(datetime.now(UTC) + timedelta(days=28))
    assert rows()["agreement"] == [] and rows()["look"] == []


def test_a_wording_left_open_by_a_handover_that_is_gone_still_ends(resident, known_to_the_desk, rows):
    with opened() as session:
        session.delete(session.get_one(Handover, known_to_the_desk))
    retention.forget_what_is_over(resident.at)
    assert rows()["agreement"], "its 28 days begin when it is noticed"
    retention.forget_what_is_over(resident.at + timedelta(days=28))
    assert rows()["agreement"] == [] and rows()["look"] == []
