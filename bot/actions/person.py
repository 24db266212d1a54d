"""Somebody to talk to: who answers the phone about the need at hand, near where they are."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from bot.actions.pointing import door_spot, where
from bot.actions.replies import remember, send
from bot.actions.turn import Turn
from knowledge.answering import people_to_ring
from knowledge.replying import Said, payload


def who_answers(dispatcher: CollectingDispatcher, session: Session, turn: Turn) -> list[EventType]:
    """People to ring. Nothing is passed to anybody; the channel may offer a desk beside them."""
    spot, _ = where(session, turn)
    near = spot or door_spot(session, turn)
    found = people_to_ring(session, turn.asked or turn.text, today=turn.today, spot=near)
    before: list[Said] = [("person.ways" if found.plan.posts else "person.none", {})]
    after: list[Said] = [("person.nothing_passed_on", {})]
    send(dispatcher, turn, payload("handover", before=before, after=after, answer=found, needs=["handover"], spot=spot))
    return remember(repairs=0)
