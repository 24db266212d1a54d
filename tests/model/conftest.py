"""The really trained Rasa, started once a run beside a directory and a conversations database of its own."""

from __future__ import annotations

import itertools
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.serve import newest_model
from channels import gateway, terminal
from channels.messages import Inbound, Reply
from settings import Settings, settings, use
from tests.channels.conftest import directory  # noqa: F401  the seeded directory's copy

_numbers = itertools.count(1)


def pytest_collection_modifyitems(items) -> None:
    """One worker for all of these, so that one Rasa is enough."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.model)
            item.add_marker(pytest.mark.xdist_group("rasa"))


@dataclass
class Installation:
    """Settings, the Rasa that runs with them, and the files into which everything is printed."""

    settings: Settings
    output: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Start Rasa as the terminal does; what it prints goes to `output`."""
        with use(self.settings), printed_to(self.output):
            self.started.append(terminal._start_rasa(self.settings))
            terminal._wait_until_ready(self.started[-1])

    def kill(self) -> None:
        self.started[-1].kill()
        self.started[-1].wait()

    @contextmanager
    def broken_directory(self) -> Iterator[None]:
        """Every question to the directory raises, in Rasa's process as well."""
        path = self.settings.knowledge_url.removeprefix("sqlite:///")
        _do(path, "ALTER TABLE stamp RENAME TO stamp_away")
        try:
            yield
        finally:
            _do(path, "ALTER TABLE stamp_away RENAME TO stamp")


def _do(path: str, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(statement)


@contextmanager
def printed_to(path: Path) -> Iterator[None]:
    """Standard error of this process and of those it starts, at the level of files, goes to `path`."""
    before = os.dup(2)
    with path.open("ab") as file, path.open("a", encoding="utf-8") as words:
        os.dup2(file.fileno(), 2)
        try:
            with redirect_stderr(words):
                yield
        finally:
            os.dup2(before, 2)
            os.close(before)


@pytest.fixture(scope="session")
def installation(directory, tmp_path_factory) -> Iterator[Installation]:  # noqa: F811  the fixture imported above
    if newest_model(settings()) is None:
        pytest.skip(f"no trained model in {settings().rasa_models}: run `make train`")
    here = tmp_path_factory.mktemp("rasa")
    knowledge_url = f"sqlite:///{directory}"
    with (
        use(replace(settings(), knowledge_url=knowledge_url, secret_key="only for tests")),
        terminal.rasa_for(here, down=True) as ours,
    ):
        running = Installation(ours, here / "output.txt")
    try:
        running.start()
        yield running
    finally:
        ended = running.started[-1].poll()
        for process in running.started:
            process.kill()
            process.wait()
    assert ended is None, f"Rasa ended by itself with {ended}"


@pytest.fixture
def rasa(installation) -> Iterator[Installation]:
    """The running Rasa, with its settings in use for this test."""
    with use(installation.settings):
        yield installation


@dataclass
class Person:
    """Somebody who writes to us."""

    sender: str
    door: str = ""
    at: datetime = datetime(2025, 11, 20, 10, 0, tzinfo=UTC)

    def says(self, text: str) -> Reply:
        self.at += timedelta(seconds=20)
        return gateway.handle(
            Inbound("web", self.sender, text, f"model-reference-{next(_numbers):06d}", self.at, self.door)
        )


@pytest.fixture
def person(rasa) -> Person:
    return Person(f"model-sender-{next(_numbers):06d}")
