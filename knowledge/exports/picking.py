"""Which entries are published, and which of them are asked for: every filter of HSDS-UK 3.0 as a condition in SQL."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from math import cos, radians
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.answering import WITHHELD_AFTER
from knowledge.drafts import NATION_GROUPS
from knowledge.exports.vocabulary import Vocabulary
from nlu.places import Spot, distance_km

METRES_A_DEGREE = 111_000.0  # of latitude, a little under: the box is never smaller than the circle
AROUND_A_TOWN_KM = 5.0  # how far from a town's middle a postcode still belongs to it

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Wanted:
    """What a reader of the feed asks for; empty values ask nothing. Several filters: all must hold.

    `minimum_age` and `maximum_age` are the standard's: services whose own minimum is at least this, whose own maximum
    is at most this. Day and times must hold of one and the same line of the timetable. `metres` needs `near`.
    """

    search: str = ""
    terms: tuple[uuid.UUID, ...] = ()
    taxonomies: tuple[uuid.UUID, ...] = ()
    minimum_age: float | None = None
    maximum_age: float | None = None
    start_time: str = ""
    end_time: str = ""
    day: str = ""  # MO … SU
    modified_after: datetime | None = None
    organisation: uuid.UUID | None = None
    near: Spot | None = None
    metres: float | None = None


def published(today: date) -> Condition:
    """Entries that are shown: active, and not so long past their review that nobody answers for them."""
    return and_(
        m.Service.status == "active", or_(m.Service.review_by.is_(None), m.Service.review_by >= today - WITHHELD_AFTER)
    )


def conditions(session: Session, wanted: Wanted, words: Vocabulary, today: date) -> list[Condition]:
    """The conditions on `Service` that `wanted` stands for, being published first of all; distance is `within`'s."""
    found = [published(today), *_ages(wanted), *_times(wanted)]
    if wanted.search:
        found.append(_says(wanted.search))
    if wanted.terms:
        found.append(or_(*(words.has_term(term) for term in wanted.terms)))
    if wanted.taxonomies:
        found.append(or_(*(words.has_taxonomy(taxonomy) for taxonomy in wanted.taxonomies)))
    if wanted.modified_after:
        newer = (m.Service.changed_at, m.Organisation.changed_at)
        owner = exists().where(m.Organisation.id == m.Service.organisation_id, newer[1] >= wanted.modified_after)
        found.append(or_(newer[0] >= wanted.modified_after, owner))
    if wanted.organisation:
        found.append(m.Service.organisation_id == wanted.organisation)
    if wanted.near is not None and wanted.metres is None:
        found.append(_serves(session, wanted.near))
    return found


def _says(search: str) -> Condition:
    """Entries with every word, by the word index; the last one may be the beginning of a longer word."""
    words = re.findall(r"\w+", search.lower())[:12]
    match = " ".join(f'"{word}"' for word in words) + ("*" if words else '""')
    asked = text("service.id IN (SELECT entry_id FROM entry_words WHERE entry_words MATCH :match)")
    return asked.bindparams(match=match) if words else text("0 = 1")  # type: ignore[return-value]  # text() is one too


def _ages(wanted: Wanted) -> list[Condition]:
    found: list[Condition] = []
    if wanted.minimum_age is not None:
        found.append(m.Service.minimum_age >= wanted.minimum_age)
    if wanted.maximum_age is not None:
        found.append(m.Service.maximum_age <= wanted.maximum_age)
    return found


def _times(wanted: Wanted) -> list[Condition]:
    line: list[Condition] = []
    if wanted.day:
        line.append(m.Schedule.byday.contains(wanted.day))
    if wanted.start_time:
        line.append(m.Schedule.opens_at >= wanted.start_time)
    if wanted.end_time:
        line += [m.Schedule.closes_at <= wanted.end_time, m.Schedule.closes_at != ""]
    return [exists().where(m.Schedule.service_id == m.Service.id, *line)] if line else []


def _serves(session: Session, spot: Spot) -> Condition:
    """Entries whose service area holds `spot`; one that states no area serves the place it belongs to."""
    area = m.ServiceArea
    nations = [name for name, holds in NATION_GROUPS.items() if spot.nation in holds]
    place = select(m.Place.id).where(m.Place.slug == spot.slug).scalar_subquery()
    mine = m.Service.place_id == place
    towns = _towns_around(session, spot)
    covered = or_(
        and_(area.extent == "nation", area.name.in_(nations)),
        and_(area.extent == "place", mine),
        and_(area.extent == "town", mine, area.name.in_(towns)),
    )
    stated = exists().where(area.service_id == m.Service.id)
    return or_(exists().where(area.service_id == m.Service.id, covered), and_(~stated, mine))


def _towns_around(session: Session, spot: Spot) -> list[str]:
    towns = session.scalars(select(m.Town).join(m.Place).where(m.Place.slug == spot.slug))
    here = (spot.latitude, spot.longitude)
    return [town.name for town in towns if distance_km(here, (town.latitude, town.longitude)) <= AROUND_A_TOWN_KM]


def shown_places() -> Condition:
    """Locations that may be published: a masked one is not there at all, nor its entry's other locations."""
    other = m.Location.__table__.alias("other")
    hidden = exists().where(other.c.service_id == m.Location.service_id, other.c.masked.is_(True))
    return and_(m.Location.masked.is_(False), ~hidden)


def within(session: Session, query: Any, spot: Spot, metres: float) -> list[uuid.UUID]:
    """Of the locations `query` selects (id, latitude, longitude), those within `metres` of `spot`, nearest first."""
    tall = metres / METRES_A_DEGREE
    wide = tall / max(0.01, cos(radians(spot.latitude)))
    box = (
        m.Location.latitude.between(spot.latitude - tall, spot.latitude + tall),
        m.Location.longitude.between(spot.longitude - wide, spot.longitude + wide),
    )
    here = (spot.latitude, spot.longitude)
    found = [(distance_km(here, (lat, lon)) * 1000, one) for one, lat, lon in session.execute(query.where(*box))]
    return [one for far, one in sorted(found) if far <= metres]


def changed_last(session: Session, today: date) -> datetime | None:
    """When what the feed says last changed: a save, a withdrawal, an owner's change, or an entry growing too old."""
    newest = [
        session.scalar(select(func.max(m.Service.changed_at))),
        session.scalar(select(func.max(m.Organisation.changed_at))),
    ]
    oldest = session.scalar(select(func.max(m.Service.review_by)).where(m.Service.review_by < today - WITHHELD_AFTER))
    if oldest is not None:
        hidden = oldest + WITHHELD_AFTER
        newest.append(datetime(hidden.year, hidden.month, hidden.day))  # noqa: DTZ001 - as SQLite gives the others
    return max((moment.replace(tzinfo=None) for moment in newest if moment is not None), default=None)
