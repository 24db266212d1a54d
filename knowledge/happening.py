"""What's on: groups' timetables joined by place and day. Nothing masked, withdrawn or long unchecked is in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import cos, radians

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from knowledge import models as m
from knowledge.exports.picking import METRES_A_DEGREE, published
from knowledge.recurring import CODES, MAYBE, NO, Rule, by_the_clock, on
from nlu.places import Spot, distance_km

OF_GROUPS = ("community", "voluntary")
OPENING_HOURS = 5  # days a week from which a line is opening hours, no activity
AROUND_KM = 15.0  # how far "near" goes for something to do on a day


@dataclass(frozen=True)
class Activity:
    """One line of an entry's timetable, with what is needed to say it."""

    entry: uuid.UUID
    at: int  # which line of the entry's timetable
    name: str
    line: str
    run_by: str
    rule: Rule
    term_time: bool
    note: str
    venue: str
    address: str
    town: str
    postcode: str
    latitude: float | None
    longitude: float | None
    distance_km: float | None
    free: bool
    tier: str
    invented: bool
    nation: str
    changed_at: datetime
    translations: Mapping[str, Mapping[str, str]]
    note_translations: Mapping[str, Mapping[str, str]]
    place_translations: Mapping[str, Mapping[str, str]]

    def said(self, name: str, language: str) -> str:
        """A field in `language`, else English; `note` and `venue` have translations of their own."""
        rows = {"note": self.note_translations, "venue": self.place_translations}.get(name, self.translations)
        return rows.get(language, {}).get("name" if name == "venue" else name) or str(getattr(self, name))


@dataclass(frozen=True)
class Happening:
    """An activity on one day; `maybe`: nobody wrote down which weeks."""

    activity: Activity
    begins: datetime
    ends: datetime | None
    maybe: bool


def activities(
    session: Session,
    today: date,
    *,
    slug: str = "",
    near: Spot | None = None,
    entry: uuid.UUID | None = None,
    day: date | None = None,
) -> list[Activity]:
    """Groups' regular activities of a place, near somewhere, or every line of one entry; by name.

    Invented ones are only among those of their own place. With `day`, only entries with a line on its weekday are read.
    """
    query = select(m.Service).where(published(today), m.Service.schedules.any()).options(*_PARTS)
    if entry is not None:
        query = query.where(m.Service.id == entry)
    else:
        query = query.where(m.Service.tier.in_(OF_GROUPS))
    if day is not None:
        query = query.where(m.Service.schedules.any(m.Schedule.byday.contains(CODES[day.weekday()])))
    if near is not None:
        tall = AROUND_KM * 1000 / METRES_A_DEGREE
        wide = tall / max(0.01, cos(radians(near.latitude)))
        inside = (
            m.Location.latitude.between(near.latitude - tall, near.latitude + tall),
            m.Location.longitude.between(near.longitude - wide, near.longitude + wide),
        )
        query = query.where(m.Service.locations.any(and_(*inside)))
    if slug:
        query = query.join(m.Place).where(m.Place.slug == slug)
    if near is not None:
        theirs = select(m.Place.id).where(or_(m.Place.invented.is_(False), m.Place.slug == near.slug))
        query = query.where(or_(m.Service.place_id.is_(None), m.Service.place_id.in_(theirs)))
    rows = session.scalars(query.order_by(m.Service.name, m.Service.id))
    found = (one for row in rows for one in _of(row, near, everything=entry is not None))
    return [one for one in found if near is None or (one.distance_km is not None and one.distance_km <= AROUND_KM)]


_PARTS = (
    joinedload(m.Service.organisation),
    joinedload(m.Service.place),
    selectinload(m.Service.schedules),
    selectinload(m.Service.costs),
    selectinload(m.Service.locations).selectinload(m.Location.addresses),
)


def _of(row: m.Service, near: Spot | None, *, everything: bool) -> Iterator[Activity]:
    if any(place.masked for place in row.locations):
        return  # a place and an hour together would tell where somebody can be found
    place = row.locations[0] if row.locations else None
    for at, times in enumerate(row.schedules):
        rule = rule_of(times)
        if rule.days and (everything or (rule.opens and len(rule.days) < OPENING_HOURS)):
            yield _activity(row, at, times, rule, place, near)


def _activity(
    row: m.Service, at: int, times: m.Schedule, rule: Rule, place: m.Location | None, near: Spot | None
) -> Activity:
    address = place.addresses[0] if place and place.addresses else None
    return Activity(
        entry=row.id,
        at=at,
        name=row.name,
        line=row.line,
        run_by=row.organisation.name,
        rule=rule,
        term_time=times.term_time,
        note=times.note,
        venue=place.name if place else "",
        address=address.address_1 if address else "",
        town=address.city if address else "",
        postcode=address.postal_code if address else "",
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        distance_km=_distance(place, near),
        free=any(cost.option == "free" for cost in row.costs),
        tier=row.tier,
        invented=bool(row.place and row.place.invented),
        nation=row.place.nation if row.place else "england",
        changed_at=row.changed_at,
        translations=row.translations,
        note_translations=times.translations,
        place_translations=place.translations if place else {},
    )


def rule_of(times: m.Schedule) -> Rule:
    """A schedule's rule."""
    return Rule(
        days=tuple(day for day in times.byday.split(",") if day),
        freq=times.freq,
        interval=times.interval,
        week=times.bysetpos,
        opens=times.opens_at,
        closes=times.closes_at,
        starts=times.starts_on,
        ends=times.ends_on,
        breaks=tuple((first, last) for first, last in times.breaks),
    )


def _distance(place: m.Location | None, near: Spot | None) -> float | None:
    if near is None or place is None or place.latitude is None or place.longitude is None:
        return None
    return distance_km((near.latitude, near.longitude), (place.latitude, place.longitude))


def on_day(found: list[Activity], day: date) -> list[Happening]:
    """What of these happens on `day`, or may, by the clock and then by name."""
    told = [(one, on(one.rule, day)) for one in found]
    made = [Happening(one, *by_the_clock(one.rule, day), maybe=answer == MAYBE) for one, answer in told if answer != NO]
    return sorted(made, key=lambda one: (one.begins, one.activity.name))
