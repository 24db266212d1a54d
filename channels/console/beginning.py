"""A steward begins something: a group with its first person invited, or a team that residents can be handed to."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from channels.console.entries import own_group
from channels.console.entry_form import Reading, Wrong
from channels.console.forms import Problems
from channels.console.place import own_place
from channels.console.signing_in import absolute
from channels.web import resident, security
from channels.web.security import person
from knowledge import accounts, circles, letters, looking_after
from knowledge import models as m
from knowledge.db import session_scope
from knowledge.drafts import OrganisationDraft
from knowledge.editing import id_of, save_group
from knowledge.history import made_by

blueprint = Blueprint("beginning", __name__, url_prefix="/console", template_folder="templates")
blueprint.before_request(security.signed_in)
KINDS = ("group", "faith", "charity", "company", "public_body")


@blueprint.route("/place/<uuid:place>/group", methods=["GET", "POST"])
def group(place: uuid.UUID) -> ResponseReturnValue:
    """A group of this place; whoever will look after it is invited to lead it."""
    with session_scope() as session:
        row, read = own_place(session, place), _read()
        if request.method == "GET" or _wrong_with(read):
            return _form("console/new_group.html", read, place=row, kinds=KINDS, once=_once(read))
        key = looking_after.new_key(read.one("name"), f"{person().id} {row.id} {_once(read)}")
        if session.get(m.Organisation, id_of("organisation", key)) is None:
            _begin(session, row, read, key)
    return redirect(url_for("group.show", group=id_of("organisation", key), done="group"), 303)


@blueprint.route("/group/<uuid:group>/team", methods=["GET", "POST"])
def team(group: uuid.UUID) -> ResponseReturnValue:
    """A team of this group for residents of its place; next its people are invited."""
    with session_scope() as session:
        row, read = own_group(session, group), _read()
        place = session.get(m.Place, row.place_id) if row.place_id else None
        if place is None:
            abort(403)
        security.own_place(place.id)
        if request.method == "GET" or _nameless(read):
            return _form("console/new_team.html", read, group=row)
        made = circles.team(session, row, place, read.one("name")[:120]).id
    return redirect(url_for("members.show", desk=made, done="team"), 303)


def _read() -> Reading:
    return Reading({name: request.form.getlist(name) for name in request.form})


def _once(read: Reading) -> str:
    """What tells this form from every other, so that sending it twice makes one group."""
    return read.one("once") or secrets.token_hex(8)


def _form(template: str, read: Reading, **more: object) -> ResponseReturnValue:
    page = render_template(
        template, value=read.one, ticked=lambda name: bool(read.one(name)), problems=Problems(read.wrong), **more
    )
    return (page, 400) if read.wrong else page


def _nameless(read: Reading) -> Wrong:
    if not read.one("name"):
        read.wrong["name"] = "console.entry.wrong.name"
    return read.wrong


def _wrong_with(read: Reading) -> Wrong:
    email = accounts.tidy(read.one("email"))
    if email and not accounts.looks_like_email(email):
        read.wrong["email"] = "console.sign_in.no_email"
    return _nameless(read)


def _begin(session: Session, place: m.Place, read: Reading, key: str) -> None:
    name = read.one("name")[:200]
    kind = read.one("kind") if read.one("kind") in KINDS else "group"
    draft = OrganisationDraft(key=key, name={"en": name}, description={"en": ""}, kind=kind, place=place.slug)
    made = save_group(session, draft, by=made_by(person().id))
    looking_after.trust(session, made.id, read.one("trusted") == "on")
    if read.one("email"):
        _ask(session, made, accounts.tidy(read.one("email")))


def _ask(session: Session, made: m.Organisation, email: str) -> None:
    now, language = datetime.now(UTC), resident.language()
    token = circles.ask_in(session, circles.circle(session, "group", made.id), email, now, language=language)
    told = {"link": absolute(url_for("signing_in.invited", token=token)), "by": person().called, "about": made.name}
    letters.write(session, "invited_group", email, language, now, told)
