"""Opening times: Open Referral's recurrence, lists of days and hours, and the one kind of free text that is certain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from knowledge.drafts import DAYS, YEARLY, Times, Words
from knowledge.imports import clean

CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
BYDAY = re.compile(r"(-?\d)?(MO|TU|WE|TH|FR|SA|SU)")
CODES = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), DAYS, strict=True))
CERTAIN = re.compile(r"([A-Za-z]+)\s+(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")

Lines = dict[tuple[str, str], list[str]]


def clock(said: Any) -> str:
    """ "10:00" from "10:00:00", "9:30" or a moment; "" from anything else. The day ends at 24:00."""
    found = CLOCK.search(str(said or ""))
    hour, minute = (int(found[1]), int(found[2])) if found else (99, 0)
    return f"{hour:02d}:{minute:02d}" if minute < 60 and (hour, minute) <= (24, 0) else ""


def day(said: Any) -> str:
    """Our name for a day written in any of the usual ways, or ""."""
    short = str(said or "").strip().lower()[:3]
    return short if short in DAYS else CODES.get(str(said or "").strip().upper()[:2], "")


def from_days(rows: Iterable[Mapping[str, Any]], names: tuple[str, str, str]) -> tuple[Times, ...]:
    """A timetable from rows that name a day, an opening and a closing time under `names`."""
    lines: Lines = {}
    for row in rows:
        called, opens, closes = (row.get(name) for name in names)
        if day(called):
            lines.setdefault((clock(opens), clock(closes)), []).append(day(called))
    return _timetable(lines)


def from_text(text: str) -> tuple[Times, ...]:
    """A timetable from "Monday 10:00-17:00; Tuesday …"; nothing when any part is not so plain."""
    lines: Lines = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        found = CERTAIN.fullmatch(part)
        if not found or not day(found[1]) or not found[1].lower().startswith(day(found[1])):
            return ()
        lines.setdefault((clock(found[2]), clock(found[3])), []).append(day(found[1]))
    return _timetable(lines)


def _timetable(lines: Lines) -> tuple[Times, ...]:
    return tuple(
        Times(days=tuple(one for one in DAYS if one in days), opens=opens, closes=closes)
        for (opens, closes), days in lines.items()
    )


def from_referral(rows: Iterable[Mapping[str, Any]], today: date) -> tuple[Times, ...]:
    """A timetable from Open Referral schedules of 3.0 or 1.0; those that ended before `today` are left out."""
    times: list[Times] = []
    for row in rows:
        found = None if _over(row, today) else _recurrence(row)
        if found is not None and found not in times:
            times.append(found)
    return tuple(times)


def _recurrence(row: Mapping[str, Any]) -> Times | None:
    opens, closes = clock(row.get("opens_at")), clock(row.get("closes_at"))
    frequency = str(row.get("freq") or "WEEKLY").upper()
    found = BYDAY.findall(str(row.get("byday") or "").upper())
    days = DAYS if frequency == "DAILY" else _days(row, [code for _, code in found])
    weeks = {int(week) for week, _ in found if week}
    if not days or frequency not in ("DAILY", "WEEKLY", "MONTHLY") or len(weeks) > 1:
        return None
    made = Times(days, opens, closes, note=_note(row), **_season(row))
    if frequency == "MONTHLY":
        return replace(made, every="month", week=min(weeks)) if weeks else None
    interval = int(row.get("interval") or 1) if str(row.get("interval") or 1).isdecimal() else 0
    if frequency == "DAILY" and interval != 1:
        return None
    every = "term" if row.get("term_time") is True and interval == 1 else {1: "week", 2: "fortnight"}.get(interval)
    return replace(made, every=every) if every else None


def _season(row: Mapping[str, Any]) -> dict[str, Any]:
    """Its first and last day, and its breaks as our own feeds say them."""
    starts, ends = _date(row.get("valid_from")) or _date(row.get("dtstart")), _ends(row)
    given = row.get("breaks") if isinstance(row.get("breaks"), list) else []
    pairs = [(str(one.get("from")), str(one.get("to"))) for one in given or [] if isinstance(one, Mapping)]
    return {
        "starts": starts.isoformat() if starts else "",
        "ends": ends.isoformat() if ends else "",
        "breaks": tuple(pair for pair in pairs if all(map(YEARLY.fullmatch, pair)) or _forwards(*pair)),
    }


def _forwards(first: str, last: str) -> bool:
    """Whether two dates are a time that passes; a year's turn is in between only where no year is said."""
    begins, ends = _date(first), _date(last)
    return begins is not None and ends is not None and begins <= ends


def _note(row: Mapping[str, Any]) -> Words:
    """What is said beside the times, in each language."""
    other = row.get("translations") if isinstance(row.get("translations"), Mapping) else {}
    said = {language: clean.tidy(fields.get("notes")) for language, fields in (other or {}).items()
            if isinstance(fields, Mapping) and language != "en"}  # fmt: skip
    return {"en": clean.tidy(row.get("notes")), **{language: text for language, text in said.items() if text}}


def _days(row: Mapping[str, Any], codes: list[str]) -> tuple[str, ...]:
    named = {CODES[code] for code in codes} or {day(row.get("weekday"))}
    if named == {""}:
        begins = _date(row.get("dtstart"))
        named = {DAYS[begins.weekday()]} if begins else set()
    return tuple(one for one in DAYS if one in named)


def _over(row: Mapping[str, Any], today: date) -> bool:
    ends = _ends(row)
    return ends is not None and ends < today


def _ends(row: Mapping[str, Any]) -> date | None:
    """Its last day: UK 3.0 says valid_to, HSDS until."""
    return _date(row.get("valid_to")) or _date(row.get("until"))


def _date(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said or "")[:10])
    except ValueError:
        return None
