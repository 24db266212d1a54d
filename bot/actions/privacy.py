"""What is held, and forgetting it."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.replies import remember, send
from bot.actions.turn import turn_of
from knowledge.replying import Said, payload

FORGET = re.compile(
    r"\b(delete|wipe|erase|forget|remove|scrub|bin|get rid|clear|destroy|dileu|dilea|dilëwch|dilewch|anghofi\w*)\b",
    re.I,
)
STOP = re.compile(r"\b(stop|unsubscribe|no more (texts|messages)|leave me alone|opt out|peidi\w*|stopi\w*)\b", re.I)
ASKING = re.compile(
    r"^(do|does|did|have|has|is|are|how|what|who|when|can|could|will|where|why|beth|pwy|sut|ydy|oes)\b", re.I
)
ASKING_TO = re.compile(r"^(can|could|will|would) (you|u|i|someone)\b", re.I)


class ActionPrivacy(Action):
    """A question about data, or the wish to be forgotten."""

    def name(self) -> str:
        """As in the domain."""
        return "action_privacy"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Deletes when that was asked for; a question is answered, with how to delete."""
        turn = turn_of(tracker)
        kind = kind_of(turn.text)
        told: list[Said] = (
            [] if kind == "deleted" else [(f"privacy.{kind}", {})]
        )  # the gateway says it, once it has happened
        send(dispatcher, turn, payload("privacy", before=told, needs=["privacy_request"], delete=kind == "deleted"))
        return remember(repairs=0)


def kind_of(text: str) -> str:
    """`deleted` (asked to be forgotten), `stop` (no more messages), or `held` (a question)."""
    question = bool(ASKING.search(text)) and not ASKING_TO.search(text)
    if FORGET.search(text) and not question:
        return "deleted"
    return "stop" if STOP.search(text) and not question else "held"
