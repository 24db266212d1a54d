"""Topics suggested from what an entry says of itself, nearest to what residents say; a person agrees to them later."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy.orm import Session

from knowledge.answering import knowing
from knowledge.errors import ImportWrong
from knowledge.imports.found import Found
from knowledge.imports.mapping import SUGGEST, Mapping
from nlu.embedding import DIMENSIONS, Vectors, embed
from nlu.needs import NeedFinder

READ = 300  # letters of an entry that are read; the rest is seldom about what it is for, and costs as much
NEAR = 0.33  # nearness and share from which a topic is suggested. On the seed's own 539 entries: suggested for 82 %,
SHARE = 0.25  # the first one right for 86 % of these, all of them for 85 %
MOST = 3
JOINS = re.compile(r"[.!?;]+|\b(?:and|also|plus|but)\b")  # a description is one thought: its clauses are no needs
BATCH = 64

Progress = Callable[[str], None]
Kinds = dict[str, str]  # of topics, by key


def check(session: Session, mapping: Mapping) -> None:
    """Raise `ImportWrong` if the mapping names a topic that the directory does not have, or cannot suggest any."""
    known = knowing(session)
    fixed = () if mapping.topics == SUGGEST else mapping.topics
    for topic in fixed:
        if topic != SUGGEST and topic not in known.kinds:
            raise ImportWrong(f"The mapping {mapping.name}: there is no topic {topic!r} here. Is the seed loaded?")
    if SUGGEST in mapping.topics and known.finder is None:
        raise ImportWrong("There are no topics to suggest from. Load them first: python -m knowledge seed")


def with_topics(session: Session, rows: Sequence[Found], mapping: Mapping, progress: Progress) -> list[Found]:
    """The rows with suggested topics after their fixed ones; as they are when the mapping does not suggest."""
    if SUGGEST not in mapping.topics or not rows:
        return list(rows)
    known = knowing(session)
    if known.finder is None:
        return list(rows)
    texts = [_says(row) for row in rows]
    vectors = _vectors(texts, progress)
    return [
        _with(row, _suggested(known.finder, known.kinds, text, vector, mapping))
        for row, text, vector in zip(rows, texts, vectors, strict=True)
    ]


def _says(row: Found) -> str:
    draft = row.service
    return f"{draft.name['en']}. {draft.description['en'] or draft.line['en']}"[:READ]


def _vectors(texts: list[str], progress: Progress) -> Vectors:
    """Texts of one length together: a batch is as slow as its longest text."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for at in range(0, len(order), BATCH):
        batch = order[at : at + BATCH]
        found[batch] = embed([texts[one] for one in batch])
        progress(f"{min(at + BATCH, len(texts))} of {len(texts)} read for their topics")
    return found


def _suggested(finder: NeedFinder, kinds: Kinds, text: str, vector: Vectors, mapping: Mapping) -> tuple[str, ...]:
    """Topics of the kinds allowed. Where another kind is nearest by far, nothing: a school is not its help."""
    needs = finder.read(JOINS.sub(" ", text), lambda texts: np.tile(vector, (len(texts), 1))).needs
    near = [need.key for need in needs if need.strength >= NEAR and need.share >= SHARE]
    return tuple(key for key in near if kinds[key] in mapping.suggest_from)[:MOST]


def _with(row: Found, suggested: tuple[str, ...]) -> Found:
    topics = tuple(dict.fromkeys((*row.service.topics, *suggested)))
    return replace(row, service=replace(row.service, topics=topics))
