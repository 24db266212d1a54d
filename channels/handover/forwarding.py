"""Carrying a handover to an outside inbox and back: by a clock, never in a resident's request, each line once."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.handover import asking, clerking, looking, owning
from channels.handover.agreeing import Agreed, Reader, may_see
from channels.handover.clerking import NotThere, NotYours
from channels.handover.items import Item, items_of
from channels.handover.outside import Inbox, OutsideSilent, chatwoot
from channels.models import Agreement, Forwarded, Handover
from knowledge.db import session_scope
from knowledge.desks import desk
from settings import settings
from words import LANGUAGES, say

logger = logging.getLogger(__name__)

CARRIED = ("message", "answer", "summary", "callback", "emergency")  # the resident's side; clerks' words are theirs
WAITS = (0.2, 0.5)  # seconds between tries to keep a reply
LONGEST_WAIT = timedelta(hours=1)
OUTSIDE_LEASE = timedelta(minutes=30)  # nobody there holds a page of ours open
CLERK = "outside"


def inbox() -> Inbox | None:
    """The outside inbox of this installation, if there is one."""
    given = settings()
    return chatwoot(given.outside.inbox, given.outside.token) if given.outside.inbox else None


def goes_outside(team: uuid.UUID) -> bool:
    """Whether this team's organisation works in an outside inbox, so that a resident may be asked."""
    return bool(settings().outside.inbox) and str(team) == settings().outside.team


def carry(now: datetime, to: Inbox | None = None) -> int:
    """Everything that is due: lines to send, copies to have deleted. How many were done; failures are tried again."""
    there = to or inbox()
    if there is None:
        return 0
    with session_scope(settings().conversations_url) as session:
        _begin(session, now)
        due = list(session.scalars(select(Forwarded.handover_id).where(Forwarded.due_at <= now)))
    return sum(_carry_one(there, one, now) for one in due)


def heard(given: Mapping[str, Any], now: datetime) -> bool:
    """A reply written in the outside inbox (Chatwoot's `message_created`), said to the resident once by its number.

    False where there is nothing to say or it cannot be said; a reply that cannot be is answered there by a note, so
    that whoever wrote it knows. Raises `SQLAlchemyError` where nothing can be kept, after trying again.
    """
    talk = given.get("conversation")
    outgoing = given.get("message_type") in ("outgoing", 1) and not given.get("private")
    if given.get("event") != "message_created" or not outgoing or not isinstance(talk, Mapping):
        return False
    text, number = str(given.get("content") or "").strip(), str(given.get("id") or "")
    sender = given.get("sender")
    name = str(sender.get("name") or "") if isinstance(sender, Mapping) else ""
    if not text or not number:
        return False
    said = _patiently(str(talk.get("id")), name[:120], text, number, now)
    if said is False:
        logger.warning("reply from outside not delivered: talk=%s message=%s", talk.get("id"), number)
        not_delivered(str(talk.get("id")))
    return bool(said)


def not_delivered(talk: str) -> None:
    """A note in that talk, for those who work there, that what they wrote last has reached nobody."""
    try:
        if there := inbox():
            there.note(talk, "\n".join(say("staff.outside.not_delivered", language) for language in LANGUAGES))
    except OutsideSilent as silent:
        logger.warning("outside inbox not told: talk=%s %s", talk, silent)


def key() -> str:
    """What the outside inbox's webhook address must carry."""
    return hmac.new(settings().secret_key.encode(), b"outside", hashlib.sha256).hexdigest()[:40]


def _patiently(talk: str, name: str, text: str, number: str, now: datetime) -> bool | None:
    """Whether it was said; None for a talk that is none of ours. Tried again while the database is busy."""
    for wait in (*WAITS, None):
        try:
            with session_scope(settings().conversations_url) as session:
                row = session.scalars(select(Forwarded).where(Forwarded.talk == talk)).first()
                return None if row is None else _said(session, row, name, text, number, now)
        except SQLAlchemyError as wrong:
            logger.error("reply from outside not kept: talk=%s message=%s %s", talk, number, type(wrong).__name__)
            if wait is None:
                raise
            time.sleep(wait)
    return None


