"""Vouching for advocates: a steward says who is one, for which organisation, since which training, until when."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge import people as p

LONGEST = timedelta(days=731)  # then a steward looks again
KEPT_AFTER = timedelta(days=28)


@dataclass(frozen=True)
class Vouched:
    """One vouching, in words."""

    id: uuid.UUID
    person: uuid.UUID
    name: str
    organisation: str
    trained_on: date
    ends_on: date


@dataclass(frozen=True)
class Where:
    """For which organisation, and the place whose steward answers for it."""

    organisation: uuid.UUID
    place: uuid.UUID


def vouch(session: Session, email: str, at: Where, *, trained_on: date, ends_on: date, by: str, today: date) -> str:
    """Vouch for somebody who signs in for that organisation; "" when done, else what is wrong: email, trained, ends."""
    person = session.scalars(select(p.Person).where(p.Person.email == email.strip().lower())).first()
    if person is None or at.organisation not in _organisations(session, person.id):
        return "email"
    if trained_on > today:
        return "trained"
    if not trained_on < ends_on <= today + LONGEST:
        return "ends"
    session.execute(
        delete(p.Vouching).where(p.Vouching.person_id == person.id, p.Vouching.organisation_id == at.organisation)
    )
    session.add(
        p.Vouching(
            person_id=person.id,
            organisation_id=at.organisation,
            place_id=at.place,
            trained_on=trained_on,
            ends_on=ends_on,
            vouched_by=by,
        )
    )
    session.flush()
    return ""


def withdraw(session: Session, vouching: uuid.UUID, place: uuid.UUID) -> None:
    """No longer vouched for: whatever it opened is shut at once."""
    session.execute(delete(p.Vouching).where(p.Vouching.id == vouching, p.Vouching.place_id == place))


def vouched_at(session: Session, place: uuid.UUID) -> list[Vouched]:
    """Everybody vouched for at a place."""
    return [_read(*row) for row in session.execute(_all().where(p.Vouching.place_id == place)).tuples()]


def vouched(session: Session, person: uuid.UUID, today: date) -> list[Vouched]:
    """What somebody is vouched for as today."""
    mine = (p.Vouching.person_id == person, p.Vouching.ends_on >= today)
    return [_read(*row) for row in session.execute(_all().where(*mine)).tuples()]


def still(session: Session, vouching: uuid.UUID | None, today: date) -> bool:
    """Whether this vouching holds today."""
    row = session.get(p.Vouching, vouching, populate_existing=True) if vouching else None
    return row is not None and row.ends_on >= today


def forget_ended(session: Session, today: date) -> None:
    """Vouchings that ended four weeks ago."""
    session.execute(delete(p.Vouching).where(p.Vouching.ends_on < today - KEPT_AFTER))


def organisations_at(session: Session, place: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Organisations of a place whose people may be vouched for."""
    asked = select(m.Organisation.id, m.Organisation.name).where(m.Organisation.place_id == place)
    return [(one, name) for one, name in session.execute(asked.order_by(m.Organisation.name)).tuples()]


def _organisations(session: Session, person: uuid.UUID) -> set[uuid.UUID]:
    """For whom somebody signs in: groups they write for, and whose teams they answer in."""
    editors = select(p.Membership.organisation_id).where(p.Membership.person_id == person)
    staff = (
        select(p.Team.organisation_id)
        .join(p.Membership, p.Membership.team_id == p.Team.id)
        .where(p.Membership.person_id == person)
    )
    return {one for one in (*session.scalars(editors), *session.scalars(staff)) if one is not None}


def _all() -> Select[tuple[p.Vouching, p.Person, m.Organisation]]:
    return (
        select(p.Vouching, p.Person, m.Organisation)
        .select_from(p.Vouching)
        .join(p.Person, p.Person.id == p.Vouching.person_id)
        .join(m.Organisation, m.Organisation.id == p.Vouching.organisation_id)
        .order_by(p.Person.name)
    )


def _read(row: p.Vouching, person: p.Person, organisation: m.Organisation) -> Vouched:
    name = person.name or person.email.split("@")[0]
    return Vouched(row.id, person.id, name, organisation.name, row.trained_on, row.ends_on)
