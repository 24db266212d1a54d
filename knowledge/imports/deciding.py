"""What to do with a row: new, changed, unchanged, here already under another key, or edited here and therefore left."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import conflicts
from knowledge import models as m
from knowledge.drafts import ServiceDraft, plain
from knowledge.editing import id_of
from knowledge.history import BY_PERSON
from knowledge.imports.clean import same_name
from knowledge.imports.found import Found, Refused
from knowledge.imports.neighbours import Neighbours, neighbours

BY = "import: "  # revisions of an import are made by "import: <mapping>"
NEW, CHANGED, UNCHANGED, ENDED, OVER, KEPT = "new", "changed", "unchanged", "ended", "over", "kept"


@dataclass
class Seen:
    """Names with postcodes, charity numbers and keys met so far, each with whose they are and where."""

    keys: dict[str, str] = field(default_factory=dict)
    names: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)  # to (key, said, source)
    words: set[tuple[str, str, str]] = field(default_factory=set)  # name, postcode, description
    charities: dict[str, tuple[str, str]] = field(default_factory=dict)  # here already: to (organisation key, said)
    numbers: dict[str, str] = field(default_factory=dict)  # charity numbers in the file: to where
    others: Neighbours = field(default_factory=Neighbours)  # entries here already, by what may give them away
    origins: dict[str, tuple[str, str]] = field(default_factory=dict)  # ids at the first publisher: to (key, said)
    here: set[str] = field(default_factory=set)  # keys of entries that are up
    own: set[str] = field(default_factory=set)  # ids of our own entries, which others may publish again


def seen(session: Session) -> Seen:
    """What the directory holds already."""
    found = Seen()
    rows = session.execute(
        select(m.Service.key, m.Service.name, m.Address.postal_code, m.Service.source)
        .join(m.Location, m.Location.service_id == m.Service.id)
        .join(m.Address, m.Address.location_id == m.Location.id)
        .where(m.Service.status == "active", m.Address.postal_code != "")
    )
    for key, name, postcode, source in rows:
        found.names.setdefault((same_name(name), postcode), (key, _said(name, source), source))
    numbered = select(m.Organisation.key, m.Organisation.name, m.Organisation.charity_number, m.Organisation.source)
    for key, name, number, source in session.execute(numbered.where(m.Organisation.charity_number.is_not(None))):
        found.charities.setdefault(number or "", (key, _said(name, source)))
    found.others = neighbours(session)
    found.here = set(session.scalars(select(m.Service.key).where(m.Service.status == "active")))
    for one, key, name, source, row in session.execute(
        select(m.Service.id, m.Service.key, m.Service.name, m.Service.source, m.Service.source_row)
    ):
        if key.startswith("import-"):
            found.origins.setdefault(row, (key, _said(name, source)))
        else:
            found.own.add(str(one))
    return found


def _said(name: str, source: str) -> str:
    return f"{name!r} of {source or 'this directory'}"


def first_of(found: Found, so_far: Seen, *, several: bool = False) -> Found | Refused:
    """The row if it is the first of its kind; otherwise refused as a duplicate, saying of what. One that is up here
    under its own key already goes on, whoever else has come since: else it would say the same for ever."""
    draft = found.service
    if earlier := so_far.keys.get(draft.key):
        return Refused(found.where, f"the same row as {earlier}", found.name, "duplicate")
    marks = [(same_name(found.name), spot.postcode) for spot in draft.spots if spot.postcode]
    number = found.organisation.charity_number if found.alone else None
    if draft.key not in so_far.here and (said := _of_another(found, so_far, marks, number, several)):
        return Refused(found.where, said, found.name, "duplicate")
    _remember(found, so_far, marks, number)
    return found


def _of_another(found: Found, so_far: Seen, marks: list[tuple[str, str]], number: str | None, several: bool) -> str:
    """Why a row is here, or in the file, under another key; "" when it is not."""
    draft, owner = found.service, found.organisation
    if said := _come_back(draft, so_far):
        return said
    for mark in marks:
        key, said, source = so_far.names.get(mark, (draft.key, "", ""))
        another = several and source == draft.source and (*mark, draft.description["en"]) not in so_far.words
        if key != draft.key and not another:
            return f"the same name and postcode as {said}"
    key, said = so_far.charities.get(number or "", (owner.key, ""))
    said = so_far.numbers.get(number or "", said)
    if number and (key != owner.key or number in so_far.numbers):
        return f"the same charity number as {said}"
    return so_far.others.same_as(draft, owner)


def _come_back(draft: ServiceDraft, so_far: Seen) -> str:
    """Why a row is here already by another way: feeds read one another, in circles too. "" when it is not."""
    if draft.source_row in so_far.own:
        return "it is our own entry, come back through another feed"
    key, said = so_far.origins.get(draft.source_row, (draft.key, ""))
    return f"first published by the same people as {said}" if key != draft.key and _is_id(draft.source_row) else ""


def _is_id(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


def _remember(found: Found, so_far: Seen, marks: list[tuple[str, str]], number: str | None) -> None:
    draft = found.service
    so_far.keys[draft.key] = found.where
    for mark in marks:
        so_far.names[mark] = (draft.key, found.where, draft.source)
        so_far.words.add((*mark, draft.description["en"]))
    if number:
        so_far.numbers[number] = found.where


def decide(session: Session, found: Found) -> tuple[str, Found, str]:
    """The outcome, the row (with the topics it has, where its words are the same), and why it is kept as it is."""
    row = session.get(m.Service, id_of("service", found.service.key))
    if row is None:
        return (OVER if found.ended else NEW), found, ""
    latest, ours = _revisions(session, row.id)
    theirs = latest is not None and not latest.made_by.startswith(BY)
    if row.status != "active":
        return (OVER, found, "") if found.ended else _returned(found, theirs)
    if theirs and conflicts.ours_was_chosen(session, row.id, {} if found.ended else plain(found.service)):
        return UNCHANGED, found, ""
    if theirs:
        return _edited(found, latest, ours)
    if found.ended:
        return ENDED, found, ""
    body = ours.body if ours else {}
    if same(found, body):
        return UNCHANGED, found, ""
    return CHANGED, _with_its_topics(found, body), ""


def _returned(found: Found, theirs: bool) -> tuple[str, Found, str]:
    return (KEPT, found, "it was taken down here: left so") if theirs else (CHANGED, found, "")


def _edited(found: Found, latest: m.Revision | None, ours: m.Revision | None) -> tuple[str, Found, str]:
    if not found.ended and ours is not None and same(found, ours.body):
        return UNCHANGED, found, ""
    what = "is no longer active" if found.ended else "has changed"
    named = latest is not None and not latest.made_by.startswith(BY_PERSON)
    who = latest.made_by if latest is not None and named else "somebody"
    return KEPT, found, f"it {what} at its source, but {who} edited it here: left as it is, please look"


def edited_here(session: Session, row_id: uuid.UUID) -> bool:
    """Whether the last to change an entry was a person here, and no import."""
    latest, _ = _revisions(session, row_id)
    return latest is not None and not latest.made_by.startswith(BY)


def _revisions(session: Session, row_id: uuid.UUID) -> tuple[m.Revision | None, m.Revision | None]:
    """The last revision of all, and the last one an import made."""
    revisions = session.scalars(
        select(m.Revision).where(m.Revision.row_id == row_id).order_by(m.Revision.number.desc())
    ).all()
    ours = next((one for one in revisions if one.made_by.startswith(BY) and "withdrawn" not in one.body), None)
    return (revisions[0] if revisions else None), ours


def same(found: Found, body: dict[str, Any]) -> bool:
    """Whether the source says what it said last time. Suggested topics do not count: phrases change under them."""
    wanted = json.loads(json.dumps(plain(found.service)))
    if found.service.topics_suggested:
        wanted = {**wanted, "topics": body.get("topics")}
    return bool(wanted == body)


def _with_its_topics(found: Found, body: dict[str, Any]) -> Found:
    draft = found.service
    told = body.get("name") == draft.name and body.get("description") == draft.description
    if told and draft.topics_suggested and body.get("topics_suggested") and body.get("topics"):
        return replace(found, service=replace(draft, topics=tuple(body["topics"])))
    return found


def no_longer_there(session: Session, source: str, keys: set[str]) -> list[str]:
    """Names of active entries of this source that are in the file no more."""
    rows = session.execute(
        select(m.Service.key, m.Service.name).where(
            m.Service.source == source, m.Service.status == "active", m.Service.key.startswith("import-")
        )
    )
    return sorted(name for key, name in rows if key not in keys)
