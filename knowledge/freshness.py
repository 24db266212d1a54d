"""Is it still right? Who is asked, when, and what their answer does. Overdue entries sink and then hide by themselves
(knowledge/signposting.py); this is what happens before that.

Two weeks before an entry's day its lead is asked (or the group's own address), two weeks later everybody in the group,
two weeks after that the stewards of its place. All that one person is asked about at once is one letter, with one link
that needs no sign-in and can do three things only: still right, stopped, and asking for a link to change it. Whoever
gave a telephone number is asked by text instead (knowledge/telephones.py), and can answer with 1, 2 or 3.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from knowledge import flags, letters, telephones
from knowledge import models as m
from knowledge import people as p
from knowledge.accounts import hashed
from knowledge.editing import save_service, save_tip, withdraw
from knowledge.history import BY_LINK, latest_draft
from knowledge.indexing import publish
from knowledge.looking_after import Row, row_of, settle
from knowledge.upkeep import Asked

AHEAD = timedelta(days=14)
BETWEEN = timedelta(days=14)
LINK_FOR = timedelta(days=90)
STEPS = 3
AT_ONCE = 25  # entries in one letter: more is not a letter that anybody answers
LINK = "/console/right/"  # of channels/console/right.py; a test holds the two together


@dataclass(frozen=True)
class Reader:
    """Somebody to ask."""

    email: str
    language: str
    person: uuid.UUID | None


@dataclass(frozen=True)
class Question:
    """One entry that a letter asks about, and what was answered."""

    row: Row
    answer: str
    answered_on: date | None


def remind(session: Session, now: datetime, address: str) -> int:
    """Write the letters that are due today; how many. Running twice on a day writes none twice."""
    today = now.date()
    by_reader: dict[Reader, list[tuple[Row, int]]] = {}
    for row, step in _due(session, today):
        for reader in _readers(session, row, step):
            by_reader.setdefault(reader, []).append((row, step))
        if not _readers(session, row, step):  # nobody there: the next are asked tomorrow
            _note(session, row, "", None, step, today - BETWEEN)
    for reader, asked in by_reader.items():
        _write(session, reader, asked[:AT_ONCE], now, address)
    session.flush()
    return len(by_reader)


def questions(session: Session, token: str, today: date) -> list[Question]:
    """What a letter's link asks; empty when there is no such link, or it is over."""
    return questions_in(session, hashed(token), today) if token else []


def questions_in(session: Session, letter: str, today: date) -> list[Question]:
    """The same by what is kept of the link."""
    good = (Asked.letter == letter, Asked.ends_on >= today)
    rows = session.scalars(select(Asked).where(*good)).all()
    return [Question(row_of(session, one.row_id), one.answer, one.answered_on) for one in rows]


def answer(session: Session, token: str, entry: uuid.UUID, said: str, today: date) -> Row | None:
    """Do what was tapped: `right` or `stopped`. Each letter's question is answered once; after that, and for anything
    the letter did not ask, None. Other letters about the same entry are answered with it."""
    return answer_in(session, hashed(token), entry, said, today)


def answer_in(session: Session, letter: str, entry: uuid.UUID, said: str, today: date) -> Row | None:
    """The same by what is kept of the link."""
    own = (Asked.letter == letter, Asked.row_id == entry, Asked.answer == "", Asked.ends_on >= today)
    asked = session.scalars(select(Asked).where(*own)).first()
    if asked is None or said not in ("right", "stopped"):
        return None
    row = row_of(session, entry)
    if said == "right":
        still_right(session, row, today)
    else:
        withdraw(session, row, by=BY_LINK, reason="")
        publish(session, [row])
    settle(session, entry, said, today)
    return row


def reader_of(session: Session, token: str) -> p.Person | None:
    """Whom a letter was written to, if they have an account."""
    asked = session.scalars(select(Asked).where(Asked.letter == hashed(token), Asked.person_id.is_not(None))).first()
    return session.get(p.Person, asked.person_id) if asked else None


def still_right(session: Session, row: Row, today: date, *, by: str = BY_LINK) -> None:
    """Checked today, by its group: a save of its own, the clock starts anew, and what was said wrong is dealt with."""
    draft = replace(latest_draft(session, row), checked_on=today, checked_by=row.organisation.name)
    saved: Row | None
    if isinstance(row, m.Service):
        saved = save_service(session, draft, by=by)  # type: ignore[arg-type]  # its own kind of draft
    else:
        saved = save_tip(session, draft, by=by)  # type: ignore[arg-type]  # as above
    if saved is not None:
        publish(session, [saved])
    flags.done(session, row.id)
    settle(session, row.id, "right", today)


