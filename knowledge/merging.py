"""Two entries that are one: who may be whom, a choice a field, one save of the kept one, and back again."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.drafts import ServiceDraft, plain
from knowledge.history import differences, draft_at, draft_from, latest_draft
from knowledge.imports.clean import same_name
from knowledge.imports.neighbours import ALIKE, tail
from knowledge.looking_after import ChangedMeanwhile, put_out, take_down
from knowledge.upkeep import Merged

REASON = "merged with another entry"
SHOWN = 20


def likely(session: Session, row: m.Service) -> list[m.Service]:
    """Published entries that may be the same as this one: the same place (or none) and a name alike, or a telephone,
    building or charity number that is theirs too."""
    here = (m.Service.status == "active", m.Service.id != row.id)
    near = or_(m.Service.place_id == row.place_id, m.Service.place_id.is_(None))
    marks, name = _marks(row), same_name(row.name)
    found = []
    for other in session.scalars(select(m.Service).where(*here, near).order_by(m.Service.name)):
        alike = fuzz.token_set_ratio(same_name(other.name), name)
        if alike >= ALIKE or (alike >= ALIKE / 2 and marks & _marks(other)):
            found.append((alike, other))
    return [other for _, other in sorted(found, key=lambda one: -one[0])][:SHOWN]


def choices(session: Session, kept: m.Service, lost: m.Service) -> list[tuple[str, Any, Any]]:
    """Fields in which the two differ: (field, of the kept one, of the other)."""
    return differences(plain(latest_draft(session, kept)), plain(latest_draft(session, lost)))


def merge(
    session: Session,
    kept: m.Service,
    lost: m.Service,
    theirs: Collection[str],
    *,
    version: int,
    by: uuid.UUID,
    today: date,
) -> None:
    """Fields named in `theirs` are taken from the lost one, which is taken down and leads to the kept one. Raises
    `ChangedMeanwhile` when the kept one is no longer at `version`, or the lost one is down already."""
    if lost.status != "active" or kept.id == lost.id or kept.status != "active":
        raise ChangedMeanwhile("one of the two is down")
    other = plain(latest_draft(session, lost))
    body = {**plain(latest_draft(session, kept)), **{name: other[name] for name in theirs if name in other}}
    draft = draft_from("service", body)
    assert isinstance(draft, ServiceDraft)  # noqa: S101  "service" was asked for
    put_out(session, draft, by=by, base=version, today=today, checked_by=kept.organisation.name, reason=REASON)
    take_down(session, lost, by=by, reason=REASON)
    for earlier in session.scalars(select(Merged).where(Merged.kept_id == lost.id)):
        earlier.kept_id = kept.id  # what led to the lost one leads on
    session.merge(
        Merged(lost_id=lost.id, kept_id=kept.id, before=version, after=kept.version, made_on=today)
    )  # fmt: skip
    session.flush()


def merged_into(session: Session, kept: m.Service) -> Sequence[tuple[Merged, m.Service]]:
    """What was merged into this entry, newest first."""
    rows = session.scalars(select(Merged).where(Merged.kept_id == kept.id).order_by(Merged.made_on.desc()))
    return [(row, session.get_one(m.Service, row.lost_id)) for row in rows]


def leads_to(session: Session, lost: uuid.UUID) -> uuid.UUID | None:
    """The published entry that an address of a merged one leads to."""
    row = session.get(Merged, lost)
    kept = session.get(m.Service, row.kept_id) if row is not None else None
    return kept.id if kept is not None and kept.status == "active" else None


def undo(session: Session, kept: m.Service, lost: uuid.UUID, *, by: uuid.UUID, today: date) -> None:
    """Both say again what they said before. The kept one stays as it is where somebody saved it since."""
    row = session.get(Merged, lost)
    if row is None or row.kept_id != kept.id:
        return
    other = session.get_one(m.Service, lost)
    if other.status != "active":
        back = latest_draft(session, other)
        put_out(session, back, by=by, base=other.version, today=today, checked_by=other.organisation.name)
    if kept.version == row.after != row.before:
        before = draft_at(session, kept, row.before)
        put_out(session, before, by=by, base=kept.version, today=today, checked_by=kept.organisation.name)
    session.delete(row)
    session.flush()


def _marks(row: m.Service) -> set[str]:
    found = {f"tel:{digits}" for phone in row.phones if (digits := tail(phone.number))}
    found |= {f"uprn:{spot.uprn}" for spot in row.locations if spot.uprn}
    return found | ({f"charity:{row.organisation.charity_number}"} if row.organisation.charity_number else set())
