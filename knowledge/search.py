"""Candidates: meaning first, words beside it for names and rare terms, place as a filter.

Each process keeps the findable rows in memory and, at every question, reads those with a newer stamp: a saved entry is
found at the next message everywhere, a withdrawn one is gone.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from knowledge.drafts import NATIONS
from nlu.embedding import DIMENSIONS, Vectors
from nlu.places import EARTH_KM, Spot

Array = NDArray[Any]

TOPIC_WEIGHT, MEANING_WEIGHT, WORDS_WEIGHT = 0.5, 0.6, 0.1
BY_POSITION = (1.0, 0.85, 0.7, 0.5, 0.5, 0.5)  # an entry's first topic is what it is for
REACH_KM = 25.0  # how far "near" goes for what has an address of its own
NATION_UNKNOWN = 0.92  # England's own entries while we do not know the nation; other nations' not at all
COMMON = 0.01  # a word in more than this part of the entries tells nothing
WORDS_READ = 8
NOTHING = (np.zeros(0, dtype=np.int64), np.zeros(0))


@dataclass(frozen=True)
class Ask:
    """What is looked for: the message's vector and words, topic shares, and where."""

    vector: Vectors
    words: str
    topics: Mapping[str, float] = field(default_factory=dict)
    spot: Spot | None = None
    reach_km: float = REACH_KM


@dataclass(frozen=True)
class Candidate:
    """An entry that may fit: relevance about 0-1, the cosine by itself, and kilometres where both ends are known."""

    entry: uuid.UUID
    tier: str
    relevance: float
    meaning: float
    topics: tuple[str, ...]
    local: bool
    distance_km: float | None


class Index:
    """The findable rows as arrays. One a database and process; `refresh` before each use."""

    def __init__(self) -> None:
        self.lock = threading.Lock()  # held while the arrays are read too: they grow in place
        self.facts: dict[uuid.UUID, Any] = {}  # entries read in full, until anything is saved
        self._stamp = -1
        self._rows: dict[uuid.UUID, int] = {}
        self.ids: list[uuid.UUID] = []
        self.tiers: list[str] = []
        self.topics: list[tuple[str, ...]] = []
        self.gone = np.zeros(0, dtype=bool)
        self.unread = np.zeros(0, dtype=bool)  # its meaning follows in the background: till then its words speak for it
        self.vectors: Vectors = np.zeros((0, DIMENSIONS), dtype=np.float32)
        self.where = np.zeros((0, 2), dtype=np.float64)
        self.nations = np.zeros((0, len(NATIONS)), dtype=bool)
        self.place = np.zeros(0, dtype=np.int64)
        self.places: dict[uuid.UUID, int] = {}
        self.by_topic: dict[str, tuple[Array, Array]] = {}  # rows and how much they are about it
        self.slugs: dict[str, int] = {}
        self.invented: set[int] = set()

    def refresh(self, session: Session) -> None:
        """Read what was saved since last time; a single small query when nothing was. Call it holding the lock."""
        stamp = newest(session)
        if stamp != self._stamp:
            self._read_newer(session)
            self.facts = {}
            self._stamp = stamp

    def _read_newer(self, session: Session) -> None:
        rows = session.execute(
            text(
                "SELECT entry_id, tier, topics, nations, place_id, latitude, longitude, gone, vector "
                "FROM findable WHERE stamp > :stamp ORDER BY stamp"
            ),
            {"stamp": self._stamp},
        ).all()
        self._read_places(session)
        fresh = [row for row in rows if uuid.UUID(row.entry_id) not in self._rows]
        self._grow(len(fresh))
        for row in rows:
            self._put(row)
        held: dict[str, list[tuple[int, float]]] = {}
        for at, topics in enumerate(self.topics):
            for position, topic in enumerate(topics):
                held.setdefault(topic, []).append((at, BY_POSITION[min(position, len(BY_POSITION) - 1)]))
        self.by_topic = {
            topic: (np.array([at for at, _ in pairs]), np.array([weight for _, weight in pairs]))
            for topic, pairs in held.items()
        }

    def _read_places(self, session: Session) -> None:
        for row in session.execute(text("SELECT id, slug, invented FROM place")):
            number = self.places.setdefault(uuid.UUID(row.id), len(self.places))
            self.slugs[row.slug] = number
            if row.invented:
                self.invented.add(number)

    def _grow(self, more: int) -> None:
        def longer(array: Array, fill: float) -> Array:
            added = np.full((more, *array.shape[1:]), fill, dtype=array.dtype)
            return np.concatenate([array, added])

        self.gone, self.unread = longer(self.gone, True), longer(self.unread, False)
        self.vectors = longer(self.vectors, 0)
        self.where, self.nations = longer(self.where, np.nan), longer(self.nations, False)
        self.place = longer(self.place, -1)

    def _put(self, row: Any) -> None:
        entry = uuid.UUID(row.entry_id)
        at = self._rows.setdefault(entry, len(self._rows))
        if at == len(self.ids):
            self.ids.append(entry)
            self.tiers.append("")
            self.topics.append(())
        self.tiers[at] = row.tier
        self.topics[at] = tuple(json.loads(row.topics))
        self.gone[at] = bool(row.gone)
        self.vectors[at] = np.frombuffer(row.vector, dtype=np.float32)
        self.unread[at] = not self.vectors[at].any()
        latitude, longitude = row.latitude, row.longitude
        self.where[at] = (np.nan if latitude is None else latitude, np.nan if longitude is None else longitude)
        named = json.loads(row.nations)
        self.nations[at] = [not named or nation in named for nation in NATIONS]
        place_id = row.place_id
        self.place[at] = self.places.get(uuid.UUID(place_id), -1) if place_id else -1

    def number_of(self, entry: uuid.UUID) -> int | None:
        """Where an entry stands in the arrays."""
        return self._rows.get(entry)


