"""Where a followed feed and an edit made here disagree: kept side by side until somebody chooses ours or theirs."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.drafts import plain
from knowledge.editing import save_service, withdraw
from knowledge.feeds import Conflict
from knowledge.history import differences, draft_from, latest_draft
from knowledge.indexing import publish

OPEN, OURS = "open", "ours"
CHOSEN = "the source's words were chosen"


@dataclass(frozen=True)
class Seen:
    """One conflict as a page shows it: field by field, ours and theirs; no fields where theirs is gone."""

    id: uuid.UUID
    entry: uuid.UUID
    name: str
    fields: tuple[tuple[str, Any, Any], ...]


def note(session: Session, source: str, entry: uuid.UUID, body: dict[str, Any], now: datetime) -> None:
    """The source says this (`{}`: it is gone) of an entry that was edited here. What was chosen before stands for as
    long as it says the same; flushes."""
    said = json.loads(json.dumps(body))
    row = session.scalars(select(Conflict).where(Conflict.row_id == entry)).first()
    if row is None:
        row = Conflict(row_id=entry, source=source, body=said, state=OPEN, seen_at=now)
        session.add(row)
    elif not _same(row.body, said):
        row.body, row.state = said, OPEN
    row.seen_at, row.source = now, source
    session.flush()


def over(session: Session, source: str, now: datetime) -> None:
    """A whole reading began at `now`: open conflicts that it did not meet are none any more."""
    gone = (Conflict.source == source, Conflict.state == OPEN, Conflict.seen_at < now)
    session.execute(delete(Conflict).where(*gone))


def ours_was_chosen(session: Session, entry: uuid.UUID, body: dict[str, Any]) -> bool:
    """Whether somebody looked at exactly this of the source's and kept what stands here."""
    row = session.scalars(select(Conflict).where(Conflict.row_id == entry, Conflict.state == OURS)).first()
    return row is not None and _same(row.body, json.loads(json.dumps(body)))


def waiting(session: Session, source: str) -> Sequence[Seen]:
    """Those of a source that somebody has to look at."""
    query = select(Conflict).where(Conflict.source == source, Conflict.state == OPEN).order_by(Conflict.seen_at)
    return [_seen(session, row) for row in session.scalars(query)]


def of_source(session: Session, conflict: uuid.UUID, source: str) -> Conflict | None:
    """An open conflict, if it is this source's."""
    row = session.get(Conflict, conflict)
    return row if row is not None and row.source == source and row.state == OPEN else None


def keep_ours(session: Session, row: Conflict) -> None:
    """What stands here stays, until the source says something new."""
    row.state = OURS
    session.flush()


def take_theirs(session: Session, row: Conflict, by: str) -> None:
    """What the source says is published (or taken down), as if read from it; it is followed again from now on. The
    topics somebody agreed to here stay. `by`: how the feed's revisions say who made them."""
    entry = session.get_one(m.Service, row.row_id)
    if not row.body:
        withdraw(session, entry, by=by, reason=CHOSEN)
        publish(session, [entry])
    else:
        draft = draft_from("service", row.body)
        draft = replace(draft, topics=draft.topics or tuple(one.topic_key for one in entry.topics))
        saved = save_service(session, draft, by=by, reason=CHOSEN)  # type: ignore[arg-type]  # a service's own draft
        if saved is not None:
            publish(session, [saved])
    session.delete(row)
    session.flush()


def _seen(session: Session, row: Conflict) -> Seen:
    entry = session.get_one(m.Service, row.row_id)
    ours = plain(latest_draft(session, entry))
    fields = tuple(differences(ours, plain(draft_from("service", row.body)))) if row.body else ()
    return Seen(row.id, entry.id, entry.name, fields)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Topics are suggested anew at every reading, and do not count."""
    return {**one, "topics": None} == {**other, "topics": None}
