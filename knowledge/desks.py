"""Desks: a team of an organisation that people can be handed to, and when it is open. No person is named here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.drafts import words
from knowledge.editing import id_of
from knowledge.errors import SeedWrong

UK = ZoneInfo("Europe/London")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NATIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern_ireland": "NIR"}
AHEAD = 21  # days looked through for the next opening
Hours = Mapping[str, Sequence[Sequence[str]]]  # {"MO": [["09:00", "17:00"]]}


@dataclass(frozen=True)
class Desk:
    """One team as everybody may know it."""

    id: uuid.UUID
    key: str
    name: str
    organisation_id: uuid.UUID
    organisation: str
    place: str  # slug
    nation: str
    hours: Hours = field(default_factory=dict)
    nobody_after: int = 10  # minutes of waiting after which we say that nobody has come
    quick_replies: tuple[Mapping[str, str], ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # the team's by language
    organisations: Mapping[str, str] = field(default_factory=dict)
    invented: bool = False

    def called(self, language: str) -> str:
        """The team's name in this language."""
        return self.names.get(language) or self.name

    def of(self, language: str) -> str:
        """The organisation's name in this language."""
        return self.organisations.get(language) or self.organisation


def desks(session: Session, *, place: str = "") -> tuple[Desk, ...]:
    """Every desk, or those of one place, in the order they were given."""
    asked = (
        select(m.DeskTeam, m.Organisation, m.Place)
        .select_from(m.DeskTeam)
        .join(m.Organisation, m.Organisation.id == m.DeskTeam.organisation_id)
        .join(m.Place, m.Place.id == m.DeskTeam.place_id)
    )
    if place:
        asked = asked.where(m.Place.slug == place)
    rows = session.execute(asked.order_by(m.Place.slug, m.DeskTeam.position, m.DeskTeam.key))
    return tuple(_desk(*row) for row in rows.tuples())


def desk(session: Session, team: uuid.UUID) -> Desk | None:
    """One desk by its id."""
    return next((one for one in desks(session) if one.id == team), None)


def open_at(hours: Hours, nation: str, moment: datetime) -> bool:
    """Whether a desk of this nation is open at this moment: its hours by the clock here, never on a bank holiday."""
    here = moment.astimezone(UK)
    if is_holiday(here.date(), nation):
        return False
    return any(_time(opens) <= here.time() < _time(closes) for opens, closes in hours.get(DAYS[here.weekday()], ()))


def next_opening(hours: Hours, nation: str, moment: datetime) -> datetime | None:
    """When it opens next, within three weeks; None if it does not. An open desk opens again tomorrow or so."""
    here = moment.astimezone(UK)
    for ahead in range(AHEAD):
        day = here.date() + timedelta(days=ahead)
        if is_holiday(day, nation):
            continue
        for opens in sorted(pair[0] for pair in hours.get(DAYS[day.weekday()], ())):
            begins = datetime.combine(day, _time(opens), UK)
            if begins > here:
                return begins
    return None


def is_holiday(day: date, nation: str) -> bool:
    """Whether banks are closed in this nation on this day (package `holidays`, from the four nations' own lists)."""
    return day in _holidays(NATIONS.get(nation, "ENG"), day.year)


@lru_cache(maxsize=16)
def _holidays(subdivision: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=subdivision, years=year))


def desk_from(row: Mapping[str, Any], *, place: str, position: int) -> m.DeskTeam:
    """A row of a place's desks.yml; raises `SeedWrong` for hours that cannot be read."""
    return m.DeskTeam(
        id=id_of("desk", row["key"]),
        key=row["key"],
        place_id=id_of("place", place),
        organisation_id=id_of("organisation", row["organisation"]),
        position=position,
        names=words(row["name"]),
        hours={day[:2].upper(): [_pair(row["key"], one) for one in times] for day, times in row["hours"].items()},
        nobody_after=int(row.get("nobody_after") or 10),
        quick_replies=[dict(words(one)) for one in row.get("quick_replies") or []],
    )


def _pair(key: str, written: str) -> list[str]:
    opens, _, closes = written.partition("-")
    try:
        if _time(opens) >= _time(closes):
            raise ValueError
    except ValueError:
        raise SeedWrong(f"{key}: hours {written!r} must be like 09:00-17:00, the second later.") from None
    return [opens, closes]


def _time(written: str) -> time:
    return time.fromisoformat(written)


def _desk(row: m.DeskTeam, organisation: m.Organisation, place: m.Place) -> Desk:
    return Desk(
        id=row.id,
        key=row.key,
        name=row.names["en"],
        organisation_id=organisation.id,
        organisation=organisation.name,
        place=place.slug,
        nation=place.nation,
        hours=row.hours,
        nobody_after=row.nobody_after,
        quick_replies=tuple(row.quick_replies),
        names=row.names,
        organisations={code: told["name"] for code, told in organisation.translations.items() if told.get("name")},
        invented=place.invented,
    )