def newest(session: Session) -> int:
    """A number that moves on whenever anything is saved or withdrawn."""
    return session.execute(text("SELECT value FROM stamp WHERE name = 'findable'")).scalar() or 0


@lru_cache(maxsize=4)
def index_of(url: str) -> Index:
    """The process's index of the directory at `url`."""
    return Index()


def index_for(session: Session) -> Index:
    """The index a session looks in: the process's own, unless it is given one to try something out in."""
    own: Index | None = session.info.get("index")
    return own if own is not None else index_of(str(session.get_bind().engine.url))


def find(session: Session, ask: Ask, *, limit: int = 60) -> list[Candidate]:
    """The likeliest entries for `ask`, best first; the best local ones are always among them."""
    index = index_for(session)
    with index.lock:
        index.refresh(session)
        if not index.ids:
            return []
        fit, distance, local = _reachable(index, ask)
        rows = np.flatnonzero(fit > 0)
        relevance = _relevance(session, index, ask, rows) * fit[rows]
        order = np.argsort(-relevance)
        best = [*order[: limit * 2 // 3], *order[local[rows][order]][: limit // 3]]
        return [
            _candidate(index, ask, int(rows[at]), float(relevance[at]), local, distance) for at in dict.fromkeys(best)
        ]


def kilometres_to(session: Session, ids: Sequence[uuid.UUID], spot: Spot) -> list[float]:
    """How far from `spot` those of the entries are that have a place of their own."""
    index = index_for(session)
    with index.lock:
        index.refresh(session)
        rows = [at for one in ids if (at := index.number_of(one)) is not None]
        return [float(one) for one in _distances(index.where[rows], spot) if np.isfinite(one)] if rows else []


def _candidate(index: Index, ask: Ask, at: int, relevance: float, local: Array, distance: Array) -> Candidate:
    return Candidate(
        entry=index.ids[at],
        tier=index.tiers[at],
        relevance=relevance,
        meaning=float(index.vectors[at] @ ask.vector),
        topics=index.topics[at],
        local=bool(local[at]),
        distance_km=float(round(distance[at], 1)) if np.isfinite(distance[at]) else None,
    )


def _relevance(session: Session, index: Index, ask: Ask, rows: Array) -> Array:
    """Relevance of the reachable `rows` only: most of a large directory is somewhere else."""
    few = len(rows) < len(index.ids) // 2
    meaning = index.vectors[rows] @ ask.vector if few else (index.vectors @ ask.vector)[rows]
    topics, by_words = np.zeros(len(index.ids)), np.zeros(len(index.ids))
    for topic, share in ask.topics.items():
        held, weight = index.by_topic.get(topic, NOTHING)
        topics[held] = np.maximum(topics[held], share * weight)
    for entry, score in _by_words(session, ask.words, len(index.ids)).items():
        if (at := index.number_of(entry)) is not None:
            by_words[at] = score
    meant = np.where(index.unread[rows], by_words[rows], np.clip(meaning, 0, 1))
    weighed: Array = TOPIC_WEIGHT * topics[rows] + MEANING_WEIGHT * meant + WORDS_WEIGHT * by_words[rows]
    return weighed


def _reachable(index: Index, ask: Ask) -> tuple[Array, Array, Array]:
    """For each row: how far its place lets it count (0-1), its distance in km, and whether it is local to the asker."""
    spot = ask.spot
    distance = np.full(len(index.ids), np.nan)
    if spot is not None and spot.kind not in ("nation", "place"):
        distance = _distances(index.where, spot)
    mine = index.slugs.get(spot.slug, -2) if spot and spot.slug else -2
    placed = index.place >= 0
    in_mine = placed & (index.place == mine)
    near = np.nan_to_num(distance, nan=np.inf) <= ask.reach_km
    invented = np.isin(index.place, list(index.invented))
    national = ~placed & np.isnan(index.where[:, 0])
    local = in_mine | (near & ~invented)
    fit = np.where(local, 1.0, np.where(national, _nation_fit(index, spot), 0.0))
    fit[index.gone] = 0.0
    return fit, distance, local


def _nation_fit(index: Index, spot: Spot | None) -> Array:
    if spot is not None and spot.nation in NATIONS:
        return index.nations[:, NATIONS.index(spot.nation)].astype(float)
    everywhere = index.nations.all(axis=1)
    return np.where(everywhere, 1.0, np.where(index.nations[:, 0], NATION_UNKNOWN, 0.0))


def _distances(where: Array, spot: Spot) -> Array:
    """Kilometres from `spot` to each (latitude, longitude) row; nan where a row has none."""
    lat1, lat2 = np.radians(spot.latitude), np.radians(where[:, 0])
    across = np.radians(where[:, 1] - spot.longitude)
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin(across / 2) ** 2
    kilometres: Array = 2 * EARTH_KM * np.arcsin(np.sqrt(half))
    return kilometres


def _by_words(session: Session, said: str, entries: int) -> dict[uuid.UUID, float]:
    """0-1 by how rare the words shared with an entry are; common words are left out (long ORs are what is slow)."""
    words = list(dict.fromkeys(re.findall(r"[^\W_]{3,}", said.lower())))[:40]
    rare = _rare(session, words, most=max(3, int(COMMON * entries)))[:WORDS_READ]
    if not rare:
        return {}
    match = " OR ".join(f'"{word}"' for word in rare)
    rows = session.execute(
        text(
            "SELECT entry_id, bm25(entry_words, 0, 3.0, 1.0) AS score FROM entry_words "
            "WHERE entry_words MATCH :match ORDER BY score LIMIT 50"
        ),
        {"match": match},
    ).all()
    top = max((-row.score for row in rows), default=0)
    return {uuid.UUID(row.entry_id): -row.score / top for row in rows if top > 0}


def _rare(session: Session, words: Sequence[str], *, most: int) -> list[str]:
    """Those of the words that are in any entry and in no more than `most`; one query for all of them."""
    if not words:
        return []
    one = "(SELECT count(*) FROM (SELECT 1 FROM entry_words WHERE entry_words MATCH :word{} LIMIT :enough))"
    asked = text("SELECT " + ", ".join(one.format(at) for at in range(len(words))))
    counts = session.execute(asked, {"enough": most + 1, **{f"word{at}": f'"{w}"' for at, w in enumerate(words)}}).one()
    return [word for word, count in zip(words, counts, strict=True) if 0 < count <= most]
