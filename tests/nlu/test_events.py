"""Which life event a message tells of: the nearest phrase, above a floor, clear of the near misses. Vectors by hand."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.events import event_of

KEYS = ("death", "baby", "")
PHRASES = np.eye(3, dtype=np.float32)


@pytest.mark.parametrize(
    ("vector", "event"),
    [((1.0, 0.0, 0.0), "death"), ((0.2, 0.9, 0.3), "baby"), ((0.4, 0.4, 0.0), ""), ((0.7, 0.0, 0.7), ""),
     ((0.6, 0.0, 0.8), "")],
    ids=["a phrase itself", "nearest to one", "near to none", "as near to a near miss", "nearer to a near miss"],
)  # fmt: skip
def test_the_nearest_phrase_that_is_clear_says_which(vector, event):
    assert event_of(np.array(vector, dtype=np.float32), KEYS, PHRASES) == event


def test_without_near_misses_the_floor_alone_decides():
    assert event_of(PHRASES[0], ("death",), PHRASES[:1]) == "death"
    assert event_of(PHRASES[1], ("death",), PHRASES[:1]) == ""
