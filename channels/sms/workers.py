"""Who answers and sends: a few threads beside the web's own, woken by huey; a sweep finds whatever was left.

huey carries no text, no number and no id: only "look". Losing all of it loses nothing; docs/decisions says why.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from huey import RedisHuey, SqliteHuey
from huey.consumer import Consumer

from channels.sms.answering import answer_somebody
from channels.sms.sending import send_something
from settings import settings

logger = logging.getLogger(__name__)

WORKERS = 4  # they wait for Rasa and for suppliers most of the time
SWEEP_SECONDS = 5.0
LOOKS_AFTER, LOOKS_AT_LEAST = 0.03, 0.25  # seconds between a worker's looks at the file, busy and idle


_due, _ringing = threading.Event(), threading.Event()


def wake() -> None:
    """There is something to do; never raises, since the sweep finds it too.

    Where workers run it takes no time at all: a thread of theirs writes to the queue, so that a queue that is busy or
    gone holds up nobody. Several calls may become one.
    """
    if _ringing.is_set():
        _due.set()
    else:
        _ring()


def _ring() -> None:
    try:
        _task()()
    except Exception as wrong:  # noqa: BLE001  a queue that fails may not lose what the table holds
        logger.error("workers not woken: %s", type(wrong).__name__)


def work() -> None:
    """Answer and send until nothing is due. Safe to run in any number of threads and processes at once."""
    busy = True
    while busy:
        busy = _safely(answer_somebody)
        while _safely(send_something):
            busy = True


def start(stop: threading.Event | None = None) -> Callable[[], None]:
    """Start the threads; call what is returned to stop them."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    over = stop or threading.Event()
    consumer = _Threads(
        _huey(_where()), workers=WORKERS, periodic=False, initial_delay=LOOKS_AFTER, backoff=1.3,
        max_delay=LOOKS_AT_LEAST, check_worker_health=False,
    )  # fmt: skip
    _task()
    consumer.start()
    _ringing.set()
    for run in (_sweep, _ring_when_due):
        threading.Thread(target=run, args=(over,), name=f"sms{run.__name__}", daemon=True).start()

    def end() -> None:
        _ringing.clear()
        over.set()
        _due.set()
        consumer.stop_flag.set()

    return end


class _Threads(Consumer):
    """huey's workers as threads of a process that has signals of its own."""

    def _set_signal_handlers(self) -> None:
        """The web process ends itself."""


def _sweep(over: threading.Event) -> None:
    """What a lost wake, a lease run out or a back-off has left; also the first look after a start."""
    while not over.is_set():
        work()
        over.wait(SWEEP_SECONDS)


def _ring_when_due(over: threading.Event) -> None:
    """Hand on what `wake` was told."""
    while not over.is_set():
        _due.wait()
        _due.clear()
        _ring()


def _safely(step: Callable[[], bool]) -> bool:
    """One step; a failure is logged by its kind, and the sweep comes again."""
    try:
        return step()
    except Exception as wrong:  # noqa: BLE001  the last edge: a worker that dies answers nobody
        logger.error("%s failed: %s", step.__name__, type(wrong).__name__)
        return False


def _where() -> str:
    return settings().texting.redis_url or str(settings().var / "wake.db")


@lru_cache(maxsize=4)
def _huey(where: str) -> Any:
    if where.startswith("redis"):
        return RedisHuey("fingerpost", url=where, results=False)
    return SqliteHuey("fingerpost", filename=where, results=False, fsync=False)


def _task() -> Any:
    return _look(_where())


@lru_cache(maxsize=4)
def _look(where: str) -> Any:
    return _huey(where).task(name="look")(work)
