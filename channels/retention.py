"""Forgetting, on a schedule: `python -m channels.retention` runs until stopped, `--once` for a timer of your own."""

from __future__ import annotations

import logging
import sys
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from channels import receipts
from channels.conversations import TOMBSTONE_DAYS, erase, truncate_log
from channels.handover.forwarding import carry
from channels.handover.keeping import forget_closed, held_open, sweep
from channels.models import Conversation, Tombstone
from channels.sms import desk as by_text  # noqa: F401  so that what is said by the clock goes out by text too
from channels.sms import outbox
from knowledge.db import session_scope
from settings import settings

logger = logging.getLogger(__name__)

EVERY_SECONDS = 300
SWEEP_SECONDS = 15  # a desk that lost its clerk is noticed sooner than that by whoever looks


def forget_what_is_over(now: datetime) -> int:
    """Delete what is past its time: conversations, unless a person is waited for or there; handovers; tombstones.

    Returns how many conversations went.
    """
    ended = now - timedelta(hours=settings().keep_hours)
    with session_scope(settings().conversations_url) as session:
        old = session.scalars(select(Conversation.id).where(Conversation.last_at <= ended)).all()
        over = set(old) - held_open(session, now) if old else set()
        for conversation in over:
            erase(session, conversation)
        session.execute(delete(Tombstone).where(Tombstone.made_at <= now - timedelta(days=TOMBSTONE_DAYS)))
        receipts.forget(session, now)
        forget_closed(session, now)
        given_up = outbox.forget(session, now)
    if given_up:
        logger.error("texts given up after a day: %d", given_up)
    truncate_log()  # also of what was deleted while somebody read
    return len(over)


def main() -> int:
    """Forget every few minutes; a database that is busy or gone is tried again. With `--once` everything that is due,
    once: 1 when something of it could not be done, so that whoever's timer this is hears of it."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    if "--once" in sys.argv:
        return 0 if all([_forgotten(), _swept()]) else 1
    while True:
        _forgotten()
        _sweep_for(EVERY_SECONDS)


def _forgotten() -> bool:
    try:
        gone = forget_what_is_over(datetime.now(UTC))
    except SQLAlchemyError as wrong:
        logger.error("could not forget: %s", type(wrong).__name__)
        return False
    if gone:
        logger.info("conversations forgotten: %d", gone)
    return True


def _swept() -> bool:
    try:
        sweep(datetime.now(UTC))
        carry(datetime.now(UTC))
    except SQLAlchemyError as wrong:
        logger.error("could not sweep the desks: %s", type(wrong).__name__)
        return False
    return True


def _sweep_for(seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        _swept()
        time.sleep(min(SWEEP_SECONDS, left))


if __name__ == "__main__":
    sys.exit(main())
