"""Our own installation, started as the Procfile starts it but on free ports and with conversations of its own."""

from __future__ import annotations

import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from bench.messages import conversations, long_conversations
from bench.processes import Running, answers_ok, running
from bench.residents import AskRest, Size, on_the_web, over_rest
from bench.timing import tell, timed
from channels.models import Conversation, Message
from knowledge.db import engine_for, session_scope
from knowledge.migrating import upgrade
from settings import ROOT, Settings, free_port

STARTS_WITHIN = 180.0
MODULES = {"web": "channels.web", "forget": "channels.retention"}
WITHOUT_RASA = ("crisis",)  # answered ahead of Rasa by design


@dataclass(frozen=True)
class Started:
    """All of it, up and answering."""

    ours: Settings
    url: str
    processes: dict[str, Running]
    seconds: dict[str, float]


def measure(given: Settings, size: Size, here: Path) -> dict[str, Any]:
    """Turns on the page and with Rasa alone, memory afterwards, seconds to start."""
    with started(given, here) as up:
        first, seconds = timed(lambda: on_the_web(up.url, [["is there a lunch club near Ripon"]]))
        tell("web turns, one resident")
        idle = on_the_web(up.url, conversations(size.idle_turns))
        tell("web turns, eight residents at once")
        busy = on_the_web(up.url, long_conversations(size.busy_turns), together=True)
        tell("our Rasa by itself")
        alone = _rasa_alone(up, size)
        memory = {name: running.megabytes() for name, running in up.processes.items()}
        return {
            "first_turn_seconds": round(first.whole.seconds[0], 2),
            "idle": idle.told(),
            "eight": busy.told(),
            **alone,
            "answers": _answers(up.ours),
            "memory_mb": memory,
            "start_seconds": up.seconds,
        }


@contextmanager
def started(given: Settings, here: Path) -> Iterator[Started]:
    """Rasa until it is ready and then the rest, so that each one's start is its own; stopped at the end."""
    ours = _settings(given, here)
    upgrade("conversations", ours.conversations_url)
    url, seconds = f"http://127.0.0.1:{ours.port}", {}
    with ExitStack() as stack:
        tell("our Rasa: starting")
        processes = {"rasa": stack.enter_context(_process(ours, "rasa", "bot.serve", here))}
        seconds["rasa"] = round(processes["rasa"].wait_until(lambda: _rasa_ready(ours), STARTS_WITHIN), 1)
        tell("our web and forget: starting")
        processes |= {name: stack.enter_context(_process(ours, name, of, here)) for name, of in MODULES.items()}
        ready = f"{url}/health/ready"
        seconds["web"] = round(processes["web"].wait_until(lambda: answers_ok(ready), STARTS_WITHIN), 1)
        yield Started(ours, url, processes, seconds)
    engine_for(ours.conversations_url).dispose()


def _settings(given: Settings, here: Path) -> Settings:
    return replace(
        given,
        port=free_port(),
        rasa_url=f"http://127.0.0.1:{free_port()}",
        conversations_url=f"sqlite:///{here / 'conversations.db'}",
        rate_limits=False,
    )


@contextmanager
def _process(ours: Settings, name: str, module: str, here: Path) -> Iterator[Running]:
    plain = {"HOST": "127.0.0.1", "PUBLIC_URL": "", "PYTHONWARNINGS": "ignore"}  # no https between us and it
    command = [sys.executable, "-m", module]
    with running(command, ROOT, {**ours.environment(), **plain}, here / f"{name}.log") as one:
        yield one


def _rasa_ready(ours: Settings) -> bool:
    try:
        said = requests.get(f"{ours.rasa_url}/webhooks/fingerpost/ready", timeout=2).json()
    except (requests.RequestException, ValueError):
        return False
    return all(said.values())


def _rasa_alone(up: Started, size: Size) -> dict[str, Any]:
    """The same messages straight to Rasa: what is left of a turn without page, gateway and danger."""
    ask, begin = _asking(up.ours), _beginning(up.ours)
    idle = over_rest(conversations(size.idle_turns), ask, sender=begin)
    busy = over_rest(long_conversations(size.busy_turns), ask, sender=begin, together=True)
    return {"rasa_idle": idle.told(), "rasa_eight": busy.told()}


def _asking(ours: Settings) -> AskRest:
    def ask(client: requests.Session, sender: str, message: str) -> None:
        answered = client.post(
            f"{ours.rasa_url}/webhooks/fingerpost/message",
            json={"sender": sender, "message": message, "metadata": {"language": "en", "door": ""}},
            headers={"X-Fingerpost": ours.rasa_token},
            timeout=60,
        )
        answered.raise_for_status()
        assert answered.json()["messages"], f"our Rasa said nothing to {message!r}"

    return ask


def _beginning(ours: Settings) -> Any:
    """Makes conversations as the gateway does: without one, Rasa's memory of it is not kept."""

    def begin() -> str:
        conversation = uuid.uuid4()
        with session_scope(ours.conversations_url) as session:
            session.add(Conversation(id=conversation, channel="web", sender=conversation.hex))
        return str(conversation)

    return begin


def _answers(ours: Settings) -> dict[str, Any]:
    """What kind of answers they were, how many had to do without Rasa, how many messages got none."""
    with session_scope(ours.conversations_url) as session:
        rows = session.execute(select(Message.outcome, Message.reply)).all()
    late = [row for row in rows if row.reply and not row.reply["from_rasa"] and row.outcome not in WITHOUT_RASA]
    outcomes = dict(Counter(row.outcome for row in rows))
    return {"outcomes": outcomes, "without_rasa": len(late), "unanswered": sum(not row.reply for row in rows)}
