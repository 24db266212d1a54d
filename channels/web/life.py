"""Life events as a way in: what usually helps first, step by step, with the same cards and box as the conversation."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime

from flask import Blueprint, abort, g, render_template, url_for

from channels.messages import Signpost
from channels.saying import signpost
from channels.web import places, resident, security
from knowledge.answering import knowing
from knowledge.db import session_scope
from knowledge.life import LifeEvent, life_events, steps_with_posts
from knowledge.reading import entries, place_spot

log = logging.getLogger(__name__)
blueprint = Blueprint("life", __name__)
blueprint.before_request(security.public)


@blueprint.get("/life/<name>")
@blueprint.get("/p/<slug>/life/<name>")
def show(name: str, slug: str = "") -> str:
    """One event's steps in order, each with places to turn; the steps alone while the directory cannot be read."""
    event = life_events().get(name) or abort(404)
    g.door = places.enter(slug)
    action = url_for("chat.show", slug=slug) if slug else url_for("chat.show")
    steps = list(zip(event.steps, cards(event, slug, resident.language()), strict=True))
    return render_template("life.html", event=event, steps=steps, action=action)


def cards(event: LifeEvent, slug: str, language: str) -> list[list[Signpost]]:
    """The signposts of each step, near the door's place or national."""
    try:
        return _cards(event, slug, language)
    except Exception as error:  # noqa: BLE001 - what helps first is worth reading without the directory too
        log.error("steps without entries kind=%s", type(error).__name__)
        return [[] for _ in event.steps]


def _cards(event: LifeEvent, slug: str, language: str) -> list[list[Signpost]]:
    with session_scope() as session:
        spot = place_spot(session, slug) if slug else None
        steps = steps_with_posts(session, event, spot=spot, today=datetime.now(UTC).date())
        names, found = knowing(session).names, []
        for _, posts in steps:
            known = entries(session, [uuid.UUID(post["entry"]) for post in posts])
            shown = [(known.get(uuid.UUID(post["entry"])), post) for post in posts]
            found.append([signpost(entry, post, language, names) for entry, post in shown if entry is not None])
        return found
