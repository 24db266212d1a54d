"""Greetings, thanks and questions about the assistant: short, never a list of services."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from bot.actions.fallback import need_inside
from bot.actions.pointing import point
from bot.actions.replies import remember, send
from bot.actions.turn import Turn, turn_of
from knowledge.answering import knowing, read_needs
from knowledge.db import session_scope
from knowledge.replying import payload
from nlu.needs import Reading

SHARE, STRENGTH = 0.75, 0.55  # of a need, from which a question about us is one about it


class ActionSmalltalk(Action):
    """Greet, thanks, about."""

    def name(self) -> str:
        """As in the domain."""
        return "action_smalltalk"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """One line; a need said in the same breath is answered."""
        turn = turn_of(tracker)
        with session_scope() as session:
            if (inside := need_inside(session, turn) or _asked_of_us(session, turn)) is not None:
                return point(dispatcher, session, turn, asked=inside[0], reading=inside[1])
        send(dispatcher, turn, payload("smalltalk", before=[(f"smalltalk.{turn.intent}", {})], needs=["smalltalk"]))
        return remember(repairs=0)


def _asked_of_us(session: Session, turn: Turn) -> tuple[str, Reading] | None:
    """ "Do you have people who ring up for a chat" asks about a need in words that ask about us."""
    reading = read_needs(session, turn.text)
    if turn.intent != "about" or not reading.needs or reading.needs[0].key in knowing(session).statutory:
        return None
    return (turn.text, reading) if reading.needs[0].share >= SHARE and reading.strength >= STRENGTH else None
