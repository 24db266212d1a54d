"""A message sent twice is answered once; two messages at once are both answered."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from channels import conversations
from knowledge.replying import payload
from words import say


def at_once(*calls):
    """What the calls return, started together."""
    line = threading.Barrier(len(calls))

    def call(one):
        line.wait()
        return one()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [done.result(20) for done in [threads.submit(call, one) for one in calls]]


def test_twice_in_sequence(person, rasa, held):
    first = person.says("hello", reference="the-same-reference")
    assert person.says("hello", reference="the-same-reference") == first
    assert first.before == (say("unclear.rephrase", "en"),)
    assert rasa.said == ["hello"] and len(held()["message"]) == 1


def test_a_repeat_gets_the_same_signposts(person, but, nobody, rasa):
    with but(rasa_url=nobody):
        first = person.says("I am lonely in Frome", reference="the-same-reference")
    assert first.signposts
    assert person.says("I am lonely in Frome", reference="the-same-reference") == first
    assert rasa.asked == [], "Rasa is back, but this was answered"


def test_twice_at_once(person, rasa, held):
    rasa.delay = 0.25
    one, other = at_once(*[lambda: person.says("hello", reference="the-same-reference")] * 2)
    assert one == other and one.from_rasa and one.before == (say("unclear.rephrase", "en"),)
    assert rasa.said == ["hello"] and len(held()["message"]) == 1


def test_a_repeat_while_the_first_is_never_answered(person, rasa, monkeypatch):
    monkeypatch.setattr(conversations, "REPEAT_WAITS", 0.15)
    rasa.delay = 0.45
    slow = threading.Thread(target=lambda: person.says("hello", reference="the-same-reference"))
    slow.start()
    while not rasa.asked:
        slow.join(0.01)
    assert person.says("hello", reference="the-same-reference").outcome == "repeat"
    slow.join()
    assert rasa.said == ["hello"]


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_different_messages_at_once_are_all_answered(person, rasa, held, known):
    rasa.answer = lambda asked: {"messages": [payload("clarify", before=[("place.noted", {"name": asked["message"]})])]}
    if known:
        person.says("hello")
    texts = ["debt", "lonely", "bins", "rent", "food", "choir"]
    replies = at_once(*[lambda text=text: person.says(text) for text in texts])
    assert [reply.before for reply in replies] == [(say("place.noted", "en", name=text),) for text in texts]
    assert len({reply.conversation for reply in replies}) == len(held()["conversation"]) == 1
    kept = conversations.turns(person.sender)[known:]
    assert sorted(turn.said for turn in kept) == sorted(texts)
    assert all(turn.reply and turn.said in turn.reply.before[0] for turn in kept)


def test_another_persons_reference_shows_nothing_of_theirs(somebody, held):
    one, other = somebody(), somebody()
    theirs = one.says("I am lonely in Frome", reference="left-open-on-a-shared-computer")
    reply = other.says("I am lonely in Frome", reference="left-open-on-a-shared-computer")
    assert reply.outcome == "repeat" and not reply.before and not reply.signposts
    assert reply.conversation != theirs.conversation
    assert len(held()["message"]) == 1
