"""Each text is answered once, in order, whatever is killed and when; nothing that was acknowledged is lost."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from channels import conversations, gateway
from channels.sms import answering, sending
from channels.sms.numbers import person_of
from channels.sms.provider import CannotTell, CutOff, NotSent
from tests.channels.sms.conftest import work
from words import say


class Killed(BaseException):
    """The process ends here: nothing after this line runs."""


@pytest.fixture
def killed(monkeypatch):
    """Kill the worker once, just before or just after a function does its work."""

    def at(module, name: str, *, after: bool) -> None:
        real, left = getattr(module, name), [1]

        def function(*given, **named):
            done = real(*given, **named) if after else None
            if left and left.pop():
                raise Killed
            return done if after else real(*given, **named)

        monkeypatch.setattr(module, name, function)

    return at


PLACES = [
    (conversations, "begin", False), (conversations, "begin", True),
    (gateway, "_from_rasa", False), (gateway, "_from_rasa", True),
    (conversations, "finish", False), (conversations, "finish", True),
    (answering, "_close", False), (answering, "_close", True),
    (answering, "_release", False), (sending, "_take", False), (sending, "_take", True),
    (sending, "_hand_over", False), (sending, "_hand_over", True),
    (sending, "_ended", False), (sending, "_ended", True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("module", "name", "after"), PLACES, ids=[f"{n}-{'after' if a else 'before'}" for _, n, a in PLACES]
)
@pytest.mark.parametrize("text", ["hello", "I want to kill myself", "DELETE"])
def test_killed_anywhere_it_is_answered_exactly_once(ann, clock, killed, rows, module, name, after, text):
    ann.texts("good morning")
    work(clock)
    killed(module, name, after=after)
    ann.texts(text)
    try:
        work(clock)
    except Killed:
        pass
    for _ in range(3):
        clock.on(seconds=31)
        work(clock)
    assert len(ann.got) == 2, ann.got
    assert rows("text_in") == [] and {row["state"] for row in rows("text_out")} == {"sent"}
    if text == "DELETE":
        assert "deleted" in ann.got[1] and rows("message") == []
    else:
        assert [bool(turn.reply) for turn in conversations.turns(person_of(ann.number))] == [True, True]


def test_a_repeat_is_dropped_before_while_and_after_it_is_answered(ann, clock, rasa):
    assert ann.texts("hello", reference="SMa") and not ann.texts("hello", reference="SMa")
    work(clock)
    assert not ann.texts("hello", reference="SMa")
    work(clock)
    assert len(ann.got) == 1 and rasa.said == ["hello"]


def test_the_same_words_again_are_not_a_repeat(ann, clock):
    ann.texts("hello")
    ann.texts("hello")
    work(clock)
    assert len(ann.got) == 2


def test_a_repeat_that_comes_after_deletion_revives_nothing(ann, clock, rows):
    ann.texts("hello", reference="SMa")
    work(clock)
    ann.asks("DELETE")
    assert not ann.texts("hello", reference="SMa")
    work(clock)
    assert len(ann.got) == 2 and rows("conversation") == [] and rows("text_in") == []


def test_twenty_copies_at_once_are_one(ann, clock):
    taken = []
    threads = [threading.Thread(target=lambda: taken.append(ann.texts("hello", reference="SMa"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work(clock)
    assert sorted(taken) == [False] * 19 + [True] and len(ann.got) == 1


def test_many_workers_at_once_answer_each_text_once_and_in_order(telephone, clock, rasa):
    people = [telephone() for _ in range(8)]
    for number in range(6):
        for person in people:
            person.texts(f"text number {number} from {person.number[-3:]}")
    threads = [threading.Thread(target=work, args=(clock,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for person in people:
        heard = [said for said in rasa.said if said.endswith(person.number[-3:])]
        assert heard == sorted(heard) and len(heard) == 6 and len(person.got) == 6


def test_by_notify_the_earlier_is_answered_first_though_it_came_later(ann, clock, rasa):
    ann.texts("second", sent=clock() - timedelta(seconds=10))
    ann.texts("first", sent=clock() - timedelta(seconds=60))
    work(clock)
    assert rasa.said == ["first", "second"]


def test_nobody_waits_for_a_text_that_may_never_come(ann, clock, rasa):
    ann.texts("second", sent=clock() - timedelta(seconds=10))
    work(clock)
    ann.texts("first, five minutes late", sent=clock() - timedelta(seconds=60))
    work(clock)
    assert rasa.said == ["second", "first, five minutes late"] and len(ann.got) == 2


def test_a_supplier_whose_clock_is_ahead_does_not_get_behind_everybody(ann, clock, rasa):
    ann.texts("first", sent=clock() + timedelta(days=400))
    clock.on(seconds=1)
    ann.texts("second")
    work(clock)
    assert rasa.said == ["first", "second"]


def test_by_both_suppliers_at_once_it_is_one_person(ann, clock, rasa, carrier, monkeypatch):
    ann.texts("by one")
    monkeypatch.setattr(carrier, "name", "notify")
    ann.texts("by the other")
    work(clock)
    assert len({asked["sender"] for asked in rasa.asked}) == 1 and len(ann.got) == 2


def test_the_queue_stopped_for_an_hour_loses_nothing(ann, telephone, clock, rasa):
    ben = telephone()
    for number in range(3):
        ann.texts(f"number {number}")
        ben.texts("I want to kill myself")
        clock.on(minutes=20)
    work(clock)
    assert len(ann.got) == len(ben.got) == 3 and rasa.said == ["number 0", "number 1", "number 2"]


def test_answers_leave_in_the_order_of_the_questions_even_when_the_first_is_not_taken(ann, carrier, clock, rasa):
    from channels.sms.provider import NotSent

    rasa.answer = lambda asked: {"messages": [_saying(asked["message"])]}
    carrier.next = [NotSent("429")]
    ann.texts("my name is number one")
    work(clock)
    ann.texts("something else")
    work(clock)
    assert ann.got == []
    clock.on(seconds=4)
    work(clock)
    assert len(ann.got) == 2 and ann.got[0] == say("smalltalk.thanks", "en")


def test_an_emergency_answer_waits_for_nobody(ann, carrier, clock):
    from channels.sms.provider import NotSent

    carrier.next = [NotSent("429")]
    ann.texts("hello")
    work(clock)
    assert "116 123" in ann.asks("I want to kill myself")


def _saying(message: str) -> dict:
    from knowledge.replying import payload

    key = "smalltalk.thanks" if "one" in message else "smalltalk.greet"
    return payload("smalltalk", before=[(key, {})], needs=["smalltalk"])


def test_cut_off_while_sending_it_is_looked_up_and_not_sent_again(ann, carrier, clock, rows):
    carrier.lost = [CutOff()]
    assert ann.asks("hello") and carrier.asked == 0
    clock.on(seconds=31)
    work(clock)
    assert carrier.asked == 1 and len(ann.got) == 1 and rows("text_out")[0]["state"] == "sent"
    assert rows("text_out")[0]["supplier_id"] == "id-1"


def test_cut_off_before_the_supplier_had_it_it_is_sent(ann, carrier, clock):
    carrier.next = [CutOff()]
    assert ann.asks("hello") == ""
    clock.on(seconds=31)
    work(clock)
    assert carrier.asked == 1 and len(ann.got) == 1


def test_where_nobody_can_tell_an_ordinary_answer_leaves_at_most_once_and_is_shown(ann, carrier, clock, rows):
    carrier.lost, carrier.found = [CutOff()], CannotTell()
    ann.asks("hello")
    for _ in range(12):
        clock.on(minutes=31)
        work(clock)
    assert len(ann.got) == 1 and rows("text_out")[0]["state"] == "unknown"


def test_where_nobody_can_tell_danger_leaves_at_least_once(ann, carrier, clock, rows):
    carrier.lost, carrier.found = [CutOff()], CannotTell()
    ann.asks("I want to kill myself")
    clock.on(seconds=31)
    work(clock)
    assert len(ann.got) == 2 and rows("text_out")[0]["state"] == "sent"


def test_where_nobody_can_ever_tell_danger_is_not_sent_without_end_and_is_shown(ann, carrier, clock, rows):
    carrier.lost, carrier.found = [CutOff() for _ in range(200)], CannotTell()
    ann.asks("I want to kill myself")
    for _ in range(60):
        clock.on(seconds=91)
        work(clock)
    assert len(ann.got) == 1 + sending.BLIND
    assert (rows("text_out")[0]["state"], rows("text_out")[0]["error"]) == ("unknown", "cannot_tell")


def test_danger_leaves_after_all_when_the_supplier_is_down_for_half_an_hour_and_then_can_tell(
    ann, carrier, clock, rows
):
    carrier.next, carrier.found = [CutOff() for _ in range(1 + sending.BLIND)], CannotTell()
    ann.asks("I want to kill myself")
    for _ in range(30):
        clock.on(minutes=1)
        work(clock)
    assert ann.got == [] and carrier.next == []
    carrier.found = None
    for _ in range(30):
        clock.on(minutes=1)
        work(clock)
    assert len(ann.got) == 1 and rows("text_out")[0]["state"] == "sent"


@pytest.mark.parametrize("cut", [1, 2, 9])
def test_danger_that_was_refused_and_then_cut_off_still_leaves_once_more_where_nobody_can_tell(
    ann, carrier, clock, rows, cut
):
    carrier.next, carrier.found = [NotSent("429") for _ in range(5)], CannotTell()
    carrier.lost = [CutOff() for _ in range(cut)]
    ann.asks("I want to kill myself")
    for _ in range(12):
        clock.on(minutes=31)
        work(clock)
    assert len(ann.got) == 2 and rows("text_out")[0]["state"] == ("sent" if cut == 1 else "unknown")


def test_a_worker_that_slept_through_its_lease_does_not_send(ann, carrier, clock, monkeypatch):
    ann.texts("hello")
    answering.answer_somebody(clock)
    real = sending._take

    def slept(now):
        taken = real(now)
        clock.on(seconds=40)
        return taken

    monkeypatch.setattr(sending, "_take", slept)
    sending.send_something(clock)
    monkeypatch.setattr(sending, "_take", real)
    assert ann.got == []
    work(clock)
    assert carrier.asked == 1 and len(ann.got) == 1


def test_a_worker_overtaken_while_answering_writes_nothing(ann, clock, rasa, rows):
    """Two workers on one text, as after a long sleep: the second to finish finds the row gone."""
    ann.texts("hello")
    person = answering._take(clock())
    waiting = answering._next(person, clock())
    clock.on(seconds=31)
    work(clock)
    answering._answer_or_try_again(waiting, clock)
    work(clock)
    assert len(ann.got) == 1 and len(rows("text_out")) == 1


def test_a_text_sealed_under_another_secret_is_given_up_and_does_not_hold_up_the_next(ann, clock, texting):
    from dataclasses import replace

    from settings import use

    with use(replace(texting, secret_key="before")):
        ann.texts("hello")
    ann.texts("hello again")
    work(clock)
    assert len(ann.got) == 1