def _said(session: Session, row: Forwarded, name: str, text: str, number: str, now: datetime) -> bool:
    with session_scope() as directory:
        here = desk(directory, row.team)
    if here is None:
        return False
    who = Reader(CLERK, name or here.name, frozenset([row.team]))
    try:
        owner = owning.owner_by_handover(session, row.handover_id)
        if owner is not None and owner.owner == owning.WAITING:
            clerking.claim(session, row.handover_id, who, here, now)
        clerking.reply(session, row.handover_id, who, text, now, reference=f"outside-{number}")
        owning.renew(session, row.handover_id, CLERK, now, lease=OUTSIDE_LEASE)
    except (NotYours, NotThere):
        return False
    return True


def _begin(session: Session, now: datetime) -> None:
    """A row for every open handover whose resident said yes to the outside inbox."""
    known = select(Forwarded.handover_id)
    found = session.execute(
        select(Agreement.handover_id, Agreement.team)
        .join(Handover, Handover.id == Agreement.handover_id)
        .where(Agreement.outside.is_(True), Agreement.taken_back_at.is_(None), Handover.closed_at.is_(None))
        .where(Agreement.handover_id.not_in(known))
    ).tuples()
    for handover, team in found.all():
        session.add(Forwarded(handover_id=handover, team=team, due_at=now))


def _carry_one(there: Inbox, handover: uuid.UUID, now: datetime) -> int:
    with session_scope(settings().conversations_url) as session:
        row = session.get_one(Forwarded, handover)
        contact, talk, team, last = row.contact, row.talk, row.team, row.last_item
        agreed = asking.agreed_of(session, [handover]).get(handover)
        kept = session.get(Handover, handover) is not None
        lines = items_of(session, [handover], after=last) if kept else ()
    try:
        if not kept or agreed is None or not agreed.outside or not agreed.holds(now):
            if contact:
                there.forget(contact)
            return _over(handover)
        if not talk:
            if not contact:
                contact = there.contact(f"fingerpost-{handover.hex[:12]}")
                _write(handover, contact=contact)  # before anything else can fail: it is what deletion asks for
            talk = there.talk(contact)
            _write(handover, talk=talk)
        return _lines(there, handover, talk, team, lines, agreed, now)
    except (OutsideSilent, SQLAlchemyError) as wrong:
        logger.warning("outside inbox: %s %s", type(wrong).__name__, wrong if isinstance(wrong, OutsideSilent) else "")
        _later(handover, now)
        return 0


def _lines(
    there: Inbox,
    handover: uuid.UUID,
    talk: str,
    team: uuid.UUID,
    lines: tuple[Item, ...],
    agreed: Agreed,
    now: datetime,
) -> int:
    """Each line once: what went is written down before the next goes, and the first may have gone unanswered before."""
    reader, done = Reader(CLERK, agreed.organisation, frozenset([team])), 0
    for item in lines:
        if item.kind in CARRIED and may_see(agreed, reader, item.kind, item.at, now):
            if done or not there.has(talk, item.text, item.at):
                there.say(talk, item.text, item.at)
            with session_scope(settings().conversations_url) as session:
                looking.record(session, handover, CLERK, agreed.team_name, agreed.organisation, ["outside"], now)
            done += 1
        _write(handover, last_item=item.id)
    return done


def _write(handover: uuid.UUID, **values: Any) -> None:
    with session_scope(settings().conversations_url) as session:
        session.execute(update(Forwarded).where(Forwarded.handover_id == handover).values(tries=0, **values))


def _over(handover: uuid.UUID) -> int:
    with session_scope(settings().conversations_url) as session:
        session.execute(delete(Forwarded).where(Forwarded.handover_id == handover))
    return 1


def _later(handover: uuid.UUID, now: datetime) -> None:
    with session_scope(settings().conversations_url) as session:
        row = session.get(Forwarded, handover)
        if row is not None:
            row.tries += 1
            row.due_at = now + min(LONGEST_WAIT, timedelta(seconds=15 * 2 ** min(row.tries, 8)))
