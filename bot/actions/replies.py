"""Sending a reply: the payload as JSON for the channels, and in words for `rasa shell`."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.turn import Turn
from words import say


def send(dispatcher: CollectingDispatcher, turn: Turn, payload: dict[str, Any]) -> None:
    """One JSON message; in `rasa shell` also the sentences, so that a person can read along."""
    dispatcher.utter_message(json_message=payload)
    if turn.in_shell:
        said = [say(key, turn.language, **_readable(values)) for key, values in payload["before"] + payload["after"]]
        dispatcher.utter_message(text="\n".join(said))


def remember(**slots: Any) -> list[EventType]:
    """Slot events for what is worth keeping until the conversation ends."""
    return [SlotSet(name, value) for name, value in slots.items()]


def _readable(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value).replace("_", " ") for name, value in values.items()}
