"""Which needs a message shows: nearness to what people with each need say, live from the phrases given.

Two readings are joined. Nearest phrases (mean cosine of a topic's three nearest) knows what editors added a minute ago
and gives an absolute strength. A kernel ridge regression on meaning, words and letters together (`Head`) is fitted when
the phrases are loaded and used until it is fitted again. On 151 questions of our own (dev half) that neither has
learnt from, with 9,300 phrases, a right need first / the main one among three: nearest 59 % / 82 %, kernel ridge 71 /
89, the two joined 76 / 91. With half the phrases: nearest 52 / 73, logistic regression on the meaning 46 / 68, kernel
ridge 60 / 78, joined 66 / 82.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from nlu.embedding import Vectors
from nlu.features import Spelling, learn_spelling, spelling_from

NEAREST = 3
LEARNT = 0.6  # weight of what was fitted beside nearness
RIDGE = 0.5
SHARPNESS = 1.6  # turns the joined score into shares that sum to one
FLOOR = 0.30  # below this nearness nothing we know of was said
BESIDE = 0.25  # a second need counts from this part of the main one's share
CLAUSE_SHARE = 0.45  # a need of one clause alone counts from this share of that clause
CLAUSE_WORDS = 4
MOST = 3


@dataclass(frozen=True)
class Need:
    """A topic somebody seems to need: its share beside the others (0-1), the cosine of its nearest phrases, and the
    part of the message that shows it best (all of a short one)."""

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


@dataclass(frozen=True)
class Head:
    """Kernel ridge regression from a message's meaning, words and letters to topics, as plain weights."""

    topics: tuple[str, ...]
    spelling: Spelling
    by_meaning: Vectors  # shape (384, topics)
    by_spelling: Vectors  # shape (spelling.columns, topics)

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """One score a text and topic, about 0 to 1; higher is likelier."""
        found: Vectors = vectors @ self.by_meaning + self.spelling.weigh(texts, self.by_spelling)
        return found

    def to_bytes(self) -> bytes:
        """To keep; halves of numbers are enough."""
        kept = io.BytesIO()
        by_spelling = self.by_spelling.astype(np.float16)
        topics = np.array(self.topics)
        np.savez(kept, topics=topics, by_meaning=self.by_meaning, by_spelling=by_spelling, **self.spelling.kept())
        return kept.getvalue()


def head_from(kept: bytes) -> Head:
    """What `Head.to_bytes` gave; raises `ValueError` for anything else."""
    try:
        with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
            topics = tuple(map(str, arrays["topics"]))
            return Head(topics, spelling_from(arrays), arrays["by_meaning"], arrays["by_spelling"].astype(np.float32))
    except (KeyError, OSError, EOFError, ValueError, zipfile.BadZipFile) as wrong:
        raise ValueError("not a kept head") from wrong


def fit_head(texts: Sequence[str], vectors: Vectors, keys: Sequence[str]) -> Head:
    """Fit on phrases, their vectors and topics; seconds of work and some 300 MB, so not in a resident's process."""
    topics = sorted(set(keys))
    place = {topic: at for at, topic in enumerate(topics)}
    spelling = learn_spelling(texts)
    spelled = spelling.of(texts)
    kernel = vectors @ vectors.T + (spelled @ spelled.T).toarray()
    kernel[np.diag_indices_from(kernel)] += RIDGE
    wanted = np.eye(len(topics), dtype=np.float32)[[place[key] for key in keys]] - 1 / len(topics)
    dual: Vectors = cho_solve(cho_factor(kernel, overwrite_a=True), wanted).astype(np.float32)
    return Head(tuple(topics), spelling, vectors.T @ dual, np.asarray(spelled.T @ dual, dtype=np.float32))


