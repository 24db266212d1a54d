"""Rows with columns (CSV, or flat JSON records) into plain rows, as a mapping file says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from knowledge.errors import ImportWrong
from knowledge.imports import clean, schedules
from knowledge.imports.files import csv_rows, json_documents
from knowledge.imports.found import Plain, PlainSpot, Refused
from knowledge.imports.mapping import Column
from knowledge.imports.mapping import Mapping as Mapped

EMPTY = "empty"
STREET_SUPPORT_DAYS = ("day", "startTime", "endTime")


def read_csv(path: Path, mapping: Mapped) -> Iterator[tuple[str, Plain] | Refused]:
    """Each row of the file; raises `ImportWrong` if a column the mapping names is not in its header."""
    header, rows = csv_rows(path)
    if missing := sorted(mapping.used - set(header)):
        raise ImportWrong(f"{path.name} has no column {missing[0]!r}. It has: {', '.join(header)}.")
    for row in rows:
        yield row if isinstance(row, Refused) else _plain(f"line {row[0]}", row[1], mapping)


def read_json(path: Path, mapping: Mapped) -> Iterator[tuple[str, Plain] | Refused]:
    """Each record of the list at the mapping's `records`; raises `ImportWrong` if there is no such list."""
    for document in json_documents(path):
        if isinstance(document, Refused):
            yield document
            continue
        where, content = document
        for at, record in enumerate(_records(content, mapping, path), 1):
            if isinstance(record, Mapping):
                yield _plain(f"{where}record {at}", flat(record), mapping)
            else:
                yield Refused(f"{where}record {at}", "it is not a record")


def _records(content: Any, mapping: Mapped, path: Path) -> list[Any]:
    for name in filter(None, mapping.records.split(".")):
        content = content.get(name) if isinstance(content, dict) else None
    if isinstance(content, dict):
        return [content]
    if not isinstance(content, list):
        raise ImportWrong(
            f"{path.name} holds no list of records{f' at {mapping.records!r}' if mapping.records else ''}."
        )
    return content


def flat(record: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested records under dotted names; lists of plain values joined, other lists as they are."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            found.update(flat(value, f"{prefix}{name}."))
        elif isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
            found[prefix + name] = "; ".join(map(str, value))
        else:
            found[prefix + name] = value
    return found


def _plain(where: str, row: Mapping[str, Any], mapping: Mapped) -> tuple[str, Plain] | Refused:
    kept = {name: value for name, value in row.items() if name not in mapping.drop}
    if reason := _left_out(kept, mapping):
        return Refused(where, reason, clean.tidy(_value(kept, mapping.columns["name"], " ")), "left_out")
    found = {name: _value(kept, column, _joint(name)) for name, column in mapping.columns.items()}
    said = {**found, **mapping.fixed}
    key = [clean.tidy(kept.get(name)) for name in mapping.key]
    if mapping.key and not any(key):
        return Refused(where, f"it has nothing in {', '.join(mapping.key)}, by which a row is known", said["name"])
    spot = PlainSpot(**{name: said.pop(name, "") for name in PlainSpot.__dataclass_fields__})
    phone, languages = said.pop("phone", ""), said.pop("languages", "")
    opening = said.get("opening", "")
    return where, Plain(
        row=" | ".join(key),
        spots=(spot,),
        phones=((phone, ""),) if phone else (),
        languages=tuple(re.split(r"[,;/]", languages)) if languages else (),
        schedule=_schedule(kept, mapping) or schedules.from_text(opening),
        **{name: value for name, value in said.items() if name != "schedule"},  # type: ignore[arg-type]  # all are text
    )


def _joint(name: str) -> str:
    return ", " if name in ("address", "venue", "who") else " "


def _value(row: Mapping[str, Any], column: Column, joint: str) -> str:
    """What the row says there; a sentence with a {column} that is empty says nothing."""
    if isinstance(column, list):
        return joint.join(filter(None, (clean.tidy(row.get(name)).strip(" ,") for name in column)))
    if "{" not in column:
        value = row.get(column)
        return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    parts = re.split(r"\{([^}]*)\}", column)
    values = [clean.tidy(row.get(name)).rstrip(".") for name in parts[1::2]]
    if not all(values):
        return ""
    said = "".join(chain.from_iterable(zip(parts[::2], [*values, ""], strict=True)))
    return said[:1].upper() + said[1:]


def _schedule(row: Mapping[str, Any], mapping: Mapped) -> Any:
    column = mapping.columns.get("schedule", "")
    rows = row.get(column) if isinstance(column, str) else None
    if not isinstance(rows, list):
        return ()
    return schedules.from_days([one for one in rows if isinstance(one, Mapping)], STREET_SUPPORT_DAYS)


def _left_out(row: Mapping[str, Any], mapping: Mapped) -> str:
    """Why the mapping's `skip_if` leaves this row out, or ""."""
    for name, conditions in mapping.skip_if.items():
        said = clean.tidy(row.get(name))
        for condition in conditions if isinstance(conditions, list) else [conditions]:
            if condition == EMPTY and not said:
                return f"{name} is empty"
            if condition != EMPTY and str(condition).lower() in said.lower():
                return f"{name} says {condition!r}"
    return ""
