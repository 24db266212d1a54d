"""How like danger a message is: near to the examples of danger, and far from the near misses.

Kernel ridge regression over sentence vectors: chosen by measurement over nearest neighbours and a straight line, and
solved in numpy at start-up, so there is no trained file to keep in step with the examples.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.embedding import SHA256, embed, embed_one
from settings import settings

log = logging.getLogger(__name__)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Meaning:
    """The examples, weighed: one column of weights for danger at all, then one for each kind."""

    kinds: tuple[str, ...]
    examples: Floats
    weights: Floats
    width: float

    def score(self, text: str) -> tuple[float, str]:
        """How like danger `text` is (about -1 to 1) and which kind it is nearest to."""
        near = np.exp(-self.width * (2 - 2 * (self.examples @ embed_one(text).astype(np.float64))))
        scores = near @ self.weights
        return float(scores[0]), self.kinds[int(np.argmax(scores[1:]))]


def learn(danger: Mapping[str, Sequence[str]], safe: Sequence[str], *, width: float, ridge: float) -> Meaning | None:
    """The examples weighed, or None (logged) when the sentence model cannot be used."""
    kinds = tuple(danger)
    texts = [text for kind in kinds for text in danger[kind]] + list(safe)
    labels = [n for n, kind in enumerate(kinds) for _ in danger[kind]] + [-1] * len(safe)
    try:
        examples = _vectors(texts).astype(np.float64)
    except Exception:  # noqa: BLE001  whatever is wrong with the model, the phrases must still be looked for
        log.warning("The sentence model is not loaded: danger is looked for by words alone.", exc_info=True)
        return None
    return Meaning(kinds, examples, _weights(examples, np.array(labels), len(kinds), width, ridge), width)


def _weights(examples: Floats, labels: NDArray[np.int64], kinds: int, width: float, ridge: float) -> Floats:
    near = np.exp(-width * (2 - 2 * (examples @ examples.T)))
    wanted = np.column_stack([np.where(labels >= 0, 1.0, -1.0), *((labels == n).astype(float) for n in range(kinds))])
    solved: Floats = np.linalg.solve(near + ridge * np.eye(len(labels)), wanted)
    return solved


def _vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """The examples' vectors, kept on disk under a name made from their words: seconds of start-up saved."""
    name = hashlib.sha256("\n".join([SHA256["model.onnx"], *texts]).encode()).hexdigest()[:24]
    path = settings().var / f"urgent-{name}.npy"
    if path.is_file():
        try:
            kept: NDArray[np.float32] = np.load(path)
            if kept.shape[0] == len(texts):
                return kept
        except (OSError, ValueError):
            log.warning("The kept vectors in %s cannot be read; making them again.", path.name)
    made = embed(texts)
    _keep(path, made)
    return made


def _keep(path: Path, made: NDArray[np.float32]) -> None:
    # Written aside and renamed: several processes may start at once, and none may read half a file.
    aside = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            np.save(file, made)
        aside.replace(path)
    except OSError:
        log.warning("The vectors could not be kept in %s.", path.parent)
