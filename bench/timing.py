"""Times and what is told of them."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Times:
    """How long each of many like things took, and how long all of them together."""

    seconds: list[float] = field(default_factory=list)
    together: float = 0.0

    def told(self) -> dict[str, float]:
        """The middle, the slow end, the worst in ms, and how many a second where they overlapped."""
        found = {
            "count": len(self.seconds),
            "p50_ms": percentile(self.seconds, 50) * 1000,
            "p95_ms": percentile(self.seconds, 95) * 1000,
            "worst_ms": max(self.seconds) * 1000,
        }
        if self.together:
            found["per_second"] = len(self.seconds) / self.together
        return {name: round(value, 2) for name, value in found.items()}


def percentile(values: Iterable[float], percent: int) -> float:
    """By linear interpolation, so that a few values give no jumps."""
    ordered = sorted(values)
    if len(ordered) < 2:
        return ordered[0]
    return statistics.quantiles(ordered, n=100, method="inclusive")[percent - 1]


def timed(doing: Callable[[], T]) -> tuple[T, float]:
    """What it returns, and the seconds it took."""
    began = time.perf_counter()
    done = doing()
    return done, time.perf_counter() - began


def at_once(jobs: Sequence[Callable[[], T]]) -> tuple[list[T], float]:
    """Every job in a thread of its own; their results in order, and the seconds until the last was done."""
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        return timed(lambda: [one.result() for one in [pool.submit(job) for job in jobs]])


def tell(line: str) -> None:
    """A sign of life: standard output holds the table only."""
    print(f"  {line}", file=sys.stderr, flush=True)
