"""What a mapping file says: which column is what, and what every row of the file has in common.

A column's value is a column name, a list of columns (joined), or a sentence with {columns} in it.
"""

from __future__ import annotations

from collections.abc import Mapping as Rows
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import yaml

from knowledge.drafts import NATION_GROUPS, TIERS
from knowledge.errors import ImportWrong

MAPPINGS = Path(__file__).resolve().parents[1] / "mappings"
FORMATS = ("csv", "json", "open-referral", "ohana-jsonl", "ohana-csv-folder")
BY_ORGANISATION = "by_organisation"  # tier: council where the organisation is one, otherwise voluntary
SUGGEST = "suggest"
COLUMNS = frozenset(
    "name name_cy line line_cy description description_cy organisation charity_number venue address town postcode "
    "latitude longitude phone email url opening schedule cost minimum_age maximum_age who languages".split()
)
SUGGESTED_FROM = ("community", "statutory")

Column = str | list[str]


@dataclass(frozen=True)
class Mapping:
    """One mapping file, checked."""

    name: str
    format: str = "csv"
    records: str = ""  # json: where the list of rows is
    source: str = ""
    licence: str = ""
    tier: str = "community"
    kind: str = ""  # of the organisations; "" goes by tier
    topics: tuple[str, ...] | str = SUGGEST
    suggest_from: tuple[str, ...] = ("community",)  # kinds of topic that may be suggested
    area: tuple[str, ...] = ()
    whole_place: bool = False  # every row serves the whole place, wherever its office is
    several: bool = False  # one organisation has several rows at one address: only the same words are a duplicate
    country: str = "GB"
    calm: bool = False  # names and texts in capitals are put in ordinary letters
    columns: Rows[str, Column] = field(default_factory=dict)
    fixed: Rows[str, str] = field(default_factory=dict)  # what every row says, such as its line
    key: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    skip_if: Rows[str, Any] = field(default_factory=dict)

    @property
    def used(self) -> frozenset[str]:
        """Every column of the file that the mapping names."""
        named = {name for value in self.columns.values() for name in names_in(value)}
        return frozenset(named | set(self.key) | set(self.skip_if))

    def given(self, *, source: str | None, licence: str | None) -> Mapping:
        """The mapping with what was said on the command line; raises `ImportWrong` where no source is named."""
        made = replace(self, source=source or self.source, licence=licence or self.licence)
        if not made.source:
            raise ImportWrong(f"The mapping {self.name} names no source. Say where the rows come from with --source.")
        return made


def names_in(value: Column) -> list[str]:
    """The column names in a mapping's value."""
    if isinstance(value, list):
        return value
    if "{" not in value:
        return [value]
    return [part.split("}")[0] for part in value.split("{")[1:]]


def load_mapping(name: str) -> Mapping:
    """The mapping called `name` in knowledge/mappings, or the file at that path; raises `ImportWrong`."""
    path = Path(name) if name.endswith((".yml", ".yaml")) else MAPPINGS / f"{name}.yml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in MAPPINGS.glob("*.yml")))
        raise ImportWrong(f"There is no mapping {name!r}. There are: {known}. A path to your own .yml file works too.")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise ImportWrong(f"The mapping {path.name} cannot be read: {wrong}") from wrong
    if not isinstance(content, dict):
        raise ImportWrong(f"The mapping {path.name} says nothing.")
    return mapping_from(path.stem, content)


def mapping_from(name: str, content: Rows[str, Any]) -> Mapping:
    """The mapping a YAML document describes; raises `ImportWrong` saying which line of it is wrong."""
    allowed = {one.name for one in fields(Mapping)} - {"name"}
    if strange := sorted(set(content) - allowed):
        raise ImportWrong(f"The mapping {name}: {strange[0]!r} means nothing; use {', '.join(sorted(allowed))}.")
    lists = ("key", "drop", "area", "suggest_from")
    given: dict[str, Any] = {
        key: _tuple(value) if key in lists else value for key, value in content.items() if value is not None
    }
    if isinstance(given.get("topics"), list):
        given["topics"] = tuple(given["topics"])
    made = Mapping(name=name, **given)
    _check(made)
    return made


def _tuple(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (str(value),)


def _check(mapping: Mapping) -> None:
    for wrong in _wrongs(mapping):
        raise ImportWrong(f"The mapping {mapping.name}: {wrong}")


def _wrongs(mapping: Mapping) -> list[str]:
    said = []
    if mapping.format not in FORMATS:
        said.append(f"format {mapping.format!r} is none of {', '.join(FORMATS)}.")
    if mapping.tier not in (*TIERS[1:5], BY_ORGANISATION):
        said.append(f"tier {mapping.tier!r} is none of {', '.join(TIERS[1:5])}, {BY_ORGANISATION}.")
    if isinstance(mapping.topics, str) and mapping.topics != SUGGEST:
        said.append("topics is either a list of topic keys or the word suggest.")
    if unknown := (set(mapping.columns) | set(mapping.fixed)) - COLUMNS:
        said.append(f"{min(unknown)!r} is nothing an entry has; use {', '.join(sorted(COLUMNS))}.")
    if mapping.format in ("csv", "json") and "name" not in mapping.columns:
        said.append("it does not say which column is the name.")
    if both := mapping.used & set(mapping.drop):
        said.append(f"{min(both)!r} is both dropped and used.")
    if set(mapping.suggest_from) - set(SUGGESTED_FROM):
        said.append("suggest_from may hold community and statutory; danger is never suggested.")
    if set(mapping.area) - set(NATION_GROUPS) - {"place"}:
        said.append(f"area may be place or one of {', '.join(NATION_GROUPS)}.")
    return said
