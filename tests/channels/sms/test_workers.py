"""The threads that answer and send: woken at once, and a sweep for what nobody woke them for."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from channels import gateway
from channels.sms import workers
from settings import use


@pytest.fixture(autouse=True)
def warm(home):
    """The models loaded, so that what is waited for below is the workers alone."""
    gateway.warm()


@pytest.fixture
def working(texting, tmp_path):
    """Real threads on a real queue, with a queue file of this test's own."""
    with use(replace(texting, var=tmp_path)):
        end = workers.start()
        yield
        end()


def until(happened, seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def now(clock):
    from datetime import UTC, datetime

    clock.at = datetime.now(UTC)
    return clock


def test_a_wake_is_answered_at_once(ann, now, working, monkeypatch):
    monkeypatch.setattr(workers, "SWEEP_SECONDS", 1000.0)
    ann.texts("hello")
    workers.wake()
    assert until(lambda: len(ann.got) == 1)


def test_a_wake_that_was_lost_is_found_by_the_sweep(ann, now, texting, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "SWEEP_SECONDS", 0.2)
    with use(replace(texting, var=tmp_path)):
        end = workers.start()
        ann.texts("hello")
        assert until(lambda: len(ann.got) == 1)
        end()


def test_what_was_left_before_the_start_is_found(ann, now, texting, tmp_path):
    ann.texts("hello")
    with use(replace(texting, var=tmp_path)):
        end = workers.start()
        assert until(lambda: len(ann.got) == 1)
        end()


def test_the_queue_holds_nothing_of_anybody(ann, now, working, tmp_path):
    ann.texts("marmalade zeppelin")
    workers.wake()
    assert until(lambda: len(ann.got) == 1)
    held = b"".join(file.read_bytes() for file in tmp_path.glob("wake.db*"))
    assert held and b"marmalade" not in held and ann.number[3:].encode() not in held


def test_a_worker_outlives_a_failure(ann, now, working, monkeypatch, caplog):
    real, broken = workers.answer_somebody, [1]

    def answer_somebody():
        if broken:
            broken.pop()
            raise ZeroDivisionError("with somebody's words in it")
        return real()

    monkeypatch.setattr(workers, "answer_somebody", answer_somebody)
    monkeypatch.setattr(workers, "SWEEP_SECONDS", 0.2)
    ann.texts("hello")
    workers.wake()
    assert until(lambda: len(ann.got) == 1) and "somebody's words" not in caplog.text
