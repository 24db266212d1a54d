"""The bench of the desk, in small: claims, hand-backs and messages at the same moment, watched by the database."""

from __future__ import annotations

import pytest

from bench.desk import rounds


def wrong(found) -> dict[str, int]:
    return {name: getattr(found, name) for name in ("double_owners", "spoken_while_owned", "lost", "nobody")}


def test_a_few_rounds(tmp_path):
    found = rounds(10, tmp_path)
    assert found.rounds == 10 and found.good, wrong(found)
    assert found.messages >= 20 and found.replies >= 6


@pytest.mark.slow
def test_five_hundred_rounds_nobody_twice_nothing_lost_and_the_bot_silent(tmp_path):
    found = rounds(500, tmp_path)
    assert found.rounds == 500 and found.good, wrong(found)
