"""A person by text, from the first word to the last, through the real inbox and outbox: honest about waiting."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from channels.handover import asking, clerking, keeping, queueing
from channels.handover.afterwards import may_say_helped
from channels.handover.agreeing import wording
from channels.models import Handover
from channels.sms import desk as _by_text  # noqa: F401  it carries what the desk says
from channels.sms.numbers import person_of
from channels.sms.segments import cost, plain
from channels.sms.shaping import LIST_SEGMENTS
from knowledge.db import session_scope
from knowledge.desks import desks
from knowledge.replying import payload
from tests.channels.handover.conftest import opened
from tests.channels.sms.conftest import ann, carrier, clock, telephone, texting, work  # noqa: F401  fixtures
from words import say


@pytest.fixture
def texter(ann, clock, rasa):  # noqa: F811
    """Ann, at a moment when the desk is open, told by the assistant that she can ask for a person."""
    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    at = datetime.now(UTC)
    clock.at = at.replace(hour=12, minute=0) + timedelta(days=(2 - at.weekday()) % 7 + 7)  # a Wednesday, noon
    return ann


def test_every_word_of_what_a_yes_means_is_in_the_text_before_it(texter, here):
    told = texter.asks("can I talk to a person")
    for sentence in wording("en", here[0].name, here[0].organisation, "from_now", callback=False).sentences:
        assert sentence in told
    assert told.endswith(say("handed.text.offer", "en"))


@pytest.mark.parametrize("callback", [False, True])
@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_offer_fits_into_what_a_supplier_takes_at_every_desk(home, language, callback):
    with session_scope() as session:
        for one in desks(session):
            words = wording(language, one.called(language), one.of(language), "from_now", callback=callback)
            whole = plain("\n".join((*words.sentences, say("handed.text.offer", language))))
            assert cost(whole).segments <= LIST_SEGMENTS, cost(whole)


def test_how_somebody_wants_to_be_reached_is_confirmed_before_what_a_yes_means(texter, here):
    texter.asks("can I talk to a person")
    told = texter.asks("ring me on 07700 900321 after four")
    assert told.startswith(f"{say('handed.chat.reach', 'en')}\n{say('handed.chat.reach_phone', 'en')}")
    words = wording("en", here[0].name, here[0].organisation, "from_now", callback=True)
    assert all(sentence in told for sentence in words.sentences) and cost(told).segments <= LIST_SEGMENTS
    assert told.endswith(say("handed.text.offer", "en"))


def handover_of(texter) -> Handover:
    with opened() as session:
        return asking.handovers_of(session, person_of(texter.number))[0]


def test_waiting_by_text_says_who_is_before_how_long_and_whether_anybody_is_there(texter, here, clerk, clock):  # noqa: F811
    from tests.channels.handover.conftest import Resident

    for number, minutes in enumerate((4, 4, 4)):
        other = Resident(f"earlier-{number:08d}", clock.at)
        other.says("hello", door="wenbury")
        clerk().claims(other.asks(here[0]), other.at + timedelta(minutes=minutes))
    first = Resident("before-00000001", clock.at)
    first.says("hello", door="wenbury")
    first.asks(here[0])
    texter.asks("can I talk to a person")
    clock.on(minutes=1)
    told = texter.asks("SHARE")
    assert say("handed.waiting.now", "en", team="The listening desk") in told
    assert say("handed.waiting.before", "en", number=1) in told
    assert say("handed.waiting.usually", "en", minutes=4) in told and say("handed.waiting.unstaffed", "en") in told
    with opened() as session:
        queueing.here(session, "jo", [here[0].id], clock.at)
    assert say("handed.waiting.staffed", "en") in texter.asks("queue")


def test_nobody_comes_and_a_text_says_so_with_other_ways(texter, here, clock):  # noqa: F811
    texter.asks("can I talk to a person")
    texter.asks("SHARE")
    clock.on(minutes=here[0].nobody_after + 1)
    before = len(texter.got)
    keeping.sweep(clock.at)
    clock.on(minutes=1)
    keeping.sweep(clock.at)
    work(clock)
    told = " ".join(texter.got[before:])
    assert "Nobody has come for" in told and "Citizens Advice" in told and told.count("Nobody has come") == 1
    assert texter.asks("LEAVE").startswith(say("handed.text.left", "en")[:20])


@pytest.mark.parametrize(("word", "kept"), [("Helped", "yes"), ("not helped.", "no")])
def test_did_it_help_in_one_word(texter, here, clerk, clock, rasa, word, kept):  # noqa: F811
    texter.asks("can I talk to a person")
    assert "HELPED" not in texter.asks("SHARE")
    handover, jo = handover_of(texter).id, clerk()
    jo.claims(handover, clock.at)
    jo.does(clerking.finish, handover, "handed_back", clock.at)
    clock.at = datetime.now(UTC) if datetime.now(UTC) > clock.at else clock.at
    clock.on(seconds=1)
    work(clock)
    assert re.search("Did it help.*HELPED", texter.got[-1])
    asked = len(rasa.asked)
    assert texter.asks(word) == say(f"handed.text.{'helped' if kept == 'yes' else 'not_helped'}", "en")
    assert handover_of(texter).helped == kept and len(rasa.asked) == asked, "no message for Rasa"


def test_leaving_asks_only_whoever_talked_to_somebody(texter, here, clerk, clock):  # noqa: F811
    texter.asks("can I talk to a person")
    texter.asks("SHARE")
    assert say("handed.text.helped_asked", "en") not in texter.asks("LEAVE")
    clock.on(minutes=5)
    texter.asks("can I talk to a person")
    texter.asks("SHARE")
    clerk().claims(handover_of(texter).id, clock.at)
    assert say("handed.text.helped_asked", "en") in texter.asks("LEAVE")


def test_helped_out_of_nowhere_is_an_ordinary_message(texter, rasa):
    texter.asks("hello")
    asked = len(rasa.asked)
    texter.asks("HELPED")
    texter.asks("QUEUE")
    assert len(rasa.asked) == asked + 2


def test_it_is_asked_for_a_day_after_a_person_was_there():
    now = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    row = Handover(joined_at=now, closed_at=now, ending="ended")
    assert may_say_helped(row, now) and not may_say_helped(row, now + timedelta(hours=24))
    assert not may_say_helped(Handover(closed_at=now, ending="left"), now), "nobody had come"
    assert not may_say_helped(Handover(joined_at=now, closed_at=now, ending="taken_back"), now)


@pytest.mark.parametrize("said", ["NO", "SHARE"])
def test_another_desk_is_asked_about_by_text_in_the_very_words_that_are_kept(texter, here, clerk, clock, said):  # noqa: F811
    texter.asks("can I talk to a person")
    texter.asks("SHARE")
    handover, jo = handover_of(texter).id, clerk()
    jo.claims(handover, clock.at)
    jo.does(clerking.propose, handover, here[1], clock.at)
    clock.on(seconds=1)
    work(clock)
    told, words = (
        " ".join(texter.got[2:]),
        wording("en", here[1].name, here[1].organisation, "from_now", callback=False),
    )
    for sentence in words.sentences:
        assert sentence in " ".join(told.split())
    answered = texter.asks(said)
    with opened() as session:
        agreed = asking.agreed_of(session, [handover])[handover]
    if said == "NO":
        assert agreed.team == here[0].id and "You said no to Marlshire contact team" in " ".join(texter.got)
    else:
        assert agreed.team == here[1].id and "Marlshire contact team" in answered
