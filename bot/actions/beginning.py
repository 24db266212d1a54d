"""How every action begins: one message read once, and what its words alone settle whatever kind it was taken for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from bot.actions.namesakes import chosen
from bot.actions.person import who_answers
from bot.actions.pointing import point, posts_for, where
from bot.actions.replies import remember, send
from bot.actions.shown import again, nearer_ones
from bot.actions.suiting import suited
from bot.actions.turn import Turn, turn_of
from knowledge.answering import knowing, read_needs
from knowledge.db import session_scope
from knowledge.replying import Said, payload, spot_to_json
from nlu import following
from nlu.needs import Need, Reading
from nlu.places import Spot

OWN_STRENGTH, OWN_SHARE = 0.55, 0.35  # at which a message holds a need of its own, whatever kind it looks like
LIKELY_STRENGTH, ALONE_SHARE = 0.42, 0.8  # and at which one word does ("food")
FARTHEST_KM = 60.0  # within which anything is nearer than what has no place of its own
RULED_OUT = {"not_access", "not_when", "not_who"}  # wishes for what will not do
STANDS_ALONE = 0.75  # strength at which even "we have tried that" is about something new


@dataclass(frozen=True)
class Talk:
    """One message on its way to an answer: where to send it, the directory, what was said and what it shows."""

    dispatcher: CollectingDispatcher
    session: Session
    turn: Turn
    reading: Reading  # of what was said, its opening words left out

    def send(self, decided: dict[str, Any]) -> None:
        """The one reply."""
        send(self.dispatcher, self.turn, decided)

    def point(self, asked: str = "", reading: Reading | None = None, **how: Any) -> list[EventType]:
        """Signposts for `asked`, or for what was said."""
        if asked and asked == self.turn.asked and reading is None:
            reading = suited(self.read(asked), self.turn.wished.get("age"), asked)
        reading = reading if asked else reading or self.reading
        return point(self.dispatcher, self.session, self.turn, asked=asked or self.turn.said, reading=reading, **how)

    def read(self, text: str) -> Reading:
        """The needs in other words than the whole message."""
        return read_needs(self.session, text)

    @property
    def has_own_need(self) -> bool:
        """Whether it clearly holds a need, whatever kind of message it looks like."""
        return has_own_need(self.reading)

    @property
    def named(self) -> Spot | None:
        """The place that a message which is little else names."""
        return knowing(self.session).gazetteer.find(self.turn.text, alone=len(self.turn.text.split()) <= 3)


class Beginning(Action, ABC):
    """An action that decides only what the words have not settled already."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Exactly one reply, and the slots to remember."""
        turn = turn_of(tracker)
        with session_scope() as session:
            talk = Talk(dispatcher, session, turn, read_needs(session, turn.said))
            settled = _settled(talk)
            return self.decide(talk) if settled is None else settled

    @abstractmethod
    def decide(self, talk: Talk) -> list[EventType]:
        """The reply for this kind of message."""


def _settled(talk: Talk) -> list[EventType] | None:
    """The reply that the words themselves ask for; None where the kind of message has to say."""
    talked = (_which, _sorry, _too_much, _contact, _in_the_other_language)
    followed = (_earlier_again, _nearer, _tried, _no_more_than_details, _ruled_out, _more_about_them, _asks_about_it)
    for look in (*talked, *followed):
        if (found := look(talk)) is not None:
            return found
    return None


def has_own_need(reading: Reading) -> bool:
    """Whether a message clearly holds a need: near to what people say, or nearer to one topic than to all others."""
    if not reading.needs:
        return False
    near, share = reading.strength, reading.needs[0].share
    return (near >= OWN_STRENGTH and share >= OWN_SHARE) or (near >= LIKELY_STRENGTH and share >= ALONE_SHARE)


def _which(talk: Talk) -> list[EventType] | None:
    """Just asked which of several places of one name: the answer in words ("the one in Wales", "Kent", "the first")."""
    if not talk.turn.unsure or (spot := chosen(talk.turn.text, talk.turn.unsure)) is None:
        return None
    settled = replace(talk, turn=replace(talk.turn, spot=spot, text=""))
    if talk.turn.asked:
        return [*settled.point(talk.turn.asked), *remember(unsure=[])]
    settled.send(payload("clarify", before=[("place.noted", {"name": spot.name})], spot=spot))
    return remember(spot=spot_to_json(spot), unsure=[])


def _sorry(talk: Talk) -> list[EventType] | None:
    if not following.says_sorry(talk.turn.text) or talk.has_own_need:
        return None
    talk.send(payload("smalltalk", before=[("smalltalk.sorry", {})], needs=["smalltalk"]))
    return remember(repairs=0)


def _too_much(talk: Talk) -> list[EventType] | None:
    if not following.asks_if_too_much(talk.turn.text):
        return None
    talk.send(payload("privacy", before=[("privacy.too_much", {}), ("privacy.held", {})], needs=["privacy_request"]))
    return remember(repairs=0)


