"""A clerk asks whether another team may have it: nothing but an answer to those very words is a yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.handover import asking, clerking
from channels.models import Agreement, Handover
from channels.sms import desk as _by_text  # noqa: F401  it carries what the desk says
from channels.sms.numbers import person_of
from knowledge.replying import payload
from tests.channels.handover.conftest import opened
from tests.channels.sms.conftest import ann, carrier, clock, telephone, texting, work  # noqa: F401  fixtures
from words import say


@pytest.fixture
def with_jo(resident, waiting, clerk, here):
    """The resident talks with Jo in the chat; Jo has asked whether the county may have it."""
    jo = clerk()
    jo.claims(waiting, resident.at)
    jo.does(clerking.propose, waiting, here[1], resident.at)
    return jo


def team_of(handover):
    with opened() as session:
        return session.get_one(Handover, handover).team


def agreed_teams() -> list[str]:
    with opened() as session:
        return [row.team_name for row in session.query(Agreement).order_by(Agreement.agreed_at)]


@pytest.mark.parametrize("said", ["yes please", "ok", "fine", "SHARE", "Share all"])
def test_a_yes_in_the_chat_is_for_the_clerk_and_passes_nobody_on(resident, waiting, with_jo, here, said):
    with_jo.says(waiting, "Shall I ring the food bank?", resident.at)
    assert resident.says(said).outcome == "with_person"
    assert team_of(waiting) == here[0].id and resident.owner.held and agreed_teams() == [here[0].name]
    assert said in [item.text for item in with_jo.sees(waiting, resident.at)]
    assert resident.told[-1] == "Shall I ring the food bank?"


def test_a_no_to_the_clerks_next_question_leaves_the_question_open(resident, waiting, with_jo, here):
    with_jo.says(waiting, "Have you any food in the house?", resident.at)
    resident.says("no")
    with opened() as session:
        assert session.get_one(Handover, waiting).proposed == here[1].id


def test_straight_after_the_question_we_say_once_where_it_is_answered(resident, waiting, with_jo, here):
    resident.says("yes")
    resident.says("yes")
    assert resident.told.count(say("handed.notice.proposed_where", "en")) == 1 and team_of(waiting) == here[0].id


@pytest.fixture
def texter(ann, clock, rasa, clerk, here):  # noqa: F811
    """Ann talks with Jo by text, who has asked whether the county may have it: Ann, Jo and the handover."""
    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    clock.at = datetime.now(UTC).replace(hour=12, minute=0) + timedelta(days=1)
    ann.asks("can I talk to a person")
    ann.asks("SHARE")
    with opened() as session:
        handover = asking.handovers_of(session, person_of(ann.number))[0].id
    jo = clerk()
    jo.claims(handover, clock())
    jo.does(clerking.propose, handover, here[1], clock())
    work(clock)
    return ann, jo, handover


def test_by_text_share_is_the_answer_and_no_only_straight_after_the_question(texter, clock, here):  # noqa: F811
    ann, jo, handover = texter  # noqa: F811
    jo.says(handover, "Have you any food in the house?", clock())
    ann.asks("no")
    with opened() as session:
        assert session.get_one(Handover, handover).proposed == here[1].id
    ann.asks("SHARE")
    assert team_of(handover) == here[1].id and agreed_teams() == [here[0].name, here[1].name]


def test_by_text_a_yes_to_words_that_have_changed_is_asked_again(texter, clock, here, monkeypatch):  # noqa: F811
    from channels.handover import proposing

    ann, _, handover = texter  # noqa: F811
    renamed = replace(here[1], names={"en": "The new county team"})
    monkeypatch.setattr(proposing, "desk", lambda _session, _team: renamed)
    ann.asks("SHARE")
    work(clock)
    assert team_of(handover) == here[0].id
    assert "The new county team" in ann.got[-1] and say("handed.notice.changed", "en") in ann.got[-1]
    ann.asks("SHARE")
    assert team_of(handover) == here[1].id
