"""Entries as rows of a spreadsheet and back. Pure: no database. A cell that is wrong is named with its line.

Cells of several values are separated by semicolons; a time is "tue thu 12:00-14:00 week" with a note in brackets, a
telephone number "01632 960123 (ask for Jean)". What a spreadsheet would run as a formula carries an apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge.drafts import DAYS, Number, ServiceDraft, Spot, Times
from knowledge.imports import clean

COLUMNS = (
    "key", "name", "name_cy", "line", "line_cy", "description", "description_cy", "topics", "who", "who_cy", "times",
    "times_in_words", "venue", "address", "town", "postcode", "masked", "how_to_get_in", "phones", "email", "url",
    "cost", "pounds", "cost_note", "age_from", "age_to", "languages", "access",
)  # fmt: skip
NEEDED = ("name", "line", "topics")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
EVERY = ("week", "fortnight", "month", "term")
TIMES = re.compile(
    r"(?P<days>(?:(?:mon|tue|wed|thu|fri|sat|sun)\s*)*)(?P<opens>\d\d:\d\d)?(?:-(?P<closes>\d\d:\d\d))?\s*"
    r"(?P<every>week|fortnight|month|term)?\s*(?P<week>-?\d)?\s*(?:\((?P<note>[^()]*)\))?\s*\Z"
)
PHONE = re.compile(r"(?P<number>[^()]+?)\s*(?:\((?P<note>[^()]*)\))?\s*\Z")
MOST_ROWS = 100_000
LONGEST_CELL = 4000


@dataclass(frozen=True)
class Wrong:
    """A line that cannot be read: the column, and what is in it."""

    line: int
    column: str
    cell: str


class NotASheet(ValueError):
    """The whole file cannot be used; `args[0]` names why: encoding, columns, rows, kind."""


def text_of(file: bytes) -> str:
    """The text of a CSV file: UTF-8, or what Windows writes. Raises `NotASheet` for anything that is not text."""
    if file[:2] in (b"PK", b"\xd0\xcf") or b"\x00" in file[:4096]:
        raise NotASheet("kind")
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return file.decode("cp1252")
        except UnicodeDecodeError:
            raise NotASheet("encoding") from None


def rows_of(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their line numbers, markup and formulas made harmless. Raises `NotASheet`."""
    first = text.partition("\n")[0]
    separator = max((",", ";", "\t"), key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    names = [(name or "").strip().lower().replace(" ", "_") for name in reader.fieldnames or ()]
    if any(name not in names for name in NEEDED):
        raise NotASheet("columns")
    reader.fieldnames = names
    try:
        for at, row in enumerate(reader, 2):
            if at > MOST_ROWS + 1:
                raise NotASheet("rows")
            cells = {name: _plain(cell) for name, cell in row.items() if name in COLUMNS and isinstance(cell, str)}
            if any(cells.values()):
                yield at, cells
    except csv.Error:
        raise NotASheet("kind") from None


def rows_of_json(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The same from JSON: objects with the same names, several values being a list. Raises `NotASheet`."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise NotASheet("kind") from None
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise NotASheet("list")
    if len(given) > MOST_ROWS:
        raise NotASheet("rows")
    for at, row in enumerate(given, 1):
        cells = {name: _plain(_cell_of(value)) for name, value in row.items() if name in COLUMNS and value is not None}
        if any(cells.values()):
            yield at, cells


def _cell_of(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_cell_of(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def draft_of(
    cells: Mapping[str, str], base: ServiceDraft, topics: Mapping[str, str], line: int
) -> ServiceDraft | Wrong:
    """The entry in a row, on top of what it was; a column that is not in the file changes nothing."""
    names = {key: name for name, key in topics.items()}
    before = dict(zip(COLUMNS, _cells(base, names), strict=True))
    changed = {name: cell for name, cell in cells.items() if cell.casefold() != _plain(before[name]).casefold()}
    changed |= {name: cell for name, cell in cells.items() if cell != _plain(before[name]) and name != "topics"}
    given = _Cells(changed, line)
    try:
        return replace(base, **given.read(base, topics))
    except _CellWrong as wrong:
        return Wrong(line, wrong.column, wrong.cell[:80])


def as_sheet(drafts: Iterable[ServiceDraft], names: Mapping[str, str]) -> str:
    """A spreadsheet of these entries; `names`: what a topic is called, by key."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for draft in drafts:
        writer.writerow([_harmless(cell) for cell in _cells(draft, names)])
    return "\ufeff" + out.getvalue()


class _CellWrong(Exception):
    def __init__(self, column: str, cell: str) -> None:
        super().__init__(column)
        self.column, self.cell = column, cell


class _Cells:
    def __init__(self, cells: Mapping[str, str], line: int) -> None:
        self.cells, self.line = cells, line

    def read(self, base: ServiceDraft, topics: Mapping[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in ("name", "line", "description", "who"):
            found[name] = self._words(name, getattr(base, name))
            if name in NEEDED and not found[name]["en"]:
                raise _CellWrong(name, "")
        if len(found["line"]["en"]) > 140:
            raise _CellWrong("line", found["line"]["en"])
        found["topics"] = self._topics(topics) if "topics" in self.cells else base.topics
        if not found["topics"]:
            raise _CellWrong("topics", "")
        for name, read in self._readers(base).items():
            if self._there(name):
                found[READ_AS.get(name, name)] = read(name)
        if any(name in self.cells for name in ("venue", "address", "town", "postcode", "masked", "how_to_get_in")):
            found["spots"] = self._spots(base)
        if "cost" in self.cells or base.cost and ("pounds" in self.cells or "cost_note" in self.cells):
            found["cost"] = self._cost(base.cost or {})
        return found

    def _readers(self, base: ServiceDraft) -> dict[str, Callable[[str], Any]]:
        return {
            "times": lambda name: self._times(name, base.schedule),
            "times_in_words": lambda name: self.cells[name],
            "phones": lambda name: self._phones(name, base.phones),
            "email": self._email,
            "url": lambda name: clean.url(self.cells[name]) or self._fail(name) if self.cells[name] else None,
            "age_from": self._age,
            "age_to": self._age,
            "languages": self._several,
            "access": self._several,
        }

    def _there(self, name: str) -> bool:
        return name in self.cells

    def _fail(self, name: str) -> Any:
        raise _CellWrong(name, self.cells.get(name, ""))

    def _words(self, name: str, kept: Mapping[str, str]) -> dict[str, str]:
        found = dict(kept)
        for column, code in ((name, "en"), (f"{name}_cy", "cy")):
            if column in self.cells:
                found[code] = self.cells[column]
        return {code: text for code, text in found.items() if text or code == "en"}

    def _several(self, name: str) -> tuple[str, ...]:
        return tuple(one.strip() for one in self.cells[name].split(";") if one.strip())

    def _topics(self, topics: Mapping[str, str]) -> tuple[str, ...]:
        found = []
        for one in self._several("topics"):
            key = one if one in topics.values() else topics.get(one.casefold(), "")
            if not key:
                raise _CellWrong("topics", one)
            found.append(key)
        if not found:
            raise _CellWrong("topics", "")
        return tuple(dict.fromkeys(found))

    def _times(self, name: str, before: tuple[Times, ...]) -> tuple[Times, ...]:
        """Each line on top of the one it was, for a season, a break and other languages have no place in a cell."""
        told = [self._line(name, one) for one in self._several(name)]
        days = [tuple(day for day in DAYS if day in one["days"].split()) for one in told]
        was = _matched(days, [one.days for one in before])
        return tuple(
            replace(
                Times() if at is None else before[at],
                days=on,
                opens=one["opens"] or "",
                closes=one["closes"] or "",
                every=one["every"] or "week",
                week=int(one["week"]) if one["week"] and one["every"] == "month" else None,
                note=_note(one["note"], {} if at is None else before[at].note),
            )
            for one, on, at in zip(told, days, was, strict=True)
        )

    def _line(self, name: str, one: str) -> re.Match[str]:
        words, bracket, note = one.partition("(")
        told = TIMES.match(words.lower() + bracket + note)
        if told is None or not one:
            raise _CellWrong(name, one)
        return told

    def _phones(self, name: str, before: tuple[Number, ...]) -> tuple[Number, ...]:
        told = []
        for one in self._several(name):
            found = PHONE.match(one)
            if found is None or sum(letter.isdigit() for letter in found["number"]) < 3:
                raise _CellWrong(name, one)
            told.append(found)
        was = _matched([one["number"] for one in told], [one.number for one in before])
        return tuple(
            Number(one["number"], _note(one["note"], {} if at is None else before[at].note))
            for one, at in zip(told, was, strict=True)
        )

    def _email(self, name: str) -> str | None:
        given = self.cells[name]
        return (given if clean.email(given) == given else self._fail(name)) if given else None

    def _age(self, name: str) -> float | None:
        given = self.cells[name]
        age = clean.number(given) if given else None
        return self._fail(name) if given and (age is None or not 0 <= age <= 125) else age

    def _spots(self, base: ServiceDraft) -> tuple[Spot, ...]:
        kept = base.spots[0] if base.spots else Spot()
        cell = self.cells.get
        code = clean.postcode(cell("postcode", kept.postcode))
        if cell("postcode") and not code:
            self._fail("postcode")
        venue, note = cell("venue", kept.venue["en"]), cell("how_to_get_in", kept.note["en"])
        made = replace(
            kept,
            venue=kept.venue if kept.venue["en"] == venue else {"en": venue},
            address=cell("address", kept.address),
            town=cell("town", kept.town),
            postcode=code,
            masked=cell("masked", "yes" if kept.masked else "").lower() in ("yes", "true", "1"),
            note=kept.note if kept.note["en"] == note else {"en": note},
        )
        if not any((made.venue["en"], made.address, made.town, made.postcode)):
            return base.spots[1:]
        moved = (made.postcode, made.town, made.masked) != (kept.postcode, kept.town, kept.masked)
        return (replace(made, latitude=None, longitude=None) if moved else made, *base.spots[1:])

    def _cost(self, before: Mapping[str, Any]) -> dict[str, Any] | None:
        kind = self.cells.get("cost", before.get("kind") or "")
        if not kind:
            return None
        if kind not in ("free", "low", "paid", "varies"):
            self._fail("cost")
        kept = () if kind == "free" and before.get("kind") != "free" else ("amount", "note")
        found: dict[str, Any] = {"kind": kind, **{name: before[name] for name in kept if before.get(name)}}
        if "pounds" in self.cells:
            pounds = self.cells["pounds"].lstrip("£")
            amount = clean.number(pounds) if pounds else None
            if pounds and (amount is None or amount < 0):
                self._fail("pounds")
            found["amount"] = amount
        if "cost_note" in self.cells:
            found["note"] = self.cells["cost_note"]
        return {name: value for name, value in found.items() if value not in (None, "")}


def _matched(now: Sequence[Any], before: Sequence[Any]) -> list[int | None]:
    """For each line now, which one before it was: the one that says the same, or else the one in its place where no
    line came or went."""
    free = dict(enumerate(before))
    found: list[int | None] = []
    for one in now:
        at = next((at for at, was in free.items() if was == one), None)
        found.append(at)
        if at is not None:
            del free[at]
    if len(now) == len(before):
        found = [place if at is None and place in free else at for place, at in enumerate(found)]
    return found


def _note(english: str | None, before: Mapping[str, str]) -> dict[str, str]:
    """A note with its other languages, as long as it says what they translate."""
    return dict(before) if before.get("en") == (english or "") else {"en": english or ""}


READ_AS = {"times": "schedule", "times_in_words": "schedule_text", "age_from": "minimum_age", "age_to": "maximum_age"}


def _plain(cell: str) -> str:
    """A cell's text without markup, and without the apostrophe that kept a formula from running."""
    text = clean.tidy(cell[:LONGEST_CELL])
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _cells(draft: ServiceDraft, names: Mapping[str, str]) -> list[str]:
    spot, cost = draft.spots[0] if draft.spots else Spot(), draft.cost or {}
    note = cost.get("note")
    amount = cost.get("amount")
    told = {
        "key": draft.key,
        **{name: getattr(draft, name)["en"] for name in ("name", "line", "description", "who")},
        **{f"{name}_cy": getattr(draft, name).get("cy", "") for name in ("name", "line", "description", "who")},
        "topics": "; ".join(names.get(key, key) for key in draft.topics),
        "times": "; ".join(_time(times) for times in draft.schedule),
        "times_in_words": draft.schedule_text,
        "venue": spot.venue["en"],
        "address": spot.address,
        "town": spot.town,
        "postcode": spot.postcode,
        "masked": "yes" if spot.masked else "",
        "how_to_get_in": spot.note["en"],
        "phones": "; ".join(_noted(phone.number, phone.note["en"]) for phone in draft.phones),
        "email": draft.email or "",
        "url": draft.url or "",
        "cost": cost.get("kind") or "",
        "pounds": "" if amount is None else f"{amount:g}",
        "cost_note": note.get("en", "") if isinstance(note, Mapping) else note or "",
        "age_from": "" if draft.minimum_age is None else f"{draft.minimum_age:g}",
        "age_to": "" if draft.maximum_age is None else f"{draft.maximum_age:g}",
        "languages": "; ".join(draft.languages),
        "access": "; ".join(draft.access),
    }
    return [str(told[column]) for column in COLUMNS]


def _noted(text: str, note: str) -> str:
    return f"{text} ({note})" if note else text


def _time(times: Times) -> str:
    hours = f"{times.opens}-{times.closes}" if times.closes else times.opens
    week = str(times.week) if times.week else ""
    return _noted(" ".join(part for part in (" ".join(times.days), hours, times.every, week) if part), times.note["en"])
