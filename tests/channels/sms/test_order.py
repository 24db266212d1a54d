"""One order for every text: what the workers do and what the pretend telephone does cannot part."""

from __future__ import annotations

import inspect
import itertools
import re

import pytest

from channels.messages import Inbound, Reply
from channels.sms import answering, control, order, simulated
from channels.sms.order import FIXED, SILENT, Told, step
from channels.sms.simulated import Phone

WHATS = (control.STOP, control.START, control.HELP, control.DELETE, control.WEB, control.TEXT, control.AGAIN,
         control.NOTHING)  # fmt: skip
SAID = ("HELP", "hello", "STOP", "stop!", "hello", "HELP", "web", "delete", "start", "ABCD-2345", "web", "Stopio",
        "DILEU", "dechrau", "I want to kill myself", "cymorth", "delete")  # fmt: skip


def every():
    for what, *flags in itertools.product(WHATS, *[(False, True)] * 5):
        for danger in (False, True):
            yield Told(what, *flags), danger


def ending(told: Told, danger: bool) -> str:
    return step(told, lambda: danger)


def test_every_text_ends_somewhere():
    ends = {ending(told, danger) for told, danger in every()}
    assert ends == {*FIXED, SILENT, order.ASK, control.DELETE, control.WEB}


def test_whoever_stopped_gets_nothing_but_the_line_of_the_day_deletion_or_the_emergency_lines():
    for told, danger in every():
        if told.stopped and told.what != control.STOP:
            got = ending(told, danger)
            assert got in (SILENT, order.STOPPED, control.DELETE) or (got == order.ASK and danger), told


def test_what_the_supplier_has_answered_is_not_answered_twice():
    for told, danger in every():
        if told.confirmed and told.what in (control.STOP, control.START, control.HELP):
            assert ending(told, danger) in (SILENT, order.STOPPED, order.BUSY), told


@pytest.fixture
def known(monkeypatch):
    """A gateway that says so; danger is what speaks of killing."""
    monkeypatch.setattr(simulated.gateway, "handle", lambda inbound, keep=None: Reply("signposts", "en", ("here",)))
    monkeypatch.setattr(simulated.gateway, "in_danger", lambda inbound: "kill" in inbound.text)


def test_the_pretend_telephone_says_what_the_real_one_would(ann, clock, known):
    phone = Phone()
    for said in SAID:
        clock.on(minutes=11)
        real = ann.asks(said)
        told = phone.text(Inbound("sms", "pretend-telephone", said, f"{clock.at}", clock.at))
        assert "\n".join(told.before) == real or _differ_by_code(told, real), said


def _differ_by_code(told: Reply, real: str) -> bool:
    """Nothing but the code in it is another."""
    return "Go to" in real and "\n".join(told.before).split("type")[0] == real.split("type")[0]


def test_neither_has_an_order_of_its_own():
    for module in (answering, simulated):
        source = inspect.getsource(module)
        assert source.count("order.step(") == 1, "what becomes of a text is decided there"
        assert not re.search(r"sms\.(help|stop|start|busy|picture)\b", source), "which sentence is known to `order`"
