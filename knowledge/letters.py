"""E-mails, and reminders by text, that are owed. Queued in the same transaction as what they are about.

channels/letters.py sends them.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from knowledge.people import Letter

AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Owed:
    """One e-mail, or text, to send: `kind` names its sentences in words/letters.*.yml, `told` fills their gaps."""

    id: uuid.UUID
    kind: str
    recipient: str
    language: str
    told: dict[str, Any]
    by: str = "email"
    person: uuid.UUID | None = None


def write(
    session: Session,
    kind: str,
    recipient: str,
    language: str,
    now: datetime,
    told: Mapping[str, object],
    *,
    person: uuid.UUID | None = None,
    by: str = "email",
) -> None:
    """Owe somebody an e-mail, or a text to their own telephone; `told` fills the gaps of its sentences. Flushes."""
    session.add(
        Letter(
            kind=kind,
            by=by,
            recipient=recipient,
            language=language,
            told=dict(told),
            due_at=now,
            made_at=now,
            person_id=person,
        )
    )
    session.flush()


def take(session: Session, now: datetime, most: int = 20) -> list[Owed]:
    """The letters due now, each put off until its next try: whoever takes them commits, then sends."""
    due = select(Letter).where(Letter.due_at <= now).order_by(Letter.due_at).limit(most)
    rows = session.scalars(due.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.due_at = now + AGAIN[min(row.tries, len(AGAIN) - 1)]
        row.tries += 1
    session.flush()
    return [Owed(row.id, row.kind, row.recipient, row.language, row.told, row.by, row.person_id) for row in rows]


def sent(session: Session, letter: uuid.UUID, now: datetime) -> None:
    """It has gone: its address and its words are deleted here."""
    row = session.get(Letter, letter)
    if row is not None:
        row.sent_at, row.due_at, row.trouble = now, None, ""
        row.recipient, row.told = "", {}


def failed(session: Session, letter: uuid.UUID, trouble: str) -> bool:
    """It did not go, for this kind of reason; after the last try it is given up. Whether it was."""
    row = session.get(Letter, letter)
    if row is None:
        return False
    row.trouble = trouble
    if row.tries > len(AGAIN):
        row.due_at, row.recipient, row.told = None, "", {}
        return True
    return False


@dataclass(frozen=True)
class Waiting:
    """How the post is doing: letters that met trouble and are tried again, and letters given up."""

    tried_again: int
    given_up: int
    troubles: Sequence[str]


def waiting(session: Session) -> Waiting:
    """What an admin should know about the post."""
    again = (Letter.due_at.is_not(None), Letter.tries > 0, Letter.trouble != "")
    lost = (Letter.due_at.is_(None), Letter.sent_at.is_(None))
    count = select(func.count()).select_from(Letter)
    kinds = session.scalars(select(Letter.trouble).where(*again).distinct()).all()
    return Waiting(session.scalars(count.where(*again)).one(), session.scalars(count.where(*lost)).one(), kinds)


def forget_old(session: Session, now: datetime) -> None:
    """Letters a month old go altogether."""
    session.execute(delete(Letter).where(Letter.made_at <= now - KEPT_FOR))
