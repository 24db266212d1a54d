"""A page an entry, the page about the open data, the sitemap and what robots are told. For everybody."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from channels.messages import Signpost
from channels.open_data import calendars
from channels.open_data.description import ENDPOINTS, parameters
from channels.open_data.feed import base, site, today
from channels.open_data.linked import Linked, linked
from channels.saying import in_words, places, signpost
from channels.web import places as doors
from channels.web import resident, security
from knowledge import exporting, merging
from knowledge.answering import WITHHELD_AFTER, knowing
from knowledge.db import session_scope
from knowledge.happening import Activity, activities
from knowledge.reading import Entry, entries
from knowledge.recurring import days_from, sure
from words import look_up

log = logging.getLogger(__name__)
blueprint = Blueprint("entry", __name__, template_folder="templates")
blueprint.before_request(security.public)

NEXT = 3  # dates told of each line of a timetable
A_SITEMAP = 40_000  # addresses; the format allows 50,000
PRIVATE = (
    "again", "claim", "console", "delete", "desk", "dev", "download", "forgotten", "health", "helped", "leave", "list",
    "mine", "outside", "person", "sms", "text-list",
)  # fmt: skip


@dataclass(frozen=True)
class Whole:
    """Everything the page of an entry shows."""

    post: Signpost
    also_at: tuple[str, ...]
    coming: tuple[str, ...]
    dated: bool
    overdue: bool
    source: str
    licence: str
    linked: Linked | None


@blueprint.get("/entry/<uuid:entry>")
def show(entry: uuid.UUID) -> ResponseReturnValue:
    """Everything that is published of an entry; on to the other where it was merged with one; 410 when it was taken
    down, 404 when there is none."""
    g.door = doors.last_used()
    with session_scope() as session:
        onward = merging.leads_to(session, entry)
    if onward is not None:
        return redirect(url_for("entry.show", entry=onward), 301)
    return render_template("entry.html", one=_found(entry), entry=entry, feed=base())


def _found(entry: uuid.UUID) -> Whole:
    with session_scope() as session:
        found = entries(session, [entry]).get(entry)
        if found is None or found.tier == "friend" or _too_old(found):
            abort(410 if exporting.withdrawn(session, entry) else 404)
        return _whole(session, found, resident.language())


def _too_old(entry: Entry) -> bool:
    return entry.review_by is not None and entry.review_by < today() - WITHHELD_AFTER


def _whole(session: Session, entry: Entry, language: str) -> Whole:
    overdue = entry.review_by is not None and entry.review_by < today()
    lines = activities(session, today(), entry=entry.id)
    address = f"{site()}{url_for('entry.show', entry=entry.id)}"
    return Whole(
        post=signpost(entry, {"overdue": overdue}, language, knowing(session).names),
        also_at=() if entry.masked else places(entry, language)[1:],
        coming=_coming(lines, language),
        dated=any(sure(line.rule) and line.rule.opens for line in lines),
        overdue=overdue,
        source=entry.source,
        licence=entry.licence,
        linked=None if entry.invented else linked(entry, address, language),
    )


def _coming(lines: list[Activity], language: str) -> tuple[str, ...]:
    """The next few days it is surely on; every day of the week needs no telling."""
    told = [line for line in lines if len(line.rule.days) < 5]
    days = {day for line in told for day in days_from(line.rule, today(), NEXT)}
    return tuple(in_words(day, language) for day in sorted(days)[:NEXT])


@blueprint.get("/entry/<uuid:entry>/calendar.ics")
def calendar(entry: uuid.UUID) -> ResponseReturnValue:
    """An entry's timetable for a calendar; 404 when it has none that can be told."""
    language = resident.language()
    with session_scope() as session:
        found = activities(session, today(), entry=entry)
        if not any(sure(line.rule) and line.rule.opens for line in found):
            abort(410 if exporting.withdrawn(session, entry) else 404)
        name = found[0].said("name", language)
    return as_calendar(calendars.calendar(found, name, site(), language, today()))


def as_calendar(body: bytes) -> Response:
    """An iCalendar answer that calendars may ask for again and again."""
    response = Response(body, mimetype="text/calendar")
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/open-data")
def about() -> str:
    """The feed, for people: where it is, what can be asked."""
    g.door = doors.last_used()
    told, notes = list(parameters(resident.language())), look_up("open_data.notes", resident.language())
    return render_template("open_data.html", feed=base(), endpoints=ENDPOINTS, parameters=told, notes=notes)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything public may be read; nothing of a conversation."""
    lines = ["User-agent: *", *(f"Disallow: /{name}" for name in PRIVATE), f"Sitemap: {site()}/sitemap.xml"]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Where the sitemaps are."""
    with session_scope() as session:
        total = exporting.count_real(session, today())
    parts = range(1, max(1, -(-total // A_SITEMAP)) + 1)
    rows = [f"<sitemap><loc>{site()}/sitemap/{part}.xml</loc></sitemap>" for part in parts]
    return _xml("sitemapindex", rows)


@blueprint.get("/sitemap/<number>.xml")
def sitemap_part(number: str) -> Response:
    """Some of the addresses; the first holds our own pages too. Invented entries are in none of them."""
    part = int(number) if number.isdecimal() and len(number) < 6 else 0  # more is none, and no number of SQLite's
    with session_scope() as session:
        rows = exporting.real(session, today(), skip=(part - 1) * A_SITEMAP, most=A_SITEMAP) if part > 0 else []
    own = [_url(path, None) for path in _own()] if part == 1 else []
    if not rows and not own:
        abort(404)
    return _xml("urlset", own + [_url(url_for("entry.show", entry=one), changed) for one, changed in rows])


def _own() -> list[str]:
    named = [url_for("pages.text", name=name) for name in ("about", "privacy", "accessibility", "licences")]
    real = [door for door in doors.doors() if not door.invented]
    named += [url_for("chat.show", slug=door.slug) for door in real]
    named += [url_for("whats_on.show", slug=door.slug) for door in real]
    return [url_for("chat.show"), url_for("whats_on.show"), url_for("entry.about"), *named]


def _url(path: str, changed: datetime | None) -> str:
    when = f"<lastmod>{changed.replace(tzinfo=UTC).isoformat(timespec='seconds')}</lastmod>" if changed else ""
    return f"<url><loc>{escape(site() + path)}</loc>{when}</url>"


def _xml(root: str, rows: list[str]) -> Response:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    response = Response("\n".join([head, *rows, f"</{root}>", ""]), mimetype="application/xml")
    response.headers["Cache-Control"] = "public, no-cache"
    return response
