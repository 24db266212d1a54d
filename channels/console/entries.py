"""The list of entries, and writing one: look it over, keep it for later, publish it now or on a day."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from channels.console import entry_form, entry_page
from channels.console.entry_page import Sheet
from channels.web import security
from channels.web.security import person
from knowledge import approving, freshness, keeping, looking_after
from knowledge import models as m
from knowledge.answering import knowing
from knowledge.db import session_scope
from knowledge.drafts import ServiceDraft, TipDraft
from knowledge.errors import NotFound
from knowledge.history import Draft, kind_of, latest_draft, made_by
from knowledge.keeping import Fields
from knowledge.looking_after import ChangedMeanwhile, Row
from knowledge.upkeep import DONE, SENT_BACK, Proposal
from words import look_up

blueprint = Blueprint("entries", __name__, url_prefix="/console", template_folder="templates")
blueprint.before_request(security.signed_in)
TIER_OF = {"group": "community", "faith": "community", "charity": "voluntary", "company": "voluntary"}
NOT_FIELDS = {"csrf_token", "do", "version", "once"}


@blueprint.get("/entries")
def show() -> str:
    """Everything this person looks after, the most pressing first."""
    wanted, words = request.args.get("state", ""), request.args.get("words", "").strip()[:80]
    at = request.args.get("at", "")
    start = int(at) if at.isdecimal() else 0
    with session_scope() as session:
        rows, total = keeping.glances(session, person(), today=today(), wanted=wanted, words=words, at=start)
        groups = [(group.id, group.name) for group in keeping.groups_of(session, person())]
        forms = [(form.path, form.saved_at) for form in keeping.kept_forms(session, person().id)]
    told: dict[str, Any] = {"wanted": wanted, "words": words, "at": start, "step": keeping.PAGE, "total": total}
    done = request.args.get("done", "")
    return render_template(
        "console/entries.html", rows=rows, groups=groups, forms=forms, states=keeping.STATES, done=done, **told
    )


@blueprint.get("/group/<uuid:group>/new")
def new(group: uuid.UUID) -> ResponseReturnValue:
    """An empty form, or one filled from another entry of theirs."""
    with session_scope() as session:
        owner = own_group(session, group)
        draft = _copy_or_empty(session, owner)
        return _filled(session, owner, draft, 0, None)


@blueprint.post("/group/<uuid:group>/new")
def make(group: uuid.UUID) -> ResponseReturnValue:
    """Whatever button was pressed on a new entry's form."""
    with session_scope() as session:
        owner = own_group(session, group)
        return _pressed(session, owner, _copy_or_empty(session, owner), None)


@blueprint.get("/entry/<uuid:entry>")
def edit(entry: uuid.UUID) -> ResponseReturnValue:
    """An entry's form: as it is, or as this person left it."""
    with session_scope() as session:
        row = own_entry(session, entry)
        draft, back = latest_draft(session, row), _proposed(session) or _sent_back(session, row)
        if back is not None and back.row_id == row.id:
            draft = looking_after.draft_in(back)
        return _filled(session, row.organisation, draft, row.version, row, note=back.note if back else "")


@blueprint.post("/entry/<uuid:entry>")
def save(entry: uuid.UUID) -> ResponseReturnValue:
    """Whatever button was pressed on an entry's form."""
    with session_scope() as session:
        row = own_entry(session, entry)
        return _pressed(session, row.organisation, latest_draft(session, row), row)


def today() -> date:
    """The day, in UTC."""
    return datetime.now(UTC).date()


def own_group(session: Session, group: uuid.UUID) -> m.Organisation:
    """The group, if it is theirs to write for: 404 when there is none, 403 when it is not."""
    row = session.get(m.Organisation, group)
    if row is None:
        abort(404)
    security.own_group(row.id, row.place_id)
    return row


