"""The table of feeds that are followed. Reading them is knowledge/following.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, Integer, String
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
