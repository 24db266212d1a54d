"""The conversation by text with the trained Rasa: a number, MORE, a code, and the same answers as on the page."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channels import conversations
from channels.sms import lists, sending
from channels.sms.numbers import person_of
from channels.sms.segments import cost
from knowledge.db import session_scope
from settings import settings, use
from tests.channels.sms.conftest import OURS, Carrier, Clock, Telephone, work
from words import say

_numbers = itertools.count(447700900500)


@pytest.fixture
def ann(rasa, monkeypatch) -> Telephone:
    """Somebody with a telephone, who writes to Wenbury's number; nothing of an earlier test."""
    carrier = Carrier()
    monkeypatch.setattr(sending, "provider", lambda _name: carrier)
    texting = replace(settings().texting, providers=("console",), numbers=((OURS, "wenbury"),))
    with use(replace(settings(), texting=texting, rate_limits=False)):
        yield Telephone(f"+{next(_numbers)}", carrier, Clock(datetime.now(UTC)))


@pytest.fixture
def asks(ann):
    """A text, twenty seconds after the one before, and what comes back; the answer itself for a look at its entries."""

    def ask(text: str):
        ann.clock.on(seconds=20)
        said = ann.asks(text)
        return said, conversations.latest(person_of(ann.number))

    return ask


def entries(reply) -> list[str]:
    return [post.entry for post in reply.signposts]


def test_three_places_in_order_and_each_number_means_its_own(ann, asks):
    said, first = asks("I am lonely since my wife died")
    assert first.from_rasa and len(first.signposts) >= 2 and cost(said).segments <= 3
    shown = entries(first)[:3]
    for number, entry in enumerate(shown, 1):
        told, reply = asks(str(number))
        assert reply.from_rasa and entries(reply) == [entry], (number, told)
        assert cost(told).segments <= 3 and told.strip()


def test_more_brings_others(ann, asks):
    _, first = asks("where can I meet people")
    said, more = asks("MORE")
    assert more.from_rasa and more.signposts and not set(entries(more)) & set(entries(first)), said
    assert said[0] == "1" or "\n1 " in said


def test_a_number_after_more_means_the_newer_list(ann, asks):
    asks("where can I meet people")
    _, more = asks("MORE")
    _, chosen = asks("1")
    assert entries(chosen) == entries(more)[:1]


def test_in_welsh_a_number_is_answered_in_welsh(ann, asks):
    _, first = asks("Dw i'n unig ers i mi golli fy ngwraig")
    said, chosen = asks("2")
    assert first.language == chosen.language == "cy" and entries(chosen) == entries(first)[1:2], said


def test_web_gives_a_code_that_shows_the_same_list(ann, asks):
    _, first = asks("food bank please")
    said, _ = asks("WEB")
    code = next(word for word in said.replace(".", " ").split() if len(word) == 9 and word[4] == "-")
    with session_scope(settings().conversations_url) as session:
        assert list(lists.use_code(session, code, ann.clock())) == list(lists.listed(first))
        assert lists.use_code(session, code, ann.clock()) == ()


def test_a_code_from_the_page_by_text_brings_the_pages_list_with_the_conversation_going_on(ann, asks, person):
    on_the_page = person.says("food bank please")
    with session_scope(settings().conversations_url) as session:
        code = lists.make_code(session, lists.listed(on_the_page), ann.clock())
    _, first = asks("where can I meet people")
    said, _ = asks(f"list {code}")
    assert said.startswith(say("sms.list.intro", "en")) and on_the_page.signposts[0].name[:12] in said
    _, chosen = asks("1")
    assert entries(chosen) == entries(first)[:1]


def test_the_same_question_has_the_same_places_on_the_page_and_by_text(ann, asks, person):
    page = replace(person, door="wenbury").says("a lunch club for my dad")
    _, text = asks("a lunch club for my dad")
    assert entries(text) == entries(page)


def test_a_number_in_the_middle_of_danger_is_not_a_choice(ann, asks):
    asks("where can I meet people")
    asks("I want to kill myself")
    work(ann.clock)
    said, reply = asks("2")
    assert reply.danger or not reply.signposts, said
