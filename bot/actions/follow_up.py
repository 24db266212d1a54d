"""Talking about what was shown: more, one of them, one that will not do, and the same need put more exactly."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.fallback import clearly, not_understood
from bot.actions.pointing import point, posts_for
from bot.actions.replies import remember, send
from bot.actions.shown import by_number, earlier, meant
from bot.actions.turn import turn_of
from knowledge.answering import in_full, read_needs
from knowledge.db import session_scope
from knowledge.replying import payload
from nlu.needs import Reading

CLEARLY_ANOTHER = 0.55  # strength at which a message holds a need of its own
OF_ITS_OWN = 0.35  # and its share
TRIED = re.compile(r"\b(tried|been there|done that|rang (them|it)|went (there|once)|wedi trio)\b", re.I)


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
    """About one of those shown, or an earlier answer again."""

    def name(self) -> str:
        """As in the domain."""
        return "action_details"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Everything known about the one meant; a whole earlier answer when that is meant."""
        turn = turn_of(tracker)
        with session_scope() as session:
            again = earlier(session, turn)
            if again and by_number(turn.text, again) is None:
                send(dispatcher, turn, payload("signposts", before=[("details.again", {})], posts=posts_for(again)))
                return remember(latest=[str(one) for one in again], repairs=0)
            one = meant(session, turn)
            if one is None:
                reading = read_needs(session, turn.text)
                if clearly(turn, reading):
                    return point(dispatcher, session, turn, asked=turn.text, reading=reading)
                return not_understood(dispatcher, turn, reading)
            if not in_full(session, [one]):
                send(dispatcher, turn, payload("nothing_found", before=[("details.gone", {})]))
            else:
                send(dispatcher, turn, payload("signposts", before=[("details.intro", {})], posts=posts_for([one])))
            return remember(repairs=0)


class ActionRejected(Action):
    """Tried, closed, too dear, not as we said: no argument, and different ones."""

    def name(self) -> str:
        """As in the domain."""
        return "action_rejected"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Different entries for the same need; none of those shown comes back."""
        turn = turn_of(tracker)
        with session_scope() as session:
            reading = read_needs(session, turn.text)
            if not turn.asked:
                if clearly(turn, reading):
                    return point(dispatcher, session, turn, asked=turn.text, reading=reading)
                return not_understood(dispatcher, turn, reading)
            said = "signposts.tried" if TRIED.search(turn.text) else "signposts.sorry"
            return point(dispatcher, session, turn, asked=turn.asked, more=True, before=[(said, {})])


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
