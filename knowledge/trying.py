"""What would change? A draft or a phrase is saved, asked about, and taken back, out of everybody else's sight."""

from __future__ import annotations

import copy
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from knowledge.answering import Answer, Knowing, answer, knowing
from knowledge.db import engine_for
from knowledge.drafts import ServiceDraft
from knowledge.editing import id_of, save_service, save_tip
from knowledge.history import Draft
from knowledge.indexing import phrase_rows, publish
from knowledge.reading import Entry, entries, place_spot
from knowledge.search import Index, index_for
from nlu.places import Spot
from nlu.welsh import gloss
from settings import settings


@dataclass(frozen=True)
class Tried:
    """What would be answered: the draft's place in it (from 1; none: not among them), the answer, entries in full."""

    position: int | None
    answer: Answer
    entries: dict[uuid.UUID, Entry]


def ask_it(draft: Draft, question: str, *, today: date, near: str = "") -> Tried:
    """Where this draft would come in the answer to `question`, asked from its own place or from `near`."""
    with _aside() as session:
        spot = _spot(session, draft, near)
        if isinstance(draft, ServiceDraft):
            row = save_service(session, draft, by="trying")
        else:
            row = save_tip(session, draft, by="trying")  # type: ignore[assignment]  # a tip; both can be published
        if row is not None:
            publish(session, [row])
        found = answer(session, question, today=today, spot=spot)
        own = id_of("service" if isinstance(draft, ServiceDraft) else "tip", draft.key)
        shown = [post.entry for post in found.plan.posts]
        return Tried(shown.index(own) + 1 if own in shown else None, found, entries(session, [*shown, own]))


def teach_it(topic: str, phrase: str, language: str, *, today: date) -> tuple[Answer, Answer]:
    """What `phrase` is understood as now, and what it would be with it as an example of `topic`."""
    with _aside() as session:
        before = answer(session, phrase, today=today)
        read = gloss(phrase) if language == "cy" else phrase
        session.add_all(phrase_rows(session, topic, [(phrase, read)], by="trying"))
        session.flush()
        return before, answer(session, phrase, today=today)


@contextmanager
def _aside() -> Iterator[Session]:
    """A session whose writes are never committed, with an index and needs of its own to read them by."""
    session = Session(engine_for(settings().knowledge_url), expire_on_commit=False)
    try:
        session.info["index"] = _copy_of(session)
        session.info["knowing"] = _knowing_like(knowing(session))
        yield session
    finally:
        session.rollback()
        session.close()


def _copy_of(session: Session) -> Index:
    shared = index_for(session)
    with shared.lock:
        shared.refresh(session)
        own = copy.copy(shared)
        for name, value in vars(shared).items():
            if name != "lock":
                setattr(own, name, value.copy() if hasattr(value, "copy") else value)
    own.lock = threading.Lock()
    return own


def _knowing_like(shared: Knowing) -> Knowing:
    own = copy.copy(shared)
    own._lock = threading.Lock()
    return own


def _spot(session: Session, draft: Draft, near: str) -> Spot | None:
    if near and (found := knowing(session).gazetteer.find(near, alone=True)):
        return found
    return place_spot(session, draft.place) if draft.place else None
