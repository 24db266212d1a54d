"""Whose name imported entries carry. What a feed lists no more is taken down by that name, so no two may share one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.errors import ImportWrong
from knowledge.feeds import Feed
from knowledge.imports import deciding
from knowledge.imports.mapping import Mapping

FEED = f"{deciding.BY}feed "  # revisions of a reading are made by "import: feed <source>"
UNDONE = f"{deciding.BY}undone "
MAPPING = "open_referral"  # what feeds are read through, now and then by `import` too


class SourceTaken(ImportWrong):
    """Another feed's, or an imported list's, entries carry this name already."""


def name_for(session: Session, address: str, given: str, host: str) -> str:
    """What entries of the feed at `address` are said to come from: as given, or its host, or its whole address where
    that host has two. Raises `SourceTaken`."""
    for name in (given,) if given else (host, address.partition("://")[2][:200]):
        if not another_feed(session, name, address) and not _a_list(session, name):
            return name
    raise SourceTaken(f"{given or address}: entries of another feed or list carry this name already. Give another.")


def another_feed(session: Session, source: str, address: str) -> bool:
    """Whether entries of this name come from a feed at another address as well."""
    return session.scalars(select(Feed.id).where(Feed.source == source, Feed.address != address)).first() is not None


def not_a_feeds(session: Session, mapping: Mapping) -> None:
    """Raises `SourceTaken` where a list would be imported under a feed's name: its next reading would miss them all."""
    named = select(Feed.id).where(Feed.source == mapping.source)
    if mapping.name != MAPPING and session.scalars(named).first() is not None:
        raise SourceTaken(f"A feed is followed under the name {mapping.source!r}. Give this list another (--source).")


def _a_list(session: Session, source: str) -> bool:
    """Whether an import of a list wrote entries of this name."""
    by = m.Revision.made_by
    wrote = select(m.Revision.id).join(m.Service, m.Service.id == m.Revision.row_id)
    ours = (by.startswith(deciding.BY), by != f"{deciding.BY}{MAPPING}")
    feeds = (by.not_like(f"{FEED}%"), by.not_like(f"{UNDONE}%"))
    return session.scalars(wrote.where(m.Service.source == source, *ours, *feeds).limit(1)).first() is not None
