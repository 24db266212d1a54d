"""`/mine`: see, correct, take away, bring back, delete. A stranger is told that nothing is held."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from channels import conversations, gateway, receipts
from channels.messages import Inbound, Signpost
from channels.mine import listing, record
from channels.mine.record import SCHEMA, Record, RecordWrong
from channels.web import pages, places, resident, security, showing
from knowledge.db import session_scope
from settings import settings
from words import say

logger = logging.getLogger(__name__)
blueprint = Blueprint("record", __name__, url_prefix="/mine", template_folder="templates")
blueprint.before_request(security.public)


@blueprint.before_request
def dress() -> None:
    """In the look of the door the resident came in by."""
    g.door = places.last_used()


@blueprint.get("")
def show() -> str:
    """Everything held about whoever holds this cookie."""
    held = _held()
    posts = _posts(held)
    code = listing.code_of(one.entry for one in posts)
    return render_template(
        "mine/mine.html", record=held, posts=posts, code=code, large=request.args.get("print") == "large",
        qr=listing.qr_svg(_address(code)) if code else "", done=request.args.get("done", ""), back=pages.start(),
    )  # fmt: skip


@blueprint.post("")
def change() -> ResponseReturnValue:
    """Notes kept, or one entry taken off the list."""
    who = resident.sender()
    remove = request.form.get("remove", "")
    notes = None if remove else request.form.get("notes", "").replace("\r\n", "\n").replace("\x00", "")
    if not who or not record.keep(who, notes=notes, remove=remove):
        return redirect(url_for("record.show"), 303)
    return redirect(url_for("record.show", done="removed" if remove else "notes"), 303)


@blueprint.get("/record.json")
def as_json() -> Response:
    """The record as a file; its schema is /mine/schema.json."""
    held = _held()
    body = record.to_json(held, _posts(held), datetime.now(UTC))
    response = Response(body, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="fingerpost.json"'
    response.headers["Link"] = f'<{url_for("record.schema")}>; rel="describedby"'
    return response


@blueprint.get("/schema.json")
def schema() -> Response:
    """What the file means, as JSON Schema, for whoever wants to read or write one."""
    return Response(SCHEMA.read_text(encoding="utf-8"), content_type="application/schema+json")


@blueprint.get("/back")
def bring() -> str:
    """Where a record is brought back."""
    return render_template("mine/back.html", problem="", back=pages.start())


@blueprint.post("/back")
def brought() -> ResponseReturnValue:
    """A conversation that begins where the record ended: list and notes kept, place and need asked anew."""
    sent = request.files.get("file")
    written = sent.read().decode("utf-8", "replace") if sent and sent.filename else request.form.get("record", "")
    try:
        found = record.from_json(written)
    except RecordWrong:
        return render_template("mine/back.html", problem="wrong", back=pages.start()), 400
    door, language, now = g.door.slug if g.door else "", resident.language(), datetime.now(UTC)
    with session_scope(settings().conversations_url) as opened:
        conversations.started(opened, resident.begin(), "web", door, language, now)
    record.keep(resident.sender(), notes=found.notes or None, add=found.entries)
    if found.asked:
        again = say("mine.back.again", language, asked=found.asked, place=found.place) if found.place else found.asked
        gateway.handle(Inbound("web", resident.sender(), again, showing.new_reference(), now, door, language))
    return redirect(pages.start(), 303)


@blueprint.get("/list")
def from_code() -> str:
    """A list behind the # of an address: our script puts it into the box; without it, it can be pasted."""
    return render_template("mine/list.html", posts=(), read=False, back=pages.start())


@blueprint.post("/list")
def read_code() -> str:
    """The places of a list, as they are published now. Nothing is kept."""
    posts = listing.signposts(listing.entries_in(request.form.get("code", "")[:2000]), resident.language())
    return render_template("mine/list.html", posts=posts, read=True, back=pages.start())


@blueprint.get("/receipt")
def receipt() -> str:
    """Where the receipt of a deletion is looked up."""
    return render_template("mine/receipt.html", back=pages.start())


@blueprint.post("/receipt")
def looked_up() -> str:
    """When it was deleted, and what may be left of it; or that we do not know this receipt."""
    written = request.form.get("reference", "")[:60]
    found = receipts.look_up(written, datetime.now(UTC))
    return render_template("mine/receipt.html", asked=written, found=found, back=pages.start())


def _held() -> Record:
    try:
        return record.record_of(resident.sender(), resident.history(), resident.language())
    except SQLAlchemyError as wrong:
        logger.error("record not read: %s", type(wrong).__name__)
        return Record()


def _posts(held: Record) -> tuple[Signpost, ...]:
    try:
        return listing.signposts(held.entries, resident.language())
    except SQLAlchemyError as wrong:
        logger.error("list not read: %s", type(wrong).__name__)
        return ()


def _address(code: str) -> str:
    """The list's address, its entries in the fragment only: no server, log or proxy ever sees them."""
    return f"{settings().public_url or request.host_url.rstrip('/')}{url_for('record.from_code')}#{code}"
