"""Whoever looks after entries, by text: the code that shows a number to be theirs, reminders, and 1, 2 or 3 in reply.

A reminder is owed in the directory's transaction like every letter (knowledge/letters.py) and goes into the outbox
here, once by its id. A bare number is taken as its answer until its reader texts of anything else.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.conversations import keyed
from channels.models import Texter, TextOut
from channels.sms import limits, outbox
from channels.sms.numbers import person_of, seal
from knowledge import accounts, freshness, letters, telephones
from knowledge.db import session_scope
from knowledge.freshness import Question
from knowledge.letters import Owed
from knowledge.people import Person, Telephone
from settings import settings
from words import say

logger = logging.getLogger(__name__)

RIGHT, CHANGE, STOPPED = "right", "change", "stopped"
ANSWERS = {
    RIGHT: {"1", "1.", "yes", "still right", "right", "ydy", "dal yn gywir", "cywir"},
    CHANGE: {"2", "2.", "change", "change it", "newid"},
    STOPPED: {"3", "3.", "stopped", "we've stopped", "weve stopped", "wedi stopio"},
}
SIGN_IN = "/console/link/{token}?next=/console/entry/{entry}"  # of channels/console; a test holds the two together


def send(owed: Owed, now: datetime) -> str:
    """A reminder that is due, into the outbox; the kind of trouble met, "" when it is there. Where it can no longer go
    by text (they said STOP, took their number back, or texts were turned off), the same goes by e-mail."""
    with session_scope() as session:
        number = telephones.number_of(session, owed.person)
    words = say("sms.reminder.ask", owed.language, name=owed.told["first"], link=owed.told["link"])
    try:
        put = write(number, words, "notice", now, cause=keyed(f"letter/{owed.id}"), place=owed.told.get("place", ""))
    except SQLAlchemyError as wrong:
        return type(wrong).__name__
    if put == "full":
        return "TooManyTexts"
    with session_scope() as session:
        person = session.get(Person, owed.person)
        if put == "" and person is not None:
            letter = accounts.hashed(str(owed.told["link"]).rpartition("/")[2])
            telephones.asked(session, person.id, letter, now)
        elif person is not None:
            letters.write(session, owed.kind, person.email, owed.language, now, owed.told, person=person.id)
    return ""


def send_code(number: str, code: str, language: str, now: datetime) -> bool:
    """The code that shows a number to be somebody's own; False where it may not be sent."""
    return write(number, say("sms.reminder.code", language, code=code), "code", now) == ""


def write(number: str, words: str, kind: str, now: datetime, *, cause: str | None = None, place: str = "") -> str:
    """A text to a number that may never have written to us, once for each cause. "" when it waits in the outbox, else
    why not: `stopped` (or no number at all), `full` (a ceiling). Raises `SQLAlchemyError`."""
    if not number:
        return "stopped"
    texting = settings().texting
    with session_scope(settings().conversations_url) as session:
        if cause and session.scalar(select(TextOut.id).where(TextOut.cause == cause)):
            return ""
        texter = session.get(Texter, person_of(number)) or Texter(person=person_of(number), seen_at=now)
        if texter.stopped_at is not None:
            return "stopped"
        texter.number, texter.provider = seal(number), texter.provider or texting.providers[0]
        texter.ours = next((ours for ours, slug in texting.numbers if place and slug == place), texting.our_number)
        session.add(texter)
        session.flush()
        when = now if kind == "code" else limits.after_quiet(now)
        put = outbox.write(session, texter, words, kind, now, cause=cause, not_before=when)
        if not put:
            outbox.let_go(session, texter.person)
        return "" if put else "full"


def reply_to(known: str, text: str, reference: str, now: datetime) -> list[tuple[str, str]]:
    """What to answer, as kind and words, to a text that is about our reminder; nothing for any other. A text brought
    twice (`reference`) does what it says once."""
    with session_scope() as session:
        found = telephones.asked_last(session, known, now)
        if found is None:
            return []
        telephone, person = found
        said = next((what for what, written in ANSWERS.items() if _bare(text) in written), "")
        if not said:
            telephones.set_aside(session, known)
            return []
        before = [one for one in freshness.questions_in(session, telephone.letter, now.date()) if not one.answer]
        if telephone.heard == reference:
            return [("answer", _next(before, person.language) or say("sms.reminder.nothing", person.language))]
        telephone.heard = reference
        if not before:
            telephones.set_aside(session, known)
            return [("answer", say("sms.reminder.nothing", person.language))]
        return [("answer", _do(session, telephone, person, before[0], said, now))]


def _do(session: Session, telephone: Telephone, person: Person, asked: Question, said: str, now: datetime) -> str:
    name, language, today = freshness.name_of(asked.row), person.language, now.date()
    if said == CHANGE:
        return _link(session, person, asked.row.id, name, now)
    if said == STOPPED and telephone.unsure_of != asked.row.id:
        telephone.unsure_of = asked.row.id
        return say("sms.reminder.sure", language, name=name)
    telephone.unsure_of = None
    freshness.answer_in(session, telephone.letter, asked.row.id, said, today)
    left = [one for one in freshness.questions_in(session, telephone.letter, today) if not one.answer]
    done = say(f"sms.reminder.{said}", language, name=name)
    return f"{done} {_next(left, language)}".strip()


def _next(left: list[Question], language: str) -> str:
    return say("sms.reminder.next", language, name=freshness.name_of(left[0].row)) if left else ""


def _link(session: Session, person: Person, entry: uuid.UUID, name: str, now: datetime) -> str:
    """To change it one must come in: a link to their own number, good once for a quarter of an hour."""
    found = accounts.link_for(session, person.email, now)
    if found is None:
        return say("sms.reminder.later", person.language)
    link = settings().address + SIGN_IN.format(token=found[1], entry=entry)
    return say("sms.reminder.change", person.language, name=name, link=link)


def _bare(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").split()).rstrip("!")
