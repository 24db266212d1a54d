"""Somebody to talk to: who answers the phone about the need at hand, near where they are."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from bot.actions.pointing import door_spot, where
from bot.actions.replies import remember, send
from bot.actions.turn import Turn
from knowledge.answering import RING, people_to_ring, read_needs
from knowledge.replying import Said, payload
from nlu.needs import Reading

STANDS_OUT = 0.5  # share of a topic from which a wish for a person is about that topic


def who_answers(dispatcher: CollectingDispatcher, session: Session, turn: Turn) -> list[EventType]:
    """People to ring. Nothing is passed to anybody; the channel may offer a desk beside them."""
    spot, _ = where(session, turn)
    near = spot or door_spot(session, turn)
    about = turn.asked or (turn.text if _about_something(read_needs(session, turn.text)) else RING)
    found = people_to_ring(session, about, today=turn.today, spot=near, wishes=turn.wished)
    before: list[Said] = [("person.ways" if found.plan.posts else "person.none", {})]
    after: list[Said] = [("person.nothing_passed_on", {})]
    send(dispatcher, turn, payload("handover", before=before, after=after, answer=found, needs=["handover"], spot=spot))
    return remember(repairs=0)


def _about_something(reading: Reading) -> bool:
    return bool(reading.needs) and reading.needs[0].share >= STANDS_OUT
