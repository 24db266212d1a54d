"""Texts that reached nobody, and texts that wait too long, are shown to whoever must know: numbers and reasons only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels import conversations
from channels.handover import asking
from channels.models import TextIn
from channels.sms import sending
from channels.sms.numbers import person_of
from channels.sms.provider import Receipt, Refused
from knowledge.db import session_scope
from knowledge.desks import desk
from settings import settings, use
from tests.channels.sms.conftest import Carrier, Clock, Telephone

NUMBER = "+447700900321"


@pytest.fixture(name="app")
def app_with_texts(texting):
    return texting


@pytest.fixture
def ann(app, monkeypatch) -> Telephone:
    carrier = Carrier()
    monkeypatch.setattr(sending, "provider", lambda _name: carrier)
    return Telephone(NUMBER, carrier, Clock(datetime.now(UTC)))


def words_of(page) -> str:
    return " ".join(" ".join(page.tree.itertext()).split())


def test_a_day_without_trouble_says_so_and_the_first_page_says_nothing(come, ann):
    ann.asks("HELP")
    assert "Every text of the last seven days that has left was taken" in words_of(come("admin").get("/console/texts"))
    assert "reached nobody" not in words_of(come("admin").get("/console"))


def test_what_was_refused_or_never_came_is_counted_by_day_with_its_reason(come, ann):
    ann.carrier.next = [Refused("21614"), Refused("21614"), Refused("99999")]
    for _ in range(3):
        ann.asks("HELP")
    ann.clock.on(minutes=11)
    ann.asks("HELP")
    sending.record(Receipt(ann.carrier.sent[-1].reference, "", "failed", "30005"), ann.clock())
    told = words_of(come("steward").get("/console/texts"))
    assert "2 refused for good (the pretend telephone) The number cannot take texts." in told
    assert "1 refused for good (the pretend telephone) The supplier's reason is number 99999." in told
    assert "1 left, but never came to the telephone (the pretend telephone) The number is not in use." in told
    assert "yesterday and today: 4." in words_of(come("steward").get("/console"))
    assert NUMBER[3:] not in told and "HELP" not in told and person_of(NUMBER) not in told


def test_what_was_lost_goes_after_seven_days(come, ann):
    from channels.sms import watching

    ann.carrier.next = [Refused("21614")]
    ann.asks("HELP")
    assert len(watching.lost(ann.clock() + timedelta(days=6))) == 1
    assert watching.lost(ann.clock() + timedelta(days=8)) == ()


def test_a_queue_that_is_stuck_is_said_on_the_first_page(come, ann):
    ann.texts("HELP")
    _older(by=timedelta(minutes=31))
    assert "The oldest text has waited for 31 minutes." in words_of(come("admin").get("/console"))
    assert "has waited for 31 minutes" in words_of(come("steward").get("/console/texts"))
    assert "has waited" not in words_of(come("editor").get("/console"))


def test_a_clerk_who_answers_by_text_is_told_that_texts_are_slow(come, town, ann):
    ann.asks("HELP")
    with session_scope() as directory:
        here = desk(directory, town.desk)
    now = datetime.now(UTC)
    with session_scope(settings().conversations_url) as session:
        talk = conversations.started(session, person_of(NUMBER), "sms", "larch", "en", now)
        handover = asking.ask(session, talk, here, asking.Wanted("from_now"), now)
    assert "Texts are slow" not in words_of(come("staff").get("/desk"))
    ann.texts("HELP")
    _older(by=timedelta(minutes=31))
    for page in ("/desk", f"/desk/{handover}"):
        assert "Texts are slow just now: the oldest has waited for 31 minutes." in words_of(come("staff").get(page))


def test_the_first_page_comes_with_the_conversations_gone(come, ann, tmp_path):
    with use(replace(settings(), conversations_url=f"sqlite:///{tmp_path}/nowhere/conversations.db")):
        page = come("admin").get("/console")
    assert page.status_code == 200 and "What would you like to do?" in words_of(page)


def _older(by: timedelta) -> None:
    with session_scope(settings().conversations_url) as session:
        for row in session.query(TextIn):
            row.arrived_at -= by
