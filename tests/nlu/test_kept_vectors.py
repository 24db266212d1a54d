"""Vectors of shipped texts: made once, the same as made anew, and a broken file is only made again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nlu import kept_vectors
from nlu.embedding import DIMENSIONS, embed
from nlu.kept_vectors import embed_kept
from settings import settings, use

TEXTS = ["a hot meal", "bin day", "somebody to talk to", "a hot meal"]


@pytest.fixture
def made(tmp_path, sentence_model, monkeypatch):
    """The texts that were really embedded, in an empty `var`."""
    asked: list[str] = []
    monkeypatch.setattr(kept_vectors, "embed", lambda texts: asked.extend(texts) or embed(texts))
    with use(replace(settings(), var=tmp_path, model_dir=sentence_model)):
        yield asked


def test_they_are_those_of_the_model_in_the_order_given(made):
    assert embed_kept(TEXTS) == pytest.approx(np.stack([embed([text])[0] for text in TEXTS]), abs=0.02)


def test_each_is_made_once(made):
    first = embed_kept(TEXTS)
    assert np.array_equal(embed_kept(TEXTS), first) and sorted(made) == sorted(set(TEXTS))
    embed_kept([*TEXTS, "a choir"])
    assert made[-1] == "a choir" and len(made) == 4


def test_none_are_given_for_nothing(made):
    assert embed_kept([]).shape == (0, DIMENSIONS)


def test_a_broken_file_is_made_again(made, tmp_path):
    before = embed_kept(TEXTS)
    (file,) = tmp_path.glob("vectors-*.npz")
    file.write_bytes(b"half a file")
    assert np.array_equal(embed_kept(TEXTS), before) and len(made) == 6


def test_no_disk_is_no_reason_to_stop(made, tmp_path):
    (tmp_path / "file").touch()
    with use(replace(settings(), var=tmp_path / "file")):
        assert embed_kept(["a hot meal"]).shape == (1, DIMENSIONS)
