"""What people do with entries in the console: publish, propose, plan, withdraw, copy. Saving is editing.py's."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
import uuid
from dataclasses import replace
from datetime import date

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from knowledge import flags, reaching
from knowledge import models as m
from knowledge.access import SignedIn
from knowledge.answering import knowing
from knowledge.drafts import ServiceDraft, Spot, plain
from knowledge.editing import id_of, save_service, save_tip, withdraw
from knowledge.errors import KnowledgeError, NotFound
from knowledge.history import Draft, differences, draft_from, kind_of, latest_draft, made_by
from knowledge.imports.placing import district_of, lookup
from knowledge.indexing import publish
from knowledge.upkeep import DONE, PLANNED, SENT_BACK, WAITING, Asked, Proposal, Trusted

Row = m.Service | m.Tip


class ChangedMeanwhile(KnowledgeError):
    """Somebody else saved the entry since this draft was begun."""


def row_of(session: Session, entry: uuid.UUID) -> Row:
    """The entry or tip with this id, published or not; raises `NotFound`."""
    row: Row | None = session.get(m.Service, entry) or session.get(m.Tip, entry)
    if row is None:
        raise NotFound("no such entry")
    return row


def row_id_of(draft: Draft) -> uuid.UUID:
    """The id that this draft's entry has or will have."""
    return id_of("service" if isinstance(draft, ServiceDraft) else "tip", draft.key)


def new_key(name: str, once: str = "") -> str:
    """A key for a new entry: its name, and something no other entry has; the same again for the same `once`, so that
    a form sent twice makes one."""
    own = hashlib.sha256(once.encode()).hexdigest()[:20] if once else secrets.token_hex(4)
    plain_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain_name).strip('-')[:60] or 'entry'}-{own}"


def trusted(session: Session, organisation: uuid.UUID) -> bool:
    """Whether this group's people publish at once."""
    return session.get(Trusted, organisation) is not None


def trust(session: Session, organisation: uuid.UUID, given: bool) -> None:
    """Let a group publish at once, or no longer."""
    row = session.get(Trusted, organisation)
    if given and row is None:
        session.add(Trusted(organisation_id=organisation))
    elif not given and row is not None:
        session.delete(row)
    session.flush()


def publishes_at_once(session: Session, who: SignedIn, row: m.Organisation, place: uuid.UUID | None) -> bool:
    """Whether what this person writes for this group is public at once, or a steward looks first."""
    return who.stewards(place) or who.stewards(row.place_id) or trusted(session, row.id)


def put_out(
    session: Session, draft: Draft, *, by: uuid.UUID, base: int, today: date, checked_by: str, reason: str = ""
) -> Row:
    """Publish a draft made from version `base` (0: a new entry): found at the next message.

    It counts as checked today by `checked_by`, a group's name. Raises `ChangedMeanwhile`.
    """
    _still_at(session, draft, base)
    checked = replace(located(session, draft), checked_on=today, checked_by=checked_by)
    saved = _save(session, checked, by, reason)
    if saved is None:  # it says the same already
        return row_of(session, row_id_of(draft))
    publish(session, [saved])
    flags.done(session, saved.id)
    reaching.forget(session, saved.id)
    settle(session, saved.id, "changed", today)
    return saved


def settle(session: Session, entry: uuid.UUID, said: str, today: date) -> None:
    """Whatever letters asked about this entry is answered."""
    for one in session.scalars(select(Asked).where(Asked.row_id == entry, Asked.answer == "")):
        one.answer, one.answered_on = said, today
    session.flush()


def take_down(session: Session, row: Row, *, by: uuid.UUID, reason: str = "") -> None:
    """Withdraw an entry: gone at the next message, kept here with its revisions."""
    if row.status == "active":
        withdraw(session, row, by=made_by(by), reason=reason)
        publish(session, [row])
    for plan in session.scalars(_plans_to_take_down(row)):
        plan.state = DONE


def _plans_to_take_down(row: Row) -> Select[tuple[Proposal]]:
    waits = Proposal.state.in_((PLANNED, SENT_BACK))
    return select(Proposal).where(Proposal.row_id == row.id, Proposal.kind == "withdrawal", waits)


def copied(session: Session, row: Row) -> Draft:
    """A draft like this entry, for another: nothing says that it was checked."""
    draft = latest_draft(session, row)
    name = draft.name["en"] if isinstance(draft, ServiceDraft) else draft.text["en"][:40]
    return replace(draft, key=new_key(name), checked_on=None, checked_by="")


def located(session: Session, draft: Draft) -> Draft:
    """The draft with coordinates from its postcode, or its town among the place's own. A masked address stands in the
    middle of its postcode district."""
    if not isinstance(draft, ServiceDraft) or not draft.spots:
        return draft
    return replace(draft, spots=tuple(_located(session, spot, draft.place) for spot in draft.spots))


def postcode_known(session: Session, postcode: str) -> bool:
    """Whether a postcode, whole or half, is one."""
    return lookup(postcode, knowing(session).gazetteer) is not None


