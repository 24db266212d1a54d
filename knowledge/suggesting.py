"""What residents propose, with no account and nothing about them kept: a group, a correction, a tip; and that they
would come to something, or help run it, as numbers a group can see."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.access import SignedIn
from knowledge.accounts import hashed
from knowledge.reading import entries
from knowledge.upkeep import WAITING, Interest, Suggestion
from nlu.private import set_aside

KINDS = ("group", "correction", "tip")
INTERESTS = ("come", "help")
TAKEN, REFUSED = "taken", "refused"
KEPT_FOR = timedelta(days=180)
LONGEST = 1500
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # nothing that is misread on paper
FIELDS = {"group": ("name", "what", "where"), "correction": ("what",), "tip": ("what", "who")}


@dataclass(frozen=True)
class Answer:
    """What became of a suggestion: its state, and a steward's note."""

    kind: str
    state: str
    note: str


def suggest(
    session: Session,
    kind: str,
    body: Mapping[str, str],
    today: date,
    *,
    place: str = "",
    entry: uuid.UUID | None = None,
) -> str:
    """Keep what was proposed, without any number or address that reaches one person; the code to look it up by."""
    kept = {name: set_aside(body.get(name, "").strip()[:LONGEST])[0] for name in FIELDS[kind]}
    code = "".join(secrets.choice(ALPHABET) for _ in range(10))
    session.add(
        Suggestion(
            kind=kind,
            place_id=_place_of(session, place, entry),
            row_id=entry,
            body=kept,
            code=hashed(code),
            made_on=today,
            ends_on=today + KEPT_FOR,
        )
    )
    session.flush()
    return f"{code[:5]}-{code[5:]}"


def look_up(session: Session, code: str, today: date) -> Answer | None:
    """What became of the suggestion with this code."""
    tidy = "".join(one for one in code.upper() if one.isalnum())
    row = session.scalars(
        select(Suggestion).where(Suggestion.code == hashed(tidy), Suggestion.ends_on >= today)
    ).first()
    return Answer(row.kind, row.state, row.note) if row else None


def waiting(session: Session, who: SignedIn) -> list[Suggestion]:
    """Suggestions for this person: of their places, and about their groups' entries."""
    rows = session.scalars(select(Suggestion).where(Suggestion.state == WAITING).order_by(Suggestion.made_on))
    return [row for row in rows if may_decide(session, who, row)]


def may_decide(session: Session, who: SignedIn, row: Suggestion) -> bool:
    """The place's steward, and whoever keeps the entry it is about."""
    if who.stewards(row.place_id):
        return True
    entry = (session.get(m.Service, row.row_id) or session.get(m.Tip, row.row_id)) if row.row_id else None
    return entry is not None and entry.organisation_id in who.groups


def decide(session: Session, row: Suggestion, *, taken: bool, note: str) -> None:
    """Say what became of it; whoever holds the code reads the note."""
    row.state, row.note = (TAKEN if taken else REFUSED), note.strip()[:300]
    session.flush()


def interested(session: Session, entry: uuid.UUID, kind: str, today: date) -> bool:
    """One more who would come, or help; False, and nothing kept, for no such entry or kind."""
    if kind not in INTERESTS or entry not in entries(session, [entry]):
        return False
    month = today.replace(day=1)
    row = session.get(Interest, (entry, kind, month))
    if row is None:
        row = Interest(row_id=entry, kind=kind, month=month, times=0)
        session.add(row)
        session.flush()
    row.times = Interest.times + 1
    session.flush()
    return True


def interest_in(session: Session, entry: uuid.UUID, today: date) -> dict[str, int]:
    """How many said so in the last year, by kind."""
    since = (today - timedelta(days=365)).replace(day=1)
    lately = (Interest.row_id == entry, Interest.month >= since)
    counted = select(Interest.kind, func.sum(Interest.times)).where(*lately).group_by(Interest.kind)
    return {kind: int(times) for kind, times in session.execute(counted)}


def forget_old(session: Session, today: date) -> None:
    """Suggestions go half a year after they came."""
    session.execute(delete(Suggestion).where(Suggestion.ends_on < today))


def _place_of(session: Session, slug: str, entry: uuid.UUID | None) -> uuid.UUID | None:
    row = (session.get(m.Service, entry) or session.get(m.Tip, entry)) if entry else None
    if row is not None and (row.place_id or row.organisation.place_id):
        return row.place_id or row.organisation.place_id
    return session.scalars(select(m.Place.id).where(m.Place.slug == slug)).first() if slug else None
