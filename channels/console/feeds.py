"""Feeds of others that a place follows: add one, see how it does, choose where it and we disagree, undo a reading.

Reading takes minutes and is another process's (`python -m knowledge follow --forever`); here it is only asked for.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.console.entry_page import as_text
from channels.console.forms import Problems
from channels.console.place import own_place
from channels.web import security
from channels.web.security import person
from knowledge import conflicts, following
from knowledge.db import session_scope
from knowledge.editing import id_of
from knowledge.errors import ImportWrong
from knowledge.feeds import Feed
from knowledge.following import BY
from knowledge.sourcing import SourceTaken

blueprint = Blueprint("feeds", __name__, url_prefix="/console", template_folder="templates")
blueprint.before_request(security.signed_in)
HOURS = (6, 24, 168)
SHOWN = 100


@dataclass(frozen=True)
class Listed:
    """Where a list of feeds is, and for which place's slug ("" for all)."""

    path: str
    slug: str
    name: str


@blueprint.route("/place/<uuid:place>/feeds", methods=["GET", "POST"])
def of_place(place: uuid.UUID) -> ResponseReturnValue:
    """Those of a place; POST follows one more."""
    with session_scope() as session:
        row = own_place(session, place)
        return _list(session, Listed(url_for("feeds.of_place", place=place), row.slug, row.name))


@blueprint.route("/feeds", methods=["GET", "POST"])
def everywhere() -> ResponseReturnValue:
    """Every feed, for whoever looks after the installation; one added here belongs to no place."""
    if not person().admin:
        abort(403)
    with session_scope() as session:
        return _list(session, Listed(url_for("feeds.everywhere"), "", ""))


@blueprint.get("/feed/<uuid:feed>")
def show(feed: uuid.UUID) -> str:
    """How one does, and what has to be chosen."""
    with session_scope() as session:
        row = _own_feed(session, feed)
        seen = [
            (one, [(at, as_text(ours), as_text(theirs)) for at, ours, theirs in one.fields])
            for one in conflicts.waiting(session, row.source)[:SHOWN]
        ]
        problems = [one for one in row.problems if one[0] != "kept"][:SHOWN]
        return render_template("console/feed.html", row=row, seen=seen, met=problems, done=request.args.get("done", ""))


@blueprint.post("/feed/<uuid:feed>")
def act(feed: uuid.UUID) -> ResponseReturnValue:
    """Ours, theirs, read it now, stop, follow again, undo."""
    what, _, which = request.form.get("do", "").partition(" ")
    with session_scope() as session:
        row = _own_feed(session, feed)
        if what in ("ours", "theirs"):
            _choose(session, row, what, which)
        elif what == "stop":
            row.active, row.wanted = False, ""
        elif what == "read":
            row.active, row.wanted = True, following.READ
        elif what == "undo" and row.wrote_at:
            row.active, row.wanted = False, following.UNDO
    return redirect(url_for("feeds.show", feed=feed, done="saved"), 303)


def _choose(session: Session, row: Feed, what: str, which: str) -> None:
    """One conflict; a second tap on what was chosen changes nothing."""
    try:
        chosen = conflicts.of_source(session, uuid.UUID(which), row.source)
    except ValueError:
        abort(400)
    if chosen is None:
        return
    if what == "ours":
        conflicts.keep_ours(session, chosen)
    else:
        conflicts.take_theirs(session, chosen, f"{BY}{row.source}")


def _own_feed(session: Session, feed: uuid.UUID) -> Feed:
    row = session.get(Feed, feed)
    if row is None:
        abort(404)
    security.own_place(id_of("place", row.place) if row.place else None)
    return row


def _list(session: Session, where: Listed) -> ResponseReturnValue:
    wrong = _follow(session, where.slug) if request.method == "POST" else {}
    if request.method == "POST" and not wrong:
        return redirect(f"{where.path}?done=saved", 303)
    query = select(Feed).order_by(Feed.source)
    rows = session.scalars(query.where(Feed.place == where.slug) if where.slug else query).all()
    page = render_template(
        "console/feeds.html", where=where, rows=rows, hours=HOURS, problems=Problems(wrong),
        value=lambda name: request.form.get(name, "24" if name == "every" else ""), done=request.args.get("done", ""),
    )  # fmt: skip
    return (page, 400) if wrong else page


def _follow(session: Session, slug: str) -> dict[str, str]:
    address, every = request.form.get("address", "").strip(), request.form.get("every", "24")
    known = session.scalars(select(Feed).where(Feed.address == following.base_of(address))).first()
    if known is not None and known.place != slug:
        return {"address": "console.feeds.taken"}
    source, licence = (request.form.get(name, "").strip()[:200] for name in ("source", "licence"))
    try:
        following.remember(
            session, address, source=source, licence=licence, place=slug,
            every_hours=int(every) if every in map(str, HOURS) else 24,
        )  # fmt: skip
    except SourceTaken:
        return {"source": "console.feeds.source_taken"}
    except (ImportWrong, ValueError):
        return {"address": "console.feeds.no_address"}
    return {}
