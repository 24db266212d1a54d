"""An editor's own number, for reminders by text: shown to be theirs by a code, sealed, forgotten when they say so.

`known` is the hash by which the channel knows a number; nothing here ever sees who else texts. All flush; none commit.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.accounts import hashed
from knowledge.people import Person, Telephone, aware
from knowledge.sealing import CannotBeRead, seal, unseal
from settings import settings

CODE_FOR = timedelta(minutes=15)
CODES_A_DAY = 4  # codes one person may have sent in a day, to whatever numbers
TRIES = 5
ANSWERS_FOR = timedelta(days=30)  # how long a bare number is taken as the answer to a reminder


def offer(session: Session, person: uuid.UUID, number: str, known: str, now: datetime) -> str:
    """A code to text to `number`; whoever gives it back owns it. "" when they had too many codes today.

    A number they use already stays in use until the new one is theirs only if it is the same.
    """
    row = session.get(Telephone, person)
    code = f"{secrets.randbelow(1_000_000):06d}"
    if row is None:
        row = Telephone(person_id=person, sealed=seal(number), known=known, codes=0, code_at=now)
        session.add(row)
    same_day = aware(row.code_at).date() == now.date()
    if same_day and row.codes >= CODES_A_DAY:
        return ""
    row.codes = row.codes + 1 if same_day else 1
    row.sealed, row.known, row.proved_at = seal(number), known, None
    row.code, row.code_at, row.wrong_tries = hashed(f"{person}/{code}"), now, 0
    row.letter, row.unsure_of, row.asked_at = "", None, None
    session.flush()
    return code


def prove(session: Session, person: uuid.UUID, code: str, now: datetime) -> bool:
    """Whether this is the code; then reminders go to that number. After five wrong ones, or a quarter of an hour, none
    is. Whoever calls this commits, also when it gives False."""
    row = session.get(Telephone, person)
    if row is None or not row.code or row.wrong_tries >= TRIES or now - aware(row.code_at) > CODE_FOR:
        return False
    if not secrets.compare_digest(row.code, hashed(f"{person}/{code.strip()}")):
        row.wrong_tries += 1
        return False
    row.code, row.proved_at = "", now
    return True


def of(session: Session, person: uuid.UUID | None) -> Telephone | None:
    """What we hold of somebody's telephone."""
    return session.get(Telephone, person) if person else None


def number_of(session: Session, person: uuid.UUID | None) -> str:
    """The number to remind them by; "" when there is none that is theirs, or texts are off here."""
    row = of(session, person)
    if row is None or row.proved_at is None or not settings().texting.on:
        return ""
    try:
        return unseal(row.sealed)
    except CannotBeRead:
        return ""


def forget(session: Session, person: uuid.UUID) -> None:
    """Reminders come by e-mail again; the number is gone."""
    session.execute(delete(Telephone).where(Telephone.person_id == person))


def forget_unproved(session: Session, now: datetime) -> None:
    """Numbers that nobody showed to be theirs go, but not before the day's codes are counted."""
    old = Telephone.code_at <= now - CODE_FOR
    for row in session.scalars(select(Telephone).where(Telephone.proved_at.is_(None), old)):
        if aware(row.code_at).date() != now.date():
            session.delete(row)
        else:
            row.sealed, row.known, row.code = b"", "", ""
    session.flush()


def asked(session: Session, person: uuid.UUID, letter: str, now: datetime) -> None:
    """A reminder has gone to their telephone: a bare number from there answers it from now on."""
    row = session.get(Telephone, person)
    if row is not None:
        row.letter, row.asked_at, row.unsure_of = letter, now, None


def asked_last(session: Session, known: str, now: datetime) -> tuple[Telephone, Person] | None:
    """Whoever a bare number from this telephone may come from: the last one reminded there, while it counts."""
    since = (Telephone.asked_at.is_not(None), Telephone.asked_at > now - ANSWERS_FOR, Telephone.letter != "")
    query = select(Telephone).where(Telephone.known == known, Telephone.proved_at.is_not(None), *since)
    row = session.scalars(query.order_by(Telephone.asked_at.desc())).first()
    return (row, session.get_one(Person, row.person_id)) if row is not None else None


def set_aside(session: Session, known: str) -> None:
    """Whoever has this number began to speak of something else: bare numbers mean that again. The letter's link, and
    the next reminder, still work."""
    for row in session.scalars(select(Telephone).where(Telephone.known == known, Telephone.letter != "")):
        row.letter, row.unsure_of = "", None
