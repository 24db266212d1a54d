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


def wake() -> None:
    """There is something to do; never raises, since the sweep finds it too."""
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
    threading.Thread(target=_sweep, args=(over,), name="sms-sweep", daemon=True).start()

    def end() -> None:
        over.set()
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
