"""What a feed of our own kind says beside the standard, so that a reader of it loses nothing.

Other languages, agreed topics, ways to get in, who runs it, costs as they were put, notes, building numbers, and who
published it first. A feed of anybody else's has none of it, or only some.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import isfinite
from typing import Any

from knowledge.drafts import Number, ServiceDraft, Spot, Words
from knowledge.exports.shaping import AREA_NAMES
from knowledge.exports.vocabulary import ACCESS, TIERS, TOPICS, list_id
from knowledge.imports import clean
from knowledge.imports.found import Found

Item = Mapping[str, Any]
Languages = Mapping[str, Mapping[str, str]]

OURS = {str(list_id(name)): name for name in (TOPICS, ACCESS, TIERS)}
KINDS_OF_COST = ("free", "low", "paid", "varies")
MAY_BE = ("community", "voluntary", "council", "statutory")  # nobody else's word makes a crisis line or a tip
KEY = re.compile(r"[a-z_]{2,40}")
AREAS = {name.casefold(): key for key, name in AREA_NAMES.items()} | {"uk": "uk", "great britain": "gb"}


@dataclass(frozen=True)
class Place:
    """What is said of one location: a note, other languages of its name and note, and its building's number."""

    note: str = ""
    languages: Languages = field(default_factory=dict)
    uprn: str = ""


@dataclass(frozen=True)
class Told:
    """All of it for one service; empty where nothing is said."""

    ours: bool = False
    languages: Languages = field(default_factory=dict)
    owner_languages: Languages = field(default_factory=dict)
    owner_url: str = ""
    topics: tuple[str, ...] = ()
    tier: str = ""
    access: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    phones: Mapping[str, Languages] = field(default_factory=dict)  # by digits
    cost: dict[str, Any] | None = None
    licence: str = ""
    origin: str = ""
    checked_on: date | None = None


def told_of(service: Item, locations: list[Item], today: date) -> Told:
    """What this service says beside the standard; `locations` in the order they are read."""
    owner = service.get("organization")
    owner = owner if isinstance(owner, Mapping) else {}
    ours = dict(_ours(service))
    mine = TIERS in ours
    tiers = [key for key in ours.get(TIERS, ()) if key in MAY_BE]
    return Told(
        ours=mine,
        languages=_languages(service),
        owner_languages=_languages(owner),
        owner_url=str(owner.get("website") or "") if mine else "",
        topics=tuple(ours.get(TOPICS, ())),
        tier=tiers[0] if tiers else "",
        access=tuple(ours.get(ACCESS, ())),
        areas=tuple(_areas(service, mine)),
        places=tuple(_place(location, mine) for location in locations if location),
        phones={_digits(str(row.get("number"))): _languages(row) for row in _rows(service, "phones")},
        cost=_cost(service) if mine else None,
        licence=clean.tidy(service.get("licence"))[:200],
        origin=str(service.get("origin_id") or service.get("id") or ""),
        checked_on=_day(service.get("assured_date"), today) if mine else None,
    )


def is_ours(term: Item) -> bool:
    """Whether a term is one of our own lists'; it is then no imported term."""
    return str(term.get("taxonomy_id")) in OURS


def _ours(service: Item) -> Iterator[tuple[str, list[str]]]:
    """Keys of our own terms, by list."""
    terms = [row.get("taxonomy_term") for row in _rows(service, "attributes")]
    said = [term for term in terms if isinstance(term, Mapping) and is_ours(term)]
    for name in {OURS[str(term["taxonomy_id"])] for term in said}:
        keys = [str(term.get("code")) for term in said if OURS[str(term["taxonomy_id"])] == name]
        yield name, [key for key in dict.fromkeys(keys) if KEY.fullmatch(key)]


