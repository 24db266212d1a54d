"""Words and letters: our few lines give the numbers that scikit-learn's TF-IDF gives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.features import LETTERS, WORDS, learn_spelling, spelling_from

TEXTS = [
    "mum's on her own since dad died",
    "Mum is on her own now",
    "nowt in the cupboard, kids asking",
    "what's in the cupboard",
    "ça va? I need a ramp",
    "need a ramp on Tuesday  or   Tuesdays",
]


@pytest.fixture(scope="module")
def spelling():
    return learn_spelling(TEXTS)


def test_it_counts_as_scikit_learn_does(spelling):
    same = {"sublinear_tf": True, "min_df": 2}
    words = TfidfVectorizer(ngram_range=(1, 2), **same).fit(TEXTS)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **same).fit(TEXTS)
    asked = [*TEXTS, "I a", "", "   ", "\u2028 ramp ramp RAMP", "zzz"]
    wanted = hstack([WORDS * words.transform(asked), LETTERS * letters.transform(asked)])
    assert np.abs(spelling.of(asked).toarray() - wanted.toarray()).max() < 1e-6


def test_weighing_is_multiplying(spelling):
    weights = np.random.default_rng(1).random((spelling.columns, 3))
    assert spelling.weigh(TEXTS, weights) == pytest.approx(spelling.of(TEXTS) @ weights, abs=1e-5)


def test_what_is_kept_gives_the_same_again(spelling):
    again = spelling_from(spelling.kept())
    assert (again.of(TEXTS) != spelling.of(TEXTS)).nnz == 0


def test_a_message_of_unknown_words_is_an_empty_row(spelling):
    assert spelling.of(["xqj"]).nnz == 0
