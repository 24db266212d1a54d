"""A person at a desk and a resident who texts: asked for, answered, and the number held exactly as long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.handover import asking, speaking
from channels.models import Conversation, now
from channels.sms import desk
from channels.sms.numbers import person_of
from knowledge.db import session_scope
from knowledge.desks import desks
from tests.channels.sms.conftest import work


@pytest.fixture
def handed(ann, clock, texting):
    """Ann wrote, and said yes to the desk of Wenbury."""
    assert desk.carry is speaking.carriers["sms"]
    clock.at = now()
    ann.texts("hello")
    with session_scope() as directory:
        here = desks(directory, place="wenbury")
    if not here:
        pytest.skip("no desk in the directory: run `make setup`")
    from channels.sms import answering

    answering.answer_somebody(clock)
    with session_scope(texting.conversations_url) as session:
        conversation = session.query(Conversation).filter_by(sender=person_of(ann.number)).one()
        made = asking.ask(session, conversation, here[0], asking.Wanted("from_now"), clock())
    work(clock)
    return made


def says(texting, handed, clock, text, **more):
    from channels.models import Handover

    with session_scope(texting.conversations_url) as session:
        speaking.say_to(session, session.get_one(Handover, handed), text, clock(), **more)
    clock.at = now()
    work(clock)


def test_the_number_is_held_while_a_desk_may_answer_and_no_longer(ann, clock, texting, handed, rows):
    from channels import retention
    from channels.models import Handover

    assert rows("texter")[0]["number"] is not None
    says(texting, handed, clock, "Hello Ann, this is about your bins.", author="Jo")
    assert ann.got[-1] == "Jo: Hello Ann, this is about your bins." and rows("texter")[0]["number"] is not None
    with session_scope(texting.conversations_url) as session:
        asking.close(session, session.get_one(Handover, handed), "done", clock())
    retention.forget_what_is_over(clock() + timedelta(minutes=1))
    assert rows("texter")[0]["number"] is None


def test_what_was_said_before_is_not_said_twice(ann, clock, texting, handed):
    from sqlalchemy.exc import IntegrityError

    says(texting, handed, clock, "Hello", author="Jo", reference="once")
    with pytest.raises(IntegrityError):
        says(texting, handed, clock, "Hello", author="Jo", reference="once")
    assert ann.got.count("Jo: Hello") == 1


def test_nothing_of_the_desks_reaches_somebody_who_stopped(ann, clock, texting, handed):
    ann.asks("STOP")
    before = len(ann.got)
    says(texting, handed, clock, "Hello", author="Jo")
    assert len(ann.got) == before


def test_long_words_are_several_texts_and_none_is_lost(ann, clock, texting, handed):
    before = len(ann.got)
    says(texting, handed, clock, "word " * 400 + "end", author="Jo")
    assert " ".join(ann.got[before:]).replace("\n", " ").split() == ["Jo:", *["word"] * 400, "end"]
