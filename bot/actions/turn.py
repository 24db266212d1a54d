"""One message as the actions see it, read once from Rasa's tracker."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from rasa_sdk import Tracker

from knowledge.replying import spot_from_json
from nlu.details import Said, merged, wishes_of
from nlu.following import unsaid, without_opening
from nlu.places import Spot
from nlu.text import clean


@dataclass(frozen=True)
class Turn:
    """The message, what Rasa made of it, and what is remembered of this conversation."""

    text: str
    intent: str
    confidence: float
    looks_like_need: float  # Rasa's share for a plain need, beside the kind it chose
    wishes: dict[str, Any]  # said in this message
    spans: tuple[tuple[int, int], ...] = ()  # where in the text they are said
    unsaid: tuple[str, ...] = ()  # kinds of wish taken back in it
    asked: str = ""
    spot: Spot | None = None
    remembered: dict[str, Any] = field(default_factory=dict)  # wishes said earlier
    shown: tuple[uuid.UUID, ...] = ()
    latest: tuple[uuid.UUID, ...] = ()
    lots: tuple[tuple[str, tuple[uuid.UUID, ...]], ...] = ()  # earlier answers: main topic, entries in order
    unsure: tuple[dict[str, Any], ...] = ()  # places of one name, just asked which
    repairs: int = 0
    door: str = ""
    language: str = "en"
    today: date = date.min
    in_shell: bool = False

    @property
    def said(self) -> str:
        """The message without what only opens it ("oh forget that, choir it is")."""
        return without_opening(self.text)

    @property
    def wished(self) -> dict[str, Any]:
        """Everything wished for, said earlier or now, without what was taken back."""
        kept = {kind: wish for kind, wish in self.remembered.items() if kind not in self.unsaid}
        return merged(kept, self.wishes)


def turn_of(tracker: Tracker) -> Turn:
    """Read the tracker; a message without metadata comes from `rasa shell`."""
    latest, slots = tracker.latest_message, tracker.slots
    metadata = latest.get("metadata") or {}
    entities = [
        Said(one["entity"], one["value"], one.get("start", 0), one.get("end", 0))
        for one in latest.get("entities") or []
    ]
    text = clean(latest.get("text") or "")
    gone = unsaid(text)
    details = [one for one in entities if one.label != "place"]
    back = [one for one in details if any(start <= one.start < end for start, end in gone)]
    return Turn(
        text=text,
        intent=(latest.get("intent") or {}).get("name") or "unclear",
        confidence=float((latest.get("intent") or {}).get("confidence") or 0),
        looks_like_need=_share_of_need(latest),
        wishes=wishes_of(one for one in details if one not in back),
        spans=tuple((one.start, one.end) for one in details),
        unsaid=tuple({one.label for one in back}),
        asked=slots.get("asked") or "",
        spot=spot_from_json(slots.get("spot")),
        remembered=slots.get("wishes") or {},
        shown=tuple(uuid.UUID(one) for one in slots.get("shown") or ()),
        latest=tuple(uuid.UUID(one) for one in slots.get("latest") or ()),
        lots=tuple((topic, tuple(map(uuid.UUID, ids))) for topic, ids in slots.get("lots") or ()),
        unsure=tuple(slots.get("unsure") or ()),
        repairs=int(slots.get("repairs") or 0),
        door=metadata.get("door") or "",
        language=metadata.get("language") or "en",
        today=date.fromisoformat(metadata["today"]) if metadata.get("today") else datetime.now(UTC).date(),
        in_shell="language" not in metadata,
    )


def _share_of_need(latest: dict[str, Any]) -> float:
    ranking = latest.get("intent_ranking") or []
    return next((float(one["confidence"]) for one in ranking if one.get("name") == "need"), 0.0)
