"""The tables of feeds that are followed, and of where they and we disagree. Reading them is knowledge/following.py."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.models import Base, Identified


class Feed(Identified, Base):
    """Somebody else's Open Referral feed that is read again and again, and what the last reading said."""

    __tablename__ = "feed"
    address: Mapped[str] = mapped_column(String(500), unique=True)
    source: Mapped[str] = mapped_column(String(200))
    licence: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(60), default="")  # slug; "" for none
    every_hours: Mapped[int] = mapped_column(Integer, default=24)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    tried_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # the last time it was read to its end
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # of that reading, by outcome
    problems: Mapped[list[list[str]]] = mapped_column(default=list)  # kind, where, name, words
    wanted: Mapped[str] = mapped_column(String(10), default="")  # asked for in the console: read | undo
    wrote_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # when the last that changed us began


class Conflict(Identified, Base):
    """An entry that was changed at its source and edited here: somebody chooses. `body` is what the source says, as a
    revision keeps it; {} where it is no longer there."""

    __tablename__ = "conflict"
    source: Mapped[str] = mapped_column(String(200), index=True)
    row_id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    body: Mapped[dict[str, Any]] = mapped_column()
    state: Mapped[str] = mapped_column(String(10), default="open")  # open, or ours: until they say something new
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
