"""A need said, or a place said: signposts."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.fallback import by_itself, clearly, faint, not_understood
from bot.actions.leading import lead_through
from bot.actions.pointing import namesakes, point, where
from bot.actions.replies import remember, send
from bot.actions.turn import turn_of
from knowledge.answering import read_needs
from knowledge.db import session_scope
from knowledge.life import asked_for
from knowledge.replying import payload, spot_to_json
from nlu.needs import Reading

NEED_SHARE, NEED_STRENGTH = 0.6, 0.5  # at which "I am lonely in Frome" is a need and a place, whatever it looked like
SENTENCE = 4  # words from which a message with a place in it may hold a need too


class ActionSignpost(Action):
    """The main job: somebody said what is going on."""

    def name(self) -> str:
        """As in the domain."""
        return "action_signpost"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Signposts for the needs found; a question only where nothing was found."""
        turn = turn_of(tracker)
        with session_scope() as session:
            if (event := asked_for(turn.text)) is not None:
                return lead_through(dispatcher, session, turn, event)
            reading = read_needs(session, turn.text)
            if not reading.needs or faint(reading):
                return not_understood(dispatcher, turn, reading)
            return point(dispatcher, session, turn, asked=turn.text, reading=reading)


class ActionPlace(Action):
    """Somebody said where: the same need again, nearer; or the place is kept for the need to come."""

    def name(self) -> str:
        """As in the domain."""
        return "action_place"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Signposts near the place, or one question."""
        turn = turn_of(tracker)
        with session_scope() as session:
            reading = read_needs(session, turn.text)
            if len(turn.text.split()) >= SENTENCE and (clearly(turn, reading) or _a_need_too(reading)):
                return point(dispatcher, session, turn, asked=turn.text, reading=reading)
            spot, unsure = where(session, turn, alone=True)
            if unsure is not None:
                choices = [("choices.namesake", {"name": one.name, "outcode": code}) for one, code in namesakes(unsure)]
                send(
                    dispatcher,
                    turn,
                    payload("clarify", before=[("place.which", {"name": unsure.name})], choices=choices),
                )
                return []
            if spot is None:
                if clearly(turn, reading):
                    return point(dispatcher, session, turn, asked=turn.text, reading=reading)
                send(dispatcher, turn, payload("clarify", before=[("place.unknown", {})]))
                return []
            if by_itself(besides := read_needs(session, turn.text.replace(spot.said, " "))):  # "ukulele Truro"
                return point(dispatcher, session, turn, asked=turn.text, reading=besides)
            if turn.asked:
                return point(dispatcher, session, turn, asked=turn.asked)
            send(dispatcher, turn, payload("clarify", before=[("place.noted", {"name": spot.name})], spot=spot))
            return remember(spot=spot_to_json(spot))


def _a_need_too(reading: Reading) -> bool:
    return bool(reading.needs) and reading.needs[0].share >= NEED_SHARE and reading.strength >= NEED_STRENGTH
