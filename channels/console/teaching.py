"""Teach it: an example of what somebody with a need says. What it changes is shown first; it counts at once."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.console.entries import own_entry, today
from channels.console.forms import Problems
from channels.web import resident, security
from channels.web.security import person
from knowledge import looking_after
from knowledge import models as m
from knowledge.answering import Answer, knowing
from knowledge.db import session_scope
from knowledge.history import latest_draft, made_by
from knowledge.indexing import phrase_rows
from knowledge.looking_after import Row
from knowledge.reading import entries
from knowledge.trying import teach_it
from nlu.welsh import gloss

blueprint = Blueprint("teaching", __name__, url_prefix="/console/entry", template_folder="templates")
blueprint.before_request(security.signed_in)
LONGEST = 200


@blueprint.get("/<uuid:entry>/teach")
def show(entry: uuid.UUID) -> str:
    """A phrase and one of the entry's topics."""
    with session_scope() as session:
        return _page(session, own_entry(session, entry), Problems({}))


@blueprint.post("/<uuid:entry>/teach")
def teach(entry: uuid.UUID) -> ResponseReturnValue:
    """What it would change; or add it, and it counts at the next message."""
    phrase, topic = " ".join(request.form.get("phrase", "").split()), request.form.get("topic", "")
    with session_scope() as session:
        row = own_entry(session, entry)
        wrong = {} if 0 < len(phrase) <= LONGEST else {"phrase": "console.teach.no_phrase"}
        if wrong or topic not in latest_draft(session, row).topics:
            return _page(session, row, Problems(wrong)), 400
        if request.form.get("do") != "add":
            return _page(session, row, Problems({}), tried=_tried(session, topic, phrase))
        if not _may_add(session, row):
            abort(403)
        read = gloss(phrase) if resident.language() == "cy" else phrase
        session.add_all(phrase_rows(session, topic, [(phrase, read)], by=made_by(person().id)))
    return redirect(url_for("teaching.show", entry=entry, done="taught"), 303)


def _tried(session: Session, topic: str, phrase: str) -> dict[str, dict[str, str]]:
    now, then = teach_it(topic, phrase, resident.language(), today=today())
    return {"now": _said(session, now), "then": _said(session, then)}


def _said(session: Session, found: Answer) -> dict[str, str]:
    names, language = knowing(session).names, resident.language()
    needs = ", ".join(names[key].get(language) or names[key]["en"] for key in found.keys if key in names)
    shown = entries(session, [post.entry for post in found.plan.posts])
    named = [shown[post.entry].name or shown[post.entry].run_by for post in found.plan.posts if post.entry in shown]
    return {"needs": needs, "shown": ", ".join(named)}


def _may_add(session: Session, row: Row) -> bool:
    """A phrase counts for everybody's messages: stewards add them, and groups that are trusted."""
    return looking_after.publishes_at_once(session, person(), row.organisation, row.place_id)


def _page(session: Session, row: Row, problems: Problems, tried: Any = None) -> str:
    names, language = knowing(session).names, resident.language()
    topics = latest_draft(session, row).topics
    mine = (m.TopicPhrase.topic_key.in_(topics), m.TopicPhrase.added_by.startswith("person:"))
    return render_template(
        "console/teach.html",
        entry=row.id,
        topics=[(key, names[key].get(language) or names[key]["en"]) for key in topics if key in names],
        topic=request.form.get("topic", ""),
        phrase=" ".join(request.form.get("phrase", "").split()),
        problems=problems,
        tried=tried,
        may_add=_may_add(session, row),
        own=session.scalars(select(m.TopicPhrase.text).where(*mine).order_by(m.TopicPhrase.stamp.desc())).all(),
        done=request.args.get("done", ""),
    )
