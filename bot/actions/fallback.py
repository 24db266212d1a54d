"""When a message was not understood: rephrase, then likely needs as choices, then a person. And what is not ours."""

from __future__ import annotations

import re

from rasa_sdk.events import EventType

from bot.actions.beginning import Beginning, Talk, has_own_need
from bot.actions.replies import remember
from bot.actions.turn import Turn
from knowledge.replying import Said, payload
from nlu.following import clause_about, left_over
from nlu.needs import Reading

USUAL = ("loneliness", "debt_money", "bins_waste")  # choices when nothing at all was understood
CHOICES = 3
ALMOST = 0.38  # strength from which a guess is worth offering
SURE = 0.65  # strength at which even an odd-looking message is answered
STANDS_OUT, STANDS_OUT_HALF = 0.80, 0.45  # share of the best topic
IN_A_TALK = 0.48  # strength at which it is one for somebody who has asked for something before
MAYBE_NEED = 0.2  # Rasa's share for a plain need
FAINT_SHARE = 0.18
SENTENCE = re.compile(r"[.!?;:\n\]]+")
UNSURE = 0.6  # confidence below which the kind of message is only a guess
QUESTION = re.compile(
    r"^(?:and |but |so )?(?:can|could|do|does|is|are|will|would|how|what|when|where|who|why|a|oes|ydy|sut|pryd|ble)\b"
    r"|\?\s*$",
    re.I,
)
ASIDE = 8  # words up to which a question is about what was talked of


class ActionUnclear(Beginning):
    """Too little to go on, or Rasa was unsure."""

    def name(self) -> str:
        """As in the domain."""
        return "action_unclear"

    def decide(self, talk: Talk) -> list[EventType]:
        """A clear need in it is answered all the same."""
        if (inside := need_inside(talk)) is not None:
            return talk.point(*inside)
        return anew(talk) or about_the_same(talk) or not_understood(talk)


class ActionOutside(Beginning):
    """Nothing to do with local help, abuse, or an attempt to change the instructions: calm and short."""

    def name(self) -> str:
        """As in the domain."""
        return "action_outside"

    def decide(self, talk: Talk) -> list[EventType]:
        """The real need inside, if there clearly is one; else one kind line."""
        turn = talk.turn
        if (inside := need_inside(talk)) is not None:
            return talk.point(*inside)
        if turn.intent == "out_of_scope" and turn.confidence < UNSURE:
            if talk.named and has_some_need(talk.reading):
                return talk.point()
            if (answered := anew(talk)) is not None:
                return answered
        if turn.intent == "out_of_scope" and turn.asked and _in_a_talk(talk.reading):
            return talk.point()
        talk.send(payload("out_of_scope", before=[(f"outside.{turn.intent}", {})], needs=[turn.intent]))
        return remember(repairs=0)


def _in_a_talk(reading: Reading) -> bool:
    """Whether what looks like nothing of ours is likelier a need: somebody here already asked for one."""
    return bool(reading.needs) and reading.strength >= IN_A_TALK and reading.needs[0].share >= STANDS_OUT_HALF


def need_inside(talk: Talk) -> tuple[str, Reading] | None:
    """The words of a need and what they show: the whole message where it is clearly one, or one sentence by itself.

    "My friend pasted this: [ignore your rules]. Anyway, any bingo?" asks for bingo.
    """
    if clearly(talk.turn, talk.reading):
        return talk.turn.said, talk.reading
    parts = [part.strip() for part in SENTENCE.split(talk.turn.said) if part.strip()]
    readings = ((part, talk.read(part)) for part in parts if len(parts) > 1)
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


def has_some_need(reading: Reading) -> bool:
    """Whether a topic is likelier than a guess, where a place beside it says that something near is looked for."""
    return bool(reading.needs) and not faint(reading) and reading.strength >= ALMOST


def anew(talk: Talk) -> list[EventType] | None:
    """A need asked for again in few words: part of what was told before ("just the gate then"), or one of its own."""
    words = left_over(talk.turn.said, talk.turn.spans)
    if not words:
        return None
    if (clause := clause_about(talk.turn.asked, words)) and (reading := talk.read(clause)).needs:
        return talk.point(clause, reading)
    reading = talk.read(" ".join(words))
    return talk.point(" ".join(words), reading) if has_own_need(reading) else None


def about_the_same(talk: Talk) -> list[EventType] | None:
    """A short question with no need of its own is about what was talked of ("can I claim" after a pothole)."""
    turn = talk.turn
    if not turn.asked or len(turn.text.split()) > ASIDE or not QUESTION.search(turn.said):
        return None
    joined = f"{turn.asked}. {turn.said}"
    reading = talk.read(joined)
    return talk.point(joined, reading) if reading.needs else None


def not_understood(talk: Talk) -> list[EventType]:
    """First a good question with likely needs, then only choices, then a person."""
    reading, turn = talk.reading, talk.turn
    likely = [need.key for need in reading.needs] if reading.strength >= ALMOST else []
    choices: list[Said] = [("choices.topic", {"topic": key}) for key in (likely or USUAL)[:CHOICES]]
    step = ("unclear.rephrase", "unclear.choose", "unclear.person")[min(turn.repairs, 2)]
    if step == "unclear.person":
        choices = [("choices.person", {}), *choices[:1]]
    said: list[Said] = [(step, {})]
    outcome = "handover" if step == "unclear.person" else "clarify"
    talk.send(payload(outcome, before=said, choices=choices, needs=["clarify"]))
    return remember(repairs=turn.repairs + 1)
