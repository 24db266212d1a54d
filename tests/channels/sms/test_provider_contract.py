"""What every supplier of texts must do the same way, tried on each against its simulated self on loopback."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bench import suppliers as simulated
from channels.sms.console import Console
from channels.sms.notify import Notify
from channels.sms.provider import (
    Arrived,
    CannotTell,
    CutOff,
    Malformed,
    NotSent,
    Post,
    Refused,
    ToSend,
    Unproved,
    provider,
)
from channels.sms.twilio import Twilio
from settings import free_port, from_environment, use

ADDRESS = "http://127.0.0.1:8000"
NUMBER, OURS = "+447700900123", "+441632960001"


@pytest.fixture
def both():
    with simulated.serving() as suppliers:
        yield suppliers


@pytest.fixture
def texting(both, tmp_path):
    environment = both.environment(f"{OURS}=wenbury")
    return from_environment({"FINGERPOST_VAR": str(tmp_path), "SECRET_KEY": "only for tests", **environment}).texting


@pytest.fixture(params=["console", "twilio", "notify"])
def carrier(request, texting):
    return {
        "console": lambda: Console(),
        "twilio": lambda: Twilio(texting, ADDRESS),
        "notify": lambda: Notify(texting),
    }[request.param]()


@pytest.fixture(params=["twilio", "notify"])
def outside(request, texting):
    return Twilio(texting, ADDRESS) if request.param == "twilio" else Notify(texting)


def to_send(text: str = "Hello", reference: str = "ours-1", **more) -> ToSend:
    return ToSend(NUMBER, text, reference, OURS, datetime.now(UTC), **more)


def test_a_text_sent_has_an_id_and_is_found_again(carrier):
    made = carrier.send(to_send())
    assert made and carrier.find(to_send()) == made


def test_what_was_never_sent_is_not_found(carrier):
    carrier.send(to_send())
    assert carrier.find(to_send("Something else", "ours-2")) == ""


def test_nothing_is_proved_without_a_proof(carrier):
    for post in (Post("", {}), Post("", {}, {"a": "b"}, is_form=True), Post("", {}, body=b"{}")):
        with pytest.raises(Unproved):
            carrier.proved(post)


@pytest.mark.parametrize(
    "post", [Post("", {}), Post("", {}, body=b"nonsense"), Post("", {}, body=b"[]"), Post("", {}, body=b"[" * 9999)]
)
def test_what_is_no_text_is_malformed(carrier, post):
    with pytest.raises(Malformed):
        carrier.arrived(post)
    with pytest.raises(Malformed):
        carrier.receipt(post)


def test_it_knows_its_own_name_and_is_used_only_when_named(carrier, texting, home):
    with use(replace(home, texting=replace(texting, providers=(carrier.name,)))):
        assert provider(carrier.name).name == carrier.name
    with use(replace(home, texting=replace(texting, providers=()))):
        assert provider(carrier.name) is None


@pytest.mark.parametrize(
    ("wrong", "raised"),
    [
        (429, NotSent),
        (500, CutOff),
        (503, CutOff),
        ("lost", CutOff),
        ("taken_500", CutOff),
        (400, Refused),
        (403, Refused),
    ],
)
def test_what_goes_wrong_is_told_apart(outside, both, wrong, raised):
    both.wrong = [wrong]
    with pytest.raises(raised) as failed:
        outside.send(to_send())
    assert (raised is NotSent) == (type(failed.value) is NotSent), "refused for good is not the same as not now"
    assert NUMBER not in str(failed.value) and "7700" not in str(failed.value)


def test_one_lost_after_it_was_taken_is_found(outside, both):
    both.wrong = ["lost"]
    with pytest.raises(CutOff):
        outside.send(to_send())
    assert outside.find(to_send()) == both.taken[0].id


def test_slow_is_cut_off(outside, both, monkeypatch):
    import channels.sms.notify
    import channels.sms.twilio

    monkeypatch.setattr(channels.sms.twilio, "SECONDS", 0.2)
    monkeypatch.setattr(channels.sms.notify, "SECONDS", 0.2)
    both.delay = 0.6
    with pytest.raises(CutOff):
        outside.send(to_send())


def test_nobody_there_is_not_sent_and_cannot_be_asked(texting):
    nowhere = f"http://127.0.0.1:{free_port()}"
    for carrier in (
        Twilio(replace(texting, twilio_api=nowhere), ADDRESS),
        Notify(replace(texting, notify_api=nowhere)),
    ):
        with pytest.raises(NotSent, match="no_connection"):
            carrier.send(to_send())
        with pytest.raises(CannotTell):
            carrier.find(to_send())


def test_a_supplier_that_cannot_be_asked_says_so(outside, both):
    both.wrong = [500]
    with pytest.raises(CannotTell):
        outside.find(to_send())


def test_twilio_says_that_somebody_has_stopped(texting, both):
    both.refuses = {NUMBER}
    with pytest.raises(Refused) as refused:
        Twilio(texting, ADDRESS).send(to_send())
    assert refused.value.stopped and refused.value.error == "21610"


def test_by_number_and_time_another_text_with_the_same_words_is_not_mistaken(texting):
    carrier = Twilio(texting, ADDRESS)
    first = carrier.send(to_send())
    assert carrier.find(to_send(known=frozenset({first}))) == ""
    long_ago = replace(to_send(), began_at=datetime.now(UTC) + timedelta(minutes=1))
    assert carrier.find(long_ago) == "", "made before this one was begun"


def test_what_twilio_answers_itself(texting):
    on, off = Twilio(replace(texting, twilio_opt_outs=True), ADDRESS), Twilio(texting, ADDRESS)

    def said(text, answered=""):
        return Arrived("SM1", NUMBER, OURS, text, None, 0, answered)

    assert on.answers(said("STOP")) and on.answers(said("Start")) and not on.answers(said("HELP"))
    assert not on.answers(said("stop texting me")) and not on.answers(said("Stopiwch"))
    assert not off.answers(said("STOP")) and off.answers(said("STOP", "STOP")) and off.answers(said("HELP", "HELP"))


def test_notify_tells_when_the_network_had_it_in_whatever_form(texting):
    import json

    carrier = Notify(texting)

    def when(written):
        body = json.dumps({"id": "1", "source_number": "447700900123", "message": "hi", "date_received": written})
        return carrier.arrived(Post("", {}, body=body.encode())).sent_at

    assert when("2025-11-20T12:00:00.000000Z") == datetime(2025, 11, 20, 12, tzinfo=UTC)
    assert when("2025-11-20T13:00:00+01:00") == datetime(2025, 11, 20, 12, tzinfo=UTC)
    assert when("2025-11-20T12:00:00") == datetime(2025, 11, 20, 12, tzinfo=UTC) and when("yesterday") is None
    assert when(7) is None
