"""A PostgreSQL of the test run's own: on loopback, its files in a temporary folder, gone afterwards.

Tests that ask for it are skipped, saying so, where the server is not installed.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from knowledge.db import engine_for
from knowledge.migrating import upgrade
from settings import free_port

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
STARTS_WITHIN = 60.0
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")

_numbers = itertools.count(1)


def _program(name: str) -> str:
    found = shutil.which(name) or next((str(one / name) for one in reversed(PROGRAMS) if (one / name).exists()), "")
    if not found:
        pytest.skip(f"{name} is not installed: PostgreSQL is not tried")
    return found


def _as() -> dict[str, str]:
    """The server refuses to run as root: then as the account its package made."""
    return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """`postgres("conversations")`: the address of a new database with that one's migrations run."""
    initdb, server = _program("initdb"), _program("postgres")
    folder = Path(tempfile.mkdtemp(prefix="fingerpost-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    told = ["-D", str(folder / "data"), "-U", "fingerpost", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run([initdb, *told], check=True, capture_output=True, cwd=folder, **_as())
    port, options = free_port(), [part for one in QUICK for part in ("-c", one)]
    where = ["-D", str(folder / "data"), "-h", "127.0.0.1", "-p", str(port), "-k", str(folder)]
    running = subprocess.Popen(
        [server, *where, *options], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_as()
    )
    base = f"postgresql+psycopg2://fingerpost@127.0.0.1:{port}"
    made: list[str] = []
    try:
        _wait(f"{base}/postgres")

        def make(which: str) -> str:
            name = f"{which}_{next(_numbers)}"
            _run(f"{base}/postgres", f"CREATE DATABASE {name}")
            upgrade(which, f"{base}/{name}")
            made.append(f"{base}/{name}")
            return made[-1]

        yield make
    finally:
        for url in made:
            engine_for(url).dispose()
        running.send_signal(signal.SIGINT)
        running.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            return _run(url, "SELECT 1")
        except OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