def _rows(item: Item, name: str) -> list[Item]:
    rows = item.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _languages(item: Item) -> Languages:
    """Other languages' words, those that are texts and of a language."""
    given = item.get("translations")
    if not isinstance(given, Mapping):
        return {}
    return {
        str(language): {str(name): clean.tidy(text) for name, text in fields.items() if isinstance(text, str)}
        for language, fields in given.items()
        if isinstance(fields, Mapping) and re.fullmatch(r"[a-z]{2,3}", str(language)) and language != "en"
    }


def _areas(service: Item, ours: bool) -> Iterator[str]:
    """Nations by their names; places and towns only as our own feeds tell them apart."""
    for row in _rows(service, "service_areas"):
        name, extent = clean.tidy(row.get("name")), row.get("extent_type")
        if key := AREAS.get(name.casefold()):
            yield key
        elif ours and extent in ("place", "town"):
            yield "place" if extent == "place" else name[:120]


def _place(location: Item, ours: bool) -> Place:
    number = str(location.get("external_identifier") or "").strip()
    kind = str(location.get("external_identifier_type") or "").upper()
    uprn = number.lstrip("0") if kind == "UPRN" and re.fullmatch(r"\d{1,12}", number) else ""
    note = clean.tidy(location.get("description")) if ours else ""
    return Place(note, _languages(location), uprn)


def _cost(service: Item) -> dict[str, Any] | None:
    row = next((row for row in _rows(service, "cost_options") if row.get("option") in KINDS_OF_COST), None)
    if row is None:
        return None
    amount, note = row.get("amount"), clean.tidy(row.get("amount_description"))
    made: dict[str, Any] = {"kind": row["option"]}
    if isinstance(amount, int | float) and not isinstance(amount, bool) and 0 < amount and isfinite(amount):
        made["amount"] = amount
    words = _words(note, _languages(row), "amount_description")
    return made | ({"note": words} if note else {})


def _day(said: Any, today: date) -> date | None:
    try:
        day = date.fromisoformat(str(said or "")[:10])
    except ValueError:
        return None
    return day if day <= today else None


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _words(english: str, languages: Languages, name: str, most: int = 20_000) -> Words:
    other = {language: fields[name][:most] for language, fields in languages.items() if fields.get(name)}
    return {"en": english, **other}


def over(found: Found, told: Told) -> Found:
    """The row with all of it said too."""
    draft, languages = found.service, told.languages
    draft = replace(
        draft,
        name=_words(draft.name["en"], languages, "name", 300),
        line=_words(draft.line["en"], languages, "short_description", 400),
        description=_words(draft.description["en"], languages, "description"),
        who=_words(draft.who["en"], languages, "eligibility_description"),
        topics=told.topics or draft.topics,
        topics_suggested=draft.topics_suggested and not told.topics,
        spots=_spots(draft, told),
        phones=tuple(_number(phone, told) for phone in draft.phones),
        cost=told.cost or draft.cost,
        licence=told.licence or draft.licence,
        checked_on=told.checked_on,
        checked_by=draft.source[:200] if told.checked_on else "",
        source_row=told.origin[:200] or draft.source_row,
    )
    owner = found.organisation
    owner = replace(
        owner,
        name=_words(owner.name["en"], told.owner_languages, "name", 300),
        description=_words(owner.description["en"], told.owner_languages, "description"),
        url=clean.url(told.owner_url)[:500] or owner.url,
    )
    return replace(found, service=draft, organisation=owner)


def _spots(draft: ServiceDraft, told: Told) -> tuple[Spot, ...]:
    """What is said of places belongs to them by their order; where one was left out, nothing is."""
    if len(told.places) != len(draft.spots):
        return draft.spots
    return tuple(
        replace(
            spot,
            venue=_words(spot.venue["en"], place.languages, "name", 300),
            note=_words(place.note, place.languages, "description"),
            uprn=place.uprn,
        )
        for spot, place in zip(draft.spots, told.places, strict=True)
    )


def _number(phone: Number, told: Told) -> Number:
    languages = told.phones.get(_digits(phone.number), {})
    return replace(phone, note=_words(phone.note["en"], languages, "description"))
