"""What `rasa init` gives everybody, measured beside ours: DIET and TED, Rasa's REST channel, its own little stories."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from bench.messages import STOCK_CONVERSATIONS, long_conversations, stock_conversations
from bench.processes import Running, answers_ok, running
from bench.residents import AskRest, Size, over_rest
from bench.timing import tell
from settings import ROOT, Settings, free_port

RASA = str(ROOT / ".venv" / "bin" / "rasa")
TRAINS_WITHIN = 1200.0
STARTS_WITHIN = 300.0


def measure(ours: Settings, size: Size) -> dict[str, Any]:
    """Turns, memory, start and training of the stock assistant, and how long ours trains."""
    home = ours.var / "stock-rasa"
    trained = _trained(ours, home)
    with _serving(ours, home) as (stock, url, start_seconds):
        tell("stock Rasa: turns")
        idle = over_rest(stock_conversations(size.idle_turns), _asking(url))
        busy = over_rest(long_conversations(size.busy_turns, STOCK_CONVERSATIONS), _asking(url), together=True)
        memory = stock.megabytes()
    return {
        "idle": idle.told(),
        "eight": busy.told(),
        "memory_mb": memory,
        "start_seconds": round(start_seconds, 1),
        **trained,
    }


def _trained(ours: Settings, home: Path) -> dict[str, Any]:
    """How long both took to train, kept beside the model so that it is trained once."""
    note = home / "bench.json"
    if not note.is_file():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        seconds = {"train_seconds": _make_stock(ours, home), "our_train_seconds": _train_ours(ours, home)}
        note.write_text(json.dumps(seconds))
    kept: dict[str, Any] = json.loads(note.read_text())
    return kept


def _make_stock(ours: Settings, home: Path) -> float:
    tell("stock Rasa: rasa init, which trains it (some two minutes, once)")
    command = [RASA, "init", "--no-prompt", "--init-dir", str(home)]
    with running(command, home, _environment(ours, home), home / "stock-training.log") as training:
        return round(training.wait_for_end(TRAINS_WITHIN), 1)


def _train_ours(ours: Settings, home: Path) -> float:
    """Ours from nothing, into a folder of its own: the model in use is left as it is."""
    tell("our Rasa: training (half a minute, once)")
    command = [RASA, "train", "--force", "--config", "config.yml", "--domain", "bot/domain.yml", "--data",
               "bot/rules.yml", "bot/stories.yml", "nlu/examples", "--out", str(home / "ours")]  # fmt: skip
    with running(command, ROOT, _environment(ours, home), home / "our-training.log") as training:
        return round(training.wait_for_end(TRAINS_WITHIN), 1)


@contextmanager
def _serving(ours: Settings, home: Path) -> Iterator[tuple[Running, str, float]]:
    tell("stock Rasa: starting (about a minute)")
    url = f"http://127.0.0.1:{free_port()}"
    command = [RASA, "run", "--interface", "127.0.0.1", "--port", url.rsplit(":", 1)[1]]
    with running(command, home, _environment(ours, home), home / "stock-rasa.log") as stock:
        yield stock, url, stock.wait_until(lambda: answers_ok(f"{url}/"), STARTS_WITHIN)


def _environment(ours: Settings, home: Path) -> Mapping[str, str]:
    """Its own cache, so that neither training finds the other's work, or its own of another day, done."""
    return {**ours.environment(), "RASA_CACHE_DIRECTORY": str(home / "cache"), "PYTHONWARNINGS": "ignore"}


def _asking(url: str) -> AskRest:
    def ask(client: requests.Session, sender: str, message: str) -> None:
        answered = client.post(f"{url}/webhooks/rest/webhook", json={"sender": sender, "message": message}, timeout=60)
        answered.raise_for_status()
        assert answered.json(), f"stock Rasa said nothing to {message!r}"

    return ask
