"""Engines and sessions. The edge opens one `session_scope`; everything below takes the session and flushes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from settings import settings

BUSY_MS = 3000  # how long a writer waits for another; a resident's deadline is four seconds


@lru_cache(maxsize=8)
def engine_for(url: str) -> Engine:
    """One engine an address. SQLite: WAL, foreign keys, overwritten deletes. Errors never quote values."""
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite"))
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MS}",  # first: setting the journal may itself have to wait
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def session_scope(url: str | None = None) -> Iterator[Session]:
    """A session on the directory (or on `url`): commits at the end, rolls back if anything raises."""
    session = Session(engine_for(url or settings().knowledge_url), expire_on_commit=False)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
