"""The actions for real, without Rasa: its rules say which, rasa_sdk's own tracker and dispatcher carry the turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from channels.messages import Reply
from channels.saying import reply_of
from knowledge.answering import knowing
from knowledge.db import session_scope
from nlu.details import read_details
from nlu.text import clean
from nlu.welsh import language_of
from settings import ROOT, settings, use
from tests.channels.conftest import directory  # noqa: F401  the seeded directory's copy

TODAY = date(2025, 11, 20)
FALLBACK = "nlu_fallback"


@pytest.fixture
def seeded(directory) -> Iterator[Path]:  # noqa: F811  the fixture imported above
    """`session_scope()` opens the copy of the seeded directory."""
    with use(replace(settings(), knowledge_url=f"sqlite:///{directory}")):
        yield directory


@cache
def rules() -> dict[str, str]:
    """Intent to action, as bot/rules.yml has it."""
    steps = [rule["steps"] for rule in yaml.safe_load((ROOT / "bot/rules.yml").read_text(encoding="utf-8"))["rules"]]
    return {intent["intent"]: action["action"] for intent, action in steps}


@cache
def actions() -> dict[str, Any]:
    """Every action by its name, found as bot/serve.py finds them."""
    executor = ActionExecutor()
    executor.register_package("bot.actions")
    return dict(executor.actions)


@dataclass
class Talk:
    """One conversation with the actions: slots are carried from turn to turn as Rasa would."""

    door: str = ""
    slots: dict[str, Any] = field(default_factory=dict)
    decided: list[dict[str, Any]] = field(default_factory=list)

    def says(self, text: str, intent: str, *, confidence: float = 0.9) -> dict[str, Any]:
        """The payload decided for a message of this kind. Exactly one, always."""
        dispatcher = CollectingDispatcher()
        events = actions()[rules()[intent]](dispatcher, self._tracker(text, intent, confidence), {})
        self.slots |= {event["name"]: event["value"] for event in events or []}
        (sent,) = dispatcher.messages
        self.decided.append(sent["custom"])
        return sent["custom"]

    def shown(self, decided: dict[str, Any]) -> Reply:
        """The same in words."""
        with session_scope() as session:
            return reply_of(session, decided, "en")

    def spot(self, text: str) -> Any:
        with session_scope() as session:
            return knowing(session).gazetteer.find(text)

    def _tracker(self, text: str, intent: str, confidence: float) -> Tracker:
        read = clean(text)
        entities = [
            {"entity": said.label, "value": said.value, "start": said.start, "end": said.end}
            for said in read_details(read)
        ]
        latest = {
            "text": read,
            "intent": {"name": intent, "confidence": confidence},
            "entities": entities,
            "metadata": {"language": language_of(read), "door": self.door, "today": TODAY.isoformat()},
        }
        return Tracker("someone", dict(self.slots), latest, [], False, None, {}, "action_listen")


@pytest.fixture
def talk(seeded) -> Talk:
    return Talk()
