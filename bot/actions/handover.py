"""A person is wanted: who answers the phone. The channels offer a desk beside it, where the place has one."""

from __future__ import annotations

from rasa_sdk.events import EventType

from bot.actions.beginning import Beginning, Talk
from bot.actions.fallback import clearly
from bot.actions.person import who_answers

PLAINLY = 0.8  # Rasa's confidence from which a person is what is wanted, whatever need is named beside it


class ActionPerson(Beginning):
    """Somebody asks for a human."""

    def name(self) -> str:
        """As in the domain."""
        return "action_person"

    def decide(self, talk: Talk) -> list[EventType]:
        """People to ring about the need at hand, near where they are; nothing is passed to anybody."""
        turn = talk.turn
        if turn.confidence < PLAINLY and clearly(turn, talk.reading):
            return talk.point()
        return who_answers(talk.dispatcher, talk.session, turn)
