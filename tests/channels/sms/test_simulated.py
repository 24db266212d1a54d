"""A pretend telephone keeps STOP as a real one does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels.messages import Inbound, Reply
from channels.sms import simulated
from channels.sms.simulated import Phone
from words import say

AT = datetime(2025, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def phone(monkeypatch) -> Phone:
    monkeypatch.setattr(simulated.gateway, "handle", lambda _inbound: Reply("signposts", "en", before=("here",)))
    monkeypatch.setattr(simulated.gateway, "in_danger", lambda inbound: "999" in inbound.text)
    monkeypatch.setattr(simulated, "said_by", lambda inbound, _language: inbound)
    return Phone()


def text(phone: Phone, said: str, days: int = 0) -> Reply:
    return phone.text(Inbound("sms", "pretend", said, "", AT + timedelta(days=days)))


def test_stop_is_confirmed_once_and_then_only_how_to_begin_again_is_said(phone):
    assert text(phone, "Unsubscribe").before == (say("sms.stop", "en"),)
    assert text(phone, "hello?", days=1).before == (say("sms.stopped", "en"),)
    assert text(phone, "hello??", days=1).before == ()


def test_start_begins_again(phone):
    text(phone, "STOP")
    assert text(phone, "start").before == (say("sms.start", "en"),)
    assert text(phone, "bingo near me").outcome == "signposts"


def test_danger_is_answered_after_stop_all_the_same(phone):
    text(phone, "STOP")
    assert text(phone, "999 please").outcome == "signposts"


def test_help_and_welsh(phone):
    assert text(phone, "HELP").before == (say("sms.help", "en"),)
    assert text(phone, "stopio").before == (say("sms.stop", "cy"),)
