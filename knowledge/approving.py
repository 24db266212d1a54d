"""A steward looks first: what waits, field by field, and what is decided. The author hears of it either way."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from knowledge import letters
from knowledge import models as m
from knowledge import people as p
from knowledge.access import SignedIn
from knowledge.drafts import plain
from knowledge.errors import NotFound
from knowledge.history import differences, latest_draft
from knowledge.keeping import theirs
from knowledge.looking_after import Row, draft_in, put_out, row_of
from knowledge.upkeep import DONE, SENT_BACK, WAITING, Proposal

Differences = list[tuple[str, Any, Any]]


def waiting(session: Session, who: SignedIn) -> list[Proposal]:
    """Changes that this person may decide about, the longest waiting first."""
    query = select(Proposal).options(joinedload(Proposal.organisation)).order_by(Proposal.made_at)
    rows = session.scalars(query.where(Proposal.state == WAITING, theirs(who, Proposal)))
    return [row for row in rows if may_decide(who, row)]


def own(session: Session, who: SignedIn) -> list[Proposal]:
    """What this person proposed and is not public: waiting, planned, or sent back."""
    mine = (Proposal.author == who.id, Proposal.state != DONE)
    return list(session.scalars(select(Proposal).where(*mine).order_by(Proposal.made_at.desc())))


def may_decide(who: SignedIn, proposal: Proposal) -> bool:
    """Whether this person looks first for the place or the group it belongs to."""
    return who.stewards(proposal.place_id) or who.stewards(proposal.organisation.place_id)


def seen(session: Session, proposal: Proposal) -> tuple[Differences, int]:
    """What would change against the entry as it is now, and the version that is compared with (0: a new entry)."""
    new = plain(draft_in(proposal))
    try:
        row = row_of(session, proposal.row_id)
    except NotFound:
        return [(field, None, value) for field, value, _ in differences(new, dict.fromkeys(new)) if value], 0
    return differences(plain(latest_draft(session, row)), new), row.version


def approve(session: Session, proposal: Proposal, *, by: uuid.UUID, version: int, today: date, now: datetime) -> Row:
    """Publish it, as its author's save. `version` is what the steward saw; raises `ChangedMeanwhile` if it moved on."""
    author = proposal.author or by
    saved = put_out(
        session, draft_in(proposal), by=author, base=version, today=today, checked_by=proposal.organisation.name
    )
    close(session, proposal.row_id, by=by, now=now)
    return saved


def close(session: Session, row_id: uuid.UUID, *, by: uuid.UUID, now: datetime) -> None:
    """An entry was published: whatever waited for it is decided, and its authors hear that it is public."""
    waited = select(Proposal).where(Proposal.row_id == row_id, Proposal.state.in_((WAITING, SENT_BACK)))
    for proposal in session.scalars(waited).all():
        proposal.state, proposal.decided_by = DONE, by
        if proposal.author and proposal.author != by:
            _tell(session, proposal, "published", now, {"name": proposal.name})
    session.flush()


def send_back(session: Session, proposal: Proposal, *, by: uuid.UUID, note: str, now: datetime, address: str) -> None:
    """Not like this: with a note that reaches the author, who finds the text as it was and goes on from there."""
    proposal.state, proposal.note, proposal.decided_by = SENT_BACK, note, by
    told = {"name": proposal.name, "note": note, "link": f"{address}{path_to(session, proposal)}"}
    _tell(session, proposal, "sent_back", now, told)
    session.flush()


def path_to(session: Session, proposal: Proposal) -> str:
    """Where its author goes on writing it."""
    known = session.get(m.Service, proposal.row_id) or session.get(m.Tip, proposal.row_id)
    if known is not None:
        return f"/console/entry/{proposal.row_id}?from={proposal.id}"
    return f"/console/group/{proposal.organisation_id}/new?from={proposal.id}"


def _tell(session: Session, proposal: Proposal, kind: str, now: datetime, told: dict[str, str]) -> None:
    author = session.get(p.Person, proposal.author) if proposal.author else None
    if author is not None:
        letters.write(session, kind, author.email, author.language, now, told, person=author.id)
