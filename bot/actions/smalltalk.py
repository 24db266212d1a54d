"""Greetings, thanks and questions about the assistant: short, never a list of services."""

from __future__ import annotations

from rasa_sdk.events import EventType

from bot.actions.beginning import Beginning, Talk
from bot.actions.fallback import UNSURE, need_inside
from bot.actions.replies import remember
from knowledge.answering import knowing
from knowledge.replying import payload

SHARE, STRENGTH = 0.75, 0.55  # of a need, from which a question about us is one about it
TWO_ALIKE = 0.9  # of two needs together, where what is asked about lies between them


class ActionSmalltalk(Beginning):
    """Greet, thanks, about."""

    def name(self) -> str:
        """As in the domain."""
        return "action_smalltalk"

    def decide(self, talk: Talk) -> list[EventType]:
        """One line; a need said in the same breath is answered."""
        if not _about_us(talk) and (inside := need_inside(talk)) is not None:
            return talk.point(*inside)
        if _asked_of_us(talk):
            return talk.point()
        talk.send(payload("smalltalk", before=[(f"smalltalk.{talk.turn.intent}", {})], needs=["smalltalk"]))
        return remember(repairs=0)


def _about_us(talk: Talk) -> bool:
    """ "Are you from the council" is no complaint about the council."""
    needs = talk.reading.needs
    asked = talk.turn.intent == "about" and talk.turn.confidence >= UNSURE
    return asked and bool(needs) and needs[0].key in knowing(talk.session).statutory


def _asked_of_us(talk: Talk) -> bool:
    """ "Do you have people who ring up for a chat" asks about a need in words that ask about us."""
    reading = talk.reading
    if talk.turn.intent != "about" or not reading.needs:
        return False
    first, both = reading.needs[0].share, sum(need.share for need in reading.needs[:2])
    if {need.key for need in reading.needs[:2]} & knowing(talk.session).statutory:
        return False
    return reading.strength >= STRENGTH and (first >= SHARE or both >= TWO_ALIKE)
