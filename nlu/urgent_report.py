"""Measuring the danger check on tables of messages: `python -m nlu.urgent tests/nlu/urgent_cases.yml`.

For each kind of danger its recall and its precision, for each group of safe messages its false alarms; all with
intervals, because the tables are small.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from nlu.urgent import Urgent, look

DANGER = "danger"


class Row(NamedTuple):
    """One message of a table; `kind` is "" when it is not danger, `group` the heading it stands under."""

    kind: str
    text: str
    group: str


@dataclass
class Tally:
    """One line of the report; `wrong` holds the messages of the table, never a resident's."""

    right: int = 0
    of: int = 0
    named: int = 0  # the right kind, first or among the others
    led: int = 0  # answered as this kind, of the whole table
    led_rightly: int = 0  # and the table says this kind too
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


def rows(path: Path, only: int | None = None) -> list[Row]:
    """Every message in the table, danger first."""
    table: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    danger = [Row(kind, str(text), kind) for kind, texts in table.get(DANGER, {}).items() for text in texts]
    safe = [Row("", str(text), group) for group, texts in table.items() if group != DANGER for text in texts]
    return [row for row in danger + safe if only is None or half(row.text) == only]


def measure(table: Sequence[Row]) -> dict[str, Tally]:
    """A tally for each kind of danger and for each group of messages that are not danger."""
    out: dict[str, Tally] = {row.group: Tally() for row in table}
    for row in table:
        seen = look(row.text)
        _count(out[row.group], row, seen)
        if seen is not None and seen.kind in out:
            out[seen.kind].led += 1
            out[seen.kind].led_rightly += row.kind in (seen.kind, *seen.also)
    return out


def _count(tally: Tally, row: Row, seen: Urgent | None) -> None:
    tally.of += 1
    tally.named += seen is not None and row.kind in (seen.kind, *seen.also)
    if (seen is not None) == bool(row.kind):
        tally.right += 1
    else:
        tally.wrong.append(f"{row.text}  [{seen.kind}: {seen.shown_by}]" if seen else row.text)


def _line(name: str, right: int, of: int) -> str:
    low, high = wilson(right, of)
    return f"{name:26} {right:4}/{of:<4} {right / of if of else 0:6.1%}  ({low:6.1%} to {high:6.1%})"


def report(table: Sequence[Row], *, wrong: bool = False) -> str:
    """Recall and precision by kind, false alarms by group, then all together, as lines of text."""
    tallies, kinds = measure(table), {row.kind for row in table if row.kind}
    danger = {group: tally for group, tally in tallies.items() if group in kinds}
    safe = {group: tally for group, tally in tallies.items() if group not in kinds}
    lines = ["Recall", *(_line(kind, t.right, t.of) for kind, t in danger.items())]
    lines += ["Kind named", *(_line(kind, t.named, t.of) for kind, t in danger.items())]
    lines += ["Precision", *(_line(kind, t.led_rightly, t.led) for kind, t in danger.items() if t.led)]
    lines += ["False alarms", *(_line(group, t.of - t.right, t.of) for group, t in safe.items())]
    lines += ["All together", *_together(danger, safe)]
    if wrong:
        lines += [f"  {group}: {text}" for group, t in tallies.items() for text in t.wrong]
    return "\n".join(lines)


def _together(danger: Mapping[str, Tally], safe: Mapping[str, Tally]) -> list[str]:
    hits, of = sum(t.right for t in danger.values()), sum(t.of for t in danger.values())
    alarms, calm = sum(t.of - t.right for t in safe.values()), sum(t.of for t in safe.values())
    lines = [_line("recall", hits, of), _line("kind named", sum(t.named for t in danger.values()), of)] if of else []
    lines += [_line("false alarms", alarms, calm)] if calm else []
    return lines + ([_line("precision", hits, hits + alarms)] if of and calm else [])


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
