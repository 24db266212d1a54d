"""Published entries as plain values, and the places with a front door. A masked address never passes this file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from knowledge import models as m
from knowledge.db import session_scope
from nlu.places import Spot

Translated = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class When:
    """One line of a timetable, as HSDS keeps it."""

    byday: tuple[str, ...]
    opens: str
    closes: str
    freq: str
    interval: int
    week: int | None
    term: bool
    note: str
    translations: Translated = field(default_factory=dict)
    starts: date | None = None
    ends: date | None = None
    breaks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Where:
    """A place to go, never a masked one."""

    venue: str
    address: str
    town: str
    postcode: str
    note: str
    translations: Translated = field(default_factory=dict)


@dataclass(frozen=True)
class Number:
    """A telephone number and what it is for."""

    number: str
    note: str
    translations: Translated = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """Everything about a published service or tip that may be shown."""

    id: uuid.UUID
    tier: str
    topics: tuple[str, ...]
    name: str
    line: str
    description: str
    organisation: uuid.UUID
    run_by: str
    translations: Translated
    run_by_translations: Translated
    url: str = ""
    email: str = ""
    minimum_age: float | None = None
    maximum_age: float | None = None
    who: str = ""
    access: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    cost: str = ""
    amount: float | None = None
    cost_note: str = ""
    cost_translations: Translated = field(default_factory=dict)
    when: tuple[When, ...] = ()
    when_text: str = ""
    where: tuple[Where, ...] = ()
    masked: bool = False
    phones: tuple[Number, ...] = ()
    areas: tuple[str, ...] = ()
    checked_on: date | None = None
    checked_by: str = ""
    review_by: date | None = None
    invented: bool = False
    source: str = ""
    licence: str = ""
    about: uuid.UUID | None = None  # for a tip: the entry it is about

    def text(self, name: str, language: str) -> str:
        """A field in `language`, else English."""
        return self.translations.get(language, {}).get(name) or str(getattr(self, name))

    def spoken(self, language: str) -> str:
        """The language its own words come in when `language` is asked for."""
        return language if language == "en" or self.translations.get(language) else "en"


@dataclass(frozen=True)
class Door:
    """A place's front door."""

    slug: str
    name: str
    welcome: str
    banner: str
    invented: bool
    colours: Mapping[str, str]
    languages: tuple[str, ...]
    nation: str


def entries(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Entry]:
    """The published entries among `ids`."""
    services = session.scalars(
        select(m.Service)
        .where(m.Service.id.in_(ids), m.Service.status == "active")
        .options(
            joinedload(m.Service.organisation),
            joinedload(m.Service.place),
            selectinload(m.Service.topics),
            selectinload(m.Service.schedules),
            selectinload(m.Service.phones),
            selectinload(m.Service.costs),
            selectinload(m.Service.languages),
            selectinload(m.Service.areas),
            selectinload(m.Service.locations).selectinload(m.Location.addresses),
        )
    )
    found = {row.id: _service(row) for row in services}
    missing = [one for one in ids if one not in found]
    if missing:
        tips = session.scalars(
            select(m.Tip)
            .where(m.Tip.id.in_(missing), m.Tip.status == "active")
            .options(joinedload(m.Tip.organisation), joinedload(m.Tip.place), joinedload(m.Tip.about))
        )
        found.update({row.id: _tip(row) for row in tips})
    return found


def _service(row: m.Service) -> Entry:
    cost = row.costs[0] if row.costs else None
    return Entry(
        id=row.id,
        tier=row.tier,
        topics=tuple(topic.topic_key for topic in row.topics),
        name=row.name,
        line=row.line,
        description=row.description,
        organisation=row.organisation_id,
        run_by=row.organisation.name,
        translations=_with_who(row.translations),
        run_by_translations=row.organisation.translations,
        url=row.url or "",
        email=row.email or "",
        minimum_age=row.minimum_age,
        maximum_age=row.maximum_age,
        who=row.eligibility,
        access=tuple(row.access),
        languages=tuple(language.code for language in row.languages),
        cost=cost.option if cost else "",
        amount=cost.amount if cost else None,
        cost_note=cost.note if cost else "",
        cost_translations=cost.translations if cost else {},
        when=tuple(_when(times) for times in row.schedules),
        when_text=row.schedule_text,
        where=tuple(_where(spot) for spot in row.locations if not spot.masked),
        masked=any(spot.masked for spot in row.locations),
        phones=tuple(
            Number(phone.number, phone.note, phone.translations)
            for phone in sorted(row.phones, key=lambda phone: phone.position)
        ),
        areas=tuple(area.name for area in row.areas),
        checked_on=row.checked_on,
        checked_by=row.checked_by,
        review_by=row.review_by,
        invented=bool(row.place and row.place.invented),
        source=row.source,
        licence=row.licence,
    )


