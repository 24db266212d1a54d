"""`python -m bench.long_talk`: whether a turn grows with the conversation. One resident goes on to turn 500.

The same ten messages, each with its own place so that none leans on what went before, are timed as the first turn of
new conversations and around turns 50, 200 and 500 of one. Both doors of the page are measured: the post, the redirect
and the whole page, as a browser without our script does it, and the one post that our script sends. "Work" is what
our processes used of the processor, which other load on the machine does not change.

--turns N    go on to turn N instead (a short one, to see that it works)
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.installation import Started, started
from bench.processes import NeverReady
from bench.residents import Resident
from bench.timing import percentile, tell
from settings import settings

LONGEST = 500
LIMIT = 1.3  # the last turn beside the first, in the middle of the ten messages
MARKS = (50, 200, LONGEST)
ROUNDS = 3  # residents who go all the way, each after ten first turns, so that both meet the same other load
MESSAGES = (
    "is there a lunch club near Ripon",
    "I want to learn to knit, somewhere in Leeds",
    "who can help my mum with her shopping in Swansea",
    "a choir in Norwich that takes beginners",
    "I'm behind with the rent in Coventry, who can I talk to",
    "somewhere warm to sit in Kilmarnock in the day",
    "a walking group near Hexham for slow walkers",
    "is there a repair cafe in Totnes, the toaster is broken",
    "English classes in Barking, I have a baby",
    "a lift to the hospital from near Skegness",
)

BY_SCRIPT, BY_PAGE = "by script", "with page"
DOORS = (BY_SCRIPT, BY_PAGE)
Seconds = dict[int, dict[str, list[float]]]  # by turn, then by what was timed


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, keep in var/long-talk.json; 1 when the last turn is over the limit or anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench.long_talk", description="Does a turn grow with the talk?")
    parser.add_argument("--turns", type=int, default=LONGEST, help=f"go on to this turn ({LONGEST})")
    parser.add_argument("--out", type=Path, default=settings().var / "long-talk.json", help="where the figures go")
    given = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as folder, started(settings(), Path(folder)) as up:
            found = measure(up, given.turns)
    except NeverReady as wrong:
        tell(str(wrong))
        return 1
    given.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print("\n".join(lines(found)))
    return 1 if found["wrong"] or max(found["ratio"][door] for door in DOORS) > LIMIT else 0


def measure(up: Started, turns: int = LONGEST) -> dict[str, Any]:
    """The middle of each timed thing in ms, by turn, and the last turn beside the first; `wrong`: what was lost."""
    found: Seconds = {}
    wrong: list[str] = []
    _begin(up, {})  # the first of all warms what is loaded late
    for number in range(1, ROUNDS + 1):
        tell(f"long talk: first turns, then resident {number} of {ROUNDS} goes on to turn {turns}")
        wrong += _begin(up, found.setdefault(1, {}))
        wrong += _go_on(up, turns, found)
    middle = {
        turn: {what: round(percentile(times, 50) * 1000, 2) for what, times in timed.items()}
        for turn, timed in found.items()
    }
    ratio = {what: round(middle[turns][what] / first, 2) for what, first in middle[1].items() if first}
    return {"turns": middle, "ratio": ratio, "wrong": wrong}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """A table to read."""
    names = list(found["ratio"])
    yield f"{'A turn, middle, ms':<24}" + "".join(f"{name:>16}" for name in names)
    for turn, timed in found["turns"].items():
        yield f"  turn {turn:<17}" + "".join(f"{timed[name]:>16.1f}" for name in names)
    yield f"  {'last beside first':<22}" + "".join(f"{found['ratio'][name]:>16.2f}" for name in names)
    yield from (f"  wrong: {one}" for one in found["wrong"])


def _begin(up: Started, timed: dict[str, list[float]]) -> list[str]:
    """The ten messages as first turns, through each door."""
    wrong = []
    for door in DOORS:
        residents = [_resident(up.url) for _ in MESSAGES]
        _ten(up, residents, door, timed)
        wrong += [line for resident in residents for line in resident.turns.wrong]
    return wrong


def _go_on(up: Started, turns: int, found: Seconds) -> list[str]:
    """One conversation to its end; before each mark the ten messages once through each door are timed."""
    resident, many = _resident(up.url), len(MESSAGES)
    spoken = 0
    for mark in sorted({mark for mark in MARKS if mark < turns} | {turns}):
        while spoken < mark - many * len(DOORS):
            resident.write_by_script(MESSAGES[spoken % many])
            spoken += 1
        for door in DOORS:
            _ten(up, [resident] * many, door, found.setdefault(mark, {}))
        spoken = mark
    return resident.turns.wrong


def _ten(up: Started, residents: Sequence[Resident], door: str, timed: dict[str, list[float]]) -> None:
    """The ten messages, each by its resident; by the clock each, by the processor all ten."""
    before = _worked(up)
    for resident, message in zip(residents, MESSAGES, strict=True):
        if door == BY_SCRIPT:
            timed.setdefault(door, []).append(resident.write_by_script(message))
        else:
            resident.write(message)
            timed.setdefault(door, []).append(resident.turns.whole.seconds[-1])
    timed.setdefault(f"{door}, work", []).append((_worked(up) - before) / len(MESSAGES))


def _worked(up: Started) -> float:
    return sum(process.worked() for process in up.processes.values())


def _resident(url: str) -> Resident:
    resident = Resident(url)
    resident.open()
    return resident


if __name__ == "__main__":
    sys.exit(main())
