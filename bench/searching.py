"""Search in a directory of any size: our own entries many times over, moved a little in meaning and on the map."""

from __future__ import annotations

import csv
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from bench.messages import CONVERSATIONS
from bench.residents import Size
from bench.timing import Times, tell, timed
from knowledge import models as m
from knowledge.answering import read_needs
from knowledge.db import engine_for, session_scope
from knowledge.migrating import upgrade
from knowledge.search import Ask, find, index_of
from nlu.embedding import Vectors, embed_one, encoder
from nlu.places import GAZETTEER, Gazetteer, Spot
from nlu.welsh import in_english
from settings import Settings

NOISE = 0.6  # beside a unit vector; leaves a cosine of about 0.86 with the entry it was made from
NATIONAL = 0.15  # of the entries are for a whole nation and have no address…
MOST_NATIONAL = 1_500  # …but a directory grows by its places: there is only so much national help
SPREAD = 0.05  # degrees, some five kilometres around a town
BATCH = 5_000
SEED = 20_240_501
ASKED_FROM = ("Leeds", "Aberystwyth", "Falkirk", "Truro", "Peckham", "Kendal")


@dataclass(frozen=True)
class Base:
    """What the made-up directories are made from: our own findable rows and their words."""

    rows: list[dict[str, Any]]
    words: dict[str, tuple[str, str]]
    vectors: Vectors
    towns: list[tuple[str, float, float]]


def measure(given: Settings, size: Size, here: Path) -> dict[str, Any]:
    """For each number of entries: the first load, then questions with and without a place; and the embedding rate."""
    base, asks = _base(given), _asks(given)
    found: dict[str, Any] = {"entries": {}}
    for entries in size.entries:
        tell(f"search: making {entries:,} entries")
        with _directory(base, entries, here) as url:
            found["entries"][str(entries)] = _searches(url, asks, size.searches)
    found["embedding"] = _embedding_rate(size.searches)
    return found


def _searches(url: str, asks: list[Ask], times: int) -> dict[str, Any]:
    tell("search: asking")
    near = [spot for name in ASKED_FROM if (spot := Gazetteer().find(name, alone=True))]
    with session_scope(url) as session:
        _, first = timed(lambda: find(session, asks[0]))
        anywhere = Times([timed(partial(find, session, asks[at % len(asks)]))[1] for at in range(times)])
        placed = [_placed(session, asks[at % len(asks)], near[at % len(near)]) for at in range(times)]
    local = sum(found for found, _ in placed)
    assert local, "nothing local was found anywhere: that search measured nothing"
    near_times = Times([seconds for _, seconds in placed])
    return {
        "first_load_seconds": round(first, 2),
        "anywhere": anywhere.told(),
        "with_place": near_times.told(),
        "local_found_in": f"{local} of {times}",
    }


def _placed(session: Session, ask: Ask, spot: Spot) -> tuple[bool, float]:
    """Whether anything local was among the candidates, and the seconds."""
    found, seconds = timed(partial(find, session, replace(ask, spot=spot)))
    return any(one.local for one in found), seconds


def _asks(given: Settings) -> list[Ask]:
    """Every measured resident's first message, understood beforehand: only the search is timed."""
    with session_scope(given.knowledge_url) as session:
        return [_ask(session, conversation[0]) for conversation in CONVERSATIONS]


def _ask(session: Session, message: str) -> Ask:
    needs = read_needs(session, message).needs
    top = max((need.share for need in needs), default=1.0)
    return Ask(embed_one(in_english(message)), message, {need.key: min(1.0, need.share / top) for need in needs})


def _embedding_rate(times: int) -> dict[str, float]:
    """Texts a second, one at a time as in a conversation and sixteen at a time as when entries are published."""
    tell("embedding")
    texts = [message for conversation in CONVERSATIONS for message in conversation]
    texts = (texts * (1 + times // len(texts)))[: max(times, 32) // 16 * 16]
    encoder().encode(texts[:16])
    _, single = timed(lambda: [encoder().encode([one]) for one in texts])
    _, batched = timed(lambda: [encoder().encode(texts[at : at + 16]) for at in range(0, len(texts), 16)])
    return {"single_per_second": round(len(texts) / single, 1), "batch_16_per_second": round(len(texts) / batched, 1)}


def _base(given: Settings) -> Base:
    """Read from the directory in use, which is left as it is."""
    with session_scope(given.knowledge_url) as session:
        rows = [dict(row._mapping) for row in session.execute(select(m.Findable.__table__).where(~m.Findable.gone))]
        words = session.execute(text("SELECT entry_id, name, body FROM entry_words")).all()
    vectors = np.stack([np.frombuffer(row["vector"], dtype=np.float32) for row in rows])
    return Base(rows, {row.entry_id: (row.name, row.body) for row in words}, vectors, _towns())


def _towns() -> list[tuple[str, float, float]]:
    with (GAZETTEER / "towns.csv").open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["nation"] != "northern_ireland"]
    return [(row["name"], float(row["latitude"]), float(row["longitude"])) for row in rows]


@contextmanager
def _directory(base: Base, entries: int, here: Path) -> Iterator[str]:
    """A database of `entries` entries, with our tables and word index, for as long as the block lasts."""
    path = here / f"knowledge-{entries}.db"
    url = f"sqlite:///{path}"
    upgrade("knowledge", url)
    chance = random.Random(SEED)
    with session_scope(url) as session:
        for at in range(0, entries, BATCH):
            _add(session, base, range(at, min(at + BATCH, entries)), min(NATIONAL, MOST_NATIONAL / entries), chance)
        session.merge(m.Stamp(name="findable", value=1))
    yield url
    engine_for(url).dispose()
    index_of.cache_clear()  # a hundred thousand vectors would stay for the rest of the run
    path.unlink()


def _add(session: Session, base: Base, numbers: range, national: float, chance: random.Random) -> None:
    vectors = _vectors(base, numbers)
    made = [
        _made(base, at, vector, chance.random() >= national, chance)
        for at, vector in zip(numbers, vectors, strict=True)
    ]
    session.execute(insert(m.Findable), [row for row, _ in made])
    session.execute(
        text("INSERT INTO entry_words (entry_id, name, body) VALUES (:id, :name, :body)"), [words for _, words in made]
    )


def _vectors(base: Base, numbers: range) -> Vectors:
    """The entries' own vectors in turn, each pushed a different way and brought back to length one."""
    source = base.vectors[np.array(numbers) % len(base.vectors)]
    push = np.random.default_rng(SEED + numbers.start).normal(size=source.shape).astype(np.float32)
    moved = source + NOISE * push / np.linalg.norm(push, axis=1, keepdims=True)
    unit: Vectors = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _made(
    base: Base, at: int, vector: Vectors, placed: bool, chance: random.Random
) -> tuple[dict[str, Any], dict[str, str]]:
    """One entry: topics, tier and words of ours, an address in some town or none."""
    source = base.rows[at % len(base.rows)]
    town, latitude, longitude = chance.choice(base.towns)
    entry = uuid.UUID(int=chance.getrandbits(128))
    where = {
        "latitude": latitude + chance.gauss(0, SPREAD) if placed else None,
        "longitude": longitude + chance.gauss(0, SPREAD) if placed else None,
        "nations": [] if placed else source["nations"],
    }
    fixed = {"entry_id": entry, "stamp": 1, "gone": False, "place_id": None, "vector": vector.tobytes()}
    name, body = base.words.get(source["entry_id"].hex, ("", ""))
    return {**source, **where, **fixed}, {"id": entry.hex, "name": f"{name} {town if placed else ''}", "body": body}
