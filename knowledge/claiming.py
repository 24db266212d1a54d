"""Taking over a group that was imported, or that a steward wrote: shown by the address already on it, or decided by the
steward. Nothing is handed over on somebody's word alone."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from knowledge import circles, letters
from knowledge import models as m
from knowledge import people as p
from knowledge.access import SignedIn
from knowledge.accounts import invited_lately, tidy

LONGEST = 1000
MOST = 5  # claims of one group that may wait at once


def address_on_it(session: Session, row: m.Organisation) -> str:
    """The group's own address, with most of its name hidden; "" when it has none."""
    name, _, host = _address(session, row).partition("@")
    return f"{name[:1]}…@{host}" if host else ""


def _address(session: Session, row: m.Organisation) -> str:
    """Where the group's post goes: what is said of itself, or of all its entries alike; of two nobody knows which."""
    if row.email:
        return row.email
    live = (m.Service.organisation_id == row.id, m.Service.status == "active", m.Service.email.is_not(None))
    found = {tidy(one) for one in session.scalars(select(m.Service.email).where(*live)) if one}
    return found.pop() if len(found) == 1 else ""


def looked_after(session: Session, row: m.Organisation) -> bool:
    """Whether somebody signs in for this group already."""
    return session.scalars(select(p.Membership.id).where(p.Membership.organisation_id == row.id)).first() is not None


def by_address(session: Session, row: m.Organisation, now: datetime, language: str, address: str) -> bool:
    """Invite whoever reads the group's own post, once a day at most: anybody may press, and each new invitation ends
    the one that is being read. False when it has no address or is looked after already."""
    own = _address(session, row)
    if not own or looked_after(session, row):
        return False
    if invited_lately(session, own, row.id, now):
        return True
    of = circles.circle(session, "group", row.id)
    link = address + "/console/invitation/" + circles.ask_in(session, of, own, now, lead=True, language=language)
    letters.write(session, "claimed", tidy(own), language, now, {"link": link, "about": row.name})
    return True


def ask(session: Session, row: m.Organisation, email: str, said: str, now: datetime, language: str) -> bool:
    """Let it wait for a steward, once an address; False when enough wait already."""
    waits = select(func.count()).select_from(p.Claim).where(p.Claim.organisation_id == row.id)
    same = select(p.Claim.id).where(p.Claim.organisation_id == row.id, p.Claim.email == tidy(email))
    if session.scalars(same).first() is not None:
        return True
    if session.scalars(waits).one() >= MOST:
        return False
    session.add(p.Claim(organisation_id=row.id, email=tidy(email), said=said[:LONGEST], language=language, made_at=now))
    session.flush()
    return True


def waiting(session: Session, who: SignedIn) -> list[p.Claim]:
    """Claims that this person may decide about."""
    rows = session.scalars(select(p.Claim).options(joinedload(p.Claim.organisation)).order_by(p.Claim.made_at))
    return [row for row in rows if who.stewards(row.organisation.place_id)]


def decide(session: Session, claim: p.Claim, *, yes: bool, now: datetime, address: str, by: str) -> None:
    """Invite them to the group, or tell them no; the claim with its address is deleted either way."""
    about = claim.organisation.name
    if yes:
        of = circles.circle(session, "group", claim.organisation_id)
        token = circles.ask_in(session, of, claim.email, now, language=claim.language)
        told = {"link": f"{address}/console/invitation/{token}", "by": by, "about": about}
        letters.write(session, "invited_group", claim.email, claim.language, now, told)
    else:
        letters.write(session, "not_claimed", claim.email, claim.language, now, {"about": about})
    session.delete(claim)
    session.flush()


def claim_of(session: Session, claim: uuid.UUID) -> p.Claim | None:
    """The claim with this id."""
    return session.get(p.Claim, claim)
