"""What is held, and forgetting it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.replies import remember, send
from bot.actions.turn import turn_of
from knowledge.replying import Said, payload
from nlu.forgetting import kind_of


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
