"""Logs hold ids, outcomes and milliseconds, never a word of what anybody wrote."""

from __future__ import annotations

import logging
import re

import pytest

from channels import conversations
from tests.channels.conftest import DELETE
from words import say

MARKER = "marmalade zeppelin quagmire"
TURN = re.compile(r"turn conversation=[0-9a-f-]{36} channel=web outcome=\w+ rasa=(True|False) ms=\d+")
TROUBLES = ["none", "rasa stopped", "rasa 500", "rasa garbled", "directory gone", "conversations gone", "both gone"]


@pytest.fixture
def trouble(request, but, rasa, nobody, tmp_path):
    """One thing out of order for the length of a test."""
    gone = f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}"
    if request.param == "rasa 500":
        rasa.status = 500
    if request.param == "rasa garbled":
        rasa.answer = lambda asked: {"messages": [{"outcome": asked["message"], "posts": asked["message"]}]}
    changes = {"rasa_url": nobody} if request.param == "rasa stopped" else {}
    changes |= {"knowledge_url": gone} if request.param in ("directory gone", "both gone") else {}
    changes |= {"conversations_url": gone} if request.param in ("conversations gone", "both gone") else {}
    with but(**changes):
        yield request.param


def everything_in(caplog) -> str:
    """What any formatter could make of the records: messages, arguments, tracebacks."""
    shown = [logging.Formatter("%(message)s").format(record) + repr(record.args) for record in caplog.records]
    return "\n".join(shown)


@pytest.mark.parametrize("trouble", TROUBLES, indirect=True)
def test_no_words_of_anybody_are_logged(person, trouble, caplog):
    caplog.set_level(logging.INFO)
    for text in (MARKER, f"I am lonely, {MARKER}", f"I want to kill myself {MARKER}", f"{MARKER} " * 900, f"/{MARKER}"):
        assert person.says(text).before
    told = everything_in(caplog)
    assert told, "something is logged"
    for word in (*MARKER.split(), "lonely", "kill", person.sender):
        assert word not in told


def test_a_turn_is_one_line(person, caplog):
    caplog.set_level(logging.INFO)
    person.says("hello")
    lines = [record.getMessage() for record in caplog.records if record.name == "channels.gateway"]
    assert len(lines) == 1 and TURN.fullmatch(lines[0])


def test_deleting_logs_no_receipt(person, rasa, caplog):
    caplog.set_level(logging.INFO)
    person.says(MARKER)
    rasa.says(DELETE)
    reply = person.says("delete everything")
    assert reply.before == (say("privacy.deleted", "en", receipt=reply.receipt),)
    assert conversations.turns(person.sender) == ()
    assert reply.receipt not in everything_in(caplog) and "delete" not in everything_in(caplog)
