"""A proved text into the inbox: one atomic insert against repeats, STOP and START in force from that same moment."""

from __future__ import annotations

import json
import logging
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from channels.conversations import keyed
from channels.models import Texter, TextIn, Tombstone, aware
from channels.sms import control, outbox
from channels.sms.numbers import NotANumber, international, person_of, seal
from channels.sms.outbox import changed
from channels.sms.provider import Arrived, Provider
from knowledge.db import session_scope
from settings import settings

logger = logging.getLogger(__name__)

LONGEST_REFERENCE = 200
TRIES = 3


def arrive(provider: Provider, arrived: Arrived, now: datetime) -> bool:
    """Take a text in, once; False for a repeat, or for a sender nobody could answer. Raises `SQLAlchemyError`."""
    try:
        number = international(arrived.number)
    except NotANumber:
        logger.info("text left provider=%s why=not_a_person", provider.name)
        return False
    sealed = seal(number)
    for _ in range(TRIES):
        row = _row(provider, arrived, number, now)
        try:
            with session_scope(settings().conversations_url) as session:
                return _stored(session, row, sealed, now)
        except IntegrityError:
            if _known(provider, arrived):
                logger.info("text left provider=%s why=repeat", provider.name)
                return False  # else: two first texts of one person in one instant, which only PostgreSQL allows
    raise OperationalError("two texts at once", None, RuntimeError())


def _known(provider: Provider, arrived: Arrived) -> bool:
    reference_hash = keyed(reference_of(provider.name, arrived.reference))
    with session_scope(settings().conversations_url) as session:
        waiting = select(TextIn.id).where(TextIn.reference_hash == reference_hash)
        answered = select(Tombstone.made_at).where(Tombstone.reference_hash == reference_hash)
        return session.scalar(waiting) is not None or session.scalar(answered) is not None


def reference_of(provider: str, reference: str) -> str:
    """The supplier's reference as the gateway and the tombstones know it: hashed, so no length or form can surprise."""
    return f"sms/{keyed(f'sms/{provider}/{reference[:LONGEST_REFERENCE]}')}"


def _row(provider: Provider, arrived: Arrived, number: str, now: datetime) -> TextIn:
    """The inbox row, hashed and sealed before any lock is taken."""
    reference = reference_of(provider.name, arrived.reference)
    return TextIn(
        reference_hash=keyed(reference), person=person_of(number), provider=provider.name, ours=arrived.ours[:20],
        what=_word(arrived), confirmed=provider.answers(arrived),
        sealed=seal(json.dumps({"reference": reference, "text": arrived.text, "pictures": arrived.pictures})),
        order_at=min(arrived.sent_at or now, now), arrived_at=now, not_before=now, tries=0,
    )  # fmt: skip


def _word(arrived: Arrived) -> str:
    """What the supplier says it took the text for, by words of its own settings; else what the text is."""
    said = arrived.answered.lower()
    return said if said in (control.STOP, control.START, control.HELP) else control.word_of(arrived.text)


def _stored(session: Session, row: TextIn, sealed: bytes, now: datetime) -> bool:
    """The row, its sender and what STOP or START changes, in one transaction; False for a repeat already answered."""
    session.add(row)
    session.flush()  # takes the write lock: from here on nobody else changes anything
    if session.scalar(select(Tombstone.reference_hash).where(Tombstone.reference_hash == row.reference_hash)):
        session.delete(row)
        return False
    texter = session.get(Texter, row.person, with_for_update=True) or Texter(person=row.person)
    texter.number, texter.seen_at = sealed, now
    texter.provider, texter.ours = row.provider, row.ours
    session.add(texter)
    session.flush()
    row.what = _in_force(session, texter, row)
    return True


def _in_force(session: Session, texter: Texter, row: TextIn) -> str:
    """STOP and START count from when they were sent, whatever order they come in; what waits after STOP goes."""
    if row.what not in (control.STOP, control.START):
        return row.what
    stopped, started = texter.stopped_at, texter.started_at
    latest = max((aware(at) for at in (stopped, started) if at), default=None)
    if latest and row.order_at < latest:
        return control.NOTHING
    if row.what == control.START:
        texter.stopped_at, texter.started_at, texter.reminded_on = None, row.order_at, None
        return row.what
    outbox.drop(session, texter.person, but=outbox.AFTER_STOP)
    if stopped:
        return control.AGAIN
    texter.stopped_at = row.order_at
    return row.what


def stopped_by_supplier(session: Session, person: str, at: datetime) -> None:
    """A supplier refuses texts to them because they stopped there: then they have stopped here too."""
    changed(session, update(Texter).where(Texter.person == person, Texter.stopped_at.is_(None)).values(stopped_at=at))
    outbox.drop(session, person, but=outbox.AFTER_STOP)
