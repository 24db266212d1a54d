"""`python -m bench.long_talk`: whether a turn grows with the conversation. One resident goes on to turn 500.

The same ten messages, each with its own place so that none leans on what went before, are timed as the first turn of
new conversations and around turns 50, 200 and 500 of one. Both doors of the page are measured: the post, the redirect
and the whole page, as a browser without our script does it, and the one post that our script sends.

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

from bench.installation import started
from bench.processes import NeverReady
from bench.residents import Resident
from bench.timing import percentile, tell
from settings import settings

LONGEST = 500
LIMIT = 1.3  # the last turn beside the first, in the middle of the ten messages
MARKS = (50, 200, LONGEST)
ROUNDS = 3  # residents who go all the way, and openings of each message
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

Seconds = dict[int, dict[str, list[float]]]  # by turn, then by what was timed


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, keep in var/long-talk.json; 1 when the last turn is over the limit or anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench.long_talk", description="Does a turn grow with the talk?")
    parser.add_argument("--turns", type=int, default=LONGEST, help=f"go on to this turn ({LONGEST})")
    parser.add_argument("--out", type=Path, default=settings().var / "long-talk.json", help="where the figures go")
    given = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as folder, started(settings(), Path(folder)) as up:
            found = measure(up.url, given.turns)
    except NeverReady as wrong:
        tell(str(wrong))
        return 1
    given.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print("\n".join(lines(found)))
    return 1 if found["wrong"] or max(found["ratio"].values()) > LIMIT else 0


def measure(url: str, turns: int = LONGEST) -> dict[str, Any]:
    """The middle of each timed thing in ms, by turn, and the last turn beside the first; `wrong`: what was lost."""
    tell("long talk: first turns")
    seconds: Seconds = {1: {}}
    warm, wrong = _resident(url), []
    for message in MESSAGES:
        warm.write(message)
    for message in MESSAGES * ROUNDS:
        for door in (_by_page, _by_script):
            resident = _resident(url)
            door(resident, message, seconds[1])
            wrong += resident.turns.wrong
    for number in range(1, ROUNDS + 1):
        tell(f"long talk: resident {number} of {ROUNDS} goes on to turn {turns}")
        wrong += _go_on(_resident(url), turns, seconds)
    middle = {
        turn: {what: round(percentile(times, 50) * 1000, 2) for what, times in timed.items()}
        for turn, timed in seconds.items()
    }
    last = max(middle)
    ratio = {what: round(middle[last][what] / first, 2) for what, first in middle[1].items()}
    return {"turns": middle, "ratio": ratio, "wrong": wrong}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """A table to read."""
    names = list(found["ratio"])
    yield f"{'A turn, middle, ms':<24}" + "".join(f"{name:>16}" for name in names)
    for turn, timed in found["turns"].items():
        yield f"  turn {turn:<17}" + "".join(f"{timed[name]:>16.1f}" for name in names)
    yield f"  {'last beside first':<22}" + "".join(f"{found['ratio'][name]:>16.2f}" for name in names)
    yield from (f"  wrong: {one}" for one in found["wrong"])


def _go_on(resident: Resident, turns: int, seconds: Seconds) -> list[str]:
    """One conversation to its end; before each mark the ten messages once through each door are timed."""
    marks = sorted({mark for mark in MARKS if mark < turns} | {turns})
    window = 2 * len(MESSAGES)
    for turn in range(1, turns + 1):
        message = MESSAGES[turn % len(MESSAGES)]
        mark = next((mark for mark in marks if mark - window < turn <= mark), 0)
        if not mark:
            resident.write_by_script(message)
        elif turn <= mark - len(MESSAGES):
            _by_script(resident, message, seconds.setdefault(mark, {}))
        else:
            _by_page(resident, message, seconds.setdefault(mark, {}))
    return resident.turns.wrong


def _by_page(resident: Resident, message: str, timed: dict[str, list[float]]) -> None:
    resident.write(message)
    timed.setdefault("with page", []).append(resident.turns.whole.seconds[-1])
    timed.setdefault("its post", []).append(resident.turns.post.seconds[-1])
    timed.setdefault("its page", []).append(resident.turns.page.seconds[-1])


def _by_script(resident: Resident, message: str, timed: dict[str, list[float]]) -> None:
    timed.setdefault("by script", []).append(resident.write_by_script(message))


def _resident(url: str) -> Resident:
    resident = Resident(url)
    resident.open()
    return resident


if __name__ == "__main__":
    sys.exit(main())