class NeedFinder:
    """Reads needs in a message."""

    def __init__(self, keys: Sequence[str], vectors: Vectors, head: Head | None = None) -> None:
        """`keys[i]` is the topic of `vectors[i]`, unit vectors of shape (n, 384).

        Without a head, or with one fitted for other topics, nearness alone.
        """
        self.topics = sorted(set(keys))
        place = {topic: at for at, topic in enumerate(self.topics)}
        owner = np.array([place[key] for key in keys], dtype=np.int64)
        order = np.argsort(owner, kind="stable")
        self._phrases = np.ascontiguousarray(vectors[order].T)  # shape (384, n): twice as fast this way round
        self._of_topic = _rows_by_owner(owner[order], len(self.topics))
        self._head = head if head and list(head.topics) == self.topics else None

    def read(self, text: str, embed: Callable[[str, Sequence[str]], Vectors]) -> Reading:
        """The needs in `text`, each with the words that showed it; no needs when nothing comes near.

        `embed`: as `nlu.embedding.embed_parts`.
        """
        parts = clauses(text)
        spreads = self._spreads([text, *parts], embed(text, parts))
        whole_shares, whole_near = spreads[0]
        in_parts = np.array([shares for shares, _ in spreads[1:]])
        found = self._beside(
            whole_shares, whole_near, lambda at: parts[int(in_parts[:, at].argmax())] if parts else text
        )
        for part, (shares, near) in zip(parts, spreads[1:], strict=True):
            best = int(shares.argmax())
            if shares[best] >= CLAUSE_SHARE and near[best] >= FLOOR + 0.15:
                found.append(Need(self.topics[best], float(shares[best]) * 0.6, float(near[best]), part))
        needs = _distinct(found) if whole_near.max() >= FLOOR else ()
        shares_by_key = {topic: float(share) for topic, share in zip(self.topics, whole_shares, strict=True)}
        return Reading(needs, shares_by_key, float(whole_near.max()))

    def _spreads(self, texts: Sequence[str], vectors: Vectors) -> list[tuple[Vectors, Vectors]]:
        """For each text each topic's share (sums to one) and nearness (mean cosine of its nearest phrases)."""
        near = _mean_of_best(vectors @ self._phrases, self._of_topic)
        learnt = self._head.scores(texts, vectors) if self._head else near
        return [(_shares(*both), both[0]) for both in zip(near, learnt, strict=True)]

    def _beside(self, shares: Vectors, near: Vectors, shown_by: Callable[[int], str]) -> list[Need]:
        order = np.argsort(-shares)[:MOST]
        top = shares[order[0]]
        return [
            Need(self.topics[at], float(shares[at]), float(near[at]), shown_by(int(at)))
            for at in order
            if shares[at] >= BESIDE * top
        ]


def clauses(text: str) -> list[str]:
    """The parts of a message that could hold a need of their own; none when it is one short thought."""
    parts = [part.strip() for part in re.split(r"[.!?;\n]+|,? (?:and|also|plus|but) ", text)]
    parts = [part for part in parts if len(part.split()) >= CLAUSE_WORDS]
    return parts[:6] if len(parts) > 1 else []


def _rows_by_owner(owner: NDArray[np.int64], owners: int) -> NDArray[np.int64]:
    """Which phrases each topic has, one line a topic, filled up with the number after the last phrase."""
    rows = [np.flatnonzero(owner == one) for one in range(owners)]
    filled = np.full((owners, max([NEAREST, *map(len, rows)])), len(owner))
    for line, own in zip(filled, rows, strict=True):
        line[: len(own)] = own
    return filled


def _mean_of_best(cosines: Vectors, of_topic: NDArray[np.int64]) -> Vectors:
    """For each text (line of `cosines`) and topic, the mean of its highest few; of all where it has no more."""
    padded = np.pad(cosines, ((0, 0), (0, 1)), constant_values=np.nan)[:, of_topic]
    best = np.partition(-padded, NEAREST - 1, axis=2)[:, :, :NEAREST]  # not-a-number sorts last
    near: Vectors = -np.nanmean(best, axis=2).astype(np.float32)
    return near


def _shares(near: Vectors, learnt: Vectors) -> Vectors:
    joined = SHARPNESS * ((1 - LEARNT) * _standard(near) + LEARNT * _standard(learnt))
    raised = np.exp(joined - joined.max())
    shares: Vectors = raised / raised.sum()
    return shares


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
