"""Receipts for what was deleted: a reference that its holder can look up for seven days, and nothing about anybody."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from channels.models import Receipt, aware
from knowledge.db import session_scope
from settings import settings

KEPT = timedelta(days=7)
BYTES = 5  # a million million: with the limit on looking up, none is found by guessing


def give(session: Session, now: datetime) -> str:
    """A new receipt, kept by its hash in the caller's transaction: it is there if, and only if, the deletion is."""
    reference = secrets.token_hex(BYTES).upper()
    session.add(Receipt(reference_hash=_hash(reference), made_at=now))
    return reference


def look_up(written: str, now: datetime) -> datetime | None:
    """When that was deleted; None for a receipt we do not know, or no longer."""
    with session_scope(settings().conversations_url) as session:
        row = session.get(Receipt, _hash(written))
        made_at = aware(row.made_at) if row else None
    return made_at if made_at and now - made_at < KEPT else None


def forget(session: Session, now: datetime) -> None:
    """Those past their seven days."""
    session.execute(delete(Receipt).where(Receipt.made_at <= now - KEPT))


def _hash(written: str) -> str:
    """Keyed, and looked up whole: how long it takes says nothing about the receipt."""
    plain = re.sub(r"[^0-9A-F]", "", written.upper())
    return hmac.new(settings().secret_key.encode(), f"receipt/{plain}".encode(), hashlib.sha256).hexdigest()
