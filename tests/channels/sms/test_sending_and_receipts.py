"""What suppliers do to us: too busy, broken, slow, refusing; receipts early, late and twice; ceilings; quiet hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channels.sms import answering, limits, sending
from channels.sms.provider import NotSent, Receipt, Refused
from settings import use
from tests.channels.sms.conftest import work
from words import say


def test_a_busy_supplier_is_tried_again_later_and_later(ann, carrier, clock, rows):
    carrier.next = [NotSent("429")] * 3
    assert ann.asks("hello") == ""
    waits, left = [0], len(carrier.next)
    while not ann.got:
        clock.on(seconds=1)
        work(clock)
        waits[-1] += 1
        if len(carrier.next) != left:
            waits, left = [*waits, 0], len(carrier.next)
    assert waits == [3, 10, 30] and rows("text_out")[0]["state"] == "sent" and rows("text_out")[0]["tries"] == 4


def test_a_supplier_that_never_takes_it_is_given_up_and_shown(ann, carrier, clock, rows):
    carrier.next = [NotSent("no_connection")] * 20
    ann.asks("hello")
    for _ in range(10):
        clock.on(minutes=31)
        work(clock)
    (row,) = rows("text_out")
    assert (row["state"], row["error"], row["tries"]) == ("failed", "no_connection", 7)
    assert row["sealed"] is None and row["person"] == ""


def test_a_permanent_refusal_is_not_tried_again(ann, carrier, clock, rows):
    carrier.next = [Refused("21211")]
    ann.asks("hello")
    clock.on(hours=2)
    work(clock)
    assert ann.got == [] and (rows("text_out")[0]["state"], rows("text_out")[0]["error"]) == ("refused", "21211")


def test_a_supplier_no_longer_configured_keeps_its_texts_for_a_while(ann, clock, monkeypatch, rows):
    monkeypatch.setattr(sending, "provider", lambda _name: None)
    ann.texts("hello")
    work(clock)
    assert (rows("text_out")[0]["state"], rows("text_out")[0]["error"]) == ("waiting", "not_configured")


def test_what_has_left_keeps_neither_words_nor_person(ann, rows):
    ann.asks("hello")
    (row,) = rows("text_out")
    assert row["sealed"] is None and row["person"] == "" and row["state"] == "sent" and row["supplier_id"] == "id-1"


def test_a_receipt_after_the_send(ann, clock, rows):
    ann.asks("hello")
    reference = rows("text_out")[0]["reference"]
    assert sending.record(Receipt(reference, "id-1", "", ""), clock())
    assert sending.record(Receipt(reference, "id-1", "delivered", ""), clock())
    assert sending.record(Receipt(reference, "id-1", "failed", "30003"), clock()), (
        "late and known, but the first stands"
    )
    assert rows("text_out")[0]["receipt"] == "delivered" and rows("text_out")[0]["state"] == "sent"


def test_a_receipt_before_the_send_returns(ann, carrier, clock, rows):
    real = carrier.send

    def quick(text):
        made = real(text)
        sending.record(Receipt(text.reference, made, "delivered", ""), clock())
        return made

    carrier.send = quick
    ann.asks("hello")
    (row,) = rows("text_out")
    assert (row["state"], row["receipt"], row["supplier_id"], len(ann.got)) == ("sent", "delivered", "id-1", 1)


def test_a_receipt_settles_a_text_that_was_cut_off(ann, carrier, clock, rows):
    from channels.sms.provider import CutOff

    carrier.lost = [CutOff()]
    ann.asks("hello")
    sending.record(Receipt(rows("text_out")[0]["reference"], "id-1", "delivered", ""), clock())
    clock.on(minutes=5)
    work(clock)
    assert carrier.asked == 0 and len(ann.got) == 1 and rows("text_out")[0]["state"] == "sent"


def test_a_receipt_for_nothing_of_ours_is_left(ann, clock, rows):
    ann.asks("hello")
    assert not sending.record(Receipt("", "", "delivered", ""), clock())
    assert not sending.record(Receipt("nowhere", "nobody", "delivered", ""), clock())
    assert rows("text_out")[0]["receipt"] == ""


def test_a_failed_delivery_is_recorded_and_not_sent_again(ann, clock, rows):
    ann.asks("hello")
    sending.record(Receipt(rows("text_out")[0]["reference"], "id-1", "failed", "permanent-failure"), clock())
    clock.on(hours=1)
    work(clock)
    assert len(ann.got) == 1 and (rows("text_out")[0]["receipt"], rows("text_out")[0]["error"]) == (
        "failed", "permanent-failure",
    )  # fmt: skip


@pytest.mark.slow
def test_a_thousand_texts_from_one_number_in_a_minute(ann, telephone, clock, rasa, rows):
    for number in range(1000):
        ann.texts(f"hello {number}")
    ben = telephone()
    ben.texts("hello")
    work(clock)
    assert len(ann.got) == limits.BURST + 1 and ann.got[-1] == say("sms.busy", "en")
    assert len(ben.got) == 1 and len(rasa.asked) == limits.BURST + 1 and rows("text_in") == []
    assert "116 123" in ann.asks("I want to kill myself")


def test_ten_minutes_later_they_are_answered_again_until_the_day_is_full(ann, clock, texting):
    with use(replace(texting, texting=replace(texting.texting, per_number=15))):
        for _ in range(3):
            for number in range(10):
                ann.texts(f"hello {number}")
            work(clock)
            clock.on(minutes=11)
        assert len(ann.got) == 15 + 1
        clock.on(hours=12)
        assert ann.asks("good morning")


def test_the_day_is_full_for_everybody_but_danger(ann, telephone, texting, clock):
    with use(replace(texting, texting=replace(texting.texting, per_day=2))):
        for _ in range(3):
            telephone().asks("hello")
        assert ann.asks("hello") == say("sms.busy", "en")
        assert "116 123" in ann.asks("I want to kill myself")


@pytest.mark.parametrize(
    ("at", "is_quiet"),
    [
        (datetime(2025, 11, 20, 20, 59, tzinfo=UTC), False), (datetime(2025, 11, 20, 21, 0, tzinfo=UTC), True),
        (datetime(2025, 11, 20, 7, 59, tzinfo=UTC), True), (datetime(2025, 11, 20, 8, 0, tzinfo=UTC), False),
        (datetime(2025, 7, 20, 20, 0, tzinfo=UTC), True), (datetime(2025, 7, 20, 7, 0, tzinfo=UTC), False),  # summer
    ],
)  # fmt: skip
def test_quiet_hours_are_by_the_clock_on_the_wall(texting, at, is_quiet):
    assert limits.quiet(at) is is_quiet


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (datetime(2025, 11, 20, 23, 0, tzinfo=UTC), datetime(2025, 11, 21, 8, 0, tzinfo=UTC)),
        (datetime(2025, 11, 20, 3, 0, tzinfo=UTC), datetime(2025, 11, 20, 8, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 7, 0, tzinfo=UTC)),  # clocks go forward
        (datetime(2025, 10, 25, 22, 0, tzinfo=UTC), datetime(2025, 10, 26, 8, 0, tzinfo=UTC)),  # and back
        (datetime(2025, 11, 20, 12, 0, tzinfo=UTC), datetime(2025, 11, 20, 12, 0, tzinfo=UTC)),
    ],
)
def test_quiet_hours_end_at_eight_also_when_the_clocks_change(texting, at, until):
    assert limits.after_quiet(at) == until


def test_no_quiet_hours_where_they_begin_and_end_together(texting):
    with use(replace(texting, texting=replace(texting.texting, quiet_from=0, quiet_until=0))):
        assert not any(limits.quiet(datetime(2025, 11, 20, hour, tzinfo=UTC)) for hour in range(24))


def test_at_night_somebody_who_has_just_written_is_answered(ann, clock):
    clock.at = datetime(2025, 11, 20, 23, 30, tzinfo=UTC)
    assert ann.asks("hello")


def test_at_night_a_late_answer_waits_for_the_morning_and_danger_does_not(ann, telephone, clock):
    ben = telephone()
    clock.at = datetime(2025, 11, 20, 23, 30, tzinfo=UTC)
    ann.texts("hello")
    ben.texts("I want to kill myself")
    clock.on(hours=1)
    work(clock)
    assert ann.got == [] and len(ben.got) == 1
    clock.on(hours=7, minutes=31)
    work(clock)
    assert len(ann.got) == 1


def test_an_answer_held_till_morning_holds_up_no_new_one(ann, clock):
    clock.at = datetime(2025, 11, 20, 23, 30, tzinfo=UTC)
    ann.texts("hello")
    clock.on(hours=1)
    work(clock)
    assert ann.asks("are you there") and len(ann.got) == 1


def test_the_clocks_going_back_lose_and_repeat_nothing(ann, clock):
    clock.at = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)  # 1.30 in the UK, which comes twice
    assert ann.asks("hello", sent=clock())
    clock.on(hours=1)
    assert ann.asks("hello again", sent=clock()) and len(ann.got) == 2


def test_a_text_that_could_not_be_answered_is_tried_again(ann, clock, monkeypatch, rows):
    from sqlalchemy.exc import OperationalError

    real, broken = (
        answering._close,
        [1] * 4,
    )  # three while the conversation is kept, one when the answer is written alone

    def sometimes(*given, **named):
        if broken:
            broken.pop()
            raise OperationalError("busy", None, RuntimeError())
        return real(*given, **named)

    monkeypatch.setattr(answering, "_close", sometimes)
    ann.texts("hello")
    work(clock)
    assert ann.got == [] and len(rows("text_in")) == 1
    clock.on(seconds=3)
    work(clock)
    assert len(ann.got) == 1 and rows("text_in") == []


@pytest.fixture
def breaking(monkeypatch):
    """Whatever says "jam" breaks the gateway, in a way that nobody foresaw."""
    real = answering.gateway.handle

    def handle(inbound, keep):
        if "jam" in inbound.text:
            raise RuntimeError(inbound.text)
        return real(inbound, keep)

    monkeypatch.setattr(answering.gateway, "handle", handle)


def test_a_text_that_breaks_us_holds_up_nobody_not_even_its_own_writer(ann, telephone, clock, breaking, caplog):
    ben = telephone()
    ann.texts("jam")
    ann.texts("hello")
    clock.on(seconds=1)
    ben.texts("hello")
    work(clock)
    assert len(ben.got) == 1 and len(ann.got) == 1
    assert "RuntimeError" in caplog.text and "jam" not in caplog.text


@pytest.mark.parametrize(("before", "language"), [("hello", "en"), ("bore da, sut mae pawb heddiw", "cy")])
def test_a_text_that_breaks_us_every_time_is_answered_with_a_sentence_of_ours(
    ann, clock, breaking, rows, before, language
):
    ann.asks(before)
    ann.texts("jam")
    for _ in answering.BACK_OFF:
        work(clock)
        assert len(ann.got) == 1, "tried again first"
        clock.on(minutes=6)
    work(clock)
    assert ann.got[1:] == [say("trouble.nothing", language)] and rows("text_in") == []


def test_after_stop_a_text_that_breaks_us_ends_in_the_line_of_the_day_which_names_999(ann, clock, monkeypatch, rows):
    def broken(_inbound):
        raise RuntimeError

    ann.asks("STOP")
    monkeypatch.setattr(answering.gateway, "in_danger", broken)
    ann.texts("hello")
    for _ in range(len(answering.BACK_OFF) + 1):
        work(clock)
        clock.on(minutes=6)
    assert ann.got[1:] == [say("sms.stopped", "en")] and rows("text_in") == []
