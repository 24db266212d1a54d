"""A steward's place: name, welcome, colours that can be read, languages, when its teams are there, its groups."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import case, func, select, true
from sqlalchemy.orm import Session

from channels.console.entry_form import Reading
from channels.console.forms import Problems
from channels.web import security
from channels.web.colours import HEX, PAPER, contrast, readable
from channels.web.security import person
from knowledge import models as m
from knowledge import people as p
from knowledge.db import session_scope
from knowledge.drafts import DAYS
from knowledge.editing import save_place
from knowledge.history import made_by
from words import LANGUAGES

blueprint = Blueprint("own_place", __name__, url_prefix="/console/place", template_folder="templates")
blueprint.before_request(security.signed_in)
USUAL = {"brand": "#17594a", "accent": "#a8481f"}
SHOWN = 100  # groups of a place on one page; an import brings hundreds
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d\Z")


@blueprint.get("/<uuid:place>")
def show(place: uuid.UUID) -> str:
    """The place as it is."""
    with session_scope() as session:
        row = own_place(session, place)
        return _page(session, row, _fields(session, row), Problems({}))


@blueprint.post("/<uuid:place>")
def save(place: uuid.UUID) -> ResponseReturnValue:
    """Save it, or look at the colours first."""
    fields = {name: request.form.getlist(name) for name in request.form}
    with session_scope() as session:
        row = own_place(session, place)
        read = Reading(fields)
        values = _values(read, row)
        hours = _hours(session, row, read)
        if read.wrong or request.form.get("do") == "look":
            return _page(session, row, fields, Problems(read.wrong)), 400 if read.wrong else 200
        save_place(session, row, by=made_by(person().id), **values)
        for team, kept in hours.items():
            team.hours = kept
    return redirect(url_for("own_place.show", place=place, done="saved"), 303)


@blueprint.get("/<uuid:place>/groups")
def groups(place: uuid.UUID) -> str:
    """The place's groups, by a word of their name."""
    words = request.args.get("words", "").strip()[:80]
    with session_scope() as session:
        row = own_place(session, place)
        found, more = _groups(session, row, words)
        return render_template("console/groups.html", place=row, groups=found, more=more, words=words)


def own_place(session: Session, place: uuid.UUID) -> m.Place:
    """The place, if it is theirs: 404 when there is none, 403 when it is not."""
    row = session.get(m.Place, place)
    if row is None:
        abort(404)
    security.own_place(row.id)
    return row


def _values(read: Reading, row: m.Place) -> dict[str, Any]:
    if not read.one("name"):
        read.wrong["name"] = "console.entry.wrong.name"
    colours = {name: read.one(name).lower() for name in USUAL if read.one(name)}
    for name, colour in colours.items():
        if not HEX.match(colour):
            read.wrong[name] = "console.place.no_colour"
    kept = {name: {"en": getattr(row, name), **_other(row, name)} for name in ("name", "welcome", "banner")}
    if row.invented and not read.one("banner"):
        read.wrong["banner"] = "console.place.banner_needed"
    return {
        **{name: read.words(name, kept[name]) for name in kept},
        "colours": colours,
        "languages": read.all("languages", LANGUAGES) or tuple(row.languages),
    }


def _other(row: m.Place, name: str) -> dict[str, str]:
    return {language: own[name] for language, own in row.translations.items() if own.get(name)}


def _hours(session: Session, row: m.Place, read: Reading) -> dict[p.Team, dict[str, list[str]]]:
    """When each team is there, a day left empty being shut."""
    found: dict[p.Team, dict[str, list[str]]] = {}
    for team in teams_of(session, row):
        found[team] = {}
        for day in DAYS:
            opens, closes = (read.one(f"{team.id}-{day}-{end}") for end in ("opens", "closes"))
            if not opens and not closes:
                continue
            if not (CLOCK.match(opens) and CLOCK.match(closes) and opens < closes):
                read.wrong[f"{team.id}-{day}-opens"] = "console.place.no_hours"
            found[team][day] = [opens, closes]
    return found


def teams_of(session: Session, row: m.Place) -> list[p.Team]:
    """The teams that answer this place's residents."""
    return list(session.scalars(select(p.Team).where(p.Team.place_id == row.id).order_by(p.Team.name)))


def _fields(session: Session, row: m.Place) -> dict[str, list[str]]:
    own = row.translations.get("cy", {})
    found = {name: [getattr(row, name)] for name in ("name", "welcome", "banner")}
    found |= {f"{name}_cy": [own.get(name, "")] for name in ("name", "welcome", "banner")}
    found |= {name: [row.colours.get(name, usual)] for name, usual in USUAL.items()}
    found["languages"] = list(row.languages)
    for team in teams_of(session, row):
        for day, (opens, closes) in team.hours.items():
            found |= {f"{team.id}-{day}-opens": [opens], f"{team.id}-{day}-closes": [closes]}
    return found


def _page(session: Session, row: m.Place, fields: dict[str, list[str]], problems: Problems) -> str:
    shades = []
    for name in USUAL:
        given = (fields.get(name) or [""])[0].lower()
        if HEX.match(given):
            shades.append((name, given, f"{contrast(given, PAPER):.1f}", readable(given)))
    groups, more = _groups(session, row)
    return render_template(
        "console/place.html",
        place=row,
        value=lambda name: (fields.get(name) or [""])[0],
        ticked=lambda name, one: one in fields.get(name, []),
        shades=shades,
        teams=[(team.id, team.name) for team in teams_of(session, row)],
        days=DAYS,
        groups=groups,
        more=more,
        languages=LANGUAGES,
        problems=problems,
        done=request.args.get("done", ""),
    )


def _groups(session: Session, row: m.Place, words: str = "") -> tuple[list[tuple[uuid.UUID, str, int]], bool]:
    """A page of the place's groups with how many entries each has, those begun here before those imported, and
    whether there are more."""
    imported = case((m.Organisation.source == "", 0), else_=1)
    named = m.Organisation.name.icontains(words, autoescape=True) if words else true()
    found = session.execute(
        select(m.Organisation.id, m.Organisation.name, func.count(m.Service.id))
        .outerjoin(m.Service, m.Service.organisation_id == m.Organisation.id)
        .where(m.Organisation.place_id == row.id, named)
        .group_by(m.Organisation.id, m.Organisation.name)
        .order_by(imported, m.Organisation.name)
        .limit(SHOWN + 1)
    ).tuples()
    rows = [(one, name, count) for one, name, count in found]
    return rows[:SHOWN], len(rows) > SHOWN
