"""Reading needs, with vectors small enough to see through: three topics, three directions."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.embedding import DIMENSIONS
from nlu.needs import FLOOR, MOST, NeedFinder, clauses, fit_head, head_from

DIRECTIONS = {"food": 0, "debt": 1, "pets": 2, "bins": 3, "noise": 4, "sport": 5}
WORDS = {"hungry": "food", "eat": "food", "owe": "debt", "bailiffs": "debt", "dog": "pets", "bin": "bins"}


def unit(*topics: str) -> np.ndarray:
    made = np.zeros(DIMENSIONS, dtype=np.float32)
    for topic in topics:
        made[DIRECTIONS[topic]] = 1
    return made / max(float(np.linalg.norm(made)), 1e-9)


def embed(texts):
    """A message points where its known words do, and nowhere without any."""
    return np.stack([unit(*{WORDS[word] for word in text.lower().split() if word in WORDS}) for text in texts])


def embed_parts(text, parts):
    return embed([text, *parts])


@pytest.fixture
def finder() -> NeedFinder:
    keys = [topic for topic in DIRECTIONS for _ in range(3)]
    return NeedFinder(keys, np.stack([unit(key) for key in keys]))


def keys(reading) -> list[str]:
    return [need.key for need in reading.needs]


def test_the_nearest_topic_is_the_need(finder):
    reading = finder.read("hungry", embed_parts)
    assert keys(reading)[0] == "food"
    assert reading.needs[0].strength == pytest.approx(1.0)


def test_nothing_near_is_no_need_at_all(finder):
    reading = finder.read("lorem ipsum", embed_parts)
    assert reading.needs == () and reading.strength < FLOOR


def test_shares_are_of_one_whole_and_cover_every_topic(finder):
    for text in ("hungry", "hungry dog", "lorem"):
        shares = finder.read(text, embed_parts).shares
        assert set(shares) == set(DIRECTIONS) and sum(shares.values()) == pytest.approx(1.0, abs=1e-5)


def test_two_needs_in_one_breath_are_both_heard(finder):
    assert set(keys(finder.read("hungry dog", embed_parts))) == {"food", "pets"}


def test_a_need_in_a_clause_of_its_own_is_heard_with_the_words_that_showed_it(finder):
    text = "we are really hungry now. And there is my dog to think of. I owe quite a lot"
    reading = finder.read(text, embed_parts)
    assert set(keys(reading)) == {"food", "pets", "debt"}
    shown = {need.key: need.shown_by for need in reading.needs}
    assert shown == dict(zip(("food", "pets", "debt"), clauses(text), strict=True))


def test_each_need_comes_once_and_there_are_few(finder):
    reading = finder.read(
        "I am hungry and dog, I am hungry and owe, I want a bin and eat, there is a dog here", embed_parts
    )
    assert len(keys(reading)) == len(set(keys(reading))) <= MOST + 1


def test_a_topic_counts_by_its_nearest_phrases_not_by_how_many_it_has():
    phrases = ["food"] * 3 + ["pets"] * 40
    vectors = np.stack([unit("food")] * 3 + [unit("pets", "food")] * 40)
    assert keys(NeedFinder(phrases, vectors).read("hungry", embed_parts))[0] == "food"


def test_a_topic_with_a_single_phrase_is_found_too():
    few = NeedFinder(["food", "pets"], np.stack([unit("food"), unit("pets")]))
    assert keys(few.read("dog", embed_parts))[0] == "pets"


def test_the_order_of_phrases_changes_nothing(finder):
    mixed = [topic for _ in range(3) for topic in DIRECTIONS]
    other = NeedFinder(mixed, np.stack([unit(key) for key in mixed]))
    text = "hungry and a dog"
    assert other.read(text, embed_parts).shares == pytest.approx(finder.read(text, embed_parts).shares)


def test_what_was_fitted_knows_words_that_the_meaning_does_not():
    texts = ["zumba on tuesday", "zumba please", "zumba tonight", "quilting bee", "quilting club", "quilting tonight"]
    topics, vectors = ["sport"] * 3 + ["noise"] * 3, np.stack([unit("pets")] * 6)
    head = fit_head(texts, vectors, topics)
    read = NeedFinder(topics, vectors, head).read(
        "some zumba", lambda _, parts: np.stack([unit("pets")] * (1 + len(parts)))
    )
    assert keys(read)[0] == "sport", "by meaning alone the two are the same"


def test_what_is_fitted_is_kept_and_made_again_the_same():
    texts, topics = ["my dog barks", "feed my dog", "I owe money", "owe the bank"], ["pets", "pets", "debt", "debt"]
    fitted = fit_head(texts, embed(texts), topics)
    again = head_from(fitted.to_bytes())
    before, after = (head.scores(["the dog"], unit("pets")[None, :])[0] for head in (fitted, again))
    assert after == pytest.approx(before, abs=1e-3)
    assert again.topics[int(after.argmax())] == "pets"


@pytest.mark.parametrize("kept", [b"", b"what an older version kept"])
def test_what_cannot_be_read_back_is_said(kept):
    with pytest.raises(ValueError, match="not a kept head"):
        head_from(kept)


def test_a_head_for_other_topics_is_left_aside():
    texts, topics = ["my dog", "I owe money"], ["pets", "debt"]
    finder = NeedFinder(["food", "pets"], np.stack([unit("food"), unit("pets")]), fit_head(texts, embed(texts), topics))
    assert keys(finder.read("hungry", embed_parts))[0] == "food"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("I am hungry", []),
        ("I am very hungry today. My dog is ill as well", ["I am very hungry today", "My dog is ill as well"]),
        ("I owe money and my dog is really ill", []),  # "I owe money" is too short to stand alone
        ("I owe some money and my dog is ill", ["I owe some money", "my dog is ill"]),
        ("the bin was missed, but also I am lonely here", ["the bin was missed", "also I am lonely here"]),
        ("", []),
        ("... !!! ???", []),
    ],
)
def test_the_parts_of_a_message_that_may_hold_a_need(text, parts):
    assert clauses(text) == parts


def test_a_very_long_message_has_few_parts():
    assert len(clauses("here is one more thing. " * 40)) == 6
