"""A real conversations database, a copy of the directory, and a Rasa made of a few lines: real HTTP, no model."""

from __future__ import annotations

import http.server
import itertools
import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels import gateway
from channels.messages import Inbound, Reply
from knowledge.db import engine_for
from knowledge.migrating import upgrade
from knowledge.replying import payload
from settings import Settings, free_port, settings, use

START = datetime(2025, 11, 20, 10, 0, tzinfo=UTC)
DEADLINE = 0.6  # seconds for the Rasa below; the real one has four
UNSURE = payload("clarify", before=[("unclear.rephrase", {})], needs=["clarify"])
DELETE = payload("privacy", needs=["privacy_request"], delete=True)

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def directory(tmp_path_factory) -> Path:
    """The seeded directory, copied once a run; nothing here writes to the one in var/."""
    seeded = settings().var / "knowledge.db"
    if not seeded.exists():
        pytest.skip(f"{seeded} is not there: run `make setup`")
    copy = tmp_path_factory.mktemp("directory") / "knowledge.db"
    with closing(sqlite3.connect(f"file:{seeded}?mode=ro", uri=True)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
    upgrade("knowledge", f"sqlite:///{copy}")  # the one in var/ may be from before the newest migration
    engine_for(f"sqlite:///{copy}").dispose()
    return copy


@dataclass
class FakeRasa:
    """Answers /webhooks/fingerpost/message as told; `asked` is every call, its header checked."""

    port: int
    asked: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Any] = lambda _asked: {"messages": [UNSURE]}
    status: int = 200
    delay: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> list[str]:
        return [asked["message"] for asked in self.asked]

    def says(self, decided: dict[str, Any]) -> None:
        """Decide the same for every message."""
        self.answer = lambda _asked: {"messages": [decided]}


class _Handler(http.server.BaseHTTPRequestHandler):
    rasa: FakeRasa

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["X-Fingerpost"], "the gateway shows its token"
        self.rasa.asked.append(asked)
        answered = self.rasa.answer(asked)
        time.sleep(self.rasa.delay)
        body = answered if isinstance(answered, bytes) else json.dumps(answered).encode()
        try:
            self.send_response(self.rasa.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except BrokenPipeError:
            pass  # the gateway did not wait any longer

    def log_message(self, *_given: Any) -> None:
        """Quiet."""


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    """A Rasa that says it is not sure, until told otherwise."""
    fake = FakeRasa(0)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"rasa": fake}))
    server.daemon_threads = True
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield fake
    server.shutdown()
    server.server_close()


@pytest.fixture
def home(tmp_path, directory, migrated, rasa) -> Iterator[Settings]:
    """This test's installation, with everything in order."""
    shutil.copy(migrated["conversations"], tmp_path / "conversations.db")
    ours = replace(
        settings(),
        knowledge_url=f"sqlite:///{directory}",
        conversations_url=f"sqlite:///{tmp_path / 'conversations.db'}",
        rasa_url=rasa.url,
        rasa_deadline=DEADLINE,
        secret_key="only for tests",
        keep_hours=24,
    )
    with use(ours):
        yield ours


@pytest.fixture
def but(home):
    """This installation with some settings other: `with but(rasa_url=…)`."""
    return lambda **changes: use(replace(settings(), **changes))


@pytest.fixture
def nobody() -> str:
    """An address on loopback where nothing listens."""
    return f"http://127.0.0.1:{free_port()}"


@dataclass
class Person:
    """Somebody who writes to us; twenty seconds pass between messages unless said otherwise."""

    sender: str
    at: datetime = START

    def says(self, text: str, *, reference: str = "", later: timedelta = timedelta(seconds=20), **more: str) -> Reply:
        self.at += later
        marked = reference or f"reference-{next(_numbers):08d}"
        return gateway.handle(Inbound("web", self.sender, text, marked, self.at, **more))


@pytest.fixture
def somebody(home) -> Callable[[], Person]:
    """A new person at every call."""
    return lambda: Person(f"sender-{next(_numbers):08d}")


@pytest.fixture
def person(somebody) -> Person:
    return somebody()


@pytest.fixture
def held(home) -> Callable[[], dict[str, list[tuple[Any, ...]]]]:
    """Every row of the conversations database, read past our own code."""
    path = home.conversations_url.removeprefix("sqlite:///")

    def rows() -> dict[str, list[tuple[Any, ...]]]:
        with closing(sqlite3.connect(path)) as database:
            tables = ("conversation", "message", "tracker", "tombstone")
            return {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in tables}

    return rows


@pytest.fixture
def on_disk(home) -> Callable[[str], list[str]]:
    """The database's files in which these words stand, whether a row still points at them or not."""
    folder = Path(home.conversations_url.removeprefix("sqlite:///")).parent
    return lambda words: [path.name for path in folder.iterdir() if words.encode() in path.read_bytes()]
