"""What an advocate writes is not the resident's word: it decides nothing, is marked, and moves nothing under them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest

from channels import conversations, gateway
from channels.handover import letting
from channels.messages import Inbound
from channels.models import Conversation, Handover
from channels.sms.numbers import person_of
from knowledge.replying import payload
from tests.channels.conftest import DELETE
from tests.channels.handover.conftest import opened, press
from tests.channels.handover.test_letting import advocate, code_from, enters, talked  # noqa: F401  fixtures
from tests.channels.sms.conftest import ann, carrier, clock, telephone, texting, work  # noqa: F401  fixtures
from words import say

HANDOVER = payload("handover", before=[("person.none", {})], needs=["handover"])


@dataclass
class Advocate:
    """Somebody let in to a conversation; `writes` is their box, as `channels/handover/advocates.py` sends it."""

    which: uuid.UUID
    sender: str
    channel: str

    def writes(self, text, at):
        mark = letting.reference(self.which, f"mark-{uuid.uuid4().hex[:8]}")
        return gateway.handle(Inbound(self.channel, self.sender, text, mark, at, "wenbury"))


def let_in(sender, at) -> Advocate:
    with opened() as session:
        talk = session.query(Conversation).filter_by(sender=sender).one()
        code = letting.make(session, talk.id, "act", "the form", 7, at)
        which = letting.take(session, code, "ann", "Jo", "Wenbury Advice Centre", uuid.uuid4(), at)
        return Advocate(which, sender, talk.channel)


def handovers() -> int:
    with opened() as session:
        return session.query(Handover).count()


def test_it_keeps_the_door_the_channel_and_whose_it_was(talked, advocate, rasa):  # noqa: F811
    inside = enters(advocate, code_from(talked, "act"))
    press(advocate, inside, "act", message="somewhere warm to sit")
    assert rasa.asked[-1]["metadata"]["door"] == "wenbury"
    assert "Ann, Wenbury Advice Centre" in talked.get("/p/wenbury").text
    assert '"by": "Ann, Wenbury Advice Centre"' in talked.get("/mine/record.json").text
    assert "Ann, Wenbury Advice Centre: somewhere warm to sit" in talked.get("/download").text


@pytest.mark.parametrize(
    "said", ["SHARE", "share all.", "Take back", "LEAVE", "stop helper", "MAKE CODE", "RHANNU", "delete everything"]
)
def test_what_only_the_resident_may_say_is_refused_and_stays_in_the_box(talked, advocate, rasa, said):  # noqa: F811
    inside, asked = enters(advocate, code_from(talked, "act")), len(rasa.asked)
    page = press(advocate, inside, "act", message=said)
    assert (
        page.status_code == 400
        and say("advocate.theirs", "en") in page.text
        and f">{said}<" in page.text.replace("\n", "")
    )
    assert len(rasa.asked) == asked and f">{said}<" not in talked.get("/p/wenbury").text


@pytest.mark.parametrize("said", ["yes", "ok", "SHARE ALL"])
def test_their_yes_to_what_the_resident_was_asked_shares_nothing(person, rasa, said):
    rasa.says(HANDOVER)
    person.says("can I talk to a person", door="wenbury")
    let_in(person.sender, person.at).writes(said, person.at + timedelta(seconds=5))
    assert handovers() == 0
    assert person.says("yes").before[0] == say("handed.chat.sent", "en"), "the resident was asked, and answers"


def test_asking_for_a_person_for_them_asks_the_resident_nothing(person, rasa):
    person.says("hello", door="wenbury", later=timedelta(0))
    rasa.says(HANDOVER)
    told = let_in(person.sender, person.at).writes("can they talk to a person", person.at)
    assert told.offer is None and told.after == (say("advocate.theirs", "en"),)
    rasa.says(payload("clarify", before=[("unclear.rephrase", {})], needs=["clarify"]))
    person.says("yes")
    assert handovers() == 0


@pytest.mark.parametrize("down", [False, True])
def test_deleting_is_never_theirs_whatever_rasa_understood(person, rasa, held, down):
    person.says("hello", door="wenbury")
    jo = let_in(person.sender, person.at)
    rasa.says(DELETE)
    rasa.status = 500 if down else 200
    reply = jo.writes("get rid of all that is held about me", person.at + timedelta(seconds=5))
    assert not reply.deleted and held()["conversation"]


def test_a_clerk_sees_who_wrote_it(resident, waiting, clerk):
    jo = clerk()
    jo.claims(waiting, resident.at)
    let_in(resident.sender, resident.at).writes("I am with her now", resident.at)
    (seen,) = [item for item in jo.sees(waiting, resident.at + timedelta(days=1)) if item.text == "I am with her now"]
    assert seen.author == "Jo, Wenbury Advice Centre"


def test_by_text_a_number_means_the_answer_that_was_texted(ann, clock, rasa):  # noqa: F811
    rasa.status = 500  # the plain search answers both
    ann.asks("a lunch club in Wenbury for my mum")
    sender = person_of(ann.number)
    first = conversations.latest(sender)
    let_in(sender, clock()).writes("somewhere to get a food parcel in Wenbury", clock())
    assert conversations.latest(sender) == first
    rasa.status, clock.at = 200, clock() + timedelta(minutes=1)
    ann.asks("2")
    assert rasa.said[-1] == say("sms.meant_name", "en", name=first.signposts[1].name)
