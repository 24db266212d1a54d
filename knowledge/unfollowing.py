"""Undoing the last reading of a feed: every entry it touched says again what it said before."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.editing import save_service, withdraw
from knowledge.errors import NotFound
from knowledge.feeds import Feed
from knowledge.following import BY, UNDO
from knowledge.history import draft_at
from knowledge.imports.deciding import BY as IMPORTED
from knowledge.indexing import publish, says
from knowledge.sourcing import another_feed
from nlu.embedding import DIMENSIONS

BATCH = 64
REASON = "the reading was undone"

Scope = Callable[[], AbstractContextManager[Session]]


def asked_for(session: Session) -> list[str]:
    """Addresses of feeds whose last reading somebody wants undone."""
    return list(session.scalars(select(Feed.address).where(Feed.wanted == UNDO)))


def undo(scope: Scope, address: str) -> tuple[int, int]:
    """Take back the last reading that changed anything, and follow the feed no more; how many entries say again what
    they said before, and how many were left because somebody changed them since. What is done stays done if it is cut
    off, and it goes on from there."""
    with scope() as session:
        row = session.scalars(select(Feed).where(Feed.address == address)).first()
        if row is None:
            raise NotFound(f"{address} is not followed")
        row.active = False
        touched = _touched(session, row)
        by = f"{IMPORTED}undone {row.source}"
    done = left = 0
    for at in range(0, len(touched), BATCH):
        with scope() as session:
            for entry, first, last in touched[at : at + BATCH]:
                fine = _back(session, entry, first, last, by)
                done, left = done + fine, left + (not fine)
    with scope() as session:
        row = session.scalars(select(Feed).where(Feed.address == address)).one()
        row.wanted, row.wrote_at = "", None
        row.counts = {"undone": done, "kept": left}
    return done, left


def _touched(session: Session, row: Feed) -> Sequence[tuple[uuid.UUID, int, int]]:
    """Entries with the first and the last of their revisions that the reading made; none where it cannot be told from
    another feed's that carries the same name (such are no longer begun)."""
    made = (m.Revision.made_by == f"{BY}{row.source}", m.Revision.made_at >= row.wrote_at)
    if row.wrote_at is None or another_feed(session, row.source, row.address):
        return []
    numbers = (func.min(m.Revision.number), func.max(m.Revision.number))
    found = session.execute(select(m.Revision.row_id, *numbers).where(*made).group_by(m.Revision.row_id))
    return [(entry, first, last) for entry, first, last in found]


def _back(session: Session, entry: uuid.UUID, first: int, last: int, by: str) -> bool:
    """One entry; False where it was saved since."""
    row = session.get_one(m.Service, entry)
    newest = session.scalars(select(func.max(m.Revision.number)).where(m.Revision.row_id == entry)).one()
    if newest != last:
        return False
    try:
        before = draft_at(session, row, first - 1)
    except NotFound:  # it was not here, or was down
        withdraw(session, row, by=by, reason=REASON)
    else:
        save_service(session, before, by=by, reason=REASON)  # type: ignore[arg-type]  # a service's own draft
    text = says(row.name, row.line, row.description)
    publish(session, [row], made={text: np.zeros(DIMENSIONS, dtype=np.float32)})  # its meaning is read after
    return True
