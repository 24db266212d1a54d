"""Vectors of the texts we ship (phrases, examples), kept on disk, so that each is made once and not at every set-up.

Never for what a resident writes: that is remembered for a moment only (`nlu.embedding.embed_parts`).
"""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.embedding import DIMENSIONS, SHA256, Vectors, embed
from settings import settings

log = logging.getLogger(__name__)

KEY = 16  # bytes of a text's hash
NOTHING = (np.zeros(0, dtype=f"V{KEY}"), np.zeros((0, DIMENSIONS), dtype=np.float32))


def embed_kept(texts: Sequence[str]) -> Vectors:
    """Unit vectors of `texts`, shape (len(texts), 384): those made before from disk, the others made and kept."""
    keys = np.array([hashlib.sha256(text.encode()).digest()[:KEY] for text in texts], dtype=f"V{KEY}")
    known_keys, known = _read(_path())
    at = {key.tobytes(): n for n, key in enumerate(known_keys)}
    missing = {key.tobytes(): text for key, text in zip(keys, texts, strict=True) if key.tobytes() not in at}
    if missing:
        at.update({key: len(known) + n for n, key in enumerate(missing)})
        known = np.concatenate([known, _made(list(missing.values()))])
        _write(_path(), np.concatenate([known_keys, np.array(list(missing), dtype=f"V{KEY}")]), known)
    found: Vectors = known[[at[key.tobytes()] for key in keys]] if len(texts) else NOTHING[1]
    return found


def _path() -> Path:
    return settings().var / f"vectors-{SHA256['model.onnx'][:8]}.npz"


def _made(texts: Sequence[str]) -> Vectors:
    """`embed`, short texts beside short ones: less padding, two fifths of the time saved."""
    order = np.argsort([len(text) for text in texts], kind="stable")
    vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
    vectors[order] = embed([texts[at] for at in order])
    return vectors


def _read(path: Path) -> tuple[NDArray[np.void], Vectors]:
    try:
        with np.load(path, allow_pickle=False) as kept:
            return kept["keys"], kept["vectors"]
    except FileNotFoundError:
        return NOTHING
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        log.warning("What was kept in %s cannot be read; making it again.", path.name)
        return NOTHING


def _write(path: Path, keys: NDArray[np.void], vectors: Vectors) -> None:
    # Written aside and renamed: several processes may start at once, and none may read half a file.
    aside = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            np.savez(file, keys=keys, vectors=vectors)
        aside.replace(path)
    except OSError:
        log.warning("Vectors could not be kept in %s.", path.parent)
