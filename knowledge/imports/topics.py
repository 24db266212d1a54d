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
from knowledge.indexing import says
from nlu.embedding import Vectors, embed, embed_parts
from nlu.needs import NeedFinder

NEAR = 0.33  # nearness and share from which a topic is suggested. On the seed's own 866 entries: suggested for 94 %,
SHARE = 0.25  # the first one right for 91 % of these, all of them for 89 %
MOST = 3
JOINS = re.compile(r"[.!?;]+|\b(?:and|also|plus|but)\b")  # a description is one thought: its clauses are no needs
BATCH = 64

Progress = Callable[[str], None]
Kinds = dict[str, str]  # of topics, by key
Made = dict[str, Vectors]  # a vector by the text that was read


def check(session: Session, mapping: Mapping) -> None:
    """Raise `ImportWrong` if the mapping names a topic that the directory does not have, or cannot suggest any."""
    known = knowing(session)
    fixed = () if mapping.topics == SUGGEST else mapping.topics
    for topic in fixed:
        if topic != SUGGEST and topic not in known.kinds:
            raise ImportWrong(f"The mapping {mapping.name}: there is no topic {topic!r} here. Is the seed loaded?")
    if SUGGEST in mapping.topics and known.finder is None:
        raise ImportWrong("There are no topics to suggest from. Load them first: python -m knowledge seed")


def with_topics(
    session: Session, rows: Sequence[Found], mapping: Mapping, progress: Progress
) -> tuple[list[Found], Made]:
    """The rows with suggested topics after their fixed ones, and the vectors made for that, for `publish`.

    Rows as they are and no vectors when the mapping does not suggest.
    """
    known = knowing(session)
    if SUGGEST not in mapping.topics or known.finder is None:
        return list(rows), {}
    texts = [_says(row) for row in rows]
    made = _vectors(texts, progress)
    near = [suggested(known.finder, known.kinds, text, made[text], mapping.suggest_from) for text in texts]
    return [_with(row, topics) for row, topics in zip(rows, near, strict=True)], made


def suggest(session: Session, text: str) -> tuple[str, ...]:
    """Topics that an entry with this text seems to be about, nearest first; none when nothing comes near."""
    known = knowing(session)
    if known.finder is None or not text.strip():
        return ()
    needs = known.finder.read(JOINS.sub(" ", text), embed_parts).needs
    near = [need.key for need in needs if need.strength >= NEAR and need.share >= SHARE]
    return tuple(key for key in near if known.kinds[key] in ("community", "statutory"))[:MOST]


def _says(row: Found) -> str:
    """Exactly what is read of the entry when it is published, so that it is read once."""
    draft = row.service
    return says(draft.name["en"], draft.line["en"], draft.description["en"])


def _vectors(texts: list[str], progress: Progress) -> Made:
    """Texts of one length together: a batch is as slow as its longest text."""
    order = sorted(dict.fromkeys(texts), key=len)
    made: Made = {}
    for at in range(0, len(order), BATCH):
        batch = order[at : at + BATCH]
        made.update(zip(batch, embed(batch), strict=True))
        progress(f"{len(made)} of {len(order)} read for their topics")
    return made


def suggested(finder: NeedFinder, kinds: Kinds, text: str, vector: Vectors, allowed: Sequence[str]) -> tuple[str, ...]:
    """Topics of the kinds allowed. Where another kind is nearest by far, nothing: a school is not its help."""
    needs = finder.read(JOINS.sub(" ", text), lambda _, parts: np.tile(vector, (1 + len(parts), 1))).needs
    near = [need.key for need in needs if need.strength >= NEAR and need.share >= SHARE]
    return tuple(key for key in near if kinds[key] in allowed)[:MOST]


def _with(row: Found, near: tuple[str, ...]) -> Found:
    topics = tuple(dict.fromkeys((*row.service.topics, *near)))
    return replace(row, service=replace(row.service, topics=topics))
