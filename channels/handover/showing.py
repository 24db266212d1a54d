"""What a resident's page shows of a handover: who they wait for or talk with, what was said, in the order it was."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.handover import asking, owning
from channels.handover.afterwards import may_say_helped
from channels.handover.items import SAID_TO_RESIDENT, Item, items_of
from channels.handover.lining import line_words, opens_words, waiting_words
from channels.messages import Phone, Signpost, Turn
from channels.models import Handover, aware
from knowledge.db import engine_for, session_scope
from knowledge.desks import Desk, desk, open_at
from settings import settings
from words import say

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heard:
    """A clerk's words or a notice of ours, as the page shows it."""

    number: int
    at: datetime
    author: str
    text: str
    signposts: tuple[Signpost, ...]


@dataclass(frozen=True)
class Panel:
    """Where the resident stands, in words."""

    state: str  # waiting | clerk | closed
    lines: tuple[str, ...]
    proposed: bool = False
    ask_helped: bool = False

    @property
    def mark(self) -> str:
        """Changes whenever what is shown does."""
        whole = "\n".join((self.state, *self.lines, str(self.proposed), str(self.ask_helped)))
        return hashlib.sha256(whole.encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Standing:
    """Both, and how far it was read."""

    panel: Panel | None = None
    heard: tuple[Heard, ...] = ()
    last: int = 0

    @property
    def live(self) -> bool:
        """Whether something may still come by itself."""
        return self.panel is not None and self.panel.state != "closed"


def standing(sender: str, language: str, *, after: int = 0) -> Standing:
    """Where this resident stands now, with what was said after `after`; nothing, where it cannot be read."""
    if not sender:
        return Standing()
    try:
        return _read(sender, language, after, datetime.now(UTC))
    except SQLAlchemyError as wrong:
        logger.error("handover not read: %s", type(wrong).__name__)
        return Standing()


PULSE = text(
    "SELECT h.id, h.proposed, h.helped, h.closed_at, o.owner, o.version, (SELECT max(i.id) FROM handover_item i "
    "JOIN handover t ON t.id = i.handover_id WHERE t.sender = :sender) FROM handover h "
    "LEFT JOIN ownership o ON o.handover_id = h.id WHERE h.sender = :sender ORDER BY h.asked_at DESC LIMIT 1"
)


def pulse(sender: str) -> str:
    """A mark of where this resident stands while a person is there, by one small query: pages ask every second.

    "" whenever the whole must be read: waiting changes by other people and by the clock.
    """
    try:
        with engine_for(settings().conversations_url).connect() as connection:
            row = connection.execute(PULSE, {"sender": sender}).first()
    except SQLAlchemyError as wrong:
        logger.error("handover not felt: %s", type(wrong).__name__)
        return ""
    if row is None or row[4] != owning.CLERK:
        return ""
    return hashlib.sha256("|".join(map(str, row)).encode()).hexdigest()[:10]


def in_order(turns: tuple[Turn, ...], heard: tuple[Heard, ...]) -> list[Turn | Heard]:
    """What was said to and fro, by time."""
    return sorted((*turns, *heard), key=lambda one: one.at.timestamp() if one.at.tzinfo else aware(one.at).timestamp())


def _read(sender: str, language: str, after: int, now: datetime) -> Standing:
    with session_scope(settings().conversations_url) as session:
        rows = asking.handovers_of(session, sender)
        if not rows:
            return Standing()
        found = items_of(session, [row.id for row in rows if row.conversation_id is not None], after=after)
        heard = tuple(_heard(item) for item in found if item.kind in SAID_TO_RESIDENT)
        newest = rows[0]
        panel = _panel(session, newest, owning.owner_by_handover(session, newest.id), language, now)
    return Standing(panel, heard, max((item.id for item in found), default=after))


def _panel(session: Session, row: Handover, owner: owning.Owner | None, language: str, now: datetime) -> Panel | None:
    if owner is None or owner.owner == owning.BOT or row.closed_at is not None:
        return Panel("closed", (), ask_helped=not row.helped) if may_say_helped(row, now) else None
    with session_scope() as directory:
        here = desk(directory, row.team)
    if here is None:
        return None
    proposed = row.proposed is not None
    if owner.held:
        told = say("handed.panel.clerk", language, name=owner.clerk_name, team=here.called(language))
        return Panel("clerk", (told,), proposed=proposed)
    line = line_words(session, row, here, language, now)
    waits = say("handed.panel.waiting", language, team=here.called(language))
    return Panel("waiting", (f"{waits} {line}" if line else waiting_words(here, language, now),), proposed=proposed)


def _heard(item: Item) -> Heard:
    posts = tuple(
        Signpost(
            **{
                **post,
                "needs": tuple(post["needs"]),
                "access": tuple(post["access"]),
                "phones": tuple(Phone(**phone) for phone in post["phones"]),
            }
        )
        for post in item.posts
    )
    return Heard(item.id, item.at, item.author, item.text, posts)


def closed_words(here: Desk, language: str, now: datetime) -> str:
    """When a closed desk opens; "" while it is open."""
    if open_at(here.hours, here.nation, now):
        return ""
    return say("handed.ask.closed", language, opens=opens_words(here, language, now))
