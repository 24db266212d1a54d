"""A supplier has its 2xx within half a second of our listening, whatever the models, Rasa or the queue are doing."""

from __future__ import annotations

import itertools
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
import requests

from bench import suppliers as simulated
from channels import gateway, rasa_client, warming
from channels.rasa_client import BotSilent
from channels.sms import workers
from channels.web.__main__ import bind
from nlu import urgent
from settings import free_port, from_environment, use

OURS = "+441632960001"
ASKED = 0.5  # seconds within which a text is acknowledged
_numbers = itertools.count(1)


@pytest.fixture
def installation(home, tmp_path):
    ours = from_environment(
        {"FINGERPOST_VAR": str(tmp_path), "SECRET_KEY": "only for tests", "PORT": str(free_port()),
         "SENTENCE_MODEL_DIR": str(home.model_dir), "CONVERSATIONS_URL": home.conversations_url,
         "KNOWLEDGE_URL": home.knowledge_url,
         **simulated.Suppliers(port=9).environment(f"{OURS}=wenbury")}
    )  # fmt: skip
    with use(ours):
        yield ours


@contextmanager
def serving(ours):
    """The real server on its port."""
    server = bind(ours)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield ours.address
    finally:
        server.close()


@contextmanager
def loading():
    """Models that are being loaded for as long as the block lasts; what is given back says that they have come."""
    come = threading.Event()
    thread = warming.begin(lambda: come.wait(30), lambda: None)
    try:
        yield come
    finally:
        come.set()
        thread.join()


@pytest.fixture(scope="module", autouse=True)
def danger_learnt():
    """From what is kept beside the real databases: an installation of a test's own would learn it for minutes."""
    urgent.ready()


def acknowledged(address: str) -> float:
    """Seconds until one of five texts was acknowledged, the quickest: this machine may be busy with something else."""
    return min(_acknowledged(address) for _ in range(5))


def _acknowledged(address: str) -> float:
    form = simulated.twilio_form(f"SM{next(_numbers)}", "+447700901234", OURS, "where is the food bank")
    began = time.monotonic()
    assert simulated.post_twilio(address, form).status_code == 204
    return time.monotonic() - began


def write(address: str, text: str) -> requests.Response:
    """A message on the page, as a browser without scripts sends it."""
    with requests.Session() as browser:
        page = browser.get(address)
        hidden = dict(re.findall(r'name="(csrf_token|reference)"[^>]*value="([^"]+)"', page.text))
        return browser.post(address, data={**hidden, "message": text}, timeout=90)


def test_while_the_models_are_being_loaded(installation):
    with loading(), serving(installation) as address:
        assert warming.state() == warming.LOADING and acknowledged(address) < ASKED


def test_the_page_is_there_meanwhile_and_says_it_is_not_ready_to_whoever_runs_it(installation):
    with loading(), serving(installation) as address:
        assert requests.get(address, timeout=5).ok
        told = requests.get(f"{address}/health/ready", timeout=10)
        assert told.status_code == 503 and told.json()["sentence_model"] == warming.LOADING


def test_a_message_written_meanwhile_waits_and_is_answered_in_full(installation, monkeypatch):
    said = []
    monkeypatch.setattr(rasa_client, "ask", lambda *_given: (_ for _ in ()).throw(BotSilent("refused")))
    with loading() as come, serving(installation) as address:
        resident = threading.Thread(target=lambda: said.append(write(address, "where can I meet people")))
        resident.start()
        time.sleep(0.5)
        assert not said
        come.set()
        resident.join(90)
    assert said and said[0].ok and "where can I meet people" in said[0].text


def test_while_every_page_waits_for_rasa(installation, monkeypatch):
    slow, waiting = threading.Event(), threading.Semaphore(0)

    def ask(*_given):
        waiting.release()
        slow.wait(30)
        raise BotSilent("late")

    gateway.warm()
    monkeypatch.setattr(rasa_client, "ask", ask)
    ours = replace(installation, threads=2)
    with serving(ours) as address:
        residents = [threading.Thread(target=write, args=(address, "where can I meet people")) for _ in range(2)]
        for resident in residents:
            resident.start()
        assert all(waiting.acquire(timeout=30) for _ in residents), "both threads for pages are waiting"
        try:
            assert acknowledged(address) < ASKED
        finally:
            slow.set()
            for resident in residents:
                resident.join(30)


def test_while_the_queue_that_wakes_the_workers_is_gone(installation, monkeypatch):
    def hangs():
        time.sleep(3)
        raise ConnectionError("the queue is gone")

    monkeypatch.setattr(workers, "_task", lambda: hangs)
    monkeypatch.setattr(workers, "work", lambda: None)
    end = workers.start()
    try:
        with serving(installation) as address:
            assert acknowledged(address) < ASKED
    finally:
        end()


def test_models_that_cannot_be_loaded_are_told_and_hold_up_nobody(installation, caplog):
    def breaks():
        raise ValueError("with a path in it")

    warming.begin(breaks, lambda: None).join()
    try:
        assert warming.wait(0) and "ValueError" in warming.state() and "with a path" not in caplog.text
    finally:
        warming.begin(lambda: None, lambda: None).join()
    assert warming.state() == warming.OK
