"""Other processes, started in groups of their own so that they and their children can be stopped whatever happens."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from bench.timing import tell

STOPS_WITHIN = 10.0
LINES_SHOWN = 15
PR_SET_PDEATHSIG = 1


class NeverReady(RuntimeError):
    """Nothing can be measured: a process did not come up, a command failed; the message says which and what it said."""


@dataclass(frozen=True)
class Running:
    """One process of ours, and where its output goes."""

    process: subprocess.Popen[bytes]
    log: Path

    def wait_until(self, answers: Callable[[], bool], within: float) -> float:
        """Seconds until `answers`; raises `NeverReady` when the process ends first or takes too long."""
        began = told = time.monotonic()
        while not answers():
            now = time.monotonic()
            if self.process.poll() is not None or now - began > within:
                raise NeverReady(f"{self.log.stem} was not ready after {now - began:.0f} s.\n{self.said()}")
            if now - told > 10:
                told = now
                tell(f"waiting for {self.log.stem}, {now - began:.0f} s")
            time.sleep(0.1)
        return time.monotonic() - began

    def wait_for_end(self, within: float) -> float:
        """Seconds until it ended well; raises `NeverReady` if it failed."""
        return self.wait_until(lambda: self.process.poll() == 0, within)

    def said(self) -> str:
        """The end of its output."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LINES_SHOWN:])

    def megabytes(self) -> float:
        """What it and its children hold in memory now; 0 where there is no /proc to tell."""
        return round(sum(_resident_kb(pid) for pid in _family(self.process.pid)) / 1024, 1)

    def worked(self) -> float:
        """Seconds of processor that it and its children have used: the same on a busy machine; 0 without /proc."""
        return sum(_worked(pid) for pid in _family(self.process.pid))


@contextmanager
def running(command: Sequence[str], folder: Path, env: Mapping[str, str], log: Path) -> Iterator[Running]:
    """`command` for as long as the block lasts."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=file, stderr=file, start_new_session=True, preexec_fn=_end_with_parent
        )  # fmt: skip
    try:
        yield Running(process, log)
    finally:
        _stop(process)


def answers_ok(url: str) -> bool:
    """Whether a GET there succeeds; anything else is not yet."""
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def _end_with_parent() -> None:
    """Even if the bench itself is killed outright, nothing it started goes on (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """The whole group, kindly and then not: a child may outlive its parent."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOPS_WITHIN)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _family(pid: int) -> list[int]:
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                found += _family(int(child))
    return found


def _worked(pid: int) -> float:
    with suppress(OSError):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _resident_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0
