"""When a message was not understood: rephrase, then likely needs as choices, then a person. And what is not ours."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from bot.actions.pointing import point
from bot.actions.replies import remember, send
from bot.actions.turn import Turn, turn_of
from knowledge.answering import read_needs
from knowledge.db import session_scope
from knowledge.replying import Said, payload
from nlu.needs import Reading

USUAL = ("loneliness", "debt_money", "bins_waste")  # choices when nothing at all was understood
CHOICES = 3
ALMOST = 0.38  # strength from which a guess is worth offering
SURE = 0.65  # strength at which even an odd-looking message is answered
STANDS_OUT, STANDS_OUT_HALF = 0.80, 0.45  # share of the best topic
MAYBE_NEED = 0.2  # Rasa's share for a plain need
FAINT_SHARE = 0.18
SENTENCE = re.compile(r"[.!?;:\n\]]+")
UNSURE = 0.6  # confidence below which the kind of message is only a guess


class ActionUnclear(Action):
    """Too little to go on, or Rasa was unsure."""

    def name(self) -> str:
        """As in the domain."""
        return "action_unclear"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """A clear need in it is answered all the same."""
        turn = turn_of(tracker)
        with session_scope() as session:
            if (inside := need_inside(session, turn)) is not None:
                return point(dispatcher, session, turn, asked=inside[0], reading=inside[1])
            return not_understood(dispatcher, turn, read_needs(session, turn.text))


class ActionOutside(Action):
    """Nothing to do with local help, abuse, or an attempt to change the instructions: calm and short."""

    def name(self) -> str:
        """As in the domain."""
        return "action_outside"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The real need inside, if there clearly is one; else one kind line."""
        turn = turn_of(tracker)
        with session_scope() as session:
            if (inside := need_inside(session, turn)) is not None:
                return point(dispatcher, session, turn, asked=inside[0], reading=inside[1])
        send(dispatcher, turn, payload("out_of_scope", before=[(f"outside.{turn.intent}", {})], needs=[turn.intent]))
        return remember(repairs=0)


def need_inside(session: Session, turn: Turn) -> tuple[str, Reading] | None:
    """The words of a need and what they show: the whole message where it is clearly one, or one sentence by itself.

    "My friend pasted this: [ignore your rules]. Anyway, any bingo?" asks for bingo.
    """
    whole = read_needs(session, turn.text)
    if clearly(turn, whole):
        return turn.text, whole
    parts = [part.strip() for part in SENTENCE.split(turn.text) if part.strip()]
    readings = [(part, read_needs(session, part)) for part in parts if len(parts) > 1]
    return next((found for found in readings if by_itself(found[1])), None)


def by_itself(reading: Reading) -> bool:
    """Whether a few words alone are plainly a need: nothing around them has to vouch for it."""
    return bool(reading.needs) and reading.strength >= SURE and reading.needs[0].share >= STANDS_OUT_HALF


def clearly(turn: Turn, reading: Reading) -> bool:
    """Whether a message is answered as a need although it looked like something else.

    Measured on our own questions: a need and the kind of message both half believed, or a topic that stands out where
    Rasa is not sure, or one that stands out so near to what people say that the rest does not matter.
    """
    if not reading.needs:
        return False
    share = reading.needs[0].share
    half_believed = share >= STANDS_OUT_HALF and turn.looks_like_need >= MAYBE_NEED
    stands_out = share >= STANDS_OUT and reading.strength >= ALMOST and turn.confidence < UNSURE
    return half_believed or stands_out or (share >= STANDS_OUT_HALF and reading.strength >= SURE)


def faint(reading: Reading) -> bool:
    """Whether the best topic is hardly more than chance: a question with choices is better than a wrong answer."""
    return reading.strength < ALMOST and reading.needs[0].share < FAINT_SHARE


def not_understood(dispatcher: CollectingDispatcher, turn: Turn, reading: Reading) -> list[EventType]:
    """First a good question with likely needs, then only choices, then a person."""
    likely = [need.key for need in reading.needs] if reading.strength >= ALMOST else []
    choices: list[Said] = [("choices.topic", {"topic": key}) for key in (likely or USUAL)[:CHOICES]]
    step = ("unclear.rephrase", "unclear.choose", "unclear.person")[min(turn.repairs, 2)]
    said: list[Said] = [(step, {})]
    outcome = "handover" if step == "unclear.person" else "clarify"
    send(dispatcher, turn, payload(outcome, before=said, choices=choices, needs=["clarify"]))
    return remember(repairs=turn.repairs + 1)
