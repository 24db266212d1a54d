"""A group's entries out to a spreadsheet and back: every change shown before it happens, and undone with one press."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.console.entries import empty, own_group, today
from channels.console.entry_page import as_text
from channels.console.forms import Problems
from channels.web import security
from channels.web.security import person
from knowledge import bulk, looking_after
from knowledge import models as m
from knowledge.db import session_scope
from knowledge.drafts import ServiceDraft
from knowledge.sheets import NotASheet
from knowledge.upkeep import SheetRun

blueprint = Blueprint("bulk", __name__, url_prefix="/console/group", template_folder="templates")
blueprint.before_request(security.signed_in)
SHOWN = 100


@blueprint.get("/<uuid:group>/entries.csv")
def out(group: uuid.UUID) -> Response:
    """Every published entry of the group."""
    with session_scope() as session:
        body = bulk.sheet_of(session, own_group(session, group))
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="entries.csv"'
    return response


@blueprint.get("/<uuid:group>/sheet")
def show(group: uuid.UUID) -> str:
    """Take it out, read it in; what was read in before."""
    with session_scope() as session:
        return _page(session, own_group(session, group), Problems({}))


@blueprint.post("/<uuid:group>/sheet")
def take(group: uuid.UUID) -> ResponseReturnValue:
    """Try a file, do what was tried, or undo it."""
    with session_scope() as session:
        owner = own_group(session, group)
        if not looking_after.publishes_at_once(session, person(), owner, owner.place_id):
            return _page(session, owner, Problems({"file": "console.sheet.only_trusted"})), 400
        what, _, which = request.form.get("do", "try").partition(" ")
        if what == "try":
            return _try(session, owner)
        run = _run(session, owner, which)
        act = bulk.carry_out if what == "do" else bulk.undo
        left = act(session, run, by=person().id, today=today(), checked_by=owner.name)
    return redirect(url_for("bulk.show", group=group, done="left" if left else "saved"), 303)


def _try(session: Session, owner: m.Organisation) -> ResponseReturnValue:
    file, blank = request.files.get("file"), empty(session, owner, "service")
    assert isinstance(blank, ServiceDraft)  # noqa: S101  "service" was asked for
    name = (file.filename or "") if file else ""
    try:
        if file is None or not name.lower().endswith((".csv", ".txt", ".json")):
            raise NotASheet("kind")
        tried = bulk.try_file(session, owner, file.read(), blank, as_json=name.lower().endswith(".json"))
        run = bulk.keep(session, owner, tried, name, person().id)
    except NotASheet as wrong:
        return _page(session, owner, Problems({"file": f"console.sheet.wrong.{wrong.args[0]}"})), 400
    rows = [
        (
            change.name,
            bool(change.before),
            [(at, as_text(old), as_text(new)) for at, old, new in bulk.seen(session, change)],
        )
        for change in bulk.changes_of(session, run)
    ]
    return render_template("console/tried.html", group=owner, run=run.id, tried=tried, rows=rows, shown=SHOWN)


def _run(session: Session, owner: m.Organisation, which: str) -> SheetRun:
    try:
        run = session.get(SheetRun, uuid.UUID(which))
    except ValueError:
        run = None
    if run is None or run.organisation_id != owner.id:
        abort(404)
    return run


def _page(session: Session, owner: m.Organisation, problems: Problems) -> str:
    done = (SheetRun.organisation_id == owner.id, SheetRun.state != "tried")
    runs = session.scalars(select(SheetRun).where(*done).order_by(SheetRun.made_at.desc()).limit(20)).all()
    kept = {"group": owner, "runs": runs, "problems": problems, "done": request.args.get("done", "")}
    return render_template("console/sheet.html", **kept)
