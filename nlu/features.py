"""Words and letters beside meaning: what a sentence vector blurs (names, slang, spelling) as sparse columns. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

WORDS, LETTERS = 0.5, 0.5  # weight of words (1-2) and of letters (2-5) beside a unit vector of meaning


class Spelling:
    """TF-IDF of words and of letters, with the vocabulary of the texts it is made from."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Learn the vocabulary; a second for some thousands of messages."""
        self._words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32).fit(texts)
        self._letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2, dtype=np.float32
        ).fit(texts)

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """One sparse row a text."""
        return hstack([WORDS * self._words.transform(texts), LETTERS * self._letters.transform(texts)], format="csr")
