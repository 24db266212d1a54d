"""What an editor, the seed or an import hands in: plain frozen values, before they become rows.

The mapping form is the one that knowledge/seed/README.md describes; revisions keep it as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from knowledge.errors import SeedWrong

TIERS = ("friend", "community", "voluntary", "council", "statutory", "emergency")
NATIONS = ("england", "wales", "scotland", "northern_ireland")
NATION_GROUPS: Mapping[str, tuple[str, ...]] = {
    "uk": NATIONS,
    "gb": NATIONS[:3],
    "england_wales": NATIONS[:2],
    **{nation: (nation,) for nation in NATIONS},
}
YEARLY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Words = dict[str, str]  # language code to text; English always there


def words(given: Any) -> Words:
    """`{"en": …}` from a plain string or a mapping of languages."""
    if given is None:
        return {"en": ""}
    if isinstance(given, Mapping):
        return {str(language): str(text).strip() for language, text in given.items()}
    return {"en": str(given).strip()}


@dataclass(frozen=True)
class Spot:
    """Where a service happens."""

    venue: Words = field(default_factory=lambda: {"en": ""})
    address: str = ""
    town: str = ""
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    masked: bool = False
    note: Words = field(default_factory=lambda: {"en": ""})
    uprn: str = ""


@dataclass(frozen=True)
class Times:
    """One line of a timetable; `week` is the week of the month, -1 the last.

    `starts` and `ends` are days in ISO form or ""; `breaks` are pairs of days, inclusive, with or without a year.
    """

    days: tuple[str, ...] = ()
    opens: str = ""
    closes: str = ""
    every: str = "week"
    week: int | None = None
    note: Words = field(default_factory=lambda: {"en": ""})
    starts: str = ""
    ends: str = ""
    breaks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Number:
    """A telephone number and what it is for."""

    number: str
    note: Words = field(default_factory=lambda: {"en": ""})


@dataclass(frozen=True)
class OrganisationDraft:
    """Who runs services."""

    key: str
    name: Words
    description: Words
    kind: str = "group"
    body: str | None = None
    url: str | None = None
    email: str | None = None
    phone: str | None = None
    charity_number: str | None = None
    place: str | None = None
    source: str = ""
    licence: str = ""


@dataclass(frozen=True)
class ServiceDraft:
    """An entry as somebody would write it down."""

    key: str
    organisation: str
    tier: str
    name: Words
    line: Words
    description: Words
    topics: tuple[str, ...]
    place: str | None = None
    area: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()
    schedule: tuple[Times, ...] = ()
    schedule_text: str = ""
    phones: tuple[Number, ...] = ()
    email: str | None = None
    url: str | None = None
    cost: dict[str, Any] | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    who: Words = field(default_factory=lambda: {"en": ""})
    languages: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    terms: tuple[tuple[str, str, str], ...] = ()  # taxonomy, code, term: what came with an imported entry
    topics_suggested: bool = False
    source: str = ""
    licence: str = ""
    source_row: str = ""
    checked_on: date | None = None
    checked_by: str = ""


@dataclass(frozen=True)
class TipDraft:
    """What helped somebody, in their words."""

    key: str
    organisation: str
    text: Words
    topics: tuple[str, ...]
    who: Words = field(default_factory=lambda: {"en": ""})
    towns: tuple[str, ...] = ()
    about: str | None = None
    place: str | None = None
    source: str = ""
    checked_on: date | None = None
    checked_by: str = ""


def plain(draft: ServiceDraft | TipDraft) -> dict[str, Any]:
    """The draft as JSON keeps it in a revision, dates as text. What a timetable does not say is not kept."""
    made = asdict(draft)
    for part in (*made.get("schedule", ()), *made.get("spots", ())):
        for name in ("starts", "ends", "breaks", "uprn"):
            if name in part and not part[name]:
                del part[name]  # revisions older than these four stay equal to what they said
    made["checked_on"] = draft.checked_on.isoformat() if draft.checked_on else None
    return made


def organisation_from(row: Mapping[str, Any], *, place: str | None = None) -> OrganisationDraft:
    """A draft from the mapping form; raises `SeedWrong` naming the key."""
    return OrganisationDraft(
        key=_needed(row, "key"),
        name=words(_needed(row, "name")),
        description=words(row.get("description")),
        kind=row.get("kind") or "group",
        body=row.get("body"),
        url=row.get("url"),
        email=row.get("email"),
        phone=_text(row.get("phone")),
        charity_number=_text(row.get("charity_number")),
        place=place,
        source=row.get("source") or row.get("url") or "",
        licence=row.get("licence") or "",
    )


def service_from(row: Mapping[str, Any], *, place: str | None = None, checked_on: date | None = None) -> ServiceDraft:
    """A draft from the mapping form; raises `SeedWrong` naming the key and what is wrong."""
    tier = _needed(row, "tier")
    if tier not in TIERS:
        raise SeedWrong(f"{row.get('key')}: tier {tier!r} is none of {', '.join(TIERS)}")
    area = row.get("area")
    ages = row.get("ages") or {}
    spot = row.get("location")
    return ServiceDraft(
        key=_needed(row, "key"),
        organisation=_needed(row, "organisation"),
        tier=tier,
        name=words(_needed(row, "name")),
        line=words(row.get("line")),
        description=words(row.get("description")),
        topics=tuple(row.get("topics") or ()),
        place=place,
        area=tuple([area] if isinstance(area, str) else area or ()),
        spots=(_spot(spot),) if spot else (),
        schedule=tuple(_times(row["key"], line) for line in row.get("schedule") or ()),
        phones=_phones(row),
        email=row.get("email"),
        url=row.get("url"),
        cost=dict(row["cost"]) if row.get("cost") else None,
        minimum_age=_number(ages.get("min")),
        maximum_age=_number(ages.get("max")),
        who=words(row.get("who")),
        languages=tuple(row.get("languages") or ()),
        access=tuple(row.get("access") or ()),
        source=row.get("source") or "",
        licence=row.get("licence") or "",
        checked_on=checked_on,
        checked_by=row.get("checked_by") or "",
    )


def tip_from(row: Mapping[str, Any], *, place: str, checked_on: date | None = None) -> TipDraft:
    """A tip from the mapping form; raises `SeedWrong` naming the key."""
    return TipDraft(
        key=_needed(row, "key"),
        organisation=_needed(row, "organisation"),
        text=words(_needed(row, "text")),
        topics=tuple(row.get("topics") or ()),
        who=words(row.get("who")),
        towns=tuple(row.get("towns") or ()),
        about=row.get("about"),
        place=place,
        checked_on=checked_on,
        checked_by=row.get("checked_by") or "",
    )


def _needed(row: Mapping[str, Any], name: str) -> Any:
    if not row.get(name):
        raise SeedWrong(f"{row.get('key') or row.get('name') or 'an entry'}: {name} is missing")
    return row[name]


def _text(given: Any) -> str | None:
    return str(given).strip() if given not in (None, "") else None


def _number(given: Any) -> float | None:
    return float(given) if given is not None else None


def _spot(row: Mapping[str, Any]) -> Spot:
    return Spot(
        venue=words(row.get("venue")),
        address=_text(row.get("address")) or "",
        town=_text(row.get("town")) or "",
        postcode=_text(row.get("postcode")) or "",
        latitude=_number(row.get("lat")),
        longitude=_number(row.get("lon")),
        masked=bool(row.get("masked")),
        note=words(row.get("note")),
        uprn=_text(row.get("uprn")) or "",
    )


def _times(key: str, row: Mapping[str, Any]) -> Times:
    days = tuple(row.get("days") or ())
    if unknown := [day for day in days if day not in DAYS]:
        raise SeedWrong(f"{key}: {unknown[0]!r} is no day; use {', '.join(DAYS)}")
    return Times(
        days=days,
        opens=_text(row.get("from")) or "",
        closes=_text(row.get("to")) or "",
        every=row.get("every") or "week",
        week=row.get("week"),
        note=words(row.get("note")),
        starts=_day(key, row.get("starts")),
        ends=_day(key, row.get("ends")),
        breaks=tuple(_break(key, given) for given in row.get("breaks") or ()),
    )


def _break(key: str, row: Mapping[str, Any]) -> tuple[str, str]:
    first = str(row.get("from") or "")
    last = str(row.get("to") or first)
    if not YEARLY.fullmatch(first) or not YEARLY.fullmatch(last):
        return _day(key, first), _day(key, last)
    return first, last


def _day(key: str, given: Any) -> str:
    """A day in ISO form, "" for none; raises `SeedWrong` for anything else."""
    try:
        return date.fromisoformat(str(given)).isoformat() if given else ""
    except ValueError as wrong:
        raise SeedWrong(f"{key}: {given!r} is no day; write 2026-08-03, or 08-03 for a break of every year") from wrong


def _phones(row: Mapping[str, Any]) -> tuple[Number, ...]:
    first = _text(row.get("phone"))
    found = [Number(first, words(row.get("phone_note")))] if first else []
    found += [Number(str(more["number"]), words(more.get("note"))) for more in row.get("phones") or ()]
    return tuple(found)
