"""Two lanes of threads: what suppliers post never queues behind pages, however long those wait for Rasa."""

from __future__ import annotations

from typing import Any

from waitress.task import ThreadedTaskDispatcher

QUICK = ("/sms/", "/health/live")  # written down or answered at once, and awaited by machines
QUICK_THREADS = 4


class TwoLanes(ThreadedTaskDispatcher):
    """waitress's own threads for pages, and a few more for `QUICK` alone."""

    def __init__(self, threads: int) -> None:
        """So many threads for pages, started now."""
        super().__init__()
        self._quick = ThreadedTaskDispatcher()
        self.set_thread_count(threads)
        self._quick.set_thread_count(QUICK_THREADS)

    def add_task(self, task: Any) -> None:
        """A connection whose next request has been read."""
        if _path(task).startswith(QUICK):
            self._quick.add_task(task)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Both lanes end."""
        done: bool = super().shutdown(cancel_pending, timeout)
        return bool(self._quick.shutdown(cancel_pending, timeout)) or done


def _path(task: Any) -> str:
    """The address asked for; "" for what could not be read as a request."""
    waiting = getattr(task, "requests", ())
    return str(getattr(waiting[0], "path", "")) if waiting else ""
