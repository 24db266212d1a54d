"""A need said, or a place said: signposts."""

from __future__ import annotations

from rasa_sdk.events import EventType

from bot.actions.beginning import Beginning, Talk
from bot.actions.fallback import by_itself, clearly, faint, need_inside, not_understood
from bot.actions.leading import lead_through
from bot.actions.namesakes import choices_of, which_one
from bot.actions.pointing import where
from bot.actions.replies import remember
from knowledge.life import asked_for
from knowledge.replying import payload, spot_to_json
from nlu.following import left_over
from nlu.needs import Reading
from nlu.places import Spot

NEED_SHARE, NEED_STRENGTH = 0.6, 0.5  # at which "I am lonely in Frome" is a need and a place, whatever it looked like
SENTENCE = 4  # words from which a message with a place in it may hold a need too


class ActionSignpost(Beginning):
    """The main job: somebody said what is going on."""

    def name(self) -> str:
        """As in the domain."""
        return "action_signpost"

    def decide(self, talk: Talk) -> list[EventType]:
        """Signposts for the needs found; a question only where nothing was found."""
        if (event := asked_for(talk.turn.text)) is not None:
            return lead_through(talk.dispatcher, talk.session, talk.turn, event)
        if talk.turn.said != talk.turn.text and (inside := need_inside(talk)) is not None:
            return talk.point(*inside)  # "no, I'd rather be outdoors. Is there a walking group": the last word counts
        if _names_no_need(talk):
            return [*not_understood(talk), *remember(wishes=talk.turn.wished)]
        if not talk.reading.needs or faint(talk.reading):
            return not_understood(talk)
        return talk.point()


class ActionPlace(Beginning):
    """Somebody said where: the same need again, nearer; or the place is kept for the need to come."""

    def name(self) -> str:
        """As in the domain."""
        return "action_place"

    def decide(self, talk: Talk) -> list[EventType]:
        """Signposts near the place, or one question."""
        turn = talk.turn
        sentence = len(turn.text.split()) >= SENTENCE
        if sentence and (clearly(turn, talk.reading) or _a_need_too(talk.reading)):
            return talk.point()
        spot, unsure = where(talk.session, turn, alone=True)
        if unsure is not None:
            return _ask_which(talk, unsure)
        if spot is None:
            return talk.point() if clearly(turn, talk.reading) else _ask_where(talk)
        if by_itself(besides := talk.read(turn.text.replace(spot.said, " "))):  # "ukulele Truro"
            return talk.point(turn.said, besides)
        if turn.asked:
            return talk.point(turn.asked)
        talk.send(payload("clarify", before=[("place.noted", {"name": spot.name})], spot=spot))
        return remember(spot=spot_to_json(spot))


def _names_no_need(talk: Talk) -> bool:
    """ "My son", "evenings, for mum": only for whom or when, with nothing asked for before or now."""
    return bool(talk.turn.spans) and not left_over(talk.turn.text, talk.turn.spans)


def _ask_which(talk: Talk, unsure: Spot) -> list[EventType]:
    talk.send(payload("clarify", before=[("place.which", {"name": unsure.name})], choices=choices_of(unsure)))
    return remember(unsure=which_one(unsure))


def _ask_where(talk: Talk) -> list[EventType]:
    talk.send(payload("clarify", before=[("place.unknown", {})]))
    return []


def _a_need_too(reading: Reading) -> bool:
    return bool(reading.needs) and reading.needs[0].share >= NEED_SHARE and reading.strength >= NEED_STRENGTH
