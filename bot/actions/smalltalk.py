"""Greetings, thanks and questions about the assistant: short, never a list of services."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.fallback import need_inside
from bot.actions.pointing import point
from bot.actions.replies import remember, send
from bot.actions.turn import turn_of
from knowledge.db import session_scope
from knowledge.replying import payload


class ActionSmalltalk(Action):
    """Greet, thanks, about."""

    def name(self) -> str:
        """As in the domain."""
        return "action_smalltalk"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """One line; a need said in the same breath is answered."""
        turn = turn_of(tracker)
        with session_scope() as session:
            if (inside := need_inside(session, turn)) is not None:
                return point(dispatcher, session, turn, asked=inside[0], reading=inside[1])
        send(dispatcher, turn, payload("smalltalk", before=[(f"smalltalk.{turn.intent}", {})], needs=["smalltalk"]))
        return remember(repairs=0)
