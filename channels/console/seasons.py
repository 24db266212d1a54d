"""A season and its breaks as people write them: "24 Dec to 2 Jan, August, 14/2/2026". Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date

MONTHS = {
    "jan": 1, "ion": 1, "feb": 2, "chwe": 2, "mar": 3, "maw": 3, "apr": 4, "ebr": 4, "may": 5, "mai": 5, "jun": 6,
    "meh": 6, "jul": 7, "gor": 7, "aug": 8, "awst": 8, "sep": 9, "medi": 9, "oct": 10, "hyd": 10, "nov": 11,
    "tach": 11, "dec": 12, "rhag": 12,
}  # fmt: skip
BETWEEN = re.compile(r"\s*(?:\bto\b|\buntil\b|\bi\b|\btan\b|[\u2013\u2014]|(?<=\D)-(?=\D)|\s-\s|(?<=\w)-(?=\d+ ))\s*")
WRITTEN = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th|af|ain|fed|eg)?\s+)?([^\W\d]+)(?:\s+(\d{4}))?\Z")
FIGURES = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?\Z")
ISO = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})\Z")
Break = tuple[str, str]


def breaks_in(given: str) -> tuple[tuple[Break, ...], str]:
    """Pairs of days, as timetables keep them, and the first piece that is none ("" when all are)."""
    found: list[Break] = []
    for piece in re.split(r"[,;\n]+|\band\b|\ba\b", given):
        if not piece.strip():
            continue
        one = _break(piece.strip().rstrip("."))
        if one is None:
            return tuple(found), piece.strip()
        found.append(one)
    return tuple(found), ""


def written(breaks: tuple[Break, ...], months: list[str]) -> str:
    """The same as text, `months` being their short names in the reader's language."""
    return ", ".join(_pair(first, last, months) for first, last in breaks)


def _pair(first: str, last: str, months: list[str]) -> str:
    return _day(first, months) if first == last else f"{_day(first, months)} to {_day(last, months)}"


def _day(day: str, months: list[str]) -> str:
    year, month, number = ISO.match(day).groups()  # type: ignore[union-attr]  # only days of ours come here
    return f"{int(number)} {months[int(month) - 1]}{f' {year}' if year else ''}"


def _break(piece: str) -> Break | None:
    ends = BETWEEN.split(piece.lower(), maxsplit=1)
    first, last = _days(ends[0]), _days(ends[-1])
    if first is None or last is None:
        return None
    begin, end = first[0], last[1]
    if (len(begin) > 5) != (len(end) > 5):  # "20 Dec to 5 Jan 2027": the year is of both, turning with New Year
        begin, end = _with_year(begin, end)
    return None if len(begin) > 5 and end < begin else (begin, end)


def _with_year(begin: str, end: str) -> Break:
    year = int((begin if len(begin) > 5 else end)[:4])
    if len(begin) > 5:
        return begin, f"{year if end >= begin[5:] else year + 1}-{end}"
    return f"{year if begin <= end[5:] else year - 1}-{begin}", end


def _days(said: str) -> Break | None:
    """The first and last day of "24 Dec", "14/2/2026", "2026-02-14" or a whole month; None for anything else."""
    said = said.strip().replace("mis ", "")
    if found := ISO.match(said):
        year, month, day = found.groups()
        return _made(year, int(month), int(day))
    if found := FIGURES.match(said):
        day, month, year = found.groups()
        return _made(year, int(month), int(day))
    found = WRITTEN.match(said)
    month_number = next((number for name, number in MONTHS.items() if found and found[2].startswith(name)), 0)
    if not found or not month_number:
        return None
    if found[1]:
        return _made(found[3], month_number, int(found[1]))
    first = _made(found[3], month_number, 1)
    last = _made(found[3], month_number, calendar.monthrange(int(found[3] or 2023), month_number)[1])
    return (first[0], last[1]) if first and last else None


def _made(year: str | None, month: int, day: int) -> Break | None:
    try:
        made = date(int(year or 2024), month, day).isoformat()
    except ValueError:
        return None
    kept = made if year else made[5:]
    return kept, kept
