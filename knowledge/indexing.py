"""Making saved entries and phrases findable, in the same transaction as the save."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.drafts import NATION_GROUPS
from nlu.embedding import DIMENSIONS, Vectors, embed
from nlu.kept_vectors import embed_kept

BATCH = 64  # entries a batch: progress is seen, memory stays flat


def next_stamp(session: Session, name: str) -> int:
    """Move the counter `name` on by one and return it; the row lock keeps two writers apart."""
    done = session.execute(update(m.Stamp).where(m.Stamp.name == name).values(value=m.Stamp.value + 1))
    if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it; the stub says Result
        session.add(m.Stamp(name=name, value=1))
        session.flush()
    return session.scalars(select(m.Stamp.value).where(m.Stamp.name == name)).one()


def publish(
    session: Session,
    rows: Sequence[m.Service | m.Tip],
    *,
    made: Mapping[str, Vectors] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Make these findable at the next message of every process (or no longer findable, if not active).

    `made` holds vectors that are known already, by exactly the text that `says` gives; the others are made here.
    """
    for at in range(0, len(rows), BATCH):
        batch = rows[at : at + BATCH]
        vectors = vectors_of([_says(row) for row in batch], made or {})
        stamp = next_stamp(session, "findable")
        ids = [row.id for row in batch]
        known = set(session.scalars(select(m.Findable).where(m.Findable.entry_id.in_(ids))).all())
        here = {one.entry_id for one in known}  # held in the session, so that merging asks for none of them again
        for row, vector in zip(batch, vectors, strict=True):
            one = _findable(row, stamp, vector)
            session.merge(one) if row.id in here else session.add(one)
        _write_words(session, batch)
        session.flush()
        if progress:
            progress(at + len(batch), len(rows))


def says(name: str, line: str, description: str) -> str:
    """What of an entry is read for its meaning; a line that only begins the description is not read twice."""
    again = description.startswith(line.removesuffix("…"))
    return f"{name}. {description if again else f'{line} {description}'}".strip()


def vectors_of(texts: Sequence[str], made: Mapping[str, Vectors]) -> Vectors:
    """The vectors of `texts`, from `made` where they are there; shape (len(texts), 384)."""
    missing = [text for text in dict.fromkeys(texts) if text not in made]
    fresh = dict(zip(missing, embed(missing), strict=True)) if missing else {}  # none: the model is not loaded either
    found = [made[text] if text in made else fresh[text] for text in texts]
    return np.stack(found) if found else np.zeros((0, DIMENSIONS), dtype=np.float32)


def phrase_rows(
    session: Session, topic_key: str, texts: Sequence[tuple[str, str]], *, by: str = "seed"
) -> list[m.TopicPhrase]:
    """New phrase rows (text as shown, text to embed) with their vectors, for texts the topic does not have."""
    have = set(session.scalars(select(m.TopicPhrase.text).where(m.TopicPhrase.topic_key == topic_key)))
    new = [(shown, read) for shown, read in dict(texts).items() if shown not in have]
    if not new:
        return []
    stamp = next_stamp(session, "phrase")
    made = embed_kept if by == "seed" else embed
    return [
        m.TopicPhrase(
            topic_key=topic_key,
            text=shown,
            language="en" if shown == read else "cy",
            added_by=by,
            vector=vector.tobytes(),
            stamp=stamp,
        )
        for (shown, read), vector in zip(new, made([read for _, read in new]), strict=True)
    ]


def _says(row: m.Service | m.Tip) -> str:
    if isinstance(row, m.Tip):
        return row.text
    return says(row.name, row.line, row.description)


def _findable(row: m.Service | m.Tip, stamp: int, vector: Any) -> m.Findable:
    common = {
        "entry_id": row.id,
        "stamp": stamp,
        "gone": row.status != "active",
        "place_id": row.place_id,
        "vector": np.asarray(vector, dtype=np.float32).tobytes(),
    }
    if isinstance(row, m.Tip):
        return m.Findable(kind="tip", tier="friend", topics=list(row.topics), nations=[], **common)
    spot = next((one for one in row.locations if one.latitude is not None), None)
    return m.Findable(
        kind="service",
        tier=row.tier,
        topics=[topic.topic_key for topic in row.topics],
        nations=sorted({nation for area in row.areas for nation in NATION_GROUPS.get(area.name, ())}),
        latitude=spot.latitude if spot else None,
        longitude=spot.longitude if spot else None,
        **common,
    )


def _write_words(session: Session, rows: Sequence[m.Service | m.Tip]) -> None:
    session.execute(text("DELETE FROM entry_words WHERE entry_id = :id"), [{"id": row.id.hex} for row in rows])
    live = [_words_of(row) for row in rows if row.status == "active"]
    if live:
        session.execute(text("INSERT INTO entry_words (entry_id, name, body) VALUES (:id, :name, :body)"), live)


def _words_of(row: m.Service | m.Tip) -> dict[str, str]:
    if isinstance(row, m.Tip):
        return {"id": row.id.hex, "name": "", "body": f"{row.text} {_other_languages(row)}"}
    return {
        "id": row.id.hex,
        "name": f"{row.name} {row.organisation.name}",
        "body": f"{row.line} {row.description} {_other_languages(row)}",
    }


def _other_languages(row: m.Service | m.Tip) -> str:
    return " ".join(text for fields in row.translations.values() for text in fields.values())
