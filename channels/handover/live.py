"""Server-sent events that hold no thread: each answer says what is new at once, ends, and names when to ask again.

The browser's EventSource does the asking, with the mark of what it saw last (docs/decisions/0013-streams-that-end.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from flask import Response, request

EVENTS = "text/event-stream"
QUICK_MS, CALM_MS = 700, 3000  # between two looks: while a person is there or waited for; else

Now = TypeVar("Now")


def stream(
    newer: Callable[[int], tuple[Now, str, int]],
    told: Callable[[Now], dict[str, object]],
    *,
    quick: bool = False,
    ended: Callable[[Now], bool] = lambda _now: False,
) -> Response:
    """One short stream. `newer` gives what there is after a number, a mark of the rest, and the newest number; `told`
    makes an event of it, only if either changed. 204, which ends the browser's asking, once nothing more can come."""
    number, mark = _seen()
    now, found, last = newer(number)
    over = ended(now)
    if over and found == mark and last == number:
        return Response(status=204, mimetype=EVENTS)
    lines = [f"retry: {QUICK_MS if quick else CALM_MS}", ""]
    if (last, found) != (number, mark):
        lines += [f"id: {last}.{found}", f"data: {json.dumps(told(now))}", ""]
    return _events(lines)


def nothing_new(*, quick: bool = False) -> Response:
    """The answer when it is known without reading that nothing changed."""
    return _events([f"retry: {QUICK_MS if quick else CALM_MS}", ""])


def seen_mark() -> str:
    """The mark of what the browser saw last."""
    return _seen()[1]


def _events(lines: list[str]) -> Response:
    response = Response("\n".join((*lines, "")), mimetype=EVENTS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _seen() -> tuple[int, str]:
    """What the browser saw last: from its own header, or from the address for its first look."""
    given = request.headers.get("Last-Event-ID") or request.args.get("seen", "")
    number, _, mark = given.partition(".")
    return (int(number) if number.isdecimal() and len(number) < 12 else 0), mark[:40]
