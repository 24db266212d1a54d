"""What was made of the messages going on now, so that it is made once: no message itself, and not for long. Pure.

A text is known by a hash under a key that dies with the process. What is older than some minutes goes at the next
message, and everything goes when somebody asks to be forgotten (`forget_lately`).
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

MOST = 32  # texts: the turns going on now
SECONDS = 300.0
_KEY = secrets.token_bytes(32)

Kept = TypeVar("Kept")
_all: weakref.WeakSet[Any] = weakref.WeakSet()


class Lately(Generic[Kept]):
    """A few things by the text they were made of. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that only go forward."""
        self._clock, self._lock = clock, threading.Lock()
        self._kept: OrderedDict[bytes, tuple[float, Kept]] = OrderedDict()
        _all.add(self)

    def get(self, text: str) -> Kept | None:
        """What is kept for `text`; None for nothing, or for something too old."""
        with self._lock:
            self._drop_old()
            found = self._kept.get(mark(text))
            return found[1] if found else None

    def put(self, text: str, kept: Kept) -> None:
        """Keep it from now; the oldest goes when there are too many."""
        with self._lock:
            self._drop_old()
            self._kept[mark(text)] = (self._clock(), kept)
            self._kept.move_to_end(mark(text))
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Nothing is kept any more."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def _drop_old(self) -> None:
        while self._kept and self._clock() - next(iter(self._kept.values()))[0] > SECONDS:
            self._kept.popitem(last=False)


def forget_lately() -> None:
    """Everything of this kind in this process goes: whoever asked to be forgotten, theirs is among it."""
    for one in list(_all):
        one.forget()


def mark(text: str) -> bytes:
    """A text's hash under this process's own key."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=_KEY, digest_size=16).digest()
