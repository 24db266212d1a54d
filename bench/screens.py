"""How long from a clerk's Send to the resident's screen, with 100 residents' pages open and asking.

The web process is the real one: waitress, its threads as set, its databases copies of this installation's. Each
resident is a connection that does what a browser's EventSource does: ask, read, wait as long as it is told, ask again.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.timing import Times, tell
from channels.handover import asking, clerking
from channels.handover.agreeing import Reader
from channels.models import Conversation
from channels.web import create_app
from channels.web.__main__ import bind
from knowledge.db import session_scope
from knowledge.desks import Desk, desks
from knowledge.migrating import upgrade
from settings import Settings, free_port, settings, use

OPEN, SENDS, PAUSE = 100, 200, 0.05


def measure(opened: int = OPEN, sends: int = SENDS) -> dict[str, Any]:
    """Figures in milliseconds; `lost` is how many never came."""
    with tempfile.TemporaryDirectory(prefix="fingerpost-screens-") as folder:
        ours = _installation(Path(folder))
        with use(ours), _served(ours):
            return _measured(ours, opened, sends)


def _installation(folder: Path) -> Settings:
    shutil.copy(settings().knowledge_url.removeprefix("sqlite:///"), folder / "knowledge.db")
    ours = replace(
        settings(), knowledge_url=f"sqlite:///{folder / 'knowledge.db'}", port=free_port(), public_url="",
        conversations_url=f"sqlite:///{folder / 'conversations.db'}", rate_limits=False,
    )  # fmt: skip
    upgrade("conversations", ours.conversations_url)
    return ours


@contextmanager
def _served(ours: Settings) -> Iterator[None]:
    web = get_context("spawn").Process(target=serve, args=(ours,), daemon=True)
    web.start()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            talk = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=2)
            talk.request("GET", "/health/live")
            if talk.getresponse().status == 200:
                break
        except OSError:
            time.sleep(0.2)
    try:
        yield
    finally:
        web.terminate()
        web.join(5)


def serve(ours: Settings) -> None:
    """The web process."""
    with use(ours):
        bind(ours).run()


def _measured(ours: Settings, opened: int, sends: int) -> dict[str, Any]:
    with session_scope() as directory:
        here = desks(directory)[0]
    application = create_app(ours)
    held, cookies = [], []
    for _ in range(opened):
        client = application.test_client()
        page = client.get("/person")
        token = re.search(r'csrf_token" value="([^"]+)"', page.text)
        chosen = {"desk": str(here.id), "scope": "from_now", "csrf_token": token.group(1) if token else ""}
        look = client.post("/person", data=chosen).text
        version = re.search(r'name="version" value="(\w+)"', look)
        client.post("/person/yes", data={**chosen, "version": version.group(1) if version else "", "turns": ""})
        kept = client.get_cookie("fp")
        cookies.append(f"fp={kept.value}" if kept else "")
    clerk = Reader("bench", "Jo", frozenset([here.id]))
    with session_scope(ours.conversations_url) as session:
        for talk in session.query(Conversation).all():
            row = asking.open_handover(session, talk.sender)
            if row is not None:
                clerking.claim(session, row.id, clerk, here, datetime.now(UTC))
                held.append((row.id, talk.sender))
    tell(f"{len(held)} conversations open, {ours.threads} threads")
    return _watched(ours, here, clerk, [one for one, _ in held], cookies, sends)


def _watched(
    ours: Settings, here: Desk, clerk: Reader, held: list[uuid.UUID], cookies: list[str], sends: int
) -> dict[str, Any]:
    came: dict[str, float] = {}
    stop = threading.Event()
    asks = [0]
    watchers = [
        threading.Thread(target=_watch, args=(ours.port, one, came, stop, asks), daemon=True) for one in cookies
    ]
    for one in watchers:
        one.start()
    until = time.monotonic() + 60
    while asks[0] < 3 * len(cookies) and time.monotonic() < until:  # all have looked, and the web process is warm
        time.sleep(0.1)
    asks[0] = 0
    sent: dict[str, float] = {}
    chance, began = random.Random(3), time.perf_counter()
    for number in range(sends):
        words = f"reply-{number:05d}-"
        with session_scope(ours.conversations_url) as session:
            clerking.reply(session, chance.choice(held), clerk, words, datetime.now(UTC), reference=words)
        sent[words] = time.perf_counter()
        time.sleep(PAUSE)
    time.sleep(3)
    took = time.perf_counter() - began
    stop.set()
    times = Times([came[words] - at for words, at in sent.items() if words in came])
    return {
        **times.told(),
        "open": len(held),
        "lost": sends - len(times.seconds),
        "asks_per_second": round(asks[0] / took, 1),
    }


def _watch(port: int, cookie: str, came: dict[str, float], stop: threading.Event, asks: list[int]) -> None:
    """One resident's page."""
    talk, seen = http.client.HTTPConnection("127.0.0.1", port, timeout=10), "0."
    time.sleep(random.random())
    while not stop.is_set():
        try:
            talk.request("GET", "/person/news", headers={"Cookie": cookie, "Last-Event-ID": seen})
            answer = talk.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            talk.close()
            continue
        now = time.perf_counter()
        asks[0] += 1
        for line in answer.splitlines():
            if line.startswith("id: "):
                seen = line.removeprefix("id: ")
            if line.startswith("data: "):
                for words in re.findall(r"reply-\d{5}-", json.loads(line.removeprefix("data: "))["html"]):
                    came.setdefault(words, now)
        wait = re.search(r"retry: (\d+)", answer)
        time.sleep(int(wait.group(1)) / 1000 if wait else 1)
