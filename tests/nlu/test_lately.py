"""What is remembered of messages for a moment: not the message itself, not for long, and not after forgetting."""

from __future__ import annotations

import pickle

from nlu import embedding
from nlu.lately import MOST, SECONDS, Lately, forget_lately

SAID = "my neighbour upstairs keeps ferrets in the bath"


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_was_made_of_a_message_is_there_for_a_moment():
    kept: Lately[int] = Lately(Clock())
    kept.put(SAID, 7)
    assert kept.get(SAID) == 7
    assert kept.get("something else") is None


def test_it_is_gone_after_some_minutes():
    clock = Clock()
    kept: Lately[int] = Lately(clock)
    kept.put(SAID, 7)
    clock.now = SECONDS + 1
    kept.put("another message", 8)
    assert len(kept) == 1 and kept.get(SAID) is None


def test_only_a_few_are_kept():
    kept: Lately[int] = Lately(Clock())
    for number in range(MOST + 3):
        kept.put(f"message {number}", number)
    assert len(kept) == MOST and kept.get("message 0") is None


def test_the_words_themselves_are_not_kept(sentence_model):
    embedding.embed_parts(SAID, ("my neighbour upstairs", "keeps ferrets"))
    held = pickle.dumps([dict(embedding._vectors._kept), dict(embedding._pieces._kept)])
    assert embedding.lately(SAID) is not None
    assert b"ferrets" not in held


def test_nothing_is_left_once_somebody_asked_to_be_forgotten(sentence_model):
    embedding.embed_parts(SAID, ("keeps ferrets",))
    forget_lately()
    assert embedding.lately(SAID) is None
    assert not len(embedding._vectors) and not len(embedding._pieces)
