"""What is published, as Open Referral UK 3.0: services, where they happen, taxonomies and terms, page by page.

The number of queries does not grow with the page. Nothing unpublished, masked or personal passes this file.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from knowledge import models as m
from knowledge.exports import picking
from knowledge.exports.picking import Wanted
from knowledge.exports.shaping import Json, Publisher, Shaper, changed_at, moment
from knowledge.exports.vocabulary import Vocabulary, all_lists, all_terms, vocabulary

SUMMARY = (joinedload(m.Service.organisation), joinedload(m.Service.place), selectinload(m.Service.costs))
FULL = (
    *SUMMARY,
    selectinload(m.Service.topics),
    selectinload(m.Service.schedules),
    selectinload(m.Service.phones),
    selectinload(m.Service.contacts),
    selectinload(m.Service.languages),
    selectinload(m.Service.areas),
    selectinload(m.Service.attributes).joinedload(m.Attribute.term),
    selectinload(m.Service.locations).selectinload(m.Location.addresses),
)


@dataclass(frozen=True)
class Page:
    """One page of a list; pages count from 1. Past the last one there is an empty page, not an error."""

    total: int
    number: int
    per_page: int
    contents: list[Json]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, math.ceil(self.total / self.per_page))


@dataclass(frozen=True)
class Feed:
    """The directory as it is published on one day, read through one session."""

    session: Session
    publisher: Publisher
    today: date

    def services(self, wanted: Wanted, *, page: int, per_page: int, form: str = "summary") -> Page:
        """Services that are asked for; `form`: summary, full or minimal (ids and when they changed)."""
        words = self._words()
        shown = [*picking.conditions(self.session, wanted, words, self.today), *self._nearby(wanted)]
        total = self.session.scalar(select(func.count()).select_from(m.Service).where(*shown)) or 0
        query = select(m.Service).where(*shown).order_by(m.Service.id)
        query = query.limit(per_page).offset((page - 1) * per_page)
        if form == "minimal":
            rows = self.session.scalars(query.options(joinedload(m.Service.organisation)))
            return Page(total, page, per_page, [_minimal(row) for row in rows])
        rows = self.session.scalars(query.options(*(FULL if form == "full" else SUMMARY)))
        shaper = self._shaper(words)
        shape = shaper.full if form == "full" else shaper.summary
        return Page(total, page, per_page, [shape(row) for row in rows])

    def _nearby(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        """That a service happens within the distance asked for, if any is."""
        if wanted.near is None or wanted.metres is None:
            return []
        where = select(m.Location.service_id, m.Location.latitude, m.Location.longitude)
        near = picking.within(self.session, where.where(picking.shown_places()), wanted.near, wanted.metres)
        return [m.Service.id.in_(near)]

    def service(self, one: uuid.UUID) -> Json | None:
        """A published service in full, or None."""
        query = select(m.Service).where(m.Service.id == one, picking.published(self.today)).options(*FULL)
        row = self.session.scalars(query).first()
        return self._shaper(self._words()).full(row) if row else None

    def at_locations(self, wanted: Wanted, *, page: int, per_page: int, full: bool = False) -> Page:
        """Services at the places they happen; with a distance asked for, the nearest first."""
        words = self._words()
        shown = [*picking.conditions(self.session, wanted, words, self.today), picking.shown_places()]
        ids, total = self._place_ids(wanted, shown, page, per_page)
        shaper = self._shaper(words)
        found = self._at(ids, full)
        return Page(total, page, per_page, [_at_location(shaper, *found[one], full) for one in ids])

    def _place_ids(self, wanted: Wanted, shown: Sequence[Any], page: int, per_page: int) -> tuple[list[uuid.UUID], int]:
        skipped = (page - 1) * per_page
        joined = m.Location.service_id == m.Service.id
        if wanted.near is not None and wanted.metres is not None:
            where = select(m.Location.id, m.Location.latitude, m.Location.longitude).join(m.Service, joined)
            near = picking.within(self.session, where.where(*shown), wanted.near, wanted.metres)
            return near[skipped : skipped + per_page], len(near)
        query = select(m.Location.id).join(m.Service, joined).where(*shown)
        total = self.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        return list(self.session.scalars(query.order_by(m.Location.id).limit(per_page).offset(skipped))), total

    def _at(self, ids: Sequence[uuid.UUID], full: bool) -> dict[uuid.UUID, tuple[m.Location, m.Service]]:
        holders = select(m.Location.service_id).where(m.Location.id.in_(ids))
        parts = FULL if full else (*SUMMARY, selectinload(m.Service.locations))
        rows = self.session.scalars(select(m.Service).where(m.Service.id.in_(holders)).options(*parts))
        return {place.id: (place, row) for row in rows for place in row.locations}

    def at_location(self, one: uuid.UUID) -> Json | None:
        """One service at one place, in full, or None: masked places are not there."""
        shown = (picking.published(self.today), picking.shown_places(), m.Location.id == one)
        query = select(m.Service).join(m.Location, m.Location.service_id == m.Service.id).where(*shown).options(*FULL)
        row = self.session.scalars(query).first()
        if row is None:
            return None
        place = next(place for place in row.locations if place.id == one)
        return _at_location(self._shaper(self._words()), place, row, True)

    def taxonomies(self, *, page: int, per_page: int) -> Page:
        """Our own lists, and those that published entries came with."""
        return _paged(all_lists(self.session, self.publisher.names, picking.published(self.today)), page, per_page)

    def taxonomy(self, one: uuid.UUID) -> Json | None:
        """One list, or None."""
        return _named(all_lists(self.session, self.publisher.names, picking.published(self.today)), one)

    def terms(self, *, page: int, per_page: int, taxonomy: uuid.UUID | None = None) -> Page:
        """Every term; of one list only, where it is named."""
        rows = all_terms(self.session, self._words(), picking.published(self.today))
        kept = [row for row in rows if taxonomy is None or row["taxonomy_id"] == str(taxonomy)]
        return _paged(kept, page, per_page)

    def term(self, one: uuid.UUID) -> Json | None:
        """One term, or None."""
        return _named(all_terms(self.session, self._words(), picking.published(self.today)), one)

    def changed_last(self) -> datetime | None:
        """When anything that the feed says last changed, withdrawals among it; UTC, without saying so."""
        return picking.changed_last(self.session, self.today)

    def _words(self) -> Vocabulary:
        return vocabulary(self.session, self.publisher.names)

    def _shaper(self, words: Vocabulary) -> Shaper:
        names = {row.id: row.name for row in self.session.execute(select(m.Taxonomy.id, m.Taxonomy.name))}
        return Shaper(self.publisher, words, names)


def withdrawn(session: Session, one: uuid.UUID) -> bool:
    """Whether an entry was published once and was taken down since."""
    row = session.get(m.Service, one)
    return row is not None and row.status == "inactive"


def _real(today: date) -> ColumnElement[bool]:
    invented = exists().where(m.Place.id == m.Service.place_id, m.Place.invented.is_(True))
    return and_(picking.published(today), ~invented)


def count_real(session: Session, today: date) -> int:
    """How many published entries there are that nobody invented."""
    return session.scalar(select(func.count()).select_from(m.Service).where(_real(today))) or 0


def real(session: Session, today: date, *, skip: int, most: int) -> list[tuple[uuid.UUID, datetime]]:
    """Ids of published entries that nobody invented, each with when it changed last (UTC), some of them."""
    query = select(m.Service.id, m.Service.changed_at).where(_real(today)).order_by(m.Service.id)
    return [(row.id, row.changed_at) for row in session.execute(query.offset(skip).limit(most))]


def _minimal(row: m.Service) -> Json:
    return {"id": str(row.id), "name": row.name, "status": "active", "last_modified": moment(changed_at(row))}


def _at_location(shaper: Shaper, place: m.Location, row: m.Service, full: bool) -> Json:
    service = shaper.full(row) if full else shaper.summary(row)
    return shaper.at_location(place, row, service=service, whole=full)


def _paged(rows: list[Json], page: int, per_page: int) -> Page:
    return Page(len(rows), page, per_page, rows[(page - 1) * per_page : page * per_page])


def _named(rows: list[Json], one: uuid.UUID) -> Json | None:
    return next((row for row in rows if row["id"] == str(one)), None)


__all__ = ["Feed", "Json", "Page", "Publisher", "Wanted"]
