"""How like danger a message is: near to the examples of danger, and far from near misses and from everyday needs.

Kernel ridge regression over meaning, words and letters: chosen by measurement over nearest neighbours, a straight
line, and meaning alone. Fitted once for a set of examples, in seconds, and kept under their hash.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from nlu.embedding import DIMENSIONS, SHA256, ModelFileWrong, Vectors, embed, embed_one
from nlu.features import Spelling
from settings import settings

log = logging.getLogger(__name__)

KEPT_SECONDS = 7 * 24 * 3600.0  # an older checkout may still run beside a newer one
RARE = 1.7  # how much heavier an example of danger weighs than one of the many that are not


@dataclass(frozen=True)
class Meaning:
    """The examples, weighed: one column for danger at all, then one for each kind."""

    kinds: tuple[str, ...]
    examples: Vectors
    near_weights: Vectors
    spelling: Spelling
    spelling_weights: Vectors
    width: float

    def score(self, text: str) -> tuple[float, str]:
        """How like danger `text` is (about -1 to 1) and which kind it is nearest to."""
        near = np.exp(-self.width * (2 - 2 * (self.examples @ embed_one(text))))
        scores = near @ self.near_weights + np.asarray(self.spelling.of([text]) @ self.spelling_weights)[0]
        return float(scores[0]), self.kinds[int(np.argmax(scores[1:]))]


def learn(danger: Mapping[str, Sequence[str]], safe: Sequence[str], *, width: float, ridge: float) -> Meaning | None:
    """The examples weighed, or None (logged) when the sentence model cannot be used."""
    kinds = tuple(danger)
    texts = [text for kind in kinds for text in danger[kind]] + list(safe)
    labels = np.array([n for n, kind in enumerate(kinds) for _ in danger[kind]] + [-1] * len(safe))
    spelling = Spelling(texts)
    try:
        examples, dual = _fitted(texts, labels, spelling, len(kinds), width, ridge)
    except (ModelFileWrong, OSError) as wrong:
        log.warning("The sentence model is not loaded (%s): danger is looked for by words alone.", type(wrong).__name__)
        return None
    weights = np.asarray(spelling.of(texts).T @ dual, dtype=np.float32)
    return Meaning(kinds, examples, dual, spelling, weights, width)


def _fitted(
    texts: Sequence[str], labels: NDArray[np.int64], spelling: Spelling, kinds: int, width: float, ridge: float
) -> tuple[Vectors, Vectors]:
    """The examples' vectors and their dual weights, kept on disk: a minute of start-up saved."""
    told = [SHA256["model.onnx"], str((width, ridge, RARE)), *map(str, labels), *texts]
    name = hashlib.sha256("\n".join(told).encode()).hexdigest()[:24]
    path = settings().var / f"urgent-{name}.npz"
    if path.is_file():
        try:
            with np.load(path) as kept:
                return kept["examples"], kept["dual"]
        except (OSError, ValueError, KeyError):
            log.warning("What was kept in %s cannot be read; making it again.", path.name)
    examples = _embedded(texts)
    dual = _dual(examples, spelling.of(texts), labels, kinds, width, ridge)
    _keep(path, examples, dual)
    return examples, dual


def _embedded(texts: Sequence[str]) -> Vectors:
    """`embed`, short texts beside short ones: less padding, two fifths of the time saved."""
    order = np.argsort([len(text) for text in texts], kind="stable")
    vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
    vectors[order] = embed([texts[at] for at in order])
    return vectors


def _dual(
    examples: Vectors, spelled: csr_matrix, labels: NDArray[np.int64], kinds: int, width: float, ridge: float
) -> Vectors:
    kernel = np.exp(-width * (2 - 2 * (examples @ examples.T)))
    kernel += (spelled @ spelled.T).toarray()
    kernel[np.diag_indices_from(kernel)] += ridge / np.where(labels >= 0, RARE, 1.0)
    wanted = np.column_stack([np.where(labels >= 0, 1.0, -1.0), *((labels == n) * 1.0 for n in range(kinds))])
    solved: Vectors = cho_solve(cho_factor(kernel, overwrite_a=True), wanted).astype(np.float32)
    return solved


def _keep(path: Path, examples: Vectors, dual: Vectors) -> None:
    # Written aside and renamed: several processes may start at once, and none may read half a file.
    aside = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            np.savez(file, examples=examples, dual=dual)
        aside.replace(path)
        for old in path.parent.glob("urgent-*"):
            if old.name != path.name and old.stat().st_mtime < time.time() - KEPT_SECONDS:
                old.unlink(missing_ok=True)
    except OSError:
        log.warning("What was learnt could not be kept in %s.", path.parent)