def _with_who(translations: m.Translations) -> Translated:
    return {
        language: {("who" if name == "eligibility" else name): text for name, text in fields.items()}
        for language, fields in translations.items()
    }


def _when(row: m.Schedule) -> When:
    days = tuple(day for day in row.byday.split(",") if day)
    return When(
        days,
        row.opens_at,
        row.closes_at,
        row.freq,
        row.interval,
        row.bysetpos,
        row.term_time,
        row.note,
        row.translations,
        row.starts_on,
        row.ends_on,
        tuple((first, last) for first, last in row.breaks),
    )


def _where(row: m.Location) -> Where:
    address = row.addresses[0] if row.addresses else None
    return Where(
        row.name,
        address.address_1 if address else "",
        address.city if address else "",
        address.postal_code if address else "",
        row.note,
        row.translations,
    )


def _tip(row: m.Tip) -> Entry:
    words = {
        language: {"description": fields.get("text", ""), "who": fields.get("who", "")}
        for language, fields in row.translations.items()
    }
    return Entry(
        id=row.id,
        tier="friend",
        topics=tuple(row.topics),
        name=row.about.name if row.about else "",
        line="",
        description=row.text,
        organisation=row.organisation_id,
        run_by=row.organisation.name,
        translations=words,
        run_by_translations=row.organisation.translations,
        who=row.who,
        checked_on=row.checked_on,
        checked_by=row.checked_by,
        review_by=row.review_by,
        invented=bool(row.place and row.place.invented),
        source=row.source,
        about=row.about.id if row.about else None,
    )


def doors(language: str) -> tuple[Door, ...]:
    """Every place with a front door, by name."""
    with session_scope() as session:
        rows = session.scalars(select(m.Place).order_by(m.Place.name)).all()
        return tuple(_door(row, language) for row in rows)


def door(slug: str, language: str) -> Door | None:
    """One place's front door, or None."""
    return next((one for one in doors(language) if one.slug == slug), None)


def directories() -> tuple[tuple[str, str], ...]:
    """Each directory that shown entries were taken over from under a licence, with that licence, by name."""
    shown = (m.Service.status == "active", m.Service.licence != "")
    with session_scope() as session:
        rows = session.execute(select(m.Service.source, m.Service.licence).where(*shown).distinct())
        return tuple(sorted((source, licence) for source, licence in rows))


def _door(row: m.Place, language: str) -> Door:
    own = row.translations.get(language, {})
    return Door(
        slug=row.slug,
        name=own.get("name") or row.name,
        welcome=own.get("welcome") or row.welcome,
        banner=own.get("banner") or row.banner,
        invented=row.invented,
        colours=row.colours,
        languages=tuple(row.languages),
        nation=row.nation,
    )


def own_spots(session: Session) -> Iterable[tuple[Spot, Sequence[str]]]:
    """The towns and outcodes of the places looked after here, for the gazetteer."""
    for place in session.scalars(select(m.Place).options(selectinload(m.Place.towns), selectinload(m.Place.outcodes))):
        for town in place.towns:
            names = [*town.alternates, *(own["name"] for own in town.translations.values() if own.get("name"))]
            yield Spot(town.name, town.latitude, town.longitude, place.nation, "town", slug=place.slug), names
        for code in place.outcodes:
            yield Spot(code.outcode, code.latitude, code.longitude, place.nation, "outcode", slug=place.slug), ()


def place_spot(session: Session, slug: str) -> Spot | None:
    """A whole place as somewhere to be: no coordinates to measure from, but its nation and its own entries."""
    row = session.scalars(select(m.Place).where(m.Place.slug == slug)).first()
    if row is None:
        return None
    return Spot(row.name, 0.0, 0.0, row.nation, "place", slug=row.slug)
