"""Other people's feeds, read again and again: what is new, changed and withdrawn there follows here.

What was edited here is never overwritten: it is noted as a conflict. What is no longer in a feed is taken down only
when the feed was read to its end, and not when half of it is missing at once. Words are findable as soon as a row is
written; its meaning and suggested topics come after, in the background (`knowledge.imports.deepening`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import conflicts, sourcing
from knowledge import models as m
from knowledge.drafts import OrganisationDraft, plain
from knowledge.editing import id_of, withdraw
from knowledge.errors import ImportWrong, NotFound
from knowledge.feeds import Feed
from knowledge.importing import BATCH, known, note_gone, sorted_out, write
from knowledge.imports import deciding, referral, topics
from knowledge.imports.feed import Reading
from knowledge.imports.fetching import Fetcher
from knowledge.imports.found import Found, Problem, Report, key_of
from knowledge.imports.mapping import Mapping, load_mapping
from knowledge.indexing import publish, says
from nlu.embedding import DIMENSIONS

BY = sourcing.FEED
MAPPING = sourcing.MAPPING
READ, UNDO = "read", "undo"  # what may be asked for in the console
SUDDEN = 0.5  # of a source's entries gone at once: more than that is likelier to be the feed's fault
FEW = 10  # of so few, all may go
KEPT_PROBLEMS = 500

Scope = Callable[[], AbstractContextManager[Session]]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Followed:
    """A feed that is followed, as a list shows it."""

    address: str
    source: str
    licence: str
    place: str
    every_hours: int
    active: bool
    tried_at: datetime | None
    read_at: datetime | None
    counts: dict[str, int]
    problems: tuple[Problem, ...]

    @property
    def conflicts(self) -> tuple[Problem, ...]:
        """Entries changed there and edited here: somebody has to look."""
        return tuple(one for one in self.problems if one.kind == deciding.KEPT)


def remember(
    session: Session, address: str, *, source: str = "", licence: str = "", place: str = "", every_hours: int = 24
) -> Followed:
    """Follow the feed at `address` from now on, or change how; flushes. Raises `ImportWrong` for no web address,
    `SourceTaken` for a source whose entries come from elsewhere."""
    base = Reading(address.strip()).known_as
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(base) > 500:
        raise ImportWrong(f"{address} is no web address.")
    row = session.scalars(select(Feed).where(Feed.address == base)).first() or Feed(
        address=base, source="", licence="", place="", counts={}, problems=[]
    )
    if not row.source or source not in ("", row.source):
        row.source = sourcing.name_for(session, base, source, parts.hostname)
    row.licence, row.place = licence or row.licence, place or row.place
    row.every_hours, row.active = every_hours, True
    session.add(row)
    session.flush()
    return _followed(row)


def base_of(address: str) -> str:
    """An address as feeds are known by, however it was written."""
    return Reading(address.strip()).known_as


def stop(session: Session, address: str) -> Followed:
    """Read it no more; its entries stay. Raises `NotFound` for one that is not followed."""
    row = _row(session, address)
    row.active = False
    session.flush()
    return _followed(row)


def followed(session: Session) -> list[Followed]:
    """Every feed that is or was followed."""
    return [_followed(row) for row in session.scalars(select(Feed).order_by(Feed.address))]


def due(session: Session, now: datetime) -> list[str]:
    """Addresses of feeds whose hour has come, the longest waiting first."""
    rows = session.scalars(select(Feed).where(Feed.active.is_(True)).order_by(Feed.tried_at.nulls_first()))
    return [row.address for row in rows if row.wanted != UNDO and _is_due(row, now)]


def _is_due(row: Feed, now: datetime) -> bool:
    if row.tried_at is None or row.wanted == READ:
        return True
    return row.tried_at.replace(tzinfo=UTC) + timedelta(hours=row.every_hours) <= now


def read(
    scope: Scope,
    address: str,
    *,
    now: datetime,
    fetcher: Fetcher | None = None,
    accept_losses: bool = False,
    progress: Progress = lambda _line: None,
) -> Report:
    """Read a followed feed once. Raises `NotFound`, or `ImportWrong` when it cannot be read at all. What stops it,
    foreseen or not, is kept with the feed before it is raised."""
    with scope() as session:
        row = _row(session, address)
        row.tried_at, row.wanted = now, ""
        mapping = load_mapping(MAPPING).given(source=row.source, licence=row.licence)
        base, place = row.address, row.place or None
    reading = Reading(base, fetcher or Fetcher())
    report = Report(base)
    try:
        _take_in(scope, reading, mapping, place, report, now, progress)
        report.problems += reading.problems
        if reading.complete and _alone(scope, base, mapping.source, report):
            _follow_losses(scope, reading, mapping.source, report, accept_losses, now)
            with scope() as session:
                conflicts.over(session, mapping.source, now)
    except Exception as wrong:  # whatever it was, the feed's page says so, and what was written can be undone
        said = str(wrong) if isinstance(wrong, ImportWrong) else f"the reading broke off ({type(wrong).__name__})"
        report.problems.append(Problem("feed", "the feed", "", said))
        _keep(scope, base, report, None)
        raise
    _keep(scope, base, report, now if reading.complete else None)
    return report


def _take_in(
    scope: Scope,
    reading: Reading,
    mapping: Mapping,
    place: str | None,
    report: Report,
    now: datetime,
    progress: Progress,
) -> None:
    """Write what is new, changed or ended as it comes, so that no more of a feed is held at once than a page and a
    batch; each batch is a transaction, findable by its words when it is through."""
    with scope() as session:
        by = known(session, place, mapping)
    owners: dict[str, OrganisationDraft] = {}
    rows = referral.read(reading.documents(), now.date())
    while some := list(islice(rows, BATCH)):
        with scope() as session:
            wanted = list(sorted_out(session, some, mapping, by, report))
            _note_kept(session, mapping.source, report, now)
            batch, made = _with_what_is_known(session, wanted)
            write(session, batch, by=f"{BY}{mapping.source}", made=made, owners=owners)
        progress(f"{sum(report.counts.values())} rows read, written and findable by their words")
    with scope() as session:
        note_gone(session, mapping.source, by, report)


def _note_kept(session: Session, source: str, report: Report, now: datetime) -> None:
    """Keep what the source says of entries that were edited here, for somebody to choose."""
    while report.kept:
        found = report.kept.pop()
        said = {} if found.ended else plain(found.service)
        conflicts.note(session, source, id_of("service", found.service.key), said, now)


def _with_what_is_known(
    session: Session, rows: Sequence[tuple[str, Found]]
) -> tuple[list[tuple[str, Found]], topics.Made]:
    """The rows with the topics and the meaning they have here where their words are the same; none yet for others."""
    made: topics.Made = {}
    batch = []
    for outcome, row in rows:
        text = says(row.service.name["en"], row.service.line["en"], row.service.description["en"])
        made[text] = np.zeros(DIMENSIONS, dtype=np.float32)
        here = session.get(m.Service, id_of("service", row.service.key)) if outcome != deciding.NEW else None
        if here is not None and says(here.name, here.line, here.description) == text:
            kept = session.get(m.Findable, here.id)
            if kept is not None:
                made[text] = np.frombuffer(kept.vector, dtype=np.float32)
            if not row.service.topics:
                keys = tuple(topic.topic_key for topic in here.topics)
                row = replace(row, service=replace(row.service, topics=keys))
        batch.append((outcome, row))
    return batch, made


def _alone(scope: Scope, address: str, source: str, report: Report) -> bool:
    """Whether what carries this feed's name is its own; feeds that were followed before names were kept apart may not
    be alone, and then nobody knows what is gone."""
    with scope() as session:
        if not sourcing.another_feed(session, source, address):
            return True
    words = f"another feed is followed as {source!r} too: what is in neither is left as it is"
    report.problems.append(Problem("feed", "the feed", "", words))
    return False


def _follow_losses(
    scope: Scope, reading: Reading, source: str, report: Report, accept_losses: bool, now: datetime
) -> None:
    """Take down what the feed lists no more."""
    with scope() as session:
        listed = {id_of("service", key_of(source, one)) for one in reading.ids}
        here = session.scalars(
            select(m.Service).where(
                m.Service.source == source, m.Service.status == "active", m.Service.key.startswith("import-")
            )
        ).all()
        gone = [row for row in here if row.id not in listed]
        if len(gone) > max(FEW, SUDDEN * len(here)) and not accept_losses:
            words = f"{len(gone)} of {len(here)} are missing all at once: left as they are, please look"
            report.problems.append(Problem("feed", "the feed", "", words))
            return
        _take_down(session, gone, report, now)


def _take_down(session: Session, gone: Sequence[m.Service], report: Report, now: datetime) -> None:
    taken: list[m.Service | m.Tip] = []
    for row in gone:
        if conflicts.ours_was_chosen(session, row.id, {}):
            conflicts.note(session, row.source, row.id, {}, now)
        elif deciding.edited_here(session, row.id):
            conflicts.note(session, row.source, row.id, {}, now)
            report.count(deciding.KEPT)
            words = "it is no longer in the feed, but was edited here: left as it is, please look"
            report.problems.append(Problem(deciding.KEPT, str(row.id), row.name, words))
        else:
            withdraw(session, row, by=f"{BY}{row.source}", reason="no longer in the feed")
            report.count(deciding.ENDED)
            taken.append(row)
    texts = {says(row.name, row.line, row.description) for row in gone}
    publish(session, taken, made={text: np.zeros(DIMENSIONS, dtype=np.float32) for text in texts})


def _keep(scope: Scope, address: str, report: Report, read_at: datetime | None) -> None:
    with scope() as session:
        row = _row(session, address)
        row.counts = dict(report.counts)
        told = sorted(report.problems, key=lambda one: one.kind not in (deciding.KEPT, "feed"))[:KEPT_PROBLEMS]
        row.problems = [[one.kind, one.where, one.name, one.words] for one in told]
        row.read_at = read_at or row.read_at
        if {deciding.NEW, deciding.CHANGED, deciding.ENDED} & set(report.counts):
            row.wrote_at = row.tried_at


def _row(session: Session, address: str) -> Feed:
    row = session.scalars(select(Feed).where(Feed.address == Reading(address.strip()).known_as)).first()
    if row is None:
        raise NotFound(f"{address} is not followed. Follow it first: python -m knowledge follow {address}")
    return row


def _followed(row: Feed) -> Followed:
    return Followed(
        row.address,
        row.source,
        row.licence,
        row.place,
        row.every_hours,
        row.active,
        row.tried_at,
        row.read_at,
        {name: int(count) for name, count in row.counts.items()},
        tuple(Problem(*one) for one in row.problems),
    )
