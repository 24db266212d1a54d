"""Rasa's memory of a conversation: one bounded row, deleted with the conversation. Rasa's own store never forgets."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from channels.models import Tracker, now
from knowledge.db import session_scope
from settings import settings

logger = logging.getLogger(__name__)

TURNS_KEPT = 3  # rules look at one turn; what matters longer is in slots


class ConversationTrackerStore(TrackerStore):
    """Keeps slots and the last few turns. A row needs its conversation: a late answer never revives a deleted one.

    Rasa falls back to memory, silently and for good, when a store raises; so this one does not raise: it logs
    the kind of error and forgets that turn.
    """

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **_: Any) -> None:
        """`domain` is set by Rasa once the model is loaded."""
        super().__init__(domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Replace the row; dropped where the conversation is gone."""
        try:
            with session_scope(settings().conversations_url) as session:
                session.merge(
                    Tracker(conversation_id=uuid.UUID(tracker.sender_id), body=_body(tracker), saved_at=now())
                )
        except IntegrityError:
            logger.info("tracker dropped: its conversation was deleted")
        except (SQLAlchemyError, ValueError) as wrong:
            logger.error("tracker not saved: %s", type(wrong).__name__)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker kept, or None; the conversation then starts anew."""
        try:
            with session_scope(settings().conversations_url) as session:
                row = session.get(Tracker, uuid.UUID(sender_id))
                body = row.body if row else None
        except (SQLAlchemyError, ValueError) as wrong:
            logger.error("tracker not read: %s", type(wrong).__name__)
            return None
        if body is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, body["events"], self.domain.slots, self.max_event_history)

    async def keys(self) -> Iterable[str]:
        """The conversations that have a tracker."""
        with session_scope(settings().conversations_url) as session:
            return [str(one) for one in session.scalars(select(Tracker.conversation_id))]


def _body(tracker: DialogueStateTracker) -> dict[str, Any]:
    recent = _recent(list(tracker.events))
    slots = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value is not None]
    return {"events": [*(slot.as_dict() for slot in slots), *(_slim(event) for event in recent)]}


def _recent(events: list[Event]) -> list[Event]:
    """The last turns, without slot events: the slots are kept before them, and a session's start would empty those."""
    said = [at for at, event in enumerate(events) if isinstance(event, UserUttered)]
    start = said[-TURNS_KEPT] if len(said) >= TURNS_KEPT else 0
    return [event for event in events[start:] if not isinstance(event, (SlotSet, SessionStarted))]


def _slim(event: Event) -> dict[str, Any]:
    """An event without the intent ranking, which is most of its size."""
    kept: dict[str, Any] = event.as_dict()
    if isinstance(event, UserUttered) and kept.get("parse_data"):
        kept["parse_data"] = {**kept["parse_data"], "intent_ranking": [], "response_selector": {}, "text_tokens": []}
    return kept