def own_entry(session: Session, entry: uuid.UUID) -> Row:
    """The entry, if it is theirs: 404 when there is none, 403 when it is not."""
    try:
        row = looking_after.row_of(session, entry)
    except NotFound:
        abort(404)
    security.own_group(row.organisation_id, row.place_id, row.organisation.place_id)
    return row


def _proposed(session: Session) -> Proposal | None:
    """The proposal whose form this is, for its author and for whoever decides about it."""
    try:
        row = session.get(Proposal, uuid.UUID(request.args.get("from", "")))
    except ValueError:
        return None
    theirs = row is not None and (row.author == person().id or approving.may_decide(person(), row))
    return row if theirs and row is not None and row.kind != "withdrawal" and row.state != DONE else None


def _copy_or_empty(session: Session, owner: m.Organisation) -> Draft:
    if (proposed := _proposed(session)) is not None and proposed.organisation_id == owner.id:
        return looking_after.draft_in(proposed)
    source = request.args.get("copy", "")
    if source:
        try:
            row = own_entry(session, uuid.UUID(source))
        except ValueError:
            abort(404)
        return replace(looking_after.copied(session, row), organisation=owner.key)
    return empty(session, owner, request.args.get("kind", "service"))


def empty(session: Session, owner: m.Organisation, kind: str) -> Draft:
    """A draft with what follows from whose it is, and nothing else."""
    place = session.get(m.Place, owner.place_id) if owner.place_id else None
    slug = place.slug if place else None
    if kind == "tip":
        return TipDraft(key="", organisation=owner.key, text={"en": ""}, topics=(), place=slug)
    blank = {"en": ""}
    return ServiceDraft(
        key="",
        organisation=owner.key,
        tier=TIER_OF.get(owner.kind, "council"),
        name=blank,
        line=blank,
        description=blank,
        topics=(),
        place=slug,
        area=("place",) if slug else ("uk",),
        source=owner.name,
    )


def _filled(
    session: Session, owner: m.Organisation, draft: Draft, version: int, row: Row | None, *, note: str = ""
) -> ResponseReturnValue:
    """The form with this draft, or with what the person wrote here before and did not send."""
    fields, kept = entry_form.fields_of(draft), keeping.kept_form(session, person().id, path_here())
    if kept is not None and request.args.get("fresh") != "1":
        fields = dict(kept.fields)
        version = int((fields.pop("version", [str(version)]) or ["0"])[0])
    sheet = _sheet(session, owner, draft, fields, version, row)
    sheet.kept_at, sheet.note = (kept.saved_at if kept and request.args.get("fresh") != "1" else None), note
    return entry_page.show(session, sheet)


def _pressed(session: Session, owner: m.Organisation, base: Draft, row: Row | None) -> ResponseReturnValue:
    fields: Fields = {name: request.form.getlist(name) for name in request.form if name not in NOT_FIELDS}
    given = request.form.get("version", "")
    version = int(given) if given.isdecimal() else 0
    what = request.form.get("do", "look")
    if what == "keep":
        keeping.keep_form(session, person().id, path_here(), {**fields, "version": [str(version)]})
        return redirect(url_for("entries.show", done="kept"), 303)
    if what == "right" and row is not None:
        freshness.still_right(session, row, today(), by=made_by(person().id))
        return redirect(url_for("entries.show", done="right"), 303)
    if what == "drop":
        keeping.drop_form(session, person().id, path_here())
        return redirect(f"{path_here()}{'&' if '?' in path_here() else '?'}fresh=1", 303)
    draft, wrong = read(session, owner, fields, base)
    sheet = _sheet(session, owner, draft, fields, version, row)
    sheet.wrong = wrong
    if what == "publish" and not wrong:
        return _publish(session, owner, draft, sheet)
    sheet.looked, sheet.more = what in ("look", "publish"), what == "more"
    if what != "publish":
        sheet.wrong = {} if what == "more" else {name: why for name, why in wrong.items() if name != "topics"}
    return entry_page.show(session, sheet), 400 if what == "publish" else 200


