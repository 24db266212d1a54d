"""A database gone or locked: the resident still reads a sentence, and danger still leads with 999."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from channels import conversations, gateway
from channels.messages import Inbound
from knowledge import db
from tests.channels.conftest import DELETE, START
from words import say

NEED = "I am struggling to pay for food"
DANGER = "I want to kill myself"


@pytest.fixture(params=["no such folder", "an empty file", "not a database"])
def broken(request, tmp_path) -> str:
    """The address of a database that cannot be used."""
    path = tmp_path / "broken.db"
    if request.param == "not a database":
        path.write_bytes(b"this is no database" * 400)
    return f"sqlite:///{tmp_path / 'gone' / 'x.db' if request.param == 'no such folder' else path}"


@contextmanager
def locked(path, monkeypatch):
    """Somebody else holds the file for good; we are told to wait less long than in earnest. Yields its address."""
    monkeypatch.setattr(db, "BUSY_MS", 150)
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        yield f"sqlite:///{path}?timeout=0.15"


def assert_nobody_can_search(reply) -> None:
    assert reply.outcome == "nothing_found" and not reply.signposts
    assert reply.before == (say("trouble.nothing", "en"),)
    assert "999" in reply.before[0] and "Citizens Advice" in reply.before[0]


def assert_searched_plainly(reply) -> None:
    assert reply.before[0] == say("trouble.slow", "en") and reply.signposts


def assert_danger_leads(reply) -> None:
    assert reply.outcome == "crisis" and reply.danger
    assert reply.before[0] == say("danger.crisis_suicide.lead", "en")
    assert reply.signposts[0].phones[0].number == "999" and reply.signposts[0].tier == "emergency"
    assert "116 123" in [phone.number for post in reply.signposts for phone in post.phones]


def test_directory_gone(person, but, broken):
    with but(knowledge_url=broken):
        assert_nobody_can_search(person.says(NEED))
    assert person.says("hello").from_rasa, "and back again"


def test_directory_gone_and_rasa_stopped(person, but, broken, nobody):
    with but(knowledge_url=broken, rasa_url=nobody):
        assert_nobody_can_search(person.says(NEED))


def test_directory_locked(person, but, directory, tmp_path, monkeypatch):
    copy = shutil.copy(directory, tmp_path / "knowledge.db")
    with locked(copy, monkeypatch) as address, but(knowledge_url=address):
        assert_nobody_can_search(person.says(NEED))
        assert_danger_leads(person.says(DANGER))


def test_conversations_gone(person, but, rasa, broken):
    with but(conversations_url=broken):
        reply = person.says(NEED)
        assert_searched_plainly(reply)
        assert reply.conversation == "" and rasa.asked == [], "Rasa has nowhere to remember it"
        assert_danger_leads(person.says(DANGER))


def test_conversations_locked(person, but, rasa, tmp_path, migrated, monkeypatch):
    copy = shutil.copy(migrated["conversations"], tmp_path / "locked.db")
    with locked(copy, monkeypatch) as address, but(conversations_url=address):
        assert_searched_plainly(person.says(NEED))


def test_conversations_locked_after_the_message_was_kept(person, rasa, home, held, monkeypatch):
    """The answer is shown although it could not be stored."""
    monkeypatch.setattr(db, "BUSY_MS", 150)
    path = home.conversations_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as holder:
        decided = rasa.answer({})
        rasa.answer = lambda _asked: (holder.execute("BEGIN IMMEDIATE"), decided)[1]
        reply = person.says(NEED)
        holder.execute("ROLLBACK")
    assert reply.from_rasa and reply.before == (say("unclear.rephrase", "en"),)
    assert len(held()["message"]) == 1 and NEED in held()["message"][0]


def test_everything_gone_and_danger_still_leads(person, but, broken, nobody):
    with but(knowledge_url=broken, conversations_url=broken, rasa_url=nobody):
        assert_danger_leads(person.says(DANGER))
        assert_nobody_can_search(person.says(NEED))


def test_deleting_is_not_claimed_when_it_did_not_happen(person, but, rasa, home, monkeypatch):
    monkeypatch.setattr(db, "BUSY_MS", 150)
    path = home.conversations_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as holder:
        rasa.answer = lambda _asked: (holder.execute("BEGIN IMMEDIATE"), {"messages": [DELETE]})[1]
        reply = person.says("delete everything")
        holder.execute("ROLLBACK")
    assert reply.before == (say("privacy.still_there", "en"),) and not reply.deleted and not reply.receipt
    assert len(conversations.turns(person.sender)) == 1


@pytest.mark.parametrize(("owed", "tries"), [(True, 3), (False, 1)], ids=["a text", "a page"])
def test_whoever_is_not_looking_at_a_screen_waits_for_a_busy_database(home, rasa, monkeypatch, owed, tries):
    asked, begin = [], conversations.begin

    def busy(inbound, text):
        asked.append(text)
        if len(asked) < 3:
            raise OperationalError("", {}, Exception("database is locked"))
        return begin(inbound, text)

    monkeypatch.setattr(conversations, "begin", busy)
    reply = gateway.handle(Inbound("sms", "somebody", "food bank", f"busy-{owed}-reference", START, owed=owed))
    assert len(asked) == tries and bool(reply.conversation) == owed
