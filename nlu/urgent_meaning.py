"""How like danger a message is: near to the examples of danger, and far from near misses and from everyday needs.

Kernel ridge regression over meaning, words and letters: chosen by measurement over nearest neighbours, a straight
line, and meaning alone. Fitted once for a set of examples, in seconds, and kept under their hash.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from nlu.embedding import SHA256, ModelFileWrong, Vectors, embed_parts
from nlu.features import LETTERS, SEEN, WORDS, Spelling, learn_spelling, spelling_from
from nlu.kept_vectors import embed_kept
from settings import settings

log = logging.getLogger(__name__)

KEPT_SECONDS = 7 * 24 * 3600.0  # an older checkout may still run beside a newer one
FORMAT = 3  # of the file kept
RARE = 1.7  # how much heavier an example of danger weighs than one of the many that are not
CLOSE = 0.15  # a second kind this near to the likest is named beside it: by cross-validation the right one is then
# among those named for 91 % of messages, and 1.5 kinds are named; the likest alone is right for 79 %


@dataclass(frozen=True)
class Meaning:
    """The examples, weighed: one column for danger at all, then one for each kind.

    The columns of the kinds are learnt from danger alone: which kind it is, is another question than whether it is any.
    """

    examples: Vectors  # shape (384, examples): a message against all of them is twice as fast this way round
    near_weights: Vectors
    spelling: Spelling
    spelling_weights: Vectors
    width: float

    def score(self, text: str, parts: Sequence[str] = ()) -> tuple[float, tuple[int, ...]]:
        """How like danger `text`, or the likest of its `parts`, is (about -1 to 1), and the number of its kind.

        Two numbers, likest first, where two kinds are about as like.
        """
        near = np.exp(-self.width * (2 - 2 * (embed_parts(text, parts) @ self.examples)))
        scores = near @ self.near_weights + self.spelling.weigh([text, *parts], self.spelling_weights)
        worst = scores[int(np.argmax(scores[:, 0]))]
        first, second = np.argsort(-worst[1:])[:2]
        close = worst[1 + first] - worst[1 + second] < CLOSE
        return float(worst[0]), (int(first), int(second)) if close else (int(first),)


@dataclass(frozen=True)
class Examples:
    """Messages and, for each, the number of its kind of danger, or -1."""

    texts: Sequence[str]
    labels: Sequence[int]


def learnt(
    read: Callable[[], Examples], *, sources: Sequence[Path], width: float, ridge: float, kinds: int
) -> Meaning | None:
    """The examples weighed, or None (logged) when the sentence model cannot be used.

    `read` is called only when nothing is kept for the present bytes of `sources`: fitting takes minutes, loading a
    tenth of a second.
    """
    told = str((SHA256["model.onnx"], FORMAT, width, ridge, RARE, WORDS, LETTERS, SEEN, kinds))
    name = hashlib.sha256(told.encode() + b"".join(path.read_bytes() for path in sources)).hexdigest()[:24]
    path = settings().var / f"urgent-{name}.npz"
    if (kept := _kept(path, width)) is not None:
        return kept
    try:
        fitted = _fitted(read(), kinds, width, ridge)
    except (ModelFileWrong, OSError) as wrong:
        log.warning("The sentence model is not loaded (%s): danger is looked for by words alone.", type(wrong).__name__)
        return None
    _keep(path, fitted)
    return fitted


def _kept(path: Path, width: float) -> Meaning | None:
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as kept:
            weights = kept["near_weights"], spelling_from(kept), kept["spelling_weights"]
            return Meaning(np.ascontiguousarray(kept["examples"].T), *weights, width)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        log.warning("What was kept in %s cannot be read; making it again.", path.name)
        return None


def _fitted(given: Examples, kinds: int, width: float, ridge: float) -> Meaning:
    examples, labels = embed_kept(given.texts), np.array(given.labels)
    spelling = learn_spelling(given.texts)
    spelled = spelling.of(given.texts)
    kernel = np.exp(-width * (2 - 2 * (examples @ examples.T)))
    kernel += (spelled @ spelled.T).toarray()
    danger = np.flatnonzero(labels >= 0)
    which = _kinds_weighed(kernel[np.ix_(danger, danger)], labels[danger], kinds, ridge)
    kernel[np.diag_indices_from(kernel)] += ridge / np.where(labels >= 0, RARE, 1.0)
    wanted = np.where(labels >= 0, 1.0, -1.0)
    dual: Vectors = np.zeros((len(labels), 1 + kinds), dtype=np.float32)
    dual[:, 0] = cho_solve(cho_factor(kernel, overwrite_a=True), wanted)
    dual[danger, 1:] = which
    return Meaning(
        np.ascontiguousarray(examples.T), dual, spelling, np.asarray(spelled.T @ dual, dtype=np.float32), width
    )


def _kinds_weighed(kernel: Vectors, labels: NDArray[np.int64], kinds: int, ridge: float) -> Vectors:
    """Weights for telling kinds apart; a kind with few examples counts as much as one with many."""
    often = np.maximum(np.bincount(labels, minlength=kinds), 1)
    kernel[np.diag_indices_from(kernel)] += ridge * kinds * often[labels] / len(labels)
    weights: Vectors = cho_solve(cho_factor(kernel, overwrite_a=True), np.eye(kinds)[labels] - 1 / kinds)
    return weights


def _keep(path: Path, fitted: Meaning) -> None:
    # Written aside and renamed: several processes may start at once, and none may read half a file.
    aside = path.with_suffix(f".{os.getpid()}.tmp")
    weights = {"near_weights": fitted.near_weights, "spelling_weights": fitted.spelling_weights}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            np.savez(file, examples=fitted.examples.T, **weights, **fitted.spelling.kept())
        aside.replace(path)
        for old in path.parent.glob("urgent-*"):
            if old.name != path.name and old.stat().st_mtime < time.time() - KEPT_SECONDS:
                old.unlink(missing_ok=True)
    except OSError:
        log.warning("What was learnt could not be kept in %s.", path.parent)
