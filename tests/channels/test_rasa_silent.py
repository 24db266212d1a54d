"""Whatever Rasa does, the resident gets signposts and is told that this is the plain search."""

from __future__ import annotations

import time

import pytest

from channels import gateway
from knowledge.replying import payload
from tests.channels.conftest import DEADLINE, UNSURE
from words import say

NEED = "I am struggling to pay for food"
SILENCES = {
    "no messages": (200, {"messages": []}),
    "a bare list": (200, []),
    "null": (200, None),
    "an action raised": (500, {"error": "ValueError"}),
    "forbidden": (403, {"error": "forbidden"}),
    "not found": (404, b"Not Found"),
    "garbled": (200, b'{"messages": [{"outcome": "sig'),
    "a web page": (200, b"<html><body>Welcome to Sanic</body></html>"),
    "not text": (200, b"\xff\xfe\x00\x80"),
    "nothing": (200, b""),
    "text for messages": (200, {"messages": "hello"}),
    "an object for messages": (200, {"messages": {"outcome": "signposts"}}),
    "another channel's message": (200, {"messages": [{"text": "hello"}]}),
    "an older shape": (200, {"messages": [{"outcome": "signposts"}]}),
    "an entry that is no id": (200, {"messages": [{**UNSURE, "posts": [{"entry": "the food bank"}]}]}),
    "a sentence we do not have": (200, {"messages": [{**UNSURE, "before": [["no.such.words", {}]]}]}),
    "a sentence without its values": (200, {"messages": [{**UNSURE, "before": [["place.which", {}]]}]}),
}


def assert_searched_plainly(reply) -> None:
    assert reply.before[0] == say("trouble.slow", "en")
    assert reply.after == (say("nothing.person", "en"),)
    assert reply.outcome == "signposts" and reply.signposts and not reply.from_rasa
    assert "food" in reply.needs


@pytest.mark.parametrize("which", SILENCES)
def test_a_silent_rasa_is_answered_by_the_plain_search(person, rasa, which):
    status, said = SILENCES[which]
    rasa.status, rasa.answer = status, lambda _asked: said
    assert_searched_plainly(person.says(NEED))
    assert rasa.said == [NEED], "asked once, not again and again"


def test_rasa_stopped(person, but, nobody):
    with but(rasa_url=nobody):
        assert_searched_plainly(person.says(NEED))


def test_rasa_hanging_is_not_waited_for_past_the_deadline(person, rasa):
    gateway.warm()
    rasa.delay = 20 * DEADLINE
    began = time.monotonic()
    assert_searched_plainly(person.says(NEED))
    assert time.monotonic() - began < DEADLINE + 2.5


def test_nothing_found_is_said_and_a_person_offered(person, but, nobody):
    with but(rasa_url=nobody):
        reply = person.says("asdf qwer zxcv")
    assert reply.outcome == "nothing_found" and not reply.signposts
    assert reply.before == (say("trouble.slow", "en"), say("nothing.found", "en"))
    assert reply.after == (say("nothing.person", "en"),)


def test_rasa_back_is_asked_again(person, rasa, but, nobody):
    with but(rasa_url=nobody):
        person.says(NEED)
    reply = person.says("hello")
    assert reply.from_rasa and reply.before == (say("unclear.rephrase", "en"),)
    assert rasa.said == ["hello"]


def test_rasa_hears_the_conversation_never_the_person(person, rasa):
    reply = person.says(NEED, door="wenbury")
    asked = rasa.asked[0]
    assert asked["sender"] == reply.conversation and person.sender not in str(asked)
    assert asked["metadata"] == {"language": "en", "door": "wenbury", "today": "2025-11-20"}


def test_an_entry_taken_down_meanwhile_is_left_out(person, rasa):
    gone = {"entry": "00000000-0000-4000-8000-000000000000", "tier": "community"}
    rasa.says(payload("signposts", before=[("details.intro", {})], posts=[gone]))
    reply = person.says("the second one")
    assert reply.from_rasa and reply.signposts == ()
