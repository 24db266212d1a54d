"""Entries as whoever keeps them sees them: a list with the state of each at a glance, and forms begun and not sent."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session, joinedload

from knowledge import models as m
from knowledge import people as p
from knowledge.access import SignedIn
from knowledge.answering import WITHHELD_AFTER
from knowledge.upkeep import PLANNED, SENT_BACK, WAITING, Proposal

SOON = timedelta(days=30)
PAGE = 50
STATES = ("wrong", "hidden", "overdue", "soon", "never", "fine", "withdrawn")
Fields = dict[str, list[str]]


@dataclass(frozen=True)
class Glance:
    """One line of the list. `state` is one of STATES; `waiting` what of it is not public yet."""

    id: uuid.UUID
    kind: str
    name: str
    group: str
    state: str
    flags: int
    review_by: date | None
    waiting: str = ""
    where: str = ""  # what tells it from its namesakes: a building, a street, a postcode


def glances(
    session: Session, who: SignedIn, *, today: date, wanted: str = "", words: str = "", at: int = 0
) -> tuple[list[Glance], int]:
    """A page of the entries and tips somebody looks after, most pressing first, and how many there are in all."""
    flags = dict(
        session.execute(select(m.Flag.entry_id, func.count()).where(m.Flag.done.is_(False)).group_by(m.Flag.entry_id))
        .tuples()
        .all()
    )
    open_ = (WAITING, PLANNED, SENT_BACK)
    waiting = dict(
        session.execute(select(Proposal.row_id, Proposal.state).where(Proposal.state.in_(open_))).tuples().all()
    )
    found = [_glance(row, flags.get(row.id, 0), waiting.get(row.id, ""), today) for row in _rows(session, who, words)]
    if wanted:
        found = [one for one in found if wanted in (one.state, one.waiting)]
    found.sort(key=lambda one: (STATES.index(one.state), one.review_by or date.max, one.name.casefold()))
    return _told_apart(session, found[at : at + PAGE]), len(found)


def _told_apart(session: Session, page: list[Glance]) -> list[Glance]:
    """The same lines, with where it is for every entry whose name is there twice."""
    named = Counter(one.name for one in page)
    where = where_of(session, [one.id for one in page if named[one.name] > 1])
    return [replace(one, where=where.get(one.id, "")) for one in page]


def where_of(session: Session, services: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Building, street and postcode of entries that have one and do not keep it private."""
    told = select(m.Location.service_id, m.Location.name, m.Address.address_1, m.Address.postal_code).join(m.Address)
    rows = session.execute(told.where(m.Location.service_id.in_(services), m.Location.masked.is_(False))).tuples()
    return {service: ", ".join(filter(None, parts)) for service, *parts in rows}


def state_of(row: m.Service | m.Tip, flags: int, today: date) -> str:
    """How an entry is doing, as one of STATES."""
    if row.status != "active":
        return "withdrawn"
    if flags:
        return "wrong"
    if row.review_by is None:
        return "never"
    if row.review_by + WITHHELD_AFTER < today:
        return "hidden"
    return "overdue" if row.review_by < today else "soon" if row.review_by - SOON <= today else "fine"


def _glance(row: m.Service | m.Tip, flags: int, waiting: str, today: date) -> Glance:
    name = row.name if isinstance(row, m.Service) else row.text
    kind = "service" if isinstance(row, m.Service) else "tip"
    state = state_of(row, flags, today)
    return Glance(row.id, kind, name, row.organisation.name, state, flags, row.review_by, waiting)


def _rows(session: Session, who: SignedIn, words: str) -> Iterable[m.Service | m.Tip]:
    for table, text in ((m.Service, m.Service.name), (m.Tip, m.Tip.text)):
        query: Any = select(table).options(joinedload(table.organisation)).where(theirs(who, table))
        if words:
            query = query.where(text.icontains(words, autoescape=True))
        yield from session.scalars(query)


def theirs(who: SignedIn, table: type[m.Service] | type[m.Tip] | type[Proposal]) -> ColumnElement[bool]:
    """What somebody looks after: their groups' own, and everything of their places. An admin: all."""
    if who.admin:
        return table.organisation_id.is_not(None)
    of_place = select(m.Organisation.id).where(m.Organisation.place_id.in_(who.places))
    return or_(
        table.organisation_id.in_(who.groups), table.place_id.in_(who.places), table.organisation_id.in_(of_place)
    )


def groups_of(session: Session, who: SignedIn) -> list[m.Organisation]:
    """The groups somebody may write for, by name; for a steward those of the place, for an admin none by themselves:
    there may be thousands, and a list of entries leads to each."""
    mine = or_(m.Organisation.id.in_(who.groups), m.Organisation.place_id.in_(who.places))
    return list(session.scalars(select(m.Organisation).where(mine).order_by(m.Organisation.name)))


def keep_form(session: Session, person: uuid.UUID, path: str, fields: Fields) -> None:
    """Keep what somebody wrote at this address, in place of what was kept before."""
    drop_form(session, person, path)
    session.add(p.KeptForm(person_id=person, path=path, fields=dict(fields)))
    session.flush()


def kept_form(session: Session, person: uuid.UUID, path: str) -> p.KeptForm | None:
    """What somebody wrote at this address and did not send."""
    return session.scalars(select(p.KeptForm).where(p.KeptForm.person_id == person, p.KeptForm.path == path)).first()


def kept_forms(session: Session, person: uuid.UUID) -> Sequence[p.KeptForm]:
    """Everything somebody wrote and did not send, newest first."""
    mine = select(p.KeptForm).where(p.KeptForm.person_id == person).order_by(p.KeptForm.saved_at.desc())
    return session.scalars(mine).all()


def drop_form(session: Session, person: uuid.UUID, path: str) -> None:
    """What was kept at this address is sent, or no longer wanted."""
    session.execute(delete(p.KeptForm).where(p.KeptForm.person_id == person, p.KeptForm.path == path))
