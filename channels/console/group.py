"""A group's own page: what it is called and how it is reached; for its steward, whether it publishes at once, and the
teams of it that answer residents."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.console.entries import own_group
from channels.console.entry_form import Reading, telephone
from channels.console.forms import Problems
from channels.web import security
from channels.web.security import person
from knowledge import looking_after
from knowledge import models as m
from knowledge import people as p
from knowledge.db import session_scope
from knowledge.drafts import OrganisationDraft
from knowledge.editing import save_group
from knowledge.history import made_by
from knowledge.imports import clean

blueprint = Blueprint("group", __name__, url_prefix="/console/group", template_folder="templates")
blueprint.before_request(security.signed_in)


@blueprint.get("/<uuid:group>")
def show(group: uuid.UUID) -> str:
    """The group as it is."""
    with session_scope() as session:
        row = own_group(session, group)
        return _page(session, row, _fields(row), Problems({}))


@blueprint.post("/<uuid:group>")
def save(group: uuid.UUID) -> ResponseReturnValue:
    """Save what it says of itself; a steward's tick for trust, too."""
    fields = {name: request.form.getlist(name) for name in request.form}
    with session_scope() as session:
        row = own_group(session, group)
        read = Reading(fields)
        draft = _draft(session, row, read)
        if read.wrong:
            return _page(session, row, fields, Problems(read.wrong)), 400
        save_group(session, draft, by=made_by(person().id))
        if person().stewards(row.place_id):
            looking_after.trust(session, row.id, read.one("trusted") == "on")
    return redirect(url_for("group.show", group=group, done="saved"), 303)


def _draft(session: Session, row: m.Organisation, read: Reading) -> OrganisationDraft:
    if not read.one("name"):
        read.wrong["name"] = "console.entry.wrong.name"
    email, url, phone = read.one("email"), read.one("url"), read.one("phone")
    if email and clean.email(email) != email:
        read.wrong["email"] = "console.sign_in.no_email"
    if url and not (url := clean.url(url if "://" in url else f"https://{url}")):
        read.wrong["url"] = "console.entry.wrong.url"
    if phone:
        phone, known = telephone(phone)
        if not known:
            read.wrong["phone"] = "console.entry.wrong.phone"
    return replace(
        as_draft(session, row),
        name=read.words("name", _words(row, "name")),
        description=read.words("description", _words(row, "description")),
        email=email or None,
        url=url or None,
        phone=phone or None,
        charity_number=read.one("charity_number")[:20] or None,
    )


def as_draft(session: Session, row: m.Organisation) -> OrganisationDraft:
    """The organisation as a draft."""
    place = session.get(m.Place, row.place_id) if row.place_id else None
    return OrganisationDraft(
        key=row.key,
        name=_words(row, "name"),
        description=_words(row, "description"),
        kind=row.kind,
        body=row.body,
        url=row.url,
        email=row.email,
        phone=row.phones[0].number if row.phones else None,
        charity_number=row.charity_number,
        place=place.slug if place else None,
        source=row.source,
        licence=row.licence,
    )


def _words(row: m.Organisation, name: str) -> dict[str, str]:
    other = {language: own[name] for language, own in row.translations.items() if own.get(name)}
    return {"en": getattr(row, name), **other}


def _fields(row: m.Organisation) -> dict[str, list[str]]:
    own = row.translations.get("cy", {})
    return {
        "name": [row.name],
        "name_cy": [own.get("name", "")],
        "description": [row.description],
        "description_cy": [own.get("description", "")],
        "email": [row.email or ""],
        "url": [row.url or ""],
        "phone": [row.phones[0].number if row.phones else ""],
        "charity_number": [row.charity_number or ""],
    }


def _page(session: Session, row: m.Organisation, fields: dict[str, list[str]], problems: Problems) -> str:
    stewards = person().stewards(row.place_id)
    teams = select(p.Team).where(p.Team.organisation_id == row.id).order_by(p.Team.name)
    return render_template(
        "console/group.html",
        group=row,
        value=lambda name: (fields.get(name) or [""])[0],
        trusted=looking_after.trusted(session, row.id),
        stewards=stewards,
        teams=[(team.id, team.name) for team in session.scalars(teams)] if stewards else [],
        problems=problems,
        done=request.args.get("done", ""),
    )
