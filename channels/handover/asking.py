"""The resident's side: asking for a person with a yes to what is shown, taking it back, ending it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from channels.handover import items, owning
from channels.handover.agreeing import Agreed, Wording, wording
from channels.handover.speaking import notice
from channels.messages import reply_from_json
from channels.models import Agreement, Conversation, Handover, Message, aware
from knowledge.desks import Desk

LONGEST_SUMMARY = 2000
LONGEST_CALLBACK = 200


@dataclass(frozen=True)
class Wanted:
    """What a resident chose to share. `summary` and `callback` are their own words; "" when not chosen."""

    scope: str  # from_now | summary | whole
    summary: str = ""
    callback: str = ""
    outside: bool = False

    def wording(self, desk: Desk, language: str) -> Wording:
        """The sentences they are asked to say yes to."""
        return wording(
            language,
            desk.called(language),
            desk.of(language),
            self.scope,
            callback=bool(self.callback),
            outside=self.outside,
        )


def ask(session: Session, conversation: Conversation, desk: Desk, wanted: Wanted, now: datetime) -> uuid.UUID | None:
    """The yes: into the desk's queue, with exactly what was chosen. None where a person is waited for already."""
    handover = Handover(
        id=uuid.uuid4(),
        conversation_id=conversation.id,
        sender=conversation.sender,
        channel=conversation.channel,
        language=conversation.language,
        place=desk.place,
        team=desk.id,
        urgent=bool(conversation.danger),
        asked_at=now,
    )
    if not owning.wait(session, conversation.id, handover.id, now):
        return None
    session.add(handover)
    session.flush()
    _agree(session, handover, desk, wanted, now)
    _share(session, handover, wanted, now)
    return handover.id


def agree_to_other(session: Session, handover: Handover, desk: Desk, wanted: Wanted, now: datetime) -> bool:
    """The yes to another organisation that a clerk proposed: from now on theirs, and no longer the first one's."""
    if not owning.requeue(session, handover.id, now):
        return False
    _end_agreements(session, handover.id, now, taken_back=True)
    items.take_away(session, handover.id)
    handover.team, handover.place, handover.proposed = desk.id, desk.place, None
    handover.joined_at, handover.told_at, handover.asked_at = None, None, now
    _agree(session, handover, desk, wanted, now)
    _share(session, handover, wanted, now)
    return True


def refuse_other(session: Session, handover: Handover, there: Desk | None, now: datetime) -> None:
    """The no to another organisation: it hears nothing, and both who talk are told that all stays as it is."""
    handover.proposed = None
    if there is not None:
        notice(session, handover, "stays", now, {"team": there.called(handover.language)})


def take_back(session: Session, handover: uuid.UUID, now: datetime, *, tell: bool = True) -> bool:
    """Nothing of it is seen any more, and nobody from the desk is there; what was read cannot be unread.

    `tell`: with a notice, unless the answer to their own words says so. False where it is gone already: deleted in
    another tab, or forgotten.
    """
    owning.stop(session, handover, now)
    row = locked(session, handover)
    if row is None:
        return False
    _end_agreements(session, handover, now, taken_back=True)
    items.take_away(session, handover)
    close(session, row, "taken_back", now)
    if tell:
        notice(session, row, "taken_back", now, {})
    return True


def locked(session: Session, handover: uuid.UUID) -> Handover | None:
    """The handover as it is now, there until this transaction ends; on SQLite the caller must have written already."""
    one = select(Handover).where(Handover.id == handover).with_for_update()
    return session.scalars(one.execution_options(populate_existing=True)).first()


def leave(session: Session, handover: Handover, now: datetime) -> bool:
    """The resident no longer wants to wait or talk; what was shared stays as agreed."""
    if not owning.stop(session, handover.id, now):
        return False
    close(session, handover, "left", now)
    return True


def delete_all(session: Session, sender: str, now: datetime) -> None:
    """Every handover of somebody who deletes everything. What they agreed to ends now, and goes 28 days later."""
    for row in handovers_of(session, sender):
        _end_agreements(session, row.id, now, taken_back=True)
    session.execute(delete(Handover).where(Handover.sender == sender))


def close(session: Session, handover: Handover, ending: str, now: datetime) -> None:
    """Closed, by whoever ended it: the 28 days begin."""
    if handover.closed_at is None:
        handover.closed_at, handover.ending, handover.proposed = now, ending, None
        _end_agreements(session, handover.id, now)
    elif ending == "taken_back":
        handover.ending = ending
    session.flush()


def agreed_of(session: Session, handovers: Sequence[uuid.UUID]) -> dict[uuid.UUID, Agreed]:
    """The newest yes of each handover."""
    if not handovers:
        return {}
    rows = session.scalars(select(Agreement).where(Agreement.handover_id.in_(handovers)).order_by(Agreement.agreed_at))
    return {row.handover_id: _read(row) for row in rows}


def open_handover(session: Session, sender: str) -> Handover | None:
    """The handover this resident waits or talks in, if any."""
    return session.scalars(
        select(Handover)
        .where(Handover.sender == sender, Handover.closed_at.is_(None))
        .order_by(Handover.asked_at.desc())
    ).first()


def handovers_of(session: Session, sender: str) -> tuple[Handover, ...]:
    """Every handover of this resident that is still kept, newest first."""
    return tuple(session.scalars(select(Handover).where(Handover.sender == sender).order_by(Handover.asked_at.desc())))


def _agree(session: Session, handover: Handover, desk: Desk, wanted: Wanted, now: datetime) -> None:
    words = wanted.wording(desk, handover.language)
    session.add(
        Agreement(
            handover_id=handover.id,
            team=desk.id,
            team_name=desk.called(handover.language),
            organisation_id=desk.organisation_id,
            organisation=desk.of(handover.language),
            scope=wanted.scope,
            callback=bool(wanted.callback),
            outside=wanted.outside,
            wording=words.text,
            wording_version=words.version,
            agreed_at=now,
        )
    )
    session.flush()


def _share(session: Session, handover: Handover, wanted: Wanted, now: datetime) -> None:
    if wanted.scope == "whole":
        rows = session.scalars(
            select(Message).where(Message.conversation_id == handover.conversation_id).order_by(Message.id)
        )
        said = [(row, reply_from_json(row.reply) if row.reply else None) for row in rows]
        items.copy_all(session, handover.id, said)
    if wanted.scope == "summary":
        items.add(session, handover.id, "summary", wanted.summary[:LONGEST_SUMMARY], now)
    if wanted.callback:
        items.add(session, handover.id, "callback", wanted.callback[:LONGEST_CALLBACK], now)


def _end_agreements(session: Session, handover: uuid.UUID, now: datetime, *, taken_back: bool = False) -> None:
    of_it = Agreement.handover_id == handover
    session.execute(update(Agreement).where(of_it, Agreement.closed_at.is_(None)).values(closed_at=now))
    if taken_back:
        session.execute(update(Agreement).where(of_it, Agreement.taken_back_at.is_(None)).values(taken_back_at=now))


def _read(row: Agreement) -> Agreed:
    return Agreed(
        row.team,
        row.team_name,
        row.organisation_id,
        row.organisation,
        row.scope,
        row.callback,
        aware(row.agreed_at),
        row.outside,
        aware(row.taken_back_at) if row.taken_back_at else None,
        aware(row.closed_at) if row.closed_at else None,
    )
