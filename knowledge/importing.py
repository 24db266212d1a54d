"""Directories of others into ours: read, clean, guard, place, decide, suggest topics, write, report.

Nothing a row says can stop the others. Only the file or the mapping as a whole can be wrong: `ImportWrong`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge import sourcing
from knowledge.answering import knowing
from knowledge.drafts import OrganisationDraft
from knowledge.editing import id_of, save_organisation, save_service, withdraw
from knowledge.errors import ImportWrong
from knowledge.history import edited_here
from knowledge.imports import columns, deciding, feed, files, ohana, referral, topics
from knowledge.imports.building import build
from knowledge.imports.found import Found, Plain, Problem, Refused, Report
from knowledge.imports.guarding import guard
from knowledge.imports.mapping import SUGGEST, Mapping
from knowledge.imports.placing import Ground, ground, settle
from knowledge.indexing import publish

BATCH = 64  # rows a transaction: editors wait at most a second or two for their turn to write

Scope = Callable[[], AbstractContextManager[Session]]
Progress = Callable[[str], None]
Rows = Iterator[tuple[str, Plain] | Refused]


def import_directory(
    scope: Scope,
    what: str,
    mapping: Mapping,
    *,
    today: date,
    place: str | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _line: None,
) -> Report:
    """Import a file, a folder or a feed's address through `mapping`; each batch is committed by itself.

    Raises `ImportWrong` if the file, the mapping or the place cannot be used. A second run writes only what changed.
    """
    report = Report(mapping.name, dry_run=dry_run)
    with scope() as session:
        topics.check(session, mapping)
        sourcing.not_a_feeds(session, mapping)
        by = known(session, place, mapping)
        wanted = list(sorted_out(session, _read(what, mapping, today), mapping, by, report))
        note_gone(session, mapping.source, by, report)
        progress(f"{sum(report.counts.values())} rows looked at, {len(wanted)} to write")
        rows, made = ([], {}) if dry_run else _with_topics(session, wanted, mapping, progress)
    rows = sorted(rows, key=lambda row: len(row[1].service.description["en"]))  # a batch takes as long as its longest
    for at in range(0, len(rows), BATCH):
        with scope() as session:
            write(session, rows[at : at + BATCH], by=f"{deciding.BY}{mapping.name}", made=made)
        progress(f"{min(at + BATCH, len(rows))} of {len(rows)} written and findable")
    return report


def _read(what: str, mapping: Mapping, today: date) -> Rows:
    path = Path(what)
    if what.startswith(("http://", "https://")):
        if mapping.format != "open-referral":
            raise ImportWrong(f"Only an Open Referral feed can be read from an address; {mapping.name} is for files.")
        return referral.read(feed.documents(what), today)
    if not path.exists():
        raise ImportWrong(f"There is no file or folder {what}.")
    if path.is_dir() is not (mapping.format == "ohana-csv-folder") and mapping.format != "open-referral":
        raise ImportWrong(
            f"The mapping {mapping.name} reads a {'file' if path.is_dir() else 'folder'}; {what} is none."
        )
    if mapping.format == "open-referral":
        return referral.read(files.json_documents(path), today)
    readers: dict[str, Callable[[], Rows]] = {
        "csv": lambda: columns.read_csv(path, mapping),
        "json": lambda: columns.read_json(path, mapping),
        "ohana-jsonl": lambda: ohana.read_lines(path),
        "ohana-csv-folder": lambda: ohana.read_folder(path),
    }
    return readers[mapping.format]()


@dataclass(frozen=True)
class Known:
    """What rows are sorted by: the ground they stand on, and what is here or was met before them."""

    where: Ground
    so_far: deciding.Seen
    topics: frozenset[str]


def known(session: Session, place: str | None, mapping: Mapping) -> Known:
    """What is known before the first row; raises `ImportWrong` where the place cannot be used."""
    return Known(ground(session, place, mapping), deciding.seen(session), frozenset(knowing(session).kinds))


def sorted_out(
    session: Session, rows: Iterable[tuple[str, Plain] | Refused], mapping: Mapping, by: Known, report: Report
) -> Iterator[tuple[str, Found]]:
    """The rows that are to be written, each with its outcome; everything else is in the report."""
    for row in rows:
        found = row if isinstance(row, Refused) else build(row[1], mapping, row[0])
        found = found if isinstance(found, Refused) else settle(guard(_with_known(found, by.topics)), by.where)
        found = found if isinstance(found, Refused) else deciding.first_of(found, by.so_far, several=mapping.several)
        if isinstance(found, Refused):
            report.refuse(found)
        else:
            yield from _decided(session, found, report)


def _with_known(found: Found, topics: frozenset[str]) -> Found:
    """The row without topics that are none here; where none is left they are suggested, as for anybody's row."""
    kept = tuple(key for key in found.service.topics if key in topics)
    if kept == found.service.topics:
        return found
    unknown = ", ".join(sorted({*found.service.topics} - topics))
    service = replace(found.service, topics=kept, topics_suggested=found.service.topics_suggested or not kept)
    return replace(found, service=service, warnings=(*found.warnings, f"no topic here is called {unknown}: left out"))


