"""Bad days of a person by text: the clerk's laptop dies, everything is deleted while they type, stop and come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels.handover import asking, clerking, keeping, owning
from channels.handover.clerking import NotThere
from channels.models import Handover, HandoverItem
from channels.sms import desk as _by_text  # noqa: F401  it carries what the desk says
from channels.sms.numbers import person_of
from channels.sms.provider import Refused
from knowledge.replying import payload
from tests.channels.handover.conftest import opened
from tests.channels.sms.conftest import ann, carrier, clock, telephone, texting, work  # noqa: F401  fixtures
from words import say


@pytest.fixture
def with_jo(ann, clock, rasa, clerk):  # noqa: F811
    """Ann talks with Jo by text; Jo and the handover."""
    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    clock.at = datetime.now(UTC).replace(hour=12, minute=0) + timedelta(days=1)  # no quiet hour, and later than now
    ann.asks("can I talk to a person")
    ann.asks("SHARE")
    with opened() as session:
        handover = asking.handovers_of(session, person_of(ann.number))[0].id
    jo = clerk()
    jo.claims(handover, clock())
    send(clock)
    return jo, handover


def send(clock) -> None:  # noqa: F811
    clock.on(seconds=1)
    work(clock)


def test_the_clerks_laptop_dies_and_a_text_says_so_once_and_the_next_clerk_goes_on(ann, clock, with_jo, clerk):  # noqa: F811
    jo, handover = with_jo
    clock.on(seconds=owning.LEASE.total_seconds() + 1)
    keeping.sweep(clock())
    keeping.sweep(clock())
    send(clock)
    lost = say("handed.notice.lapsed", "en", name="Jo")
    assert [lost in text for text in ann.got].count(True) == 1
    ann.asks("are you still there")
    sam = clerk("Sam")
    sam.claims(handover, clock())
    assert "are you still there" in [item.text for item in sam.sees(handover, clock())]
    with pytest.raises(clerking.NotYours):
        jo.says(handover, "sorry, my laptop died", clock())


def test_all_is_deleted_by_text_while_the_clerk_types_and_nothing_more_comes(ann, clock, with_jo):  # noqa: F811
    jo, handover = with_jo
    clock.on(minutes=1)
    assert "receipt" in ann.asks("DELETE")
    got = len(ann.got)
    with pytest.raises(NotThere):
        jo.says(handover, "I was just typing this", clock())
    send(clock)
    assert len(ann.got) == got
    with opened() as session:
        assert session.query(HandoverItem).count() == 0 and session.query(Handover).count() == 0


def test_taken_back_by_text_while_the_clerk_types(ann, clock, with_jo):  # noqa: F811
    jo, handover = with_jo
    clock.on(minutes=1)
    assert ann.asks("TAKE BACK") == say("handed.text.taken_back", "en")
    with pytest.raises(NotThere):
        jo.says(handover, "I was just typing this", clock())


def test_after_stop_nothing_of_the_desk_is_sent_and_after_start_the_clerk_is_still_there(ann, clock, with_jo):  # noqa: F811
    jo, handover = with_jo
    clock.on(minutes=1)
    assert ann.asks("STOP") == say("sms.stop", "en")
    got = len(ann.got)
    jo.says(handover, "are you there?", clock())
    send(clock)
    assert len(ann.got) == got and noted(handover) == [say("staff.talk.not_texted.stopped", "en")]
    ann.asks("START")
    jo.says(handover, "welcome back", clock())
    send(clock)
    assert ann.got[-1] == "Jo: welcome back"


def test_a_number_that_takes_no_texts_is_told_to_the_clerk_once(ann, carrier, clock, with_jo):  # noqa: F811
    jo, handover = with_jo
    clock.on(minutes=1)
    carrier.next = [Refused("21614")]
    jo.says(handover, "hello Ann", clock())
    send(clock)
    assert noted(handover) == [say("staff.talk.not_texted.refused", "en")]
    jo.says(handover, "again", clock())
    send(clock)
    assert ann.got[-1] == "Jo: again" and len(noted(handover)) == 1


def noted(handover) -> list[str]:
    """The notes for the team, as they are kept."""
    with opened() as session:
        return [one.text for one in session.query(HandoverItem).filter_by(handover_id=handover, kind="note")]


def test_a_message_on_its_way_as_they_are_handed_back_is_answered_once(ann, clock, with_jo, rasa):  # noqa: F811
    jo, handover = with_jo
    clock.on(minutes=1)
    ann.texts("one more thing")
    jo.does(clerking.finish, handover, "handed_back", clock())
    asked = len(rasa.asked)
    send(clock)
    assert len(rasa.asked) == asked + 1
