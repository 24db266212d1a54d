"""What an entry said before, and drafts made from it: reading revisions back, comparing two, who made them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge import people as p
from knowledge.drafts import Number, ServiceDraft, Spot, Times, TipDraft
from knowledge.errors import NotFound

Draft = ServiceDraft | TipDraft
BY_PERSON = "person:"  # revisions made in the console are made by "person:<id>"; a name is looked up when it is shown
BY_LINK = "a reminder's link"  # whoever held it: no name is known, and none is needed
NEVER_COMPARED = ("key", "organisation", "place", "checked_on", "checked_by", "source_row", "terms")


@dataclass(frozen=True)
class Change:
    """One save, as a list shows it. `by` is a name, or "" for somebody who has left."""

    number: int
    made_at: datetime
    by: str
    reason: str
    withdrawn: bool


def made_by(person: uuid.UUID) -> str:
    """How a revision says who made it."""
    return f"{BY_PERSON}{person}"


def draft_from(kind: str, body: Mapping[str, Any]) -> Draft:
    """The draft that `knowledge.drafts.plain` wrote down."""
    kept = dict(body)
    day = kept.get("checked_on")
    kept["checked_on"] = date.fromisoformat(day) if day else None
    if kind == "tip":
        return TipDraft(**{**kept, "topics": tuple(kept["topics"]), "towns": tuple(kept["towns"])})
    kept["spots"] = tuple(Spot(**one) for one in kept["spots"])
    kept["schedule"] = tuple(_times(one) for one in kept["schedule"])
    kept["phones"] = tuple(Number(**one) for one in kept["phones"])
    kept["terms"] = tuple((one[0], one[1], one[2]) for one in kept["terms"])
    for name in ("topics", "area", "languages", "access"):
        kept[name] = tuple(kept[name])
    return ServiceDraft(**kept)


def _times(kept: Mapping[str, Any]) -> Times:
    breaks = tuple((first, last) for first, last in kept.get("breaks", ()))
    return Times(**{**kept, "days": tuple(kept["days"]), "breaks": breaks})


def kind_of(row: m.Service | m.Tip) -> str:
    """service or tip."""
    return "service" if isinstance(row, m.Service) else "tip"


def latest_draft(session: Session, row: m.Service | m.Tip) -> Draft:
    """What an entry says now, or said last before it was withdrawn."""
    for revision in session.scalars(_of(row.id).order_by(m.Revision.number.desc())):
        if not revision.body.get("withdrawn"):
            return draft_from(kind_of(row), revision.body)
    raise NotFound("no revision")


def draft_at(session: Session, row: m.Service | m.Tip, number: int) -> Draft:
    """What an entry said at one revision; raises `NotFound` for one that withdrew it or is not there."""
    revision = session.scalars(_of(row.id).where(m.Revision.number == number)).first()
    if revision is None or revision.body.get("withdrawn"):
        raise NotFound("no such revision")
    return draft_from(kind_of(row), revision.body)


def changes(session: Session, row: m.Service | m.Tip) -> list[Change]:
    """Every save of an entry, newest first."""
    rows = session.scalars(_of(row.id).order_by(m.Revision.number.desc())).all()
    names = names_of(session, [one.made_by for one in rows])
    return [
        Change(one.number, one.made_at, names[one.made_by], one.reason, bool(one.body.get("withdrawn"))) for one in rows
    ]


def edited_here(session: Session, row_id: uuid.UUID) -> bool:
    """Whether a person ever saved it in the console or by a reminder's link: then no seed may write over it."""
    theirs = or_(m.Revision.made_by.startswith(BY_PERSON), m.Revision.made_by == BY_LINK)
    return session.scalars(_of(row_id).where(theirs).limit(1)).first() is not None


def names_of(session: Session, authors: list[str]) -> dict[str, str]:
    """What to call each author of a revision; "" for somebody who is no longer here."""
    found = {}
    for author in set(authors):
        if not author.startswith(BY_PERSON):
            found[author] = author
            continue
        person = session.get(p.Person, uuid.UUID(author.removeprefix(BY_PERSON)))
        found[author] = (person.name or person.email.split("@")[0]) if person else ""
    return found


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Fields that differ between two drafts in plain form, as (field, before, after), in the draft's order."""
    fields = [name for name in after if name not in NEVER_COMPARED]
    return [(name, before.get(name), after[name]) for name in fields if before.get(name) != after[name]]


def _of(row_id: uuid.UUID) -> Any:
    return select(m.Revision).where(m.Revision.row_id == row_id)