def _contact(talk: Talk) -> list[EventType] | None:
    """Somebody is to get in touch with them: only a person can, so a person is offered."""
    if not following.wants_contact(talk.turn.text):
        return None
    return who_answers(talk.dispatcher, talk.session, talk.turn)


def _earlier_again(talk: Talk) -> list[EventType] | None:
    """An earlier answer, or what of it was for one need, shown again."""
    shown = again(talk.session, talk.turn)
    if not shown.entries:
        return None
    key = "details.again" if len(shown.entries) > 1 else "details.intro"
    needs = [shown.topic] if shown.topic else []
    spot, _ = where(talk.session, talk.turn)
    before: list[Said] = [(key, {})]
    talk.send(payload("signposts", before=before, posts=posts_for(shown.entries), needs=needs, spot=spot))
    latest = shown.entries if len(shown.entries) > 1 else talk.turn.latest
    return remember(latest=[str(one) for one in latest], repairs=0)


def _in_the_other_language(talk: Talk) -> list[EventType] | None:
    """ "Can you say that in English": the last answer again; the gateway has settled in which language."""
    if not talk.turn.latest or not following.says_it_again(talk.turn.text):
        return None
    posts = posts_for(talk.turn.latest)
    needs = talk.turn.lots[-1][:1] if talk.turn.lots else ()
    talk.send(payload("signposts", before=[("details.again", {})], posts=posts, needs=needs, spot=talk.turn.spot))
    return remember(repairs=0)


def _asks_about_it(talk: Talk) -> list[EventType] | None:
    """ "Can I claim" after a pothole is about the pothole: the need before stays the main one."""
    turn = talk.turn
    if not turn.asked or not following.asks_in_few_words(turn.text):
        return None
    before = talk.read(turn.asked)
    return talk.point(f"{turn.asked}. {turn.said}", together(before, talk.reading)) if before.needs else None


def _nearer(talk: Talk) -> list[EventType] | None:
    """Only nearer ones than those shown; where there is none, that is said with the nearest."""
    turn = talk.turn
    if not turn.asked or not turn.latest or not following.wants_nearer(turn.text):
        return None
    spot, unsure = where(talk.session, turn)
    if unsure is not None or (spot is None and turn.door):
        return None
    if spot is None:
        talk.send(payload("clarify", before=[("place.ask", {})]))
        return remember(repairs=0)
    nearer = nearer_ones(talk.session, turn, spot)
    return talk.point(turn.asked, more=True, within_km=FARTHEST_KM if nearer is None else nearer)


def _tried(talk: Talk) -> list[EventType] | None:
    """Tried already: different ones, unless something new is plainly said too."""
    if not talk.turn.asked or not following.says_tried(talk.turn.text):
        return None
    if talk.has_own_need and talk.reading.strength >= STANDS_ALONE:
        return None
    return talk.point(talk.turn.asked, more=True, before=[("signposts.tried", {})])


def _no_more_than_details(talk: Talk) -> list[EventType] | None:
    """Only how, when, for whom or where: the same need again."""
    turn = talk.turn
    if not turn.asked or turn.intent in ("greet", "thanks"):
        return None
    spot = talk.named
    if spot is not None and spot.also and turn.intent == "place":
        return None  # which one has to be asked first
    spans = [*turn.spans, *_span_of(turn.text, spot), *following.unsaid(turn.text)]
    if not (turn.wishes or turn.unsaid or spot) or following.left_over(turn.text, spans):
        return None
    return talk.point(turn.asked)


def _ruled_out(talk: Talk) -> list[EventType] | None:
    """ "Not a helpline, a room with people in it": the need before, without that, unless another is plainly said."""
    turn = talk.turn
    if not turn.asked or not RULED_OUT & turn.wishes.keys() or not following.rules_out(turn.text):
        return None
    return None if talk.reading.strength >= STANDS_ALONE else talk.point(turn.asked)


def _more_about_them(talk: Talk) -> list[EventType] | None:
    """ "He's trans, he gave birth": the need before, and what this adds to it."""
    turn = talk.turn
    if not turn.asked or turn.intent not in ("need", "refine", "unclear", "out_of_scope"):
        return None
    if not following.adds_about_them(turn.text):
        return None
    before, now = talk.read(turn.asked), talk.reading
    both = together(before, now if has_own_need(now) else talk.read(f"{turn.asked}. {turn.said}"))
    return talk.point(f"{turn.asked}. {turn.said}", both) if both.needs else None


def together(before: Reading, now: Reading) -> Reading:
    """Two readings as one: what was asked first stays the main need."""
    mains: Sequence[Need] = (*before.needs[:1], *now.needs[:1], *now.needs[1:2])
    needs = tuple({need.key: need for need in reversed(mains)}.values())[::-1]
    shares = {
        key: max(before.shares.get(key, 0.0), now.shares.get(key, 0.0)) for key in {**before.shares, **now.shares}
    }
    return Reading(needs, shares, max(before.strength, now.strength))


def _span_of(text: str, spot: Spot | None) -> list[tuple[int, int]]:
    at = text.find(spot.said) if spot and spot.said else -1
    return [(at, at + len(spot.said))] if spot and at >= 0 else []