def note_gone(session: Session, source: str, by: Known, report: Report) -> None:
    """What of this source is here and was not met."""
    for name in deciding.no_longer_there(session, source, set(by.so_far.keys)):
        report.problems.append(Problem("gone", "in this directory", name, "the file does not have it any more"))


def _decided(session: Session, found: Found, report: Report) -> Iterator[tuple[str, Found]]:
    outcome, found, why = deciding.decide(session, found)
    report.count(outcome)
    for warning in found.warnings:
        report.warn(found, warning)
    if why:
        report.warn(found, why, kind=outcome)
        report.kept.append(found)
    if outcome in (deciding.NEW, deciding.CHANGED, deciding.ENDED):
        yield outcome, found


def _with_topics(
    session: Session, wanted: Sequence[tuple[str, Found]], mapping: Mapping, progress: Progress
) -> tuple[list[tuple[str, Found]], topics.Made]:
    """Topics for the rows that have none yet; a changed row whose words are the same keeps those it has."""
    fixed = set(mapping.topics) if mapping.topics != SUGGEST else set()
    without = [at for at, (outcome, row) in enumerate(wanted) if outcome != deciding.ENDED]
    without = [at for at in without if set(wanted[at][1].service.topics) <= fixed]
    rows = list(wanted)
    fresh, made = topics.with_topics(session, [wanted[at][1] for at in without], mapping, progress)
    for at, row in zip(without, fresh, strict=True):
        rows[at] = (wanted[at][0], row)
    return rows, made


def write(
    session: Session,
    rows: Iterable[tuple[str, Found]],
    *,
    by: str,
    made: topics.Made,
    owners: dict[str, OrganisationDraft] | None = None,
) -> None:
    """Save these rows with their organisations and make them findable, with the vectors in `made`; flushes.

    `owners`: what was saved of organisations before, by key, so that one with many services is written once.
    """
    saved: list[m.Service | m.Tip] = []
    owners = {} if owners is None else owners
    for outcome, found in rows:
        if outcome == deciding.ENDED:
            saved.append(_take_down(session, found, by))
            continue
        if owners.get(found.organisation.key) != found.organisation:
            _save_owner(session, found.organisation)
            owners[found.organisation.key] = found.organisation
        if entry := save_service(session, found.service, by=by, reason=found.where):
            saved.append(entry)
    publish(session, saved, made=made)


def _save_owner(session: Session, draft: OrganisationDraft) -> None:
    """Who runs it, unless somebody here wrote that; how it is reached and where stay where the source says nothing."""
    row_id = id_of("organisation", draft.key)
    if edited_here(session, row_id):
        return
    here = session.get(m.Organisation, row_id)
    if here is not None:
        place = session.get(m.Place, here.place_id) if here.place_id else None
        draft = replace(
            draft,
            email=draft.email or here.email,
            url=draft.url or here.url,
            phone=draft.phone or next((one.number for one in here.phones), None),
            place=draft.place or (place.slug if place else None),
        )
    save_organisation(session, draft)


def _take_down(session: Session, found: Found, by: str) -> m.Service:
    entry = session.get_one(m.Service, id_of("service", found.service.key))
    withdraw(session, entry, by=by, reason="no longer active at its source")
    return entry
