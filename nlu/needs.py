"""Which needs a message shows: nearness to what people with each need say, live from the phrases given.

Two readings are joined. Nearest phrases (mean cosine of a topic's three nearest) knows what editors added a minute ago
and gives an absolute strength; a ridge regression on the same vectors weighs which directions tell topics apart. On
five-fold cross-validation of the seed's phrases: nearest 44 % first / 67 % in three, ridge 48 / 70, both 50 / 73.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlu.embedding import Vectors

NEAREST = 3
RIDGE = 1.0
SHARPNESS = 1.6  # turns the joined score into shares that sum to one
FLOOR = 0.30  # below this nearness nothing we know of was said
BESIDE = 0.30  # a second need counts from this part of the main one's share
CLAUSE_SHARE = 0.45  # a need of one clause alone counts from this share of that clause
CLAUSE_WORDS = 4
MOST = 3


@dataclass(frozen=True)
class Need:
    """A topic somebody seems to need. `share`: 0-1 beside the other topics; `strength`: cosine of the nearest phrases."""

    key: str
    share: float
    strength: float
    shown_by: str


@dataclass(frozen=True)
class Reading:
    """What a message shows: the needs, main first, and the whole spread of shares for whoever weighs them."""

    needs: tuple[Need, ...]
    shares: Mapping[str, float]
    strength: float


class NeedFinder:
    """Reads needs. Rebuilt in some 50 ms whenever a phrase is added."""

    def __init__(self, keys: Sequence[str], vectors: Vectors) -> None:
        """`keys[i]` is the topic of `vectors[i]`; vectors of unit length, shape (n, 384)."""
        self.topics = sorted(set(keys))
        place = {topic: at for at, topic in enumerate(self.topics)}
        owner = np.array([place[key] for key in keys], dtype=np.int64)
        order = np.argsort(owner, kind="stable")
        self._vectors = vectors[order]
        self._starts = np.searchsorted(owner[order], np.arange(len(self.topics) + 1))
        self._mean = vectors.mean(axis=0)
        centred = vectors - self._mean
        wanted = np.eye(len(self.topics), dtype=np.float32)[owner]
        gram = centred.T @ centred + RIDGE * np.eye(centred.shape[1], dtype=np.float32)
        self._weights = np.linalg.solve(gram, centred.T @ (wanted - wanted.mean(axis=0)))

    def read(self, text: str, embed: Callable[[Sequence[str]], Vectors]) -> Reading:
        """The needs in `text`, each with the words that showed it; no needs when nothing comes near."""
        parts = clauses(text)
        vectors = embed([text, *parts])
        whole_shares, whole_near = self._spread(vectors[0])
        found = self._beside(text, whole_shares, whole_near)
        for part, vector in zip(parts, vectors[1:], strict=True):
            shares, near = self._spread(vector)
            best = int(shares.argmax())
            if shares[best] >= CLAUSE_SHARE and near[best] >= FLOOR + 0.15:
                found.append(Need(self.topics[best], float(shares[best]) * 0.6, float(near[best]), part))
        needs = _distinct(found) if whole_near.max() >= FLOOR else ()
        shares_by_key = {topic: float(share) for topic, share in zip(self.topics, whole_shares, strict=True)}
        return Reading(needs, shares_by_key, float(whole_near.max()))

    def _spread(self, vector: Vectors) -> tuple[Vectors, Vectors]:
        """Each topic's share (sums to one) and its nearness (mean cosine of its nearest phrases)."""
        cosines = self._vectors @ vector
        near = np.array(
            [_mean_of_best(cosines[a:b]) for a, b in zip(self._starts[:-1], self._starts[1:], strict=True)],
            dtype=np.float32,
        )
        ridge = (vector - self._mean) @ self._weights
        joined = SHARPNESS * (_standard(near) + _standard(ridge)) / 2
        raised = np.exp(joined - joined.max())
        shares: Vectors = raised / raised.sum()
        return shares, near

    def _beside(self, text: str, shares: Vectors, near: Vectors) -> list[Need]:
        order = np.argsort(-shares)[:MOST]
        top = shares[order[0]]
        return [
            Need(self.topics[at], float(shares[at]), float(near[at]), text) for at in order if shares[at] >= BESIDE * top
        ]


def clauses(text: str) -> list[str]:
    """The parts of a message that could hold a need of their own; none when it is one short thought."""
    parts = [part.strip() for part in re.split(r"[.!?;\n]+|,? (?:and|also|plus|but) ", text)]
    parts = [part for part in parts if len(part.split()) >= CLAUSE_WORDS]
    return parts[:6] if len(parts) > 1 else []


def _mean_of_best(cosines: Vectors) -> float:
    return float(np.sort(cosines)[-NEAREST:].mean())


def _standard(values: Vectors) -> Vectors:
    spread: Vectors = (values - values.mean()) / max(float(values.std()), 1e-6)
    return spread


def _distinct(found: list[Need]) -> tuple[Need, ...]:
    best: dict[str, Need] = {}
    for need in found:
        if need.key not in best or need.share > best[need.key].share:
            best[need.key] = need
    main = found[0].key
    return tuple(sorted(best.values(), key=lambda need: (need.key != main, -need.share))[: MOST + 1])
