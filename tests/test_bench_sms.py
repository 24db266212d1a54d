"""Five hundred texts of the simulated run: nothing lost, doubled, out of order or sent after STOP."""

from __future__ import annotations

import random

import pytest

from bench import sms
from settings import settings


def test_what_people_write_is_a_fair_mixture():
    rows = sms.written(2000, 100, random.Random(1))
    assert len({row.reference for row in rows}) == 2000 and {row.supplier for row in rows} == {"twilio", "notify"}
    assert 0 < sum(row.what == "stop" for row in rows) <= 100 and 0 < sum(bool(row.late) for row in rows) <= 100


@pytest.mark.slow
def test_five_hundred_texts_with_processes_killed():
    if not (settings().var / "knowledge.db").exists():
        pytest.skip("no directory: run `make setup`")
    found = sms.run(500, 60, 3, sms.Pace(8.0), plain=True)
    told = "\n".join(found.lines())
    assert sum(found.counted["killed"].values()) == 3 and found.counted["not acknowledged"] == 0, told
    assert found.good, told
