"""The tables of looking after entries: who may publish at once, what waits, who was asked whether it is still right."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, ForeignKey, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.models import Base, Identified, Organisation, now

WAITING, PLANNED, SENT_BACK, DONE = "waiting", "planned", "sent_back", "done"


class Trusted(Base):
    """A group whose people publish at once. Without this row a steward looks first."""

    __tablename__ = "trusted"
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class Proposal(Identified, Base):
    """A change that is not public yet: it waits for a steward, or for its day. `body`: a draft as revisions keep it."""

    __tablename__ = "proposal"
    kind: Mapped[str] = mapped_column(String(20))  # service | tip | withdrawal
    row_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    place_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("place.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    body: Mapped[dict[str, Any]] = mapped_column()
    base_version: Mapped[int] = mapped_column(Integer, default=0)
    author: Mapped[uuid.UUID | None] = mapped_column(Uuid, index=True)
    state: Mapped[str] = mapped_column(String(10), default=WAITING, index=True)
    note: Mapped[str] = mapped_column(Text, default="")  # from the steward who sent it back
    decided_by: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    due_on: Mapped[date | None] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    organisation: Mapped[Organisation] = relationship()


class Asked(Identified, Base):
    """Somebody was asked, in a letter, whether an entry is still right. The letter's link needs no sign-in; only its
    hash is here. `step`: 1 the lead or the group's address, 2 everybody in the group, 3 the stewards."""

    __tablename__ = "asked"
    row_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    letter: Mapped[str] = mapped_column(String(64), index=True)  # several entries may be asked about in one
    person_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, index=True)  # none: the group's own address
    step: Mapped[int] = mapped_column(Integer)
    made_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    answer: Mapped[str] = mapped_column(String(10), default="")  # right | changed | stopped
    answered_on: Mapped[date | None] = mapped_column(Date)


class Reach(Identified, Base):
    """How a link or a telephone number of an entry did when it was last tried. It marks; nothing is taken away."""

    __tablename__ = "reach"
    row_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    kind: Mapped[str] = mapped_column(String(10))  # url | phone
    value: Mapped[str] = mapped_column(String(500))
    trouble: Mapped[str] = mapped_column(String(20))  # "" is fine; else one of knowledge.reaching.TROUBLES
    since: Mapped[date] = mapped_column(Date)
    tried_on: Mapped[date] = mapped_column(Date)
    __table_args__ = (UniqueConstraint("row_id", "kind", "value"),)


class Suggestion(Identified, Base):
    """What a resident proposed, without an account: a group, a correction, a tip. Numbers and addresses are left out
    before it comes here. They hold a code to look the answer up; only its hash is kept."""

    __tablename__ = "suggestion"
    kind: Mapped[str] = mapped_column(String(12))  # group | correction | tip
    place_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("place.id"), index=True)
    row_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, index=True)  # the entry it is about
    body: Mapped[dict[str, Any]] = mapped_column()
    code: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=WAITING, index=True)  # waiting | taken | refused
    note: Mapped[str] = mapped_column(Text, default="")
    made_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date, index=True)


class Interest(Base):
    """How many said, in a month, that they would come to an entry's group, or help run it. Numbers, never who."""

    __tablename__ = "interest"
    row_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)  # come | help
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    times: Mapped[int] = mapped_column(Integer, default=0)


class Demand(Base):
    """How often something was asked for in a month: requests, not people, and nothing of who or in which words.
    `outcome`: near, further (only what is national or far), none. `wish` is "" in the row that counts every request."""

    __tablename__ = "demand"
    need: Mapped[str] = mapped_column(String(40), primary_key=True)
    wish: Mapped[str] = mapped_column(String(20), primary_key=True, default="")
    area: Mapped[str] = mapped_column(String(60), primary_key=True)  # an outcode, a place's name or a nation
    month: Mapped[date] = mapped_column(Date, primary_key=True)  # its first day; of the quarter for private needs
    outcome: Mapped[str] = mapped_column(String(10), primary_key=True)
    times: Mapped[int] = mapped_column(Integer, default=0)


class SheetRun(Identified, Base):
    """A CSV file that somebody read in: tried first, then done, and undone if they wish."""

    __tablename__ = "sheet_run"
    person_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    file: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default="tried")  # tried | done | undone
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class SheetChange(Identified, Base):
    """One row of such a file: what it would do, and between which versions it did it."""

    __tablename__ = "sheet_change"
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sheet_run.id", ondelete="CASCADE"), index=True)
    line: Mapped[int] = mapped_column(Integer)
    row_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(String(300))
    body: Mapped[dict[str, Any]] = mapped_column()
    before: Mapped[int] = mapped_column(Integer, default=0)
    after: Mapped[int] = mapped_column(Integer, default=0)  # 0: not done, or left alone


class Merged(Base):
    """An entry that turned out to be another one: it is down, and its address leads to the one that was kept.
    `before`, `after`: the versions of the kept one around the merge, so that it can be undone."""

    __tablename__ = "merged"
    lost_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    kept_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    before: Mapped[int] = mapped_column(Integer)
    after: Mapped[int] = mapped_column(Integer)
    made_on: Mapped[date] = mapped_column(Date)
