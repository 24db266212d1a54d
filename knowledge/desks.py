"""Desks: a team of an organisation that people can be handed to, and when it is open. No person is named here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge import people as p
from knowledge.drafts import words
from knowledge.editing import id_of, translations_of
from knowledge.errors import SeedWrong
from knowledge.recurring import LONDON

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UK = LONDON
NATIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern_ireland": "NIR"}  # as `holidays` calls them
AHEAD = 21  # days looked through for the next opening
Hours = Mapping[str, Sequence[str]]  # {"mon": ["09:00", "17:00"]}; a day left out: shut


@dataclass(frozen=True)
class Desk:
    """One team as everybody may know it."""

    id: uuid.UUID
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
        select(p.Team, m.Organisation, m.Place)
        .select_from(p.Team)
        .join(m.Organisation, m.Organisation.id == p.Team.organisation_id)
        .join(m.Place, m.Place.id == p.Team.place_id)
    )
    if place:
        asked = asked.where(m.Place.slug == place)
    rows = session.execute(asked.order_by(m.Place.slug, p.Team.position, p.Team.name))
    return tuple(_desk(*row) for row in rows.tuples())


def desk(session: Session, team: uuid.UUID) -> Desk | None:
    """One desk by its id."""
    return next((one for one in desks(session) if one.id == team), None)


def colleagues(session: Session, team: uuid.UUID) -> list[tuple[str, str]]:
    """Everybody of a team: id and name."""
    rows = session.execute(
        select(p.Person.id, p.Person.name, p.Person.email)
        .join(p.Membership, p.Membership.person_id == p.Person.id)
        .where(p.Membership.team_id == team, p.Membership.role == p.STAFF)
        .order_by(p.Person.name)
    )
    return [(str(one), name or email.split("@")[0]) for one, name, email in rows.tuples()]


def open_at(hours: Hours, nation: str, moment: datetime) -> bool:
    """Whether a desk of this nation is open at this moment: its hours by the clock here, never on a bank holiday."""
    here = moment.astimezone(UK)
    if is_holiday(here.date(), nation):
        return False
    opens, closes = hours.get(DAYS[here.weekday()]) or ("00:00", "00:00")
    return _time(opens) <= here.time() < _time(closes)


def next_opening(hours: Hours, nation: str, moment: datetime) -> datetime | None:
    """When it opens next, within three weeks; None if it does not. An open desk opens again tomorrow or so."""
    here = moment.astimezone(UK)
    for ahead in range(AHEAD):
        day = here.date() + timedelta(days=ahead)
        if is_holiday(day, nation):
            continue
        if day_hours := hours.get(DAYS[day.weekday()]):
            begins = datetime.combine(day, _time(day_hours[0]), UK)
            if begins > here:
                return begins
    return None


def is_holiday(day: date, nation: str) -> bool:
    """Whether banks are closed in this nation on this day (package `holidays`, from the four nations' own lists)."""
    return day in _holidays(NATIONS.get(nation, "ENG"), day.year)


@lru_cache(maxsize=16)
def _holidays(subdivision: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=subdivision, years=year))


def desk_from(row: Mapping[str, Any], *, place: str, position: int) -> p.Team:
    """A row of a place's desks.yml; raises `SeedWrong` for hours that cannot be read."""
    name = words(row["name"])
    return p.Team(
        id=id_of("team", row["key"]),
        organisation_id=id_of("organisation", row["organisation"]),
        place_id=id_of("place", place),
        name=name["en"],
        hours={day: _pair(row["key"], written) for day, written in row["hours"].items()},
        position=position,
        nobody_after=int(row.get("nobody_after") or 10),
        quick_replies=[dict(words(one)) for one in row.get("quick_replies") or []],
        translations=translations_of(name=name),
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


def _desk(row: p.Team, organisation: m.Organisation, place: m.Place) -> Desk:
    return Desk(
        id=row.id,
        name=row.name,
        organisation_id=organisation.id,
        organisation=organisation.name,
        place=place.slug,
        nation=place.nation,
        hours=row.hours,
        nobody_after=row.nobody_after,
        quick_replies=tuple(row.quick_replies),
        names=_names(row.translations),
        organisations=_names(organisation.translations),
        invented=place.invented,
    )


def _names(translations: m.Translations) -> dict[str, str]:
    return {code: told["name"] for code, told in translations.items() if told.get("name")}
