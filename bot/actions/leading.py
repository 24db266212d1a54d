"""A life event asked for: what usually helps first, step by step."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from bot.actions.pointing import REMEMBERED, door_spot, with_lot
from bot.actions.replies import remember, send
from bot.actions.turn import Turn
from knowledge.life import LifeEvent, steps_told


def lead_through(dispatcher: CollectingDispatcher, session: Session, turn: Turn, event: LifeEvent) -> list[EventType]:
    """The steps of `event` with an entry each, near the place known.

    "The second one" then means one of these, as does "the first lot" later.
    """
    told = steps_told(session, event, spot=turn.spot or door_spot(session, turn), today=turn.today)
    send(dispatcher, turn, told)
    entries = [post["entry"] for post in told["posts"]]
    lots = with_lot(turn, told["needs"][0] if told["needs"] else event.key, entries)
    return remember(asked=turn.text, shown=entries[-REMEMBERED:], latest=entries, lots=lots, repairs=0)
