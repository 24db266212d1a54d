"""An advocate let in by text: told what it means first, a code only after a word of its own, seen and ended by text."""

from __future__ import annotations

import re
import uuid

import pytest

from channels.handover import letting, looking
from channels.handover.inviting import purpose_in
from channels.handover.letting import LETTERS
from channels.models import Letting
from channels.sms import desk as _by_text  # noqa: F401  it carries what the desk says
from channels.sms.segments import cost
from channels.sms.shaping import LIST_SEGMENTS
from tests.channels.handover.conftest import opened
from tests.channels.sms.conftest import ann, carrier, clock, on_any_disk, telephone, texting  # noqa: F401  fixtures
from words import say

FOR = "Let in for help with the form."
CODE = re.compile(rf"\b([{LETTERS}]{{4}} [{LETTERS}]{{4}})\b")


def made() -> list[Letting]:
    with opened() as session:
        return list(session.query(Letting))


def taken(code: str, clock):  # noqa: F811
    with opened() as session:
        return letting.take(session, code, "ann-1", "Jo", "Wenbury Advice Centre", uuid.uuid4(), clock())


@pytest.mark.parametrize(
    ("said", "purpose"),
    [
        ("let in for  help with\nthe form.", "help with the form"),
        ("GADAEL I MEWN AR GYFER help gyda'r ffurflen", "help gyda'r ffurflen"),
        ("LET IN FOR", ""),
        ("I was let in for free at the baths", ""),
        ("let in for " + "x" * 300, "x" * 120),
    ],
)
def test_what_it_is_for_is_what_stands_after_the_words(said, purpose):
    assert purpose_in(said) == purpose


def test_how_it_is_done_what_it_means_then_the_code_and_nothing_is_made_before(ann, clock, rasa):  # noqa: F811
    assert ann.asks("Let in") == say("advocate.text.how", "en")
    told = ann.asks(FOR)
    for key in ("purpose", "means", "looks", "words"):
        assert say(f"advocate.text.{key}", "en", purpose="help with the form", days=7) in told
    assert say("handed.agree.limit", "en") in told
    assert cost(told).segments <= LIST_SEGMENTS and made() == [] and rasa.asked == []
    told = ann.asks("make code")
    (row,) = made()
    assert (row.may, row.purpose, row.days) == ("list", "help with the form", 7)
    assert "see your list and notes, for 7 days, for: help with the form" in told and cost(told).segments <= 3
    assert taken(CODE.search(told)[1], clock) == row.id


@pytest.mark.parametrize(("said", "may"), [("MAKE CODE ALL", "conversation"), ("Make code write!", "act")])
def test_more_only_for_a_word_that_says_more(ann, rasa, said, may):  # noqa: F811
    ann.asks(FOR)
    ann.asks(said)
    assert [row.may for row in made()] == [may]


@pytest.mark.parametrize("said", ["yes", "ok", "SHARE", "code please", "yes make it"])
def test_no_other_yes_makes_a_code(ann, rasa, said):  # noqa: F811
    ann.asks(FOR)
    ann.asks(said)
    assert made() == []


def test_no_makes_none_and_a_code_word_out_of_nowhere_is_an_ordinary_message(ann, rasa):  # noqa: F811
    ann.asks(FOR)
    assert ann.asks("no") == say("advocate.text.no", "en")
    asked = len(rasa.asked)
    ann.asks("MAKE CODE")
    assert made() == [] and len(rasa.asked) == asked + 1


def test_who_is_in_until_when_who_looked_and_the_end_of_it(ann, clock, rasa):  # noqa: F811
    ann.asks(FOR)
    let = taken(CODE.search(ann.asks("MAKE CODE"))[1], clock)
    assert ann.asks("WHO LOOKED") == say("handed.look.nobody", "en")
    clock.on(minutes=5)
    with opened() as session:
        looking.record(session, let, "ann-1", "Jo", "Wenbury Advice Centre", ["list"], clock())
    who = ann.asks("LET IN")
    assert who.startswith("Let in: Jo of Wenbury Advice Centre, who may see your list and notes, for: help with the")
    assert "Until 27 November 2025 at 12:00" in who
    assert "Jo of Wenbury Advice Centre looked at your list" in ann.asks("who looked?")
    assert ann.asks("STOP HELPER") == say("advocate.mine.ended", "en")
    assert ann.asks("LET IN") == say("advocate.text.how", "en")
    with opened() as session:
        assert not letting.letting(session, let).open(clock())


def test_the_code_is_said_once_and_never_kept(ann, clock, rasa, on_any_disk):  # noqa: F811
    ann.asks(FOR)
    code = CODE.search(ann.asks("MAKE CODE"))[1]
    assert on_any_disk(code) == [] and on_any_disk(code.replace(" ", "")) == []
    clock.on(minutes=15)
    assert taken(code, clock) is None


def test_in_welsh(ann, clock, rasa):  # noqa: F811
    assert ann.asks("Gadael i mewn") == say("advocate.text.how", "cy")
    told = ann.asks("gadael i mewn ar gyfer help gyda'r ffurflen")
    assert say("advocate.text.words", "cy") in told and cost(told).segments <= LIST_SEGMENTS
    told = ann.asks("GWNEUD COD")
    assert told.startswith("Dywedwch y cod hwn wrthyn nhw") and taken(CODE.search(told)[1], clock)
    assert ann.asks("ATAL EIRIOLWR") == say("advocate.mine.ended", "cy")


def test_not_while_somebody_at_a_desk_would_see_the_code(ann, clock, here, rasa):  # noqa: F811
    from channels.handover import asking
    from channels.models import Conversation

    ann.asks(FOR)
    with opened() as session:
        talk = session.query(Conversation).one()
        asking.ask(session, talk, here[0], asking.Wanted("from_now"), clock())
    assert ann.asks("MAKE CODE") == say("advocate.text.not_now", "en") and made() == []


def test_somebody_who_deletes_everything_lets_nobody_in(ann, clock, rasa):  # noqa: F811
    ann.asks(FOR)
    code = CODE.search(ann.asks("MAKE CODE"))[1]
    clock.on(seconds=30)
    ann.asks("DELETE")
    assert made() == [] and taken(code, clock) is None
