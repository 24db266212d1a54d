"""Talking about what was shown: more, one of them, and the same need put more exactly."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from bot.actions.fallback import clearly, not_understood
from bot.actions.pointing import point, posts_for
from bot.actions.replies import remember, send
from bot.actions.turn import Turn, turn_of
from knowledge.answering import read_needs
from knowledge.db import session_scope
from knowledge.reading import entries
from knowledge.replying import payload
from nlu.needs import Reading

ORDINALS: Mapping[str, int] = {
    "first": 0, "1st": 0, "1": 0, "cyntaf": 0, "second": 1, "2nd": 1, "two": 1, "2": 1, "ail": 1,
    "third": 2, "3rd": 2, "three": 2, "3": 2, "trydydd": 2, "fourth": 3, "4th": 3, "4": 3, "last": -1, "olaf": -1,
}  # fmt: skip
SAME_NAME = 70  # rapidfuzz token-set ratio, of 100
CLEARLY_ANOTHER = 0.55  # strength at which a message holds a need of its own
OF_ITS_OWN = 0.35  # and its share


class ActionMore(Action):
    """What else is there."""

    def name(self) -> str:
        """As in the domain."""
        return "action_more"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Different entries for the same need, or says that is all."""
        turn = turn_of(tracker)
        with session_scope() as session:
            reading = read_needs(session, turn.text)
            if clearly(turn, reading):
                return point(dispatcher, session, turn, asked=turn.text, reading=reading)
            if not turn.asked:
                return not_understood(dispatcher, turn, reading)
            return point(dispatcher, session, turn, asked=turn.asked, more=True)


class ActionDetails(Action):
    """About one of those shown."""

    def name(self) -> str:
        """As in the domain."""
        return "action_details"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Everything known about the one meant."""
        turn = turn_of(tracker)
        with session_scope() as session:
            meant = _meant(session, turn)
            if meant is None:
                reading = read_needs(session, turn.text)
                if clearly(turn, reading):
                    return point(dispatcher, session, turn, asked=turn.text, reading=reading)
                return not_understood(dispatcher, turn, reading)
            if not entries(session, [meant]):
                send(dispatcher, turn, payload("nothing_found", before=[("details.gone", {})]))
            else:
                send(dispatcher, turn, payload("signposts", before=[("details.intro", {})], posts=posts_for([meant])))
            return remember(repairs=0)


class ActionRefine(Action):
    """The same need, put more exactly: free ones, for my mum, not mornings."""

    def name(self) -> str:
        """As in the domain."""
        return "action_refine"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The earlier need with the new wishes; a message with a need of its own is answered as one."""
        turn = turn_of(tracker)
        with session_scope() as session:
            reading = read_needs(session, turn.text)
            if not turn.asked or has_own_need(reading):
                if not reading.needs:
                    return not_understood(dispatcher, turn, reading)
                return point(dispatcher, session, turn, asked=turn.text, reading=reading)
            return point(dispatcher, session, turn, asked=turn.asked)


def has_own_need(reading: Reading) -> bool:
    """Whether a message clearly holds a need, whatever kind of message it looks like."""
    return bool(reading.needs) and reading.strength >= CLEARLY_ANOTHER and reading.needs[0].share >= OF_ITS_OWN


def _meant(session: Session, turn: Turn) -> uuid.UUID | None:
    """The entry meant: by its number in the last answer, by its name, else the only or first one."""
    if not turn.latest:
        return None
    for word in re.findall(r"[a-z0-9]+", turn.text.lower()):
        if word in ORDINALS and -len(turn.latest) <= ORDINALS[word] < len(turn.latest):
            return turn.latest[ORDINALS[word]]
    return _by_name(session, turn.text, turn.shown or turn.latest) or turn.latest[0]


def _by_name(session: Session, text: str, ids: Sequence[uuid.UUID]) -> uuid.UUID | None:
    known = entries(session, list(ids))
    marks = {one: fuzz.token_set_ratio(text.lower(), entry.name.lower()) for one, entry in known.items() if entry.name}
    best = max(marks, key=lambda one: marks[one], default=None)
    return best if best is not None and marks[best] >= SAME_NAME else None
