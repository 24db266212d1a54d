"""An advocate is let in by the resident and by nobody else: what is seen, for how long, and how it ends."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.handover import letting
from channels.handover.letting import PARTS, Let, may_look
from channels.models import Conversation, Letting
from knowledge import people as p
from knowledge import vouching
from knowledge.db import session_scope
from knowledge.editing import id_of
from tests.channels.handover.conftest import opened, press
from words import say

TODAY = datetime.now(UTC).date()
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LET = Let(uuid.uuid4(), uuid.uuid4(), "sender", "list", "the form", "ann", "Ann", "Centre", uuid.uuid4(), NOW, NOW,
          NOW + timedelta(days=7), None)  # fmt: skip
HELD = {"list": {"list"}, "conversation": {"list", "conversation"}, "act": set(PARTS)}


@pytest.mark.parametrize("part", [*PARTS, "something new"])
@pytest.mark.parametrize("may", PARTS)
def test_each_part_holds_the_one_before_it(may, part):
    let = replace(LET, may=may)
    assert may_look(let, "ann", part, NOW, vouched=True) is (part in HELD[may])
    assert not may_look(let, "ann", part, NOW, vouched=False), "vouching withdrawn"
    assert not may_look(let, "bob", part, NOW, vouched=True), "somebody else"
    assert not may_look(let, "ann", part, NOW + timedelta(days=7), vouched=True), "over"
    assert not may_look(replace(let, ended_at=NOW), "ann", part, NOW, vouched=True), "ended"
    assert not may_look(replace(let, accepted_at=None, ends_at=None), "ann", part, NOW, vouched=True), "not taken"


@pytest.fixture
def talked(at_home):
    at_home.send("something about my husband", path="/p/wenbury")
    return at_home


@pytest.fixture
def advocate(at_desk, here):
    """A browser of somebody of the advice centre, and a way to vouch for them."""
    client = at_desk("Ann")
    with session_scope() as session:
        who = session.query(p.Person).filter_by(name="Ann").order_by(p.Person.made_at.desc()).first()
        wrong = vouching.vouch(
            session, who.email, vouching.Where(here[0].organisation_id, id_of("place", "wenbury")), trained_on=TODAY,
            ends_on=TODAY + timedelta(days=90), by="steward", today=TODAY,
        )  # fmt: skip
        assert wrong == ""
    client.who = who.id
    return client


def code_from(resident, may: str = "conversation") -> str:
    page = press(resident, resident.get("/mine/advocate"), "let", may=may, purpose="the form")
    return re.search(r'id="code">([A-Z0-9 ]+)<', page.text).group(1)


def enters(advocate, code: str):
    return press(advocate, advocate.get("/console/with"), "code-form", code=code)


def test_let_in_with_a_code_seen_and_ended_in_one_tap(talked, advocate):
    inside = enters(advocate, code_from(talked).lower())
    assert inside.status_code == 200 and "something about my husband" in inside.text
    path = inside.request.path
    mine = talked.get("/mine/advocate")
    assert "Ann, Wenbury Advice Centre" in mine.text and "looked at what you wrote" in mine.text
    which = path.rpartition("/")[2]
    press(talked, mine, "let", path="/mine/advocate/end", letting=which)
    assert advocate.get(path).status_code == 404
    assert say("advocate.nobody", "en") in advocate.get("/console/with").text


def test_the_list_alone_shows_nothing_that_was_said(talked, advocate):
    inside = enters(advocate, code_from(talked, "list"))
    assert inside.status_code == 200 and "something about my husband" not in inside.text
    assert press_act(advocate, inside).status_code == 404


def press_act(advocate, inside):
    token = re.search(r'name="csrf_token" value="([^"]+)"', advocate.get("/console/with").text).group(1)
    return advocate.post(inside.request.path, data={"csrf_token": token, "message": "I write for them"})


def test_acting_is_seen_by_the_resident_and_marked_as_theirs(talked, advocate, rasa):
    inside = enters(advocate, code_from(talked, "act"))
    press(advocate, inside, "act", message="a lunch club please")
    assert rasa.asked[-1]["message"] == "a lunch club please"
    assert "a lunch club please" in talked.get("/p/wenbury").text
    assert "wrote in it for you" in talked.get("/mine/advocate").text


def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(talked, advocate, at_desk):
    code = code_from(talked)
    assert enters(advocate, "AAAA AAAA").status_code == 400
    assert enters(advocate, code).status_code == 200
    assert enters(advocate, code).status_code == 400, "once"
    late = code_from(talked)
    with opened() as session:
        found = letting.take(
            session, late, str(advocate.who), "Ann", "Centre", uuid.uuid4(), datetime.now(UTC) + letting.CODE_FOR
        )
    assert found is None


def test_codes_are_long_never_kept_and_read_aloud_without_doubt(talked, home, on_disk):
    code = code_from(talked)
    assert len(letting.LETTERS) ** letting.LENGTH > 10**12 and not set("IO01") & set(letting.LETTERS)
    assert on_disk(code) == [] and on_disk(code.replace(" ", "")) == []


def test_without_being_vouched_for_no_code_opens_anything(talked, at_desk):
    assert say("advocate.wrong.not_vouched", "en") in at_desk("Bob").get("/console/with").text
    with opened() as session:
        talk = session.query(Conversation).first()
        code = letting.make(session, talk.id, "act", "x", 7, datetime.now(UTC))
    bob = at_desk("Bob")
    token = re.search(r'name="csrf_token" value="([^"]+)"', bob.get("/console/list").text).group(1)
    assert bob.post("/console/with", data={"csrf_token": token, "code": code}).status_code == 400


def test_vouching_withdrawn_ends_all_at_once(talked, advocate):
    inside = enters(advocate, code_from(talked))
    with session_scope() as session:
        for one in vouching.vouched(session, advocate.who, TODAY):
            vouching.withdraw(session, one.id, id_of("place", "wenbury"))
    assert advocate.get(inside.request.path).status_code == 404


@pytest.mark.parametrize("over", ["the time the resident gave", "the day the steward vouched until"])
def test_after_the_end_an_open_tab_shows_nothing_and_writes_nothing(talked, advocate, rasa, over):
    inside = enters(advocate, code_from(talked, "act"))
    asked = len(rasa.asked)
    if over.startswith("the time"):
        with opened() as session:
            row = session.query(Letting).one()
            row.accepted_at -= timedelta(days=row.days, seconds=1)
    else:
        with session_scope() as session:
            for row in session.query(p.Vouching).filter_by(person_id=advocate.who):
                row.ends_on = TODAY - timedelta(days=1)
    assert press(advocate, inside, "act", message="a lunch club please").status_code == 404
    assert advocate.get(inside.request.path).status_code == 404 and len(rasa.asked) == asked
    assert say("advocate.nobody", "en") in advocate.get("/console/with").text
    assert "a lunch club please" not in talked.get("/p/wenbury").text


def test_ended_by_text(resident, home):
    resident.says("hello", door="wenbury")
    with opened() as session:
        talk = session.query(Conversation).one()
        code = letting.make(session, talk.id, "list", "x", 7, resident.at)
        let = letting.take(session, code, "ann", "Ann", "Centre", uuid.uuid4(), resident.at)
    assert resident.says("Stop helper").before == (say("advocate.mine.ended", "en"),)
    with opened() as session:
        assert not letting.letting(session, let).open(resident.at)


def test_a_purpose_is_asked_for(talked):
    page = press(talked, talked.get("/mine/advocate"), "let", purpose=" ")
    assert page.status_code == 400 and say("advocate.mine.no_purpose", "en") in page.text


@pytest.mark.parametrize(
    ("email", "trained", "ends", "wrong"),
    [("nobody@example.org", 0, 90, "email"), (None, 1, 90, "trained"), (None, 0, 0, "ends"), (None, 0, 900, "ends")],
)
def test_what_a_steward_may_say(at_desk, here, email, trained, ends, wrong):
    at_desk("Cat")
    with session_scope() as session:
        who = session.query(p.Person).filter_by(name="Cat").order_by(p.Person.made_at.desc()).first()
        day = TODAY
        found = vouching.vouch(
            session, email or who.email, vouching.Where(here[0].organisation_id, id_of("place", "wenbury")),
            trained_on=day + timedelta(days=trained), ends_on=day + timedelta(days=ends), by="steward", today=TODAY,
        )  # fmt: skip
    assert found == wrong