def tell_owner(session: Session, entry: uuid.UUID, kind: str, now: datetime, address: str) -> int:
    """What a resident said is wrong goes to whoever keeps the entry, at once; the same thing once a day. How many
    letters. Nothing of who said it is known here."""
    row = row_of(session, entry)
    same = (m.Flag.entry_id == entry, m.Flag.kind == kind, m.Flag.day == now.date())
    if len(session.scalars(select(m.Flag.id).where(*same).limit(2)).all()) > 1:
        return 0
    readers = _readers(session, row, 1) or _readers(session, row, 2) or _readers(session, row, 3)
    for reader in readers:
        told = {"name": name_of(row), "kind": kind, "link": f"{address}/console/entry/{row.id}"}
        letters.write(session, f"wrong_{kind}", reader.email, reader.language, now, told, person=reader.person)
    return len(readers)


def name_of(row: Row) -> str:
    """What to call an entry in a letter."""
    return row.name if isinstance(row, m.Service) else f"{row.text[:60]}…"


def _due(session: Session, today: date) -> Iterable[tuple[Row, int]]:
    """Entries to ask about now, each with the step."""
    last = _last_asked(session)
    tables: tuple[type[m.Service] | type[m.Tip], ...] = (m.Service, m.Tip)
    for table in tables:
        wanted = (table.status == "active", table.review_by <= today + AHEAD)
        query: Any = select(table).where(*wanted).options(joinedload(table.organisation)).order_by(table.review_by)
        for row in session.scalars(query):
            before = last.get(row.id)
            if before is None:
                yield row, 1
            elif before.step < STEPS and before.made_on + BETWEEN <= today:
                yield row, before.step + 1


def _last_asked(session: Session) -> dict[uuid.UUID, Asked]:
    open_ = select(Asked).where(Asked.answer == "").order_by(Asked.step, Asked.made_on)
    return {one.row_id: one for one in session.scalars(open_)}


def _readers(session: Session, row: Row, step: int) -> Sequence[Reader]:
    """Whom to ask at this step, none twice; the group's own address where nobody signs in for it."""
    members = select(p.Membership).options(joinedload(p.Membership.person))
    if step == STEPS:
        place = row.place_id or row.organisation.place_id
        found = session.scalars(members.where(p.Membership.role == p.STEWARD, p.Membership.place_id == place)).all()
        return _as_readers(found if place else ())
    own = session.scalars(members.where(p.Membership.organisation_id == row.organisation_id)).all()
    chosen = [one for one in own if one.lead] if step == 1 else own
    if chosen:
        return _as_readers(chosen)
    address = row.organisation.email
    return [Reader(address, "en", None)] if address and not own and not _invented(session, row) else []


def _invented(session: Session, row: Row) -> bool:
    """Nobody lives in an invented place: its addresses are never written to."""
    place = session.get(m.Place, row.place_id or row.organisation.place_id)
    return bool(place and place.invented)


def _as_readers(members: Iterable[p.Membership]) -> list[Reader]:
    found = {one.person_id: Reader(one.person.email, one.person.language, one.person_id) for one in members}
    return list(found.values())


def _write(session: Session, reader: Reader, asked: list[tuple[Row, int]], now: datetime, address: str) -> None:
    token = secrets.token_urlsafe(24)
    for row, step in asked:
        _note(session, row, hashed(token), reader.person, step, now.date())
    told = {
        "names": "\n".join(f"- {name_of(row)}" for row, _ in asked),
        "first": name_of(asked[0][0]),
        "place": _slug_of(session, asked[0][0]),
        "link": f"{address}{LINK}{token}",
    }
    by_text = bool(telephones.number_of(session, reader.person))
    email, by = ("", "text") if by_text else (reader.email, "email")
    letters.write(session, "still_right", email, reader.language, now, told, person=reader.person, by=by)


def _slug_of(session: Session, row: Row) -> str:
    place = session.get(m.Place, row.place_id or row.organisation.place_id)
    return place.slug if place else ""


def _note(session: Session, row: Row, letter: str, person: uuid.UUID | None, step: int, day: date) -> None:
    ends = day + LINK_FOR
    session.add(Asked(row_id=row.id, letter=letter, person_id=person, step=step, made_on=day, ends_on=ends))
