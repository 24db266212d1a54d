"""What carries texts, behind one Protocol: console, Twilio, GOV.UK Notify. Each is one file under one contract test.

A provider never raises anything but what stands here, and nothing it raises or logs holds a number or a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import requests
from urllib3.exceptions import NewConnectionError

from settings import settings


@dataclass(frozen=True)
class Post:
    """A request as it came, without Flask: what a supplier signs or shows."""

    url: str  # as the supplier was told it: from the settings, with the request's own query
    headers: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    signed: object = None  # the form with repeated keys, for a signature over all of it
    body: bytes = b""
    is_form: bool = False


@dataclass(frozen=True)
class Arrived:
    """A text that came in. `reference` is the supplier's own; `sent_at` is None where only arrival is known."""

    reference: str
    number: str
    ours: str
    text: str
    sent_at: datetime | None = None
    pictures: int = 0
    answered: str = ""  # STOP, START or HELP that the supplier says it has answered itself


@dataclass(frozen=True)
class Receipt:
    """What a supplier says has become of a text of ours."""

    reference: str  # ours
    supplier_id: str
    status: str  # delivered | failed | "" while it is on its way
    error: str = ""


@dataclass(frozen=True)
class ToSend:
    """One text to be sent."""

    number: str
    text: str
    reference: str
    ours: str
    began_at: datetime
    known: frozenset[str] = frozenset()  # supplier's ids of other texts of ours


class Unproved(Exception):
    """The request is not shown to be the supplier's."""


class Malformed(Exception):
    """Proved, but not a text or a receipt: acknowledged and left."""


class NotSent(Exception):
    """The supplier certainly did not take it: try again later. `error` is a code."""

    def __init__(self, error: str) -> None:
        """`error`: at most twenty characters, never a number or a text."""
        super().__init__(error)
        self.error = error


class Refused(NotSent):
    """The supplier will never take it. `stopped`: because the person stopped texts there (Twilio 21610)."""

    def __init__(self, error: str, *, stopped: bool = False) -> None:
        """`error` as in `NotSent`."""
        super().__init__(error)
        self.stopped = stopped


class CutOff(Exception):
    """Nobody knows whether the supplier took it."""


class CannotTell(Exception):
    """The supplier could not be asked whether it has a text."""


class Provider(Protocol):
    """A supplier of texts."""

    name: str

    def proved(self, post: Post) -> None:
        """Raise `Unproved` unless this request is the supplier's own."""

    def arrived(self, post: Post) -> Arrived:
        """The text in a proved request; raises `Malformed`."""

    def receipt(self, post: Post) -> Receipt:
        """What a proved request says about a text of ours; raises `Malformed`."""

    def answers(self, arrived: Arrived) -> bool:
        """Whether the supplier itself answers this word (STOP, START, HELP), so that we do not."""

    def send(self, text: ToSend) -> str:
        """Hand a text over, once; the supplier's id for it. Raises `NotSent`, `Refused` or `CutOff`."""

    def find(self, text: ToSend) -> str:
        """The supplier's id of a text that may have been handed over, "" if it has none. Raises `CannotTell`."""


def never_left(wrong: Exception) -> bool:
    """Whether the connection was never made, so that nothing can have been taken."""
    if isinstance(wrong, requests.ConnectTimeout):
        return True
    reason = wrong.args[0] if wrong.args else None
    return isinstance(getattr(reason, "reason", reason), NewConnectionError)


def provider(name: str) -> Provider | None:
    """The provider of that name, if this installation uses it."""
    texting = settings().texting
    if name not in texting.providers:
        return None
    if name == "twilio":
        from channels.sms.twilio import Twilio

        return Twilio(texting, settings().address)
    if name == "notify":
        from channels.sms.notify import Notify

        return Notify(texting)
    from channels.sms.console import CONSOLE

    return CONSOLE
