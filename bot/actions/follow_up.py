"""Talking about what was shown: more, one of them, one that will not do, and the same need put more exactly."""

from __future__ import annotations

import re

from rasa_sdk.events import EventType

from bot.actions.beginning import Beginning, Talk
from bot.actions.fallback import anew, clearly, not_understood
from bot.actions.pointing import posts_for, where
from bot.actions.replies import remember
from bot.actions.shown import meant
from knowledge.answering import in_full
from knowledge.replying import payload

ABOUT_ONE = re.compile(  # what is asked of an entry shown without naming it
    r"\b(it|that|this|there|they|them|those|these|its|time|times|when|where|cost|much|address|number|phone|email|ring|"
    r"website|details|far|bus|park|still|more about|wot|yno|yna|hwnna|honno|faint|pryd|ble|rhif)\b",
    re.I,
)


class ActionMore(Beginning):
    """What else is there."""

    def name(self) -> str:
        """As in the domain."""
        return "action_more"

    def decide(self, talk: Talk) -> list[EventType]:
        """Different entries for the same need, or says that is all."""
        if clearly(talk.turn, talk.reading):
            return talk.point()
        return talk.point(talk.turn.asked, more=True) if talk.turn.asked else not_understood(talk)


class ActionDetails(Beginning):
    """About one of those shown."""

    def name(self) -> str:
        """As in the domain."""
        return "action_details"

    def decide(self, talk: Talk) -> list[EventType]:
        """Everything known about the one meant, the first where none is named; a need of its own is answered."""
        turn, session = talk.turn, talk.session
        one = meant(session, turn)
        if one is None and clearly(turn, talk.reading):
            return talk.point()
        if one is None and not ABOUT_ONE.search(turn.text) and (answered := anew(talk)) is not None:
            return answered
        if one is None and not turn.latest:
            return not_understood(talk)
        one = one or turn.latest[0]
        entry = in_full(session, [one]).get(one)
        if entry is None:
            talk.send(payload("nothing_found", before=[("details.gone", {})]))
            return remember(repairs=0)
        spot, _ = where(session, turn)
        shown = posts_for([one])
        needs = entry.topics[:1]
        talk.send(payload("signposts", before=[("details.intro", {})], posts=shown, needs=needs, spot=spot))
        return remember(repairs=0)


class ActionRejected(Beginning):
    """Closed, too dear, not as we said: no argument, and different ones."""

    def name(self) -> str:
        """As in the domain."""
        return "action_rejected"

    def decide(self, talk: Talk) -> list[EventType]:
        """Different entries for the same need; none of those shown comes back."""
        if talk.turn.asked:
            return talk.point(talk.turn.asked, more=True, before=[("signposts.sorry", {})])
        return talk.point() if clearly(talk.turn, talk.reading) else not_understood(talk)


class ActionRefine(Beginning):
    """The same need, put more exactly: free ones, for my mum, not mornings."""

    def name(self) -> str:
        """As in the domain."""
        return "action_refine"

    def decide(self, talk: Talk) -> list[EventType]:
        """The earlier need with the new wishes; a message with a need of its own is answered as one."""
        if not talk.turn.asked or talk.has_own_need:
            return talk.point() if talk.reading.needs else not_understood(talk)
        return anew(talk) or talk.point(talk.turn.asked)
