"""The sentence model: refused by name when it is missing or altered, and unit vectors that mean something."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from nlu.embedding import DIMENSIONS, SHA256, Encoder, ModelFileWrong, check_files, embed, embed_one, embed_parts, fetch
from settings import settings, use


@pytest.fixture
def own_model(tmp_path, sentence_model):
    """A copy of the model where set-up puts it, and settings that look there."""
    folder = tmp_path / "model"
    folder.mkdir()
    for name in SHA256:
        shutil.copy(sentence_model / name, folder / name)
    with use(replace(settings(), var=tmp_path, model_dir=folder)):
        yield folder


def test_the_files_we_checked_are_taken(own_model):
    check_files(own_model)


@pytest.mark.parametrize("name", SHA256)
def test_a_missing_file_is_named_with_what_to_do(own_model, name):
    (own_model / name).unlink()
    with pytest.raises(ModelFileWrong, match=f"{name} is missing. Run `make setup`"):
        Encoder(own_model)


@pytest.mark.parametrize("name", SHA256)
def test_an_altered_file_is_named_with_what_to_do(own_model, name):
    with (own_model / name).open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(ModelFileWrong, match=f"{name} is not the one we checked .* Delete it and run `make setup`"):
        Encoder(own_model)


def test_a_model_of_somebodys_own_is_taken_as_it_is(own_model, tmp_path):
    """SENTENCE_MODEL_DIR may name another: only ours has a sum to compare."""
    other = shutil.copytree(own_model, tmp_path / "another")
    (other / "tokenizer.json").write_text(
        (other / "tokenizer.json").read_text(encoding="utf-8") + "\n", encoding="utf-8"
    )
    check_files(other)


def test_fetching_leaves_what_is_there_and_still_checks_it(own_model):
    (own_model / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelFileWrong, match="tokenizer.json is not the one we checked"):
        fetch(own_model)


@pytest.mark.usefixtures("sentence_model")
class TestVectors:
    """What the model gives."""

    def test_are_of_unit_length_in_the_order_given(self):
        texts = ["a hot meal", "", "😀", "bins " * 400, "dwi'n unig"]
        vectors = embed(texts)
        assert vectors.shape == (5, DIMENSIONS) and vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-4)
        assert vectors[0] == pytest.approx(embed_one("a hot meal"), abs=0.02)

    def test_more_than_a_batch_keeps_its_order(self):
        texts = [f"message number {number}" for number in range(40)]
        together, alone = embed(texts), np.stack([embed([text])[0] for text in texts])
        assert np.argmax(together @ alone.T, axis=1).tolist() == list(range(40))

    def test_none_are_given_for_nothing(self):
        assert embed([]).shape == (0, DIMENSIONS)

    def test_are_nearer_for_what_means_the_same(self):
        lonely, company, pothole = embed(["I am lonely", "I have no friends", "a hole in the road"])
        assert lonely @ company > lonely @ pothole + 0.1

    def test_remembered_ones_stay_what_they_are_whatever_is_done_with_one(self):
        before = embed_one("a hot meal").copy()
        np.array(embed_one("a hot meal"))[:] = 0
        with suppress(ValueError):
            embed_one("a hot meal")[0] = 1.0
        assert np.array_equal(embed_one("a hot meal"), before)

    def test_a_part_means_what_its_words_mean_there(self):
        text = "we are really hungry now. And who could walk my dog"
        whole, hungry, dog = embed_parts(text, ["we are really hungry now", "who could walk my dog"])
        assert whole == pytest.approx(embed(text.splitlines())[0], abs=0.02)
        food, walks = embed(["nothing to eat", "dog walking"])
        assert hungry @ food > hungry @ walks and dog @ walks > dog @ food

    def test_a_part_that_is_not_in_the_text_is_read_by_itself(self):
        vectors = embed_parts("a hot meal", ["bin day"])
        assert vectors[1] == pytest.approx(embed(["bin day"])[0], abs=0.02)

    def test_a_part_beyond_what_the_model_reads_is_read_by_itself(self):
        vectors = embed_parts("bins " * 400 + "a hot meal", ["a hot meal"])
        assert vectors[1] == pytest.approx(embed(["a hot meal"])[0], abs=0.02)

    def test_several_threads_get_the_same(self):
        wanted = embed(["somewhere warm"])[0]
        with ThreadPoolExecutor(4) as threads:
            for vectors in threads.map(lambda _: embed(["somewhere warm"]), range(12)):
                assert vectors[0] == pytest.approx(wanted)
