"""Measuring the danger check on a table of messages: `python -m nlu.urgent tests/nlu/urgent_cases.yml`."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from nlu.urgent import look

DANGER = "danger"


@dataclass
class Tally:
    """One row of the report; `wrong` holds the messages of the table, never a resident's."""

    right: int = 0
    of: int = 0
    named: int = 0  # the right kind, first or among the others
    wrong: list[str] = field(default_factory=list)


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95% interval of a share, honest for small tables (Wilson, 1927)."""
    if of == 0:
        return 0.0, 1.0
    z, share = 1.96, right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def half(text: str) -> int:
    """0 for the half that may be read while tuning, 1 for the half kept unread until the end."""
    return hashlib.sha256(text.encode()).digest()[-1] & 1


def rows(path: Path, only: int | None = None) -> list[tuple[str, str]]:
    """(kind, text) of every message in the table; kind is "" for the ones that are not danger."""
    table: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    danger = [(kind, str(text)) for kind, texts in table.get(DANGER, {}).items() for text in texts]
    safe = [("", str(text)) for key, texts in table.items() if key != DANGER for text in texts]
    return [(kind, text) for kind, text in danger + safe if only is None or half(text) == only]


def measure(table: Sequence[tuple[str, str]]) -> dict[str, Tally]:
    """A tally for each kind, and under "" one for the messages that are not danger."""
    out: dict[str, Tally] = {}
    for kind, text in table:
        tally, seen = out.setdefault(kind, Tally()), look(text)
        tally.of += 1
        tally.right += (seen is not None) == bool(kind)
        tally.named += seen is not None and kind in (seen.kind, *seen.also)
        if (seen is not None) != bool(kind):
            tally.wrong.append(f"{text}  [{seen.kind}: {seen.shown_by}]" if seen else text)
    return out


def _line(name: str, right: int, of: int, more: str = "") -> str:
    low, high = wilson(right, of)
    return f"{name:28} {right:4}/{of:<4} {right / of if of else 0:6.1%}  ({low:.1%} to {high:.1%})  {more}"


def report(table: Sequence[tuple[str, str]], *, wrong: bool = False) -> str:
    """Recall by kind, precision and false alarms, as lines of text."""
    tallies = measure(table)
    danger = {kind: tally for kind, tally in tallies.items() if kind}
    lines = [_line(kind, t.right, t.of, f"kind named {t.named}/{t.of}") for kind, t in danger.items()]
    hits, of = sum(t.right for t in danger.values()), sum(t.of for t in danger.values())
    lines += [_line("recall", hits, of, f"kind named {sum(t.named for t in danger.values())}/{of}")] if of else []
    safe = tallies.get("", Tally())
    alarms = safe.of - safe.right
    lines += [_line("false alarms", alarms, safe.of)] if safe.of else []
    lines += [_line("precision", hits, hits + alarms)] if of and safe.of else []
    if wrong:
        lines += [f"  {kind or 'false alarm'}: {text}" for kind, t in tallies.items() for text in t.wrong]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Print the report for the tables named; `--wrong` lists what went wrong, `--half 0|1` takes one half."""
    given = [word for word in arguments if not word.startswith("--")]
    only = int(given.pop(given.index(arguments[arguments.index("--half") + 1]))) if "--half" in arguments else None
    if not given:
        print("Which table? python -m nlu.urgent tests/nlu/urgent_cases.yml tests/nlu/urgent_safe_cases.yml")  # noqa: T201
        return 2
    table = [row for name in given for row in rows(Path(name), only)]
    print(report(table, wrong="--wrong" in arguments))  # noqa: T201  a command
    return 0
