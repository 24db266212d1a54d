"""Where Redis wakes the workers, as with several machines: at once; and with Redis gone nothing is lost."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channels import gateway
from channels.sms import workers
from settings import use
from tests.channels.sms import servers


@pytest.fixture(autouse=True)
def warm(home, clock):
    gateway.warm()
    clock.at = datetime.now(UTC)


@pytest.fixture
def redis(texting):
    """A Redis of this test's own, in the settings."""
    with servers.redis_server() as (url, process):
        with use(replace(texting, texting=replace(texting.texting, redis_url=url))):
            yield process


def until(happened, seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.02)
    return False


def test_a_wake_through_redis_is_answered_at_once(ann, redis, monkeypatch):
    monkeypatch.setattr(workers, "SWEEP_SECONDS", 1000.0)
    end = workers.start()
    try:
        ann.texts("hello")
        workers.wake()
        assert until(lambda: len(ann.got) == 1)
    finally:
        end()


def test_redis_holds_nothing_of_anybody(ann, redis):
    import redis as client

    ann.texts("marmalade zeppelin")
    workers.wake()  # nobody works here: it stays in the queue
    asking = client.Redis.from_url(workers._where())
    held = b"".join(asking.dump(key) or b"" for key in asking.keys("*"))
    assert held and b"marmalade" not in held and ann.number[3:].encode() not in held


def test_with_redis_gone_the_sweep_answers(ann, redis, monkeypatch, caplog):
    monkeypatch.setattr(workers, "SWEEP_SECONDS", 0.2)
    redis.kill()
    redis.wait()
    end = workers.start()
    try:
        ann.texts("hello")
        began = time.monotonic()
        workers.wake()
        assert time.monotonic() - began < 0.2, "whoever wakes does not wait for Redis"
        assert until(lambda: len(ann.got) == 1) and ann.number[3:] not in caplog.text
    finally:
        end()
