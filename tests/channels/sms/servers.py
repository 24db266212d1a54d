"""PostgreSQL and Redis of a test's own, on free ports of loopback; all they keep goes with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from settings import free_port

STARTS_WITHIN = 60.0
NEITHER_DURABLE = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database; skips by name where PostgreSQL is not installed."""
    bins = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = shutil.which("initdb") or (str(bins[0]) if bins else "")
    if not found:
        pytest.skip("PostgreSQL is not installed (initdb not found)")
    with tempfile.TemporaryDirectory(prefix="fp-pg-") as folder:
        who = _not_root(folder)
        store, port = f"{folder}/kept", free_port()
        made = [found, "-D", store, "-A", "trust", "-U", "fingerpost", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, **who)
        command = [str(Path(found).with_name("postgres")), "-D", store, "-p", str(port), "-k", folder]
        command += ["-c", "listen_addresses=127.0.0.1", *NEITHER_DURABLE]
        with _running(command, port, **who):
            yield f"postgresql://fingerpost@127.0.0.1:{port}/postgres"


@contextmanager
def redis_server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Its address and the process; skips by name where Redis is not installed."""
    found = shutil.which("redis-server")
    if not found:
        pytest.skip("Redis is not installed (redis-server not found)")
    port = free_port()
    command = [found, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with tempfile.TemporaryDirectory(prefix="fp-redis-") as folder, _running(command, port, cwd=folder) as process:
        yield f"redis://127.0.0.1:{port}/0", process


def _not_root(folder: str) -> dict[str, str]:
    """PostgreSQL refuses to run as root: then as its own user."""
    if os.geteuid() != 0:
        return {}
    try:
        shutil.chown(folder, "postgres")
    except LookupError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    return {"user": "postgres"}


@contextmanager
def _running(command: list[str], port: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    try:
        until = time.monotonic() + STARTS_WITHIN
        while not _listens(port):
            assert process.poll() is None and time.monotonic() < until, f"{command[0]} did not start"
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        asking.settimeout(1)
        return asking.connect_ex(("127.0.0.1", port)) == 0
