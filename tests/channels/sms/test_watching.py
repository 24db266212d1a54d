"""Whoever runs this sees what waits and what failed, and nobody's words or number."""

from __future__ import annotations

from dataclasses import replace

from channels.sms.provider import Refused
from channels.sms.watching import figures, state
from settings import use


def test_what_waits_too_long_is_said(ann, clock, texting):
    assert state(clock()) == "ok"
    ann.texts("hello")
    clock.on(minutes=9)
    assert state(clock()) == "ok"
    clock.on(minutes=3)
    assert state(clock()) == "texts have waited for 12 minutes"
    with use(replace(texting, texting=replace(texting.texting, providers=()))):
        assert state(clock()) == "off"


def test_the_figures(ann, telephone, carrier, clock):
    ann.asks("HELP")
    carrier.next = [Refused("21211")]
    telephone().asks("HELP")
    ann.texts("marmalade")
    told = "\n".join(figures(clock()))
    assert (
        "1  texts wait for an answer" in told
        and "1  answer: refused 21211" in told
        and "2  of 2000 texts today" in told
    )
    assert "marmalade" not in told and ann.number[3:] not in told
