"""Who belongs together: a group's editors, a place's stewards, a team's staff, the admins; joining and leaving."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session, joinedload

from knowledge import models as m
from knowledge import people as p
from knowledge.accounts import invite
from knowledge.errors import NotFound

ROLE_OF = {"group": p.EDITOR, "place": p.STEWARD, "team": p.STAFF, "admins": p.ADMIN}


@dataclass(frozen=True)
class Circle:
    """People with one role about one thing; `place` is where a steward may look after them."""

    kind: str
    about: uuid.UUID | None
    name: str
    place: uuid.UUID | None

    @property
    def role(self) -> str:
        """The role that its members hold."""
        return ROLE_OF[self.kind]


@dataclass(frozen=True)
class Member:
    """One person of a circle."""

    membership: uuid.UUID
    person: uuid.UUID
    name: str
    email: str
    lead: bool


def circle(session: Session, kind: str, about: uuid.UUID | None) -> Circle:
    """The circle around a group, place or team; raises `NotFound`."""
    if kind == "admins":
        return Circle(kind, None, "", None)
    row = _about_row(session, kind, about)
    if row is None:
        raise NotFound(f"no {kind}")
    return Circle(kind, row.id, row.name, row.id if isinstance(row, m.Place) else row.place_id)


def _about_row(session: Session, kind: str, about: uuid.UUID | None) -> m.Organisation | m.Place | p.Team | None:
    if kind == "group":
        return session.get(m.Organisation, about)
    return session.get(m.Place, about) if kind == "place" else session.get(p.Team, about)


def members(session: Session, of: Circle) -> list[Member]:
    """Everybody in it, the lead first."""
    rows = session.scalars(
        select(p.Membership).where(*_about(p.Membership, of)).options(joinedload(p.Membership.person))
    ).all()
    found = [Member(row.id, row.person.id, row.person.name, row.person.email, row.lead) for row in rows]
    return sorted(found, key=lambda one: (not one.lead, one.name or one.email))


def invited(session: Session, of: Circle) -> list[str]:
    """Addresses asked that have not answered yet."""
    return sorted(session.scalars(select(p.Invitation.email).where(*_about(p.Invitation, of))))


def ask_in(session: Session, of: Circle, email: str, now: datetime, *, lead: bool = False, language: str = "en") -> str:
    """Invite an address; the first of a group is its lead. The token for the link."""
    leads = of.kind == "group" and (lead or not members(session, of))
    return invite(
        session,
        email,
        of.role,
        now=now,
        organisation=of.about if of.kind == "group" else None,
        place=of.about if of.kind == "place" else None,
        team=of.about if of.kind == "team" else None,
        lead=leads,
        language=language,
    )


def call_off(session: Session, of: Circle, email: str) -> None:
    """Take an invitation back."""
    session.execute(delete(p.Invitation).where(p.Invitation.email == email, *_about(p.Invitation, of)))


def take_out(session: Session, of: Circle, membership: uuid.UUID) -> bool:
    """Somebody is no longer of the circle. False when it would leave a group without a lead, or no admin at all."""
    row = _member(session, of, membership)
    others = [one for one in members(session, of) if one.membership != membership]
    if (row.lead and others) or (of.kind == "admins" and not others):
        return False
    session.delete(row)
    session.flush()
    return True


def hand_lead_to(session: Session, of: Circle, membership: uuid.UUID) -> None:
    """The lead goes to this member of a group, and from whoever had it."""
    chosen = _member(session, of, membership)
    for row in session.scalars(select(p.Membership).where(*_about(p.Membership, of))):
        row.lead = row.id == chosen.id
    session.flush()


def team(session: Session, organisation: m.Organisation, place: m.Place | None, name: str) -> p.Team:
    """The team of this name of an organisation at a place, made if there is none."""
    place_id = place.id if place else None
    same = (p.Team.organisation_id == organisation.id, p.Team.place_id == place_id, p.Team.name == name)
    row = session.scalars(select(p.Team).where(*same)).first()
    if row is None:
        row = p.Team(organisation_id=organisation.id, place_id=place_id, name=name)
        session.add(row)
        session.flush()
    return row


def _member(session: Session, of: Circle, membership: uuid.UUID) -> p.Membership:
    row = session.scalars(select(p.Membership).where(p.Membership.id == membership, *_about(p.Membership, of))).first()
    if row is None:
        raise NotFound("no such member")
    return row


def _about(table: type[p.Membership] | type[p.Invitation], of: Circle) -> tuple[ColumnElement[bool], ...]:
    column = {"group": table.organisation_id, "place": table.place_id, "team": table.team_id}.get(of.kind)
    return (table.role == of.role, *([column == of.about] if column is not None else []))
