"""What's on: groups' regular activities on one day, in a place or near somewhere, and the same as a calendar."""

from __future__ import annotations

import calendar
import logging
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from channels.open_data import calendars
from channels.open_data.feed import site, today
from channels.open_data.pages import as_calendar
from channels.saying import in_words
from channels.web import places as doors
from channels.web import resident, security
from knowledge.answering import knowing
from knowledge.db import session_scope
from knowledge.desks import is_holiday
from knowledge.happening import Activity, Happening, activities, on_day
from knowledge.reading import Door
from knowledge.search import newest
from nlu.places import Spot
from words import look_up, say

log = logging.getLogger(__name__)
blueprint = Blueprint("whats_on", __name__, template_folder="templates")
blueprint.before_request(security.public)

A_WEEK = timedelta(days=7)
REMEMBERED = 50  # calendars kept by a process
FURTHEST = timedelta(days=366)  # how far ahead anybody may look
MOST = 100  # shown of one day: more is no help, a town narrows it down
LONGEST = 80  # letters of a place that are read


class NoSuchPlace(ValueError):
    """What was written is no place we can look near: its text, and the key of the sentence."""

    def __init__(self, written: str, key: str) -> None:
        super().__init__(key)
        self.written, self.key = written, key


@dataclass(frozen=True)
class Asked:
    """Where and when somebody looks."""

    slug: str
    near: Spot | None
    day: date
    monday: date  # the first of the seven days offered


@dataclass(frozen=True)
class Line:
    """One happening, in words."""

    entry: uuid.UUID
    name: str
    line: str
    time: str
    where: str
    note: str
    run_by: str
    distance_km: float | None
    free: bool
    maybe: bool
    term_time: bool
    invented: bool


@blueprint.get("/whats-on")
@blueprint.get("/p/<slug>/whats-on")
def show(slug: str = "") -> ResponseReturnValue:
    """One day's activities, with the week's other days beside it; without a place, only the question where."""
    g.door = doors.enter(slug) if slug else doors.last_used()
    language, written = resident.language(), request.args.get("near", "").strip()[:LONGEST]
    try:
        with session_scope() as session:
            asked = Asked(slug, _near(session, written), *_when())
            whole = slug or asked.near
            found = activities(session, today(), slug=slug, near=asked.near, day=asked.day) if whole else None
    except NoSuchPlace as wrong:
        sentence = say(f"open_data.whats_on.{wrong.key}", language, near=wrong.written)
        return _page(Asked(slug, None, *_when()), None, written, problem=sentence), 200
    return _page(asked, found, written)


def _page(asked: Asked, found: list[Activity] | None, written: str, problem: str = "") -> str:
    language = resident.language()
    happening = on_day(found, asked.day) if found is not None else []
    return render_template(
        "whats_on.html",
        title=_title(asked, written, language),
        slug=asked.slug,
        written=written,
        problem=problem,
        asked=found is not None,
        days=[(day, _tap(day, language), url(asked, written, day)) for day in _week(asked.monday)],
        day=asked.day,
        heading=_day_name(asked.day, language),
        earlier=url(asked, written, asked.monday - A_WEEK) if asked.monday > today() else "",
        later=url(asked, written, asked.monday + A_WEEK) if asked.monday + A_WEEK < today() + FURTHEST else "",
        lines=[_line(one, language) for one in happening[:MOST]],
        more=max(0, len(happening) - MOST),
        bank_holiday=bool(happening) and is_holiday(asked.day, happening[0].activity.nation),
        subscribe=_subscribe(asked, written) if found is not None else "",
        doors=doors.doors(),
    )


@blueprint.get("/whats-on.ics")
@blueprint.get("/p/<slug>/whats-on.ics")
def as_ics(slug: str = "") -> ResponseReturnValue:
    """The same for a calendar, every day of it; 404 without a place."""
    language, written = resident.language(), request.args.get("near", "").strip()[:LONGEST]
    try:
        with session_scope() as session:
            near = _near(session, written)
            if not near and _door(slug) is None:
                abort(404)
            body = _calendar(newest(session), session, Asked(slug, near, today(), today()), written, language)
    except NoSuchPlace:
        abort(404)
    return as_calendar(body)


_made: dict[tuple[object, ...], bytes] = {}  # calendars as they are until anything is saved; programs ask every hour


def _calendar(stamp: int, session: Session, asked: Asked, written: str, language: str) -> bytes:
    key = (stamp, str(session.get_bind().engine.url), site(), asked, language)
    if key not in _made:
        found = activities(session, today(), slug=asked.slug, near=asked.near)
        title = _title(asked, written, language)
        body = calendars.calendar(found, title, site(), language, today())
        if len(_made) >= REMEMBERED:
            _made.clear()
        _made[key] = body
    return _made[key]


def _door(slug: str) -> Door | None:
    return next((door for door in doors.doors() if door.slug == slug), None)


def _near(session: Session, written: str) -> Spot | None:
    if not written:
        return None
    spot = knowing(session).gazetteer.find(written, alone=True)
    if spot is None:
        raise NoSuchPlace(written, "unknown")
    if spot.kind in ("nation", "place"):
        raise NoSuchPlace(written, "too_vague")
    return spot


def _when() -> tuple[date, date]:
    """The day that is shown, and the first of the seven offered: today's, unless a later week was asked for."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = today()
    day = min(max(day, today()), today() + FURTHEST)
    weeks = (day - today()).days // 7
    return day, today() + weeks * A_WEEK


def _week(first: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range(7)]


def url(asked: Asked, written: str, day: date) -> str:
    """This page on another day."""
    more: dict[str, Any] = {"slug": asked.slug or None, "near": written or None}
    return url_for("whats_on.show", **more, day=None if day == today() else day.isoformat())


def _subscribe(asked: Asked, written: str) -> str:
    more: dict[str, Any] = {"slug": asked.slug or None, "near": written or None}
    return f"{site()}{url_for('whats_on.as_ics', **more)}"


def _title(asked: Asked, written: str, language: str) -> str:
    if asked.near is not None:
        return say("open_data.whats_on.near_place", language, place=asked.near.name)
    if asked.slug:
        door = _door(asked.slug)
        return say("open_data.whats_on.in_place", language, place=door.name if door else asked.slug)
    return say("open_data.whats_on.title", language)


def _day_name(day: date, language: str) -> str:
    weekday = look_up("days", language)[calendar.day_name[day.weekday()][:2].upper()]
    return say("open_data.whats_on.on_day", language, weekday=weekday, date=in_words(day, language))


def _tap(day: date, language: str) -> str:
    if day == today():
        return say("open_data.whats_on.today", language)
    weekday = look_up("days", language)[calendar.day_name[day.weekday()][:2].upper()]
    return say("open_data.whats_on.tap", language, weekday=weekday, day=day.day)


def _line(one: Happening, language: str) -> Line:
    told = one.activity
    begins, ends = one.begins.strftime("%H:%M"), one.ends.strftime("%H:%M") if one.ends else ""
    parts = (told.said("venue", language), told.address, told.town, told.postcode)
    return Line(
        entry=told.entry,
        name=told.said("name", language),
        line=told.said("line", language),
        time=say("open_data.whats_on.from_to", language, begins=begins, ends=ends)
        if ends
        else say("open_data.whats_on.from", language, begins=begins),
        where=", ".join(dict.fromkeys(part for part in parts if part)),
        note=told.said("note", language),
        run_by=told.run_by,
        distance_km=told.distance_km,
        free=told.free,
        maybe=one.maybe,
        term_time=told.term_time,
        invented=told.invented,
    )
