"""What was asked for, counted once it is answered. Never the words, never the person; danger is not counted at all."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.messages import Inbound, Reply
from knowledge import demand, reading
from knowledge.answering import knowing
from knowledge.db import session_scope
from settings import settings

logger = logging.getLogger(__name__)
COUNTED = ("signposts", "council", "nothing_found")


def count(inbound: Inbound, reply: Reply) -> None:
    """Count this request; a directory that is busy or gone costs the count and never the answer."""
    if reply.danger or reply.outcome not in COUNTED or not reply.needs:
        return
    if not settings().rate_limits:  # "off" is for measuring only: an evaluation's questions are nobody's
        return
    posts = ((post.tier, post.distance_km is not None) for post in reply.signposts)
    outcome = demand.outcome_of(posts, statutory=reply.outcome == "council")
    try:
        with session_scope() as session:
            where, nation = _where(session, reply.place or "", inbound.door)
            demand.count(session, reply.needs, reply.wishes, where, nation, outcome, inbound.received_at.date())
    except SQLAlchemyError as wrong:
        logger.warning("request not counted kind=%s", type(wrong).__name__)


def _where(session: Session, place: str, door: str) -> tuple[str, str]:
    """The area as it is kept, an outcode or a place of ours, and the nation; ("", "unknown") when nothing was said."""
    spot = knowing(session).gazetteer.find(place, alone=True) if place else None
    slug = (spot.slug if spot else "") or door
    own = reading.place_spot(session, slug) if slug else None
    nation = spot.nation if spot else own.nation if own else "unknown"
    if demand.OUTCODE.match(place):
        return place, nation
    return (own.name if own else ""), nation
