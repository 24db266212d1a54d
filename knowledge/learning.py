"""The need reader's fitted part: made when phrases are loaded, kept in the directory, read by every process."""

from __future__ import annotations

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models as m
from nlu.embedding import Vectors
from nlu.needs import Head, NeedFinder, fit_head
from nlu.welsh import gloss

NAME = "needs"
NO_MARKUP = str.maketrans("[]{}", "()()")  # Rasa reads brackets as entities
EVERY = 8  # of the phrases, how many times fewer Rasa sees: enough to know a need from another kind of message


def learn(session: Session) -> bool:
    """Fit on all phrases unless that is done already; returns whether it was. Some seconds of work."""
    rows, newest = _phrases(session), _newest(session)
    kept = session.get(m.Learnt, NAME)
    if not rows or (kept is not None and kept.stamp == newest):
        return False
    dual = fit_head(_texts(rows), _vectors(rows), [row.topic_key for row in rows])
    session.merge(m.Learnt(name=NAME, stamp=newest, body=dual.tobytes()))
    return True


def need_finder(session: Session) -> NeedFinder | None:
    """A reader of needs from the phrases as they are now; those added since the last fit count by nearness."""
    rows = _phrases(session)
    if not rows:
        return None
    kept = session.get(m.Learnt, NAME)
    head = None
    if kept is not None:
        fitted = [row for row in rows if row.stamp <= kept.stamp]
        dual, topics = np.frombuffer(kept.body, dtype=np.float32), {row.topic_key for row in rows}
        if fitted and dual.size == len(fitted) * len(topics):  # else a phrase went or a topic came: nearness alone
            head = Head(_texts(fitted), _vectors(fitted), dual.reshape(len(fitted), len(topics)))
    return NeedFinder([row.topic_key for row in rows], _vectors(rows), head)


def as_rasa_examples(session: Session) -> str:
    """Some of the phrases as Rasa's examples of a need, in its YAML format."""
    lines = [f"    - {' '.join(row.text.split()).translate(NO_MARKUP)}" for row in _phrases(session)[::EVERY]]
    return "\n".join(['version: "3.1"', "nlu:", "- intent: need", "  examples: |", *lines, ""])


def _phrases(session: Session) -> list[m.TopicPhrase]:
    query = select(m.TopicPhrase).order_by(m.TopicPhrase.stamp, m.TopicPhrase.id)
    return list(session.scalars(query))


def _newest(session: Session) -> int:
    return session.scalars(select(m.Stamp.value).where(m.Stamp.name == "phrase")).one_or_none() or 0


def _texts(rows: list[m.TopicPhrase]) -> list[str]:
    return [gloss(row.text) if row.language == "cy" else row.text for row in rows]


def _vectors(rows: list[m.TopicPhrase]) -> Vectors:
    return np.stack([np.frombuffer(row.vector, dtype=np.float32) for row in rows])
