"""Meaning and suggested topics for entries that are findable by their words only, a few at a time."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from knowledge import models as m
from knowledge.answering import knowing
from knowledge.imports.mapping import SUGGESTED_FROM
from knowledge.imports.topics import suggested
from knowledge.indexing import publish, says
from nlu.embedding import DIMENSIONS, Vectors, embed

BATCH = 64
SHALLOW = np.zeros(DIMENSIONS, dtype=np.float32).tobytes()  # an entry whose meaning was not read yet

Scope = Callable[[], AbstractContextManager[Session]]


def deepen(scope: Scope, *, progress: Callable[[str], None] = lambda _line: None, most: int | None = None) -> int:
    """Read the meaning of at most `most` entries that have none; how many. Stopped, it goes on from there."""
    done = 0
    while most is None or done < most:
        with scope() as session:
            texts = dict(_waiting(session, BATCH))
        if not texts:
            break
        order = sorted(texts, key=lambda one: len(texts[one]))
        made = dict(zip(order, embed([texts[one] for one in order]), strict=True))  # no session held meanwhile
        with scope() as session:
            _write(session, texts, made)
        done += len(texts)
        progress(f"{done} entries read for their meaning")
    return done


def waiting(session: Session) -> int:
    """How many entries are found by their words only."""
    return len(session.scalars(select(m.Findable.entry_id).where(*_shallow())).all())


def _shallow() -> tuple[ColumnElement[bool], ...]:
    return m.Findable.vector == SHALLOW, m.Findable.gone.is_(False), m.Findable.kind == "service"


def _waiting(session: Session, most: int) -> list[tuple[uuid.UUID, str]]:
    """Those that wait longest."""
    ids = session.scalars(select(m.Findable.entry_id).where(*_shallow()).order_by(m.Findable.stamp).limit(most)).all()
    rows = session.scalars(select(m.Service).where(m.Service.id.in_(ids)))
    return [(row.id, says(row.name, row.line, row.description)) for row in rows]


def _write(session: Session, texts: dict[uuid.UUID, str], made: dict[uuid.UUID, Vectors]) -> None:
    """Publish again with their vectors, and with topics suggested for those that have none."""
    known = knowing(session)
    rows = session.scalars(
        select(m.Service)
        .where(m.Service.id.in_(list(texts)), m.Service.status == "active")
        .options(selectinload(m.Service.topics), selectinload(m.Service.areas), selectinload(m.Service.locations))
    ).all()
    for row in rows:
        if not row.topics and known.finder is not None:
            keys = suggested(known.finder, known.kinds, texts[row.id], made[row.id], SUGGESTED_FROM[:1])
            row.topics = [m.ServiceTopic(topic_key=key, position=at, suggested=True) for at, key in enumerate(keys)]
    session.flush()
    by_text = {says(row.name, row.line, row.description): made[row.id] for row in rows}
    publish(session, rows, made=by_text)
