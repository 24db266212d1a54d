"""An installation that takes texts: real database, the real gateway, a pretend telephone, a clock that tests move."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channels.sms import answering, arriving, sending
from channels.sms.console import Console
from channels.sms.provider import Arrived, ToSend
from settings import use

NOON = datetime(2025, 11, 20, 12, 0, tzinfo=UTC)
OURS = "+441632960001"
TABLES = ("conversation", "message", "tracker", "tombstone", "texter", "text_in", "text_out", "text_count", "text_code")

_references = itertools.count(1)


class Carrier(Console):
    """A console that keeps every text and can be told to fail: `next` are exceptions raised by the next sends."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[ToSend] = []
        self.next: list[Exception | None] = []
        self.lost: list[Exception | None] = []  # raised after the text was taken
        self.found: str | Exception | None = None
        self.asked = 0

    def send(self, text: ToSend) -> str:
        if self.next and (wrong := self.next.pop(0)) is not None:
            raise wrong
        self.sent.append(text)
        if self.lost and (wrong := self.lost.pop(0)) is not None:
            raise wrong
        return f"id-{len(self.sent)}"

    def find(self, text: ToSend) -> str:
        self.asked += 1
        if isinstance(self.found, Exception):
            raise self.found
        if self.found is not None:
            return self.found
        return next((f"id-{at}" for at, one in enumerate(self.sent, 1) if one.reference == text.reference), "")

    @property
    def said(self) -> list[str]:
        """The words of every text sent, in order."""
        return [one.text for one in self.sent]


@dataclass
class Clock:
    """What time it is."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def on(self, **more: float) -> None:
        """Let time pass."""
        self.at += timedelta(**more)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def texting(home):
    """This installation with a number of its own that belongs to Wenbury."""
    with use(
        replace(home, texting=replace(home.texting, providers=("console",), numbers=((OURS, "wenbury"),)))
    ) as ours:
        yield ours


@pytest.fixture
def carrier(texting, monkeypatch) -> Carrier:
    made = Carrier()
    monkeypatch.setattr(sending, "provider", lambda _name: made)
    return made


@dataclass
class Telephone:
    """Somebody with a telephone."""

    number: str
    carrier: Carrier
    clock: Clock

    def texts(self, text: str, *, reference: str = "", sent: datetime | None = None, **more) -> bool:
        """Send one; nobody works on it yet."""
        marked = reference or f"SM{next(_references):08d}"
        given = Arrived(marked, self.number, more.pop("ours", OURS), text, sent, **more)
        return arriving.arrive(self.carrier, given, self.clock())

    def asks(self, text: str, **more) -> str:
        """Send one and read what comes back; "" for nothing."""
        before = len(self.got)
        self.texts(text, **more)
        work(self.clock)
        return "\n---\n".join(self.got[before:])

    @property
    def got(self) -> list[str]:
        return [one.text for one in self.carrier.sent if one.number == self.number]


def work(clock: Clock) -> None:
    """Everything that is due now, as the workers would."""
    busy = True
    while busy:
        busy = answering.answer_somebody(clock)
        while sending.send_something(clock):
            busy = True


@pytest.fixture
def telephone(carrier, clock):
    """A new telephone at every call."""
    numbers = itertools.count(447700900100)
    return lambda number="": Telephone(number or f"+{next(numbers)}", carrier, clock)


@pytest.fixture
def ann(telephone) -> Telephone:
    return telephone()


@pytest.fixture
def rows(texting):
    """Every row of a table, read past our own code, as dictionaries."""
    path = texting.conversations_url.removeprefix("sqlite:///")

    def read(table: str) -> list[dict]:
        with closing(sqlite3.connect(path)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(f"SELECT * FROM {table} ORDER BY 1")]

    return read


@pytest.fixture
def on_any_disk(texting):
    """The files of both databases and of the queue in which these bytes stand."""
    folder = Path(texting.conversations_url.removeprefix("sqlite:///")).parent
    return lambda words: [one.name for one in folder.rglob("*") if one.is_file() and words.encode() in one.read_bytes()]