def _publish(session: Session, owner: m.Organisation, draft: Draft, sheet: Sheet) -> ResponseReturnValue:
    if not draft.key:
        name = draft.name["en"] if isinstance(draft, ServiceDraft) else draft.text["en"][:40]
        draft = replace(draft, key=looking_after.new_key(name, f"{person().id} {owner.id} {sheet.once}"))
    on, _ = entry_form.day_in(sheet.fields, "publish_on")
    at_once = not sheet.waits
    if at_once and (on is None or on <= today()):
        try:
            looking_after.put_out(
                session,
                draft,
                by=person().id,
                base=sheet.version,
                today=today(),
                checked_by=owner.name,
                reason=(sheet.fields.get("reason") or [""])[0][:300],
            )
        except ChangedMeanwhile:
            if not looking_after.says_already(session, draft):
                return _meanwhile(session, draft, sheet)
        approving.close(session, looking_after.row_id_of(draft), by=person().id, now=datetime.now(UTC))
        done = "published"
    else:
        looking_after.propose(session, draft, by=person().id, base=sheet.version, on=on if at_once else None)
        done = "planned" if at_once else "proposed"
    keeping.drop_form(session, person().id, path_here())
    return redirect(url_for("entries.show", done=done), 303)


def _meanwhile(session: Session, draft: Draft, sheet: Sheet) -> ResponseReturnValue:
    """Both texts, and a form that would now write over theirs on purpose."""
    row = looking_after.row_of(session, looking_after.row_id_of(draft))
    session.expire(row)
    sheet.draft, sheet.theirs, sheet.version = draft, latest_draft(session, row), row.version
    return entry_page.show(session, sheet), 409


def read(session: Session, owner: m.Organisation, fields: Fields, base: Draft) -> tuple[Draft, entry_form.Wrong]:
    """The draft in a form's fields, and what is wrong with them."""
    topics = knowing(session).kinds
    if isinstance(base, TipDraft):
        keys = {key for (key,) in session.query(m.Service.key).filter_by(organisation_id=owner.id)}
        return entry_form.tip_from(fields, base, topics=topics, about=keys)
    codes, access = look_up("languages", "en"), look_up("access", "en")
    draft, wrong = entry_form.service_from(fields, base, topics=topics, languages=codes, access=access)
    if not person().has("steward") and draft.tier != base.tier:
        draft = replace(draft, tier=base.tier)
    code = draft.spots[0].postcode if draft.spots else ""
    if code and "postcode" not in wrong and not looking_after.postcode_known(session, code):
        wrong["postcode"] = "console.entry.wrong.postcode"
    if entry_form.day_in(fields, "publish_on")[1] is False:
        wrong["publish_on"] = "console.entry.wrong.day"
    return draft, wrong


def _sheet(
    session: Session, owner: m.Organisation, draft: Draft, fields: Fields, version: int, row: Row | None
) -> Sheet:
    name = "" if row is None else row.name if isinstance(row, m.Service) else row.text
    place = row.place_id if row is not None else owner.place_id
    return Sheet(
        group=owner,
        kind=kind_of(row) if row is not None else ("tip" if isinstance(draft, TipDraft) else "service"),
        action=path_here(),
        fields=fields,
        version=version,
        once=request.form.get("once") or secrets.token_hex(8),
        name=name,
        published=row is not None and row.status == "active",
        draft=draft,
        waits=not looking_after.publishes_at_once(session, person(), owner, place),
    )


def path_here() -> str:
    """This form's address with what tells it from another on the same page, and nothing more."""
    return security.form_here()


def _sent_back(session: Session, row: Row) -> Proposal | None:
    """What came back of this person's writing; a day on which it was to be taken down is no writing."""
    mine = session.query(Proposal).filter_by(row_id=row.id, author=person().id, state=SENT_BACK)
    found: Proposal | None = mine.filter(Proposal.kind != "withdrawal").order_by(Proposal.made_at.desc()).first()
    return found
