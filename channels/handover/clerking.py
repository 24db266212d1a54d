"""What a clerk does: claim, reply, note, put back, pass on, close. Each checks in its own transaction that it may."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.handover import items, owning, proposing
from channels.handover.agreeing import Reader, may_open
from channels.handover.asking import agreed_of, close
from channels.handover.speaking import notice, say_to
from channels.messages import Signpost
from channels.models import Handover
from knowledge.desks import Desk

LONGEST = 3000  # characters of a reply or a note


class NotYours(Exception):
    """Somebody else has it, it went back to the queue, or the resident took it back: nothing was done."""


class NotThere(Exception):
    """No such handover for this reader: not agreed, not their team, or gone. Never says which."""


def handover_for(session: Session, handover: uuid.UUID, reader: Reader, now: datetime) -> Handover:
    """The handover, if it is this reader's business; raises `NotThere`."""
    row = session.scalars(select(Handover).where(Handover.id == handover)).first()
    if row is None or not may_open(agreed_of(session, [handover]).get(handover), reader, now):
        raise NotThere
    return row


def claim(session: Session, handover: uuid.UUID, reader: Reader, desk: Desk, now: datetime) -> None:
    """Take it from the queue and say so to the resident; raises `NotYours` when somebody was quicker."""
    if not owning.claim(session, handover, reader.id, reader.name, now):
        handover_for(session, handover, reader, now)
        raise NotYours
    row = handover_for(session, handover, reader, now)  # after the claim, so that taking back cannot slip between
    row.joined_at = row.joined_at or now
    session.flush()
    notice(session, row, "joined", now, {"name": reader.name, "team": desk.called(row.language)})


def reply(
    session: Session,
    handover: uuid.UUID,
    reader: Reader,
    text: str,
    now: datetime,
    *,
    signposts: Sequence[Signpost] = (),
    reference: str,
) -> None:
    """The clerk's words to the resident, once by their reference; raises `NotYours` unless they have it this moment."""
    row = _held(session, handover, reader, now)
    try:
        with session.begin_nested():
            say_to(
                session, row, text[:LONGEST], now, author=reader.name, signposts=signposts,
                reference=f"{handover.hex}/c{reference}",
            )  # fmt: skip
    except IntegrityError:
        return  # the same press of the button again


def note(session: Session, handover: uuid.UUID, reader: Reader, text: str, now: datetime) -> None:
    """A line for colleagues of the same team. The resident sees that there is one in their record, and reads it."""
    row = _held(session, handover, reader, now)
    items.add(session, row.id, "note", text[:LONGEST], now, author=reader.name)


def put_back(session: Session, handover: uuid.UUID, reader: Reader, now: datetime) -> None:
    """Back to the queue of the same team."""
    row = handover_for(session, handover, reader, now)
    if not owning.release(session, handover, reader.id, now):
        raise NotYours
    notice(session, row, "put_back", now, {"name": reader.name})


def propose(session: Session, handover: uuid.UUID, reader: Reader, there: Desk, now: datetime) -> None:
    """Ask the resident whether another team may have it. That team sees nothing, not even that it was asked, until yes.

    A resident agrees to one named team of one organisation: any other team is a new question, which only they answer.
    """
    row = _held(session, handover, reader, now)
    proposing.ask(session, row, there, reader.name, now)


def give_to(session: Session, handover: uuid.UUID, reader: Reader, to: Reader, now: datetime) -> None:
    """To a colleague of the same team who is there: inside the named team nothing new is asked."""
    row = handover_for(session, handover, reader, now)
    handover_for(session, handover, to, now)
    if not owning.release(session, handover, reader.id, now):
        raise NotYours
    if not owning.claim(session, handover, to.id, to.name, now):
        raise NotYours
    notice(session, row, "given", now, {"name": reader.name, "other": to.name})


def finish(session: Session, handover: uuid.UUID, reader: Reader, how: str, now: datetime) -> None:
    """Closed by the clerk: `handed_back` to the assistant, or `ended`. Either way the assistant answers from now on."""
    row = handover_for(session, handover, reader, now)
    if not owning.hand_back(session, handover, reader.id, now):
        raise NotYours
    close(session, row, how, now)
    notice(session, row, f"{how}_text" if row.channel == "sms" else how, now, {"name": reader.name})


def _held(session: Session, handover: uuid.UUID, reader: Reader, now: datetime) -> Handover:
    """The handover, held by this clerk from here to the end of the transaction; raises `NotYours`, `NotThere`."""
    held = owning.renew(session, handover, reader.id, now)  # the write comes first: it is what locks
    row = handover_for(session, handover, reader, now)
    if not held:
        raise NotYours
    return row
