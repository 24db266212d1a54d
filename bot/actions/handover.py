"""A person is wanted: who answers the phone. The channels offer a desk beside it, where the place has one."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.fallback import clearly
from bot.actions.pointing import door_spot, point, where
from bot.actions.replies import remember, send
from bot.actions.turn import turn_of
from knowledge.answering import people_to_ring, read_needs
from knowledge.db import session_scope
from knowledge.replying import Said, payload

PLAINLY = 0.8  # Rasa's confidence from which a person is what is wanted, whatever need is named beside it


class ActionPerson(Action):
    """Somebody asks for a human."""

    def name(self) -> str:
        """As in the domain."""
        return "action_person"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """People to ring about the need at hand, near where they are; nothing is passed to anybody."""
        turn = turn_of(tracker)
        with session_scope() as session:
            reading = read_needs(session, turn.text)
            if turn.confidence < PLAINLY and clearly(turn, reading):
                return point(dispatcher, session, turn, asked=turn.text, reading=reading)
            spot, _ = where(session, turn)
            found = people_to_ring(
                session, turn.asked or turn.text, today=turn.today, spot=spot or door_spot(session, turn)
            )
        before: list[Said] = [("person.ways" if found.plan.posts else "person.none", {})]
        after: list[Said] = [("person.nothing_passed_on", {})]
        send(dispatcher, turn, payload("handover", before=before, after=after, answer=found, needs=["handover"]))
        return remember(repairs=0)
