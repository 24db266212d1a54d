"""What an entry said before: every save, two side by side, bringing one back; and taking an entry down."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from channels.console.entries import own_entry, today
from channels.console.entry_form import day_in
from channels.console.entry_page import compared
from channels.console.forms import Problems
from channels.web import security
from channels.web.security import person
from knowledge import history, looking_after
from knowledge import models as m
from knowledge.db import session_scope
from knowledge.errors import NotFound
from knowledge.looking_after import Row

blueprint = Blueprint("history", __name__, url_prefix="/console/entry", template_folder="templates")
blueprint.before_request(security.signed_in)


@blueprint.get("/<uuid:entry>/history")
def show(entry: uuid.UUID) -> str:
    """Every save; with `at`, what that one changed."""
    with session_scope() as session:
        row = own_entry(session, entry)
        found = history.changes(session, row)
        at = request.args.get("at", "")
        number = int(at) if at.isdecimal() else 0
        older = [one.number for one in found if one.number < number and not one.withdrawn]
        told = None
        if number:
            told = _between(session, row, max(older, default=0), number)
    name = name_of(row)
    values = {"compared": told, "before": max(older, default=0), "after": number}
    return render_template("console/history.html", entry=entry, name=name, changes=found, **values)


@blueprint.post("/<uuid:entry>/history")
def restore(entry: uuid.UUID) -> ResponseReturnValue:
    """Bring back what a save said; that is a save of its own."""
    with session_scope() as session:
        row = own_entry(session, entry)
        number = request.form.get("number", "")
        if not number.isdecimal():
            abort(400)
        try:
            draft = history.draft_at(session, row, int(number))
        except NotFound:
            abort(404)
        if not looking_after.publishes_at_once(session, person(), row.organisation, row.place_id):
            looking_after.propose(session, draft, by=person().id, base=row.version)
            return redirect(url_for("entries.show", done="proposed"), 303)
        looking_after.put_out(
            session, draft, by=person().id, base=row.version, today=today(), checked_by=row.organisation.name,
            reason=f"{number} ↩",
        )  # fmt: skip
    return redirect(url_for("history.show", entry=entry, done="saved"), 303)


@blueprint.get("/<uuid:entry>/withdraw")
def ask_to_withdraw(entry: uuid.UUID) -> str:
    """What that means, asked once."""
    with session_scope() as session:
        return _withdraw_page(own_entry(session, entry), Problems({}))


@blueprint.post("/<uuid:entry>/withdraw")
def take_down(entry: uuid.UUID) -> ResponseReturnValue:
    """Gone at the next message; or planned for a day to come."""
    fields = {name: request.form.getlist(name) for name in request.form}
    on, right = day_in(fields, "on")
    with session_scope() as session:
        row = own_entry(session, entry)
        if not right:
            return _withdraw_page(row, Problems({"on": "console.entry.wrong.day"})), 400
        reason = request.form.get("reason", "").strip()[:300]
        if on is not None and on > today():
            looking_after.plan_withdrawal(session, row, by=person().id, on=on)
            return redirect(url_for("entries.show", done="planned"), 303)
        looking_after.take_down(session, row, by=person().id, reason=reason)
    return redirect(url_for("entries.show", done="withdrawn"), 303)


def name_of(row: Row) -> str:
    """What to call an entry in a heading."""
    text = row.name if isinstance(row, m.Service) else row.text
    return text if len(text) < 60 else f"{text[:57].rsplit(' ', 1)[0]}…"


def _between(session: Session, row: Row, before: int, after: int) -> list[tuple[str, str, str]]:
    try:
        new = history.draft_at(session, row, after)
        old = history.draft_at(session, row, before) if before else replace(new, key=new.key)
    except NotFound:
        abort(404)
    return compared(new, old)


def _withdraw_page(row: Row, problems: Problems) -> str:
    return render_template("console/withdraw.html", entry=row.id, name=name_of(row), problems=problems)
