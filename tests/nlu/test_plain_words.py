"""Hints for whoever writes an entry: easy texts get none, hard ones get the reason."""

from __future__ import annotations

import pytest

from nlu.plain_words import hints, reading_age, syllables_in

EASY = "Come for tea and a chat. Anyone can come. You do not need to book. We meet in the hall on a Tuesday."
HARD = (
    "Our multidisciplinary organisation facilitates comprehensive opportunities enabling participants experiencing "
    "social isolation to utilise individualised interventions delivered collaboratively by qualified professionals."
)


def test_an_easy_text_needs_nothing():
    assert hints(EASY) == () and reading_age(EASY) < 9


def test_a_hard_text_is_told_why():
    kinds = [hint.kind for hint in hints(HARD)]
    assert kinds[0] == "hard" and "jargon" in kinds and reading_age(HARD) > 16
    assert {"utilise", "social isolation", "interventions"} <= {hint.said for hint in hints(HARD)}


def test_a_long_sentence_is_pointed_at():
    long = "We go to the park and then to the lake and " * 4 + "home."
    assert [hint.said for hint in hints(long) if hint.kind == "long_sentence"] == ["We go to the park and…"]


def test_a_few_words_tell_nothing():
    assert reading_age("Intergenerational philately") == 0 and reading_age("") == 0


def test_jargon_is_whole_words():
    assert not hints("She is a preferred clientshare.")


@pytest.mark.parametrize(("word", "count"), [("tea", 1), ("table", 2), ("walked", 1), ("wanted", 2), ("community", 4),
                                             ("the", 1), ("café", 1), ("o'clock", 2)])  # fmt: skip
def test_syllables_are_near_enough(word, count):
    assert syllables_in(word) == count