def _located(session: Session, spot: Spot, place: str | None) -> Spot:
    found = lookup(spot.postcode, knowing(session).gazetteer) if spot.postcode else None
    if found and spot.masked:
        found = lookup(district_of(found.latitude, found.longitude), knowing(session).gazetteer) or found
    if found:
        return replace(spot, latitude=found.latitude, longitude=found.longitude)
    town = session.get(m.Town, id_of("town", f"{place}/{spot.town}")) if place and spot.town else None
    if town is not None:
        return replace(spot, latitude=town.latitude, longitude=town.longitude)
    return spot


def says_already(session: Session, draft: Draft) -> bool:
    """Whether the entry stands here with these very words: a form that was sent twice."""
    row = row_of(session, row_id_of(draft))
    session.expire(row)
    now = plain(latest_draft(session, row))
    return row.status == "active" and not differences(now, plain(located(session, draft)))


def _still_at(session: Session, draft: Draft, base: int) -> None:
    """Hold the row against other writers and see that it is as it was; the update takes the lock before we look."""
    table: type[m.Service] | type[m.Tip] = m.Service if isinstance(draft, ServiceDraft) else m.Tip
    held = session.execute(
        update(table).where(table.id == row_id_of(draft), table.version == base).values(version=base)
    )
    there = session.get(table, row_id_of(draft)) is not None
    if there and not getattr(held, "rowcount", 0):
        raise ChangedMeanwhile("saved by somebody else")
    if not there and base:
        raise NotFound("no such entry")


def _save(session: Session, draft: Draft, by: uuid.UUID, reason: str) -> Row | None:
    if isinstance(draft, ServiceDraft):
        return save_service(session, draft, by=made_by(by), reason=reason)
    return save_tip(session, draft, by=made_by(by), reason=reason)


def propose(
    session: Session, draft: Draft, *, by: uuid.UUID, base: int, on: date | None = None, state: str = WAITING
) -> Proposal:
    """Let a change wait for a steward (or, with `on`, for its day). The author's earlier proposal for it goes."""
    place_id = id_of("place", draft.place) if draft.place else None
    row_id, organisation = row_id_of(draft), id_of("organisation", draft.organisation)
    for earlier in session.scalars(select(Proposal).where(Proposal.row_id == row_id, Proposal.author == by)):
        if earlier.state in (WAITING, PLANNED, SENT_BACK):
            session.delete(earlier)
    made = Proposal(
        kind="service" if isinstance(draft, ServiceDraft) else "tip",
        row_id=row_id,
        organisation_id=organisation,
        place_id=place_id,
        name=draft.name["en"] if isinstance(draft, ServiceDraft) else draft.text["en"][:80],
        body=plain(draft),
        base_version=base,
        author=by,
        state=PLANNED if on else state,
        due_on=on,
    )
    session.add(made)
    session.flush()
    return made


def draft_in(proposal: Proposal) -> Draft:
    """The draft that a proposal holds."""
    return draft_from(proposal.kind, proposal.body)


def carry_out_plans(session: Session, today: date) -> list[Row]:
    """Publish or withdraw what was planned for today or before. One whose entry changed meanwhile goes back to its
    author instead. Flushes."""
    due = select(Proposal).where(Proposal.state == PLANNED, Proposal.due_on <= today)
    done: list[Row] = []
    for plan in session.scalars(due).all():
        author = plan.author or uuid.UUID(int=0)
        if plan.kind == "withdrawal":
            row = row_of(session, plan.row_id)
            if row.status == "active" and row.version != plan.base_version:
                plan.state = SENT_BACK
                continue
            take_down(session, row, by=author, reason=plan.note)
            done.append(row)
        elif row_saved := _carried_out(session, plan, author, today):
            done.append(row_saved)
        else:
            plan.state = SENT_BACK
            continue
        plan.state = DONE
    session.flush()
    return done


def _carried_out(session: Session, plan: Proposal, author: uuid.UUID, today: date) -> Row | None:
    draft = draft_in(plan)
    checked_by = session.get_one(m.Organisation, plan.organisation_id).name
    try:
        return put_out(session, draft, by=author, base=plan.base_version, today=today, checked_by=checked_by)
    except (ChangedMeanwhile, NotFound):
        return None


def plan_withdrawal(session: Session, row: Row, *, by: uuid.UUID, on: date) -> None:
    """Take an entry down on a day to come; an earlier day planned for it no longer counts."""
    for earlier in session.scalars(_plans_to_take_down(row)):
        session.delete(earlier)
    name = row.name if isinstance(row, m.Service) else row.text[:80]
    session.add(
        Proposal(
            kind="withdrawal",
            row_id=row.id,
            organisation_id=row.organisation_id,
            place_id=row.place_id,
            name=name,
            body={"kind": kind_of(row)},
            base_version=row.version,
            author=by,
            state=PLANNED,
            due_on=on,
        )
    )
    session.flush()
