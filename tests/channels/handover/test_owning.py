"""One owner at a time, whoever tries whatever at the same moment; and the bot silent while a person has it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from channels import conversations, gateway
from channels.handover import clerking, keeping, owning
from channels.handover.clerking import NotThere, NotYours
from channels.messages import Inbound
from channels.models import Conversation
from knowledge.db import session_scope
from settings import settings
from tests.channels.conftest import DELETE, UNSURE
from tests.channels.handover.conftest import opened
from words import say

SOON = timedelta(seconds=30)


def test_asking_puts_a_resident_in_the_queue_and_the_bot_still_answers_them(resident, waiting, rasa):
    assert (resident.owner.owner, resident.owner.handover) == ("waiting", waiting)
    assert resident.says("and what about the bins").from_rasa


def test_asking_twice_is_asking_once(resident, waiting, here):
    assert resident.asks(here[0]) is None
    assert resident.owner.handover == waiting


def test_a_claim_is_one_clerks_and_the_resident_is_told_who(resident, waiting, clerk):
    jo, sam = clerk("Jo"), clerk("Sam")
    jo.claims(waiting, resident.at)
    with pytest.raises(NotYours):
        sam.claims(waiting, resident.at)
    assert (resident.owner.owner, resident.owner.clerk) == ("clerk", jo.reader.id)
    assert resident.told == [say("handed.notice.joined", "en", name="Jo", team="The listening desk")]


def test_rasa_is_not_asked_while_a_person_has_it_and_is_again_after(resident, waiting, clerk, rasa):
    jo = clerk()
    jo.claims(waiting, resident.at)
    asked = len(rasa.asked)
    reply = resident.says("are you there")
    assert reply.outcome == "with_person" and not (reply.before or reply.signposts or reply.after)
    assert len(rasa.asked) == asked
    assert [item.text for item in jo.sees(waiting, resident.at) if item.kind == "message"] == ["are you there"]
    jo.does(clerking.finish, waiting, "handed_back", resident.at)
    assert resident.says("hello again").from_rasa


def test_an_answer_made_while_a_clerk_joins_is_never_given(resident, waiting, clerk, rasa):
    jo = clerk()

    def joined_meanwhile(_asked):
        jo.claims(waiting, resident.at)
        return {"messages": [UNSURE]}

    rasa.answer = joined_meanwhile
    reply = resident.says("what do I do")
    assert reply.outcome == "with_person" and not reply.before
    assert [item.kind for item in jo.sees(waiting, resident.at)] == ["message", "notice"]


def test_danger_is_answered_once_marked_and_tops_the_queue_while_a_person_has_it(resident, waiting, clerk, rasa):
    jo = clerk()
    jo.claims(waiting, resident.at)
    reply = resident.says("I want to kill myself")
    assert reply.danger and reply.before[0] == say("handed.automatic", "en")
    assert {post.tier for post in reply.signposts} == {"emergency"}
    assert resident.says("I am going to kill myself").outcome == "with_person", "once is enough: a person is there"
    kinds = [item.kind for item in jo.sees(waiting, resident.at)]
    assert kinds == ["notice", "message", "emergency", "message"]
    assert rasa.asked[-1]["message"] != "I want to kill myself"


def test_a_number_told_to_a_person_reaches_them_and_one_told_to_the_bot_does_not(resident, waiting, clerk):
    jo = clerk()
    resident.says("ring me on 07700 900123")
    jo.claims(waiting, resident.at)
    resident.says("ring me on 07700 900456")
    seen = " ".join(item.text for item in jo.sees(waiting, resident.at))
    assert "900456" in seen and "900123" not in seen


def test_two_hundred_claim_at_once_and_exactly_one_has_it(resident, waiting, clerk):
    clerks = [clerk(f"Clerk {number}") for number in range(200)]
    won, ready = [], threading.Barrier(len(clerks))

    def try_it(one):
        ready.wait()
        try:
            one.claims(waiting, resident.at)
            won.append(one.reader.id)
        except NotYours:
            pass

    threads = [threading.Thread(target=try_it, args=(one,)) for one in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [resident.owner.clerk]
    assert len(resident.told) == 1, "the resident is told of one"


def test_a_clerk_who_gives_no_sign_of_life_loses_it_and_the_resident_is_told_once(resident, waiting, clerk):
    jo, sam = clerk("Jo"), clerk("Sam")
    jo.claims(waiting, resident.at)
    resident.says("hello?")
    assert keeping.sweep(resident.at) == 0
    late = resident.at + owning.LEASE + SOON
    assert keeping.sweep(late) == 1 and keeping.sweep(late) == 0
    assert resident.owner.owner == "waiting"
    assert resident.told[-1] == say("handed.notice.lapsed", "en", name="Jo")
    with pytest.raises(NotYours):
        jo.says(waiting, "sorry, my laptop died", late)
    sam.claims(waiting, late)
    assert [item.text for item in sam.sees(waiting, late) if item.kind == "message"] == ["hello?"]


def test_a_sign_of_life_keeps_it(resident, waiting, clerk):
    jo = clerk()
    jo.claims(waiting, resident.at)
    with opened() as session:
        assert owning.renew(session, waiting, jo.reader.id, resident.at + owning.LEASE)
    assert keeping.sweep(resident.at + owning.LEASE + SOON) == 0
    with opened() as session:
        assert not owning.renew(session, waiting, "somebody else", resident.at)


def test_put_back_and_given_to_a_colleague(resident, waiting, clerk):
    jo, sam = clerk("Jo"), clerk("Sam")
    jo.claims(waiting, resident.at)
    jo.does(clerking.give_to, waiting, sam.reader, resident.at)
    assert resident.owner.clerk == sam.reader.id
    assert resident.told[-1] == say("handed.notice.given", "en", name="Jo", other="Sam")
    sam.does(clerking.put_back, waiting, resident.at)
    assert resident.owner.owner == "waiting"
    with pytest.raises(NotYours):
        sam.does(clerking.put_back, waiting, resident.at)


def test_pressing_send_twice_says_it_once(resident, waiting, clerk):
    jo = clerk()
    jo.claims(waiting, resident.at)
    jo.says(waiting, "Hello there", resident.at, reference="same")
    jo.says(waiting, "Hello there", resident.at, reference="same")
    assert resident.told.count("Hello there") == 1


def test_delete_everything_works_while_a_person_has_it(resident, waiting, clerk, rasa):
    jo = clerk()
    jo.claims(waiting, resident.at)
    reply = resident.says("delete everything")
    assert reply.deleted and reply.receipt
    with pytest.raises(NotThere):
        jo.does(clerking.handover_for, waiting, resident.at)
    with pytest.raises(NotThere):
        jo.says(waiting, "typing as they delete", resident.at)


def test_the_day_does_not_run_while_a_person_is_waited_for(resident, waiting, home):
    from channels import retention

    later = resident.at + timedelta(hours=30)
    assert retention.forget_what_is_over(later) == 0
    reply = resident.says("still here", later=timedelta(hours=30))
    with session_scope(settings().conversations_url) as session:
        assert session.query(Conversation).count() == 1 and reply.from_rasa


def test_what_rasa_deletes_is_deleted(resident, waiting, rasa):
    rasa.says(DELETE)
    assert resident.says("forget all of it please").deleted
    assert resident.told == []


def test_a_text_taken_up_again_after_a_clerk_came_is_theirs_and_rasa_never_reads_it(resident, waiting, clerk, rasa):
    inbound = Inbound("sms", resident.sender, "only for a person", "text-cut-off-0001", resident.at, owed=True)
    conversations.begin(inbound, inbound.text)  # and whoever began it was cut off
    clerk().claims(waiting, resident.at)
    asked = len(rasa.asked)
    assert gateway.handle(inbound).outcome == "with_person" and len(rasa.asked) == asked
