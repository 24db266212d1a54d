"""A group's entries from a spreadsheet: tried first, so that every change is seen; then done; undone if they wish."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.answering import knowing
from knowledge.drafts import ServiceDraft, plain
from knowledge.editing import id_of
from knowledge.errors import NotFound
from knowledge.history import differences, draft_at, draft_from, latest_draft
from knowledge.looking_after import ChangedMeanwhile, new_key, put_out, row_of, take_down
from knowledge.sheets import NotASheet, Wrong, as_sheet, draft_of, rows_of, rows_of_json, text_of
from knowledge.upkeep import SheetChange, SheetRun

MOST_CHANGES = 500  # in one file in the console; more belongs to `python -m knowledge import`


@dataclass
class Tried:
    """What a file would do."""

    new: list[ServiceDraft] = field(default_factory=list)
    changed: list[tuple[ServiceDraft, int]] = field(default_factory=list)  # with the version it was made from
    same: int = 0
    wrong: list[Wrong] = field(default_factory=list)


def names_of_topics(session: Session) -> dict[str, str]:
    """What topics are called in English, by key: those an entry may have."""
    known = knowing(session)
    return {key: told["en"] for key, told in known.names.items() if known.kinds[key] in ("community", "statutory")}


def sheet_of(session: Session, group: m.Organisation) -> str:
    """A group's published entries as a spreadsheet."""
    live = (m.Service.organisation_id == group.id, m.Service.status == "active")
    rows = session.scalars(select(m.Service).where(*live).order_by(m.Service.name))
    drafts = [draft for row in rows if isinstance(draft := latest_draft(session, row), ServiceDraft)]
    return as_sheet(drafts, names_of_topics(session))


def try_file(
    session: Session, group: m.Organisation, file: bytes, blank: ServiceDraft, *, as_json: bool = False
) -> Tried:
    """What this file would do to this group's entries; nothing is written. Raises `NotASheet`."""
    found, seen = Tried(), set[str]()
    topics = {name.casefold(): key for key, name in names_of_topics(session).items()}
    for line, cells in (rows_of_json if as_json else rows_of)(text_of(file)):
        key = cells.get("key", "")
        row = session.get(m.Service, id_of("service", key)) if key else None
        if (key and (row is None or row.organisation_id != group.id)) or key in seen:
            found.wrong.append(Wrong(line, "key", key))
            continue
        seen |= {key} - {""}
        base = latest_draft(session, row) if row is not None else blank
        assert isinstance(base, ServiceDraft)  # noqa: S101  a service's revisions are a service's
        draft = draft_of(cells, base, topics, line)
        if isinstance(draft, Wrong):
            found.wrong.append(draft)
        elif row is None:
            found.new.append(replace(draft, key=new_key(draft.name["en"])))
        elif draft == base and row.status == "active":
            found.same += 1
        else:
            found.changed.append((draft, row.version))
    return found


def keep(session: Session, group: m.Organisation, tried: Tried, file: str, by: uuid.UUID) -> SheetRun:
    """Remember what was tried, so that exactly that is done. Raises `NotASheet` ("many") when it is too much."""
    changes = [*((draft, 0) for draft in tried.new), *tried.changed]
    if len(changes) > MOST_CHANGES:
        raise NotASheet("many")
    run = SheetRun(person_id=by, organisation_id=group.id, file=file[:120])
    session.add(run)
    session.flush()
    for at, (draft, version) in enumerate(changes):
        row_id = id_of("service", draft.key)
        body = plain(draft)
        session.add(
            SheetChange(run_id=run.id, line=at, row_id=row_id, name=draft.name["en"], body=body, before=version)
        )
    session.flush()
    return run


def changes_of(session: Session, run: SheetRun) -> Sequence[SheetChange]:
    """What a run does, in the file's order."""
    return session.scalars(select(SheetChange).where(SheetChange.run_id == run.id).order_by(SheetChange.line)).all()


def seen(session: Session, change: SheetChange) -> list[tuple[str, object, object]]:
    """Field by field, what one row changes."""
    new = plain(draft_from("service", change.body))
    if not change.before:
        return [(name, None, value) for name, _, value in differences(dict.fromkeys(new), new) if value]
    return differences(plain(latest_draft(session, row_of(session, change.row_id))), new)


def carry_out(session: Session, run: SheetRun, *, by: uuid.UUID, today: date, checked_by: str) -> int:
    """Do what was tried, once. What somebody changed meanwhile is left alone; how many rows were."""
    left = 0
    if run.state != "tried":
        return 0
    for change in changes_of(session, run):
        draft = draft_from("service", change.body)
        try:
            row = put_out(session, draft, by=by, base=change.before, today=today, checked_by=checked_by)
            change.after = row.version
        except (ChangedMeanwhile, NotFound):
            left += 1
    run.state = "done"
    session.flush()
    return left


def undo(session: Session, run: SheetRun, *, by: uuid.UUID, today: date, checked_by: str) -> int:
    """Bring back what each row said before, and take down what was new. What was changed since is left alone; how
    many rows were."""
    left = 0
    for change in changes_of(session, run) if run.state == "done" else ():
        row = row_of(session, change.row_id) if change.after else None
        if row is None:
            continue
        if row.version != change.after:
            left += 1
        elif change.before:
            before = draft_at(session, row, change.before)
            put_out(session, before, by=by, base=row.version, today=today, checked_by=checked_by)
        else:
            take_down(session, row, by=by)
    run.state = "undone"
    session.flush()
    return left
