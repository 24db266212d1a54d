"""Which crisis lines to show for a danger: the answer that leads, before anything else is said.

Read from knowledge/seed/emergency.yml alone, so that it works with every database down.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parent / "seed" / "emergency.yml"
MOST = 5
BESIDE = 2  # of them for a second kind of danger
FIRST = "emergency_999"
WIDE = 3  # nations: what covers Great Britain or the whole UK may be shown to anyone
NAMED = "england"  # shown when the nation is unknown; its lines carry "England:" in their name
COUNCIL_LEADS = "crisis_adult_risk"  # the safeguarding team can act, so no line for some of them comes before it
FOR_ADULTS = frozenset({"men", "older"})


@dataclass(frozen=True)
class EmergencyLine:
    """One line to ring or text; `number` is "" where each council has its own."""

    key: str
    id: str
    number: str
    name: Mapping[str, str]
    line: Mapping[str, str]
    more: Mapping[str, str]  # ways to reach it that not everybody needs: by text, in sign language
    text: str
    url: str
    hours: str
    nations: tuple[str, ...]
    kinds: tuple[str, ...]
    who: str
    asked: tuple[str, ...]  # the kinds for which it is shown only to those it is for
    hazard: str
    confirmed_on: date | None


def lines_for(
    kind: str,
    *,
    nation: str | None,
    child: bool = False,
    about: str = "self",
    hazard: str = "",
    who: str | None = None,
    also: Sequence[str] = (),
) -> tuple[EmergencyLine, ...]:
    """At most five lines for `kind`, 999 always first, then those for this person, then the list's own order.

    A child gets Childline first, also when it is somebody else they are frightened for. `also`: other kinds that the
    message may be about; the first of them has its best two lines here, after those for `kind`.
    """
    lines = _for_one(kind, nation, child, about, hazard, who)
    second = [line for other in also[:1] for line in _for_one(other, nation, child, about, "", who)]
    beside = [line for line in second if line not in lines][:BESIDE]
    return (*lines[: MOST - len(beside)], *beside)


def _for_one(
    kind: str, nation: str | None, child: bool, about: str, hazard: str, who: str | None
) -> tuple[EmergencyLine, ...]:
    wanted = "child" if child else None if kind == COUNCIL_LEADS else who
    fit = [line for line in all_lines() if _fits(line, kind, nation, hazard, wanted)]
    fit.sort(key=lambda line: (line.key != FIRST, wanted is None or line.who != wanted, _waits(line, about, wanted)))
    return tuple(fit[:MOST])


def _fits(line: EmergencyLine, kind: str, nation: str | None, hazard: str, who: str | None) -> bool:
    if line.key == FIRST:
        return True
    if kind not in line.kinds or (hazard and line.hazard and line.hazard != hazard):
        return False
    if who == "child" and line.who in FOR_ADULTS or kind in line.asked and line.who != who:
        return False
    return nation in line.nations if nation else len(line.nations) >= WIDE or NAMED in line.nations


def _waits(line: EmergencyLine, about: str, who: str | None) -> bool:
    """Whether a line for children stands back: an adult who is worried needs the adults' line first."""
    return line.who == "child" and who != "child" and about == "other"


@lru_cache(maxsize=1)
def all_lines() -> tuple[EmergencyLine, ...]:
    """Every line in the file, in its order."""
    return tuple(_line(row) for row in yaml.safe_load(FILE.read_text(encoding="utf-8")))


def _line(row: Mapping[str, Any]) -> EmergencyLine:
    return EmergencyLine(
        key=row["key"],
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"fingerpost:emergency:{row['key']}")),
        number=row["number"],
        name=row["name"],
        line=row["line"],
        more=row.get("more", {}),
        text=row.get("text", ""),
        url=row.get("url", ""),
        hours=row.get("hours", ""),
        nations=tuple(row["nations"]),
        kinds=tuple(row["kinds"]),
        who=row["who"],
        asked=tuple(row.get("asked", ())),
        hazard=row.get("hazard", ""),
        confirmed_on=row["confirmed_on"],
    )
