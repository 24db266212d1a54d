"""A text as it would be answered, with no supplier and no phone: for the terminal and for evaluations.

What `answering` does with words about the texts themselves, without inbox, outbox or number.
"""

from __future__ import annotations

from dataclasses import replace

from channels import conversations, gateway
from channels.messages import Inbound, Reply
from channels.sms import control
from channels.sms.reading import said_by
from nlu.welsh import language_of
from words import say


class Phone:
    """One pretend telephone: it remembers that its owner wrote STOP, as `Texter` does, and nothing else."""

    def __init__(self) -> None:
        self._stopped = False
        self._told_on = ""  # the day on which somebody who stopped was last told how to begin again
        self._language = "en"

    def text(self, inbound: Inbound) -> Reply:
        """The answer to a text; one that says nothing where a real one would not be sent."""
        what, said = control.word_of(inbound.text), inbound.text
        language = "cy" if control.is_welsh(said) else language_of(said, before=self._language)
        self._language = language
        if what in (control.STOP, control.START):
            self._stopped = what == control.STOP
            return _line("stopped" if self._stopped else "smalltalk", f"sms.{what}", language)
        if what == control.DELETE:
            receipt = conversations.forget(inbound.sender)
            said = say("sms.deleted", language, receipt=receipt) if receipt else say("sms.nothing_held", language)
            return Reply("privacy", language, before=(said,), needs=("privacy_request",), deleted=True, receipt=receipt)
        if self._stopped and not gateway.in_danger(inbound):
            return self._told_once(inbound, language)
        if what == control.HELP:
            return _line("smalltalk", "sms.help", language)
        return gateway.handle(replace(said_by(inbound, language), language=inbound.language))

    def _told_once(self, inbound: Inbound, language: str) -> Reply:
        day = inbound.received_at.date().isoformat()
        first, self._told_on = day != self._told_on, day
        return _line("stopped", "sms.stopped", language) if first else Reply("stopped", language)


def _line(outcome: str, key: str, language: str) -> Reply:
    return Reply(outcome, language, before=(say(key, language),), needs=(outcome,))
