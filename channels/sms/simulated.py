"""A text as it would be answered, with no supplier and no phone: for the terminal and for evaluations.

What `answering` does with words about the texts themselves, by the same `order`, without inbox, outbox or number.
"""

from __future__ import annotations

from dataclasses import replace

from channels import conversations, gateway
from channels.messages import Inbound, Reply
from channels.sms import control, lists, order
from channels.sms.reading import language_in, said_by
from knowledge.db import session_scope
from settings import settings
from words import say


class Phone:
    """One pretend telephone: it remembers that its owner wrote STOP, as `Texter` does, and nothing else."""

    def __init__(self) -> None:
        self._stopped = False
        self._told_on = ""  # the day on which somebody who stopped was last told how to begin again
        self._language = "en"

    def text(self, inbound: Inbound) -> Reply:
        """The answer to a text; one that says nothing where a real one would not be sent."""
        what = control.word_of(inbound.text)
        self._language = language = language_in(inbound.text, self._language)
        again, self._stopped = self._stopped and what == control.STOP, self._stopped_after(what)
        told = order.Told(control.AGAIN if again else what, self._stopped)
        step = order.step(told, lambda: gateway.in_danger(inbound))
        if step == control.DELETE:
            return self._deleted(inbound, language)
        if step == control.WEB:
            return _code_for_page(inbound, language)
        if step == order.ASK:
            listed = None if self._stopped else _list_by_code(inbound, language)
            return listed or gateway.handle(replace(said_by(inbound, language), language=inbound.language))
        if step in order.DAILY and not self._first_today(inbound):
            step = order.SILENT
        outcome = "stopped" if self._stopped else "smalltalk"
        key = order.FIXED.get(step, ("", ""))[1]
        return _line(outcome, key, language) if key else Reply(outcome, language)

    def _deleted(self, inbound: Inbound, language: str) -> Reply:
        """To somebody who stopped it is said as their line of the day, or not at all."""
        receipt = conversations.forget(inbound.sender)
        said = say("sms.deleted", language, receipt=receipt) if receipt else say("sms.nothing_held", language)
        if self._stopped:
            said = f"{said} {say('sms.stopped', language)}" if self._first_today(inbound) else ""
        before = (said,) if said else ()
        return Reply("privacy", language, before=before, needs=("privacy_request",), deleted=True, receipt=receipt)

    def _stopped_after(self, what: str) -> bool:
        """STOP and START are in force from the moment they come."""
        return what == control.STOP or (self._stopped and what != control.START)

    def _first_today(self, inbound: Inbound) -> bool:
        day = inbound.received_at.date().isoformat()
        first, self._told_on = day != self._told_on, day
        return first


def _code_for_page(inbound: Inbound, language: str) -> Reply:
    latest = conversations.latest(inbound.sender)
    with session_scope(settings().conversations_url) as session:
        said = lists.code_for_page(session, latest, language, inbound.received_at)
    return Reply("smalltalk", language, before=(said,), needs=("smalltalk",))


def _list_by_code(inbound: Inbound, language: str) -> Reply | None:
    if not control.code_in(inbound.text):
        return None
    with session_scope(settings().conversations_url) as session:
        said = lists.list_for(session, inbound.text, language, inbound.received_at)
    return Reply("smalltalk", language, before=(said,), needs=("smalltalk",)) if said else None


def _line(outcome: str, key: str, language: str) -> Reply:
    return Reply(outcome, language, before=(say(key, language),), needs=(outcome,))
