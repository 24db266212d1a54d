"""The need reader's fitted part: made when phrases are loaded, kept in the directory, read by every process."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models as m
from nlu.embedding import DIMENSIONS, Vectors
from nlu.needs import Head, NeedFinder, fit_head, head_from
from nlu.welsh import gloss

NAME = "needs"
IN_ORDER = (m.TopicPhrase.stamp, m.TopicPhrase.id)
NO_MARKUP = str.maketrans("[]{}", "()()")  # Rasa reads brackets as entities
EVERY = 8  # of the phrases, how many times fewer Rasa sees: enough to know a need from another kind of message


def learn(session: Session) -> bool:
    """Fit on all phrases unless that is done already; returns whether it was. Some seconds of work."""
    rows, newest = _phrases(session), _newest(session)
    kept = session.get(m.Learnt, NAME)
    if not rows or (kept is not None and kept.stamp == newest and _head(kept) is not None):
        return False
    texts = [gloss(row.text) if row.language == "cy" else row.text for row in rows]
    head = fit_head(texts, _vectors([row.vector for row in rows]), [row.topic_key for row in rows])
    session.merge(m.Learnt(name=NAME, stamp=newest, body=head.to_bytes()))
    return True


def need_finder(session: Session) -> NeedFinder | None:
    """A reader of needs from the phrases as they are now; those added since the last fit count by nearness."""
    rows = session.execute(select(m.TopicPhrase.topic_key, m.TopicPhrase.vector).order_by(*IN_ORDER)).all()
    if not rows:
        return None
    kept = session.get(m.Learnt, NAME)
    return NeedFinder(
        [row.topic_key for row in rows], _vectors([row.vector for row in rows]), _head(kept) if kept else None
    )


def as_rasa_examples(session: Session) -> str:
    """Some of the phrases as Rasa's examples of a need, in its YAML format."""
    lines = [f"    - {' '.join(row.text.split()).translate(NO_MARKUP)}" for row in _phrases(session)[::EVERY]]
    return "\n".join(['version: "3.1"', "nlu:", "- intent: need", "  examples: |", *lines, ""])


def _phrases(session: Session) -> list[m.TopicPhrase]:
    return list(session.scalars(select(m.TopicPhrase).order_by(*IN_ORDER)))


def _newest(session: Session) -> int:
    return session.scalars(select(m.Stamp.value).where(m.Stamp.name == "phrase")).one_or_none() or 0


def _head(kept: m.Learnt) -> Head | None:
    """None for what an older version of us kept: nearness alone until the next set-up."""
    try:
        return head_from(kept.body)
    except ValueError:
        return None


def _vectors(kept: Sequence[bytes]) -> Vectors:
    return np.frombuffer(b"".join(kept), dtype=np.float32).reshape(len(kept), DIMENSIONS)
