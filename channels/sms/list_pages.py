"""A list from the page to a telephone, and back. A number is confirmed, used once and forgotten."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from channels.sms import limits, lists, workers
from channels.sms.control import code_in
from channels.sms.numbers import NotANumber, can_be_texted, international
from channels.web import places, resident, security
from knowledge.db import session_scope
from settings import settings

log = logging.getLogger(__name__)
ASKED_A_DAY = 6  # codes that one conversation may ask for in a day, to whichever numbers
blueprint = Blueprint("lists", __name__, template_folder="templates")
blueprint.before_request(security.public)


@blueprint.before_request
def dress() -> None:
    """The look of the door the resident came in by; nothing here where nobody carries texts."""
    if not settings().texting.on:
        abort(404)
    g.door = places.last_used()


@blueprint.get("/text-list")
def ask() -> ResponseReturnValue:
    """A box for a number, and a code to text us instead; back to the page where there is no list."""
    entries = last_list()
    if not entries:
        return redirect(url_for("chat.show"), 303)
    ours = settings().texting.our_number
    return render_template("text_list.html", code=_own_code(entries) if ours else "", ours=ours)


def _own_code(entries: tuple[str, ...]) -> str:
    """The code this page showed before, while it is good for the same list; else a new one."""
    now, shown = datetime.now(UTC), str(session.get("list_code", ""))
    with session_scope(settings().conversations_url) as opened:
        if not lists.still_good(opened, shown, entries, now):
            session["list_code"] = shown = lists.make_code(opened, entries, now)
    return shown


@blueprint.post("/text-list")
def send() -> ResponseReturnValue:
    """A code to that number. What the page says is the same whether or not it may have texts from us."""
    entries = last_list()
    if not entries:
        return redirect(url_for("chat.show"), 303)
    try:
        number = _texted_at(request.form.get("number", ""))
    except NotANumber:
        return render_template("text_list.html", code="", ours="", wrong="list.wrong"), 400
    now = datetime.now(UTC)
    with session_scope(settings().conversations_url) as opened:
        if not limits.another(opened, f"asked/{resident.sender()}", ASKED_A_DAY, now):
            return render_template("text_list.html", code="", ours="", wrong="list.enough"), 429
        session["text_list"] = lists.ask_to_confirm(opened, number, entries, resident.language(), now)
    workers.wake()
    return redirect(url_for("lists.confirm"), 303)


def _texted_at(written: str) -> str:
    """The number to send a code to; raises `NotANumber` for whatever is not a mobile of the UK."""
    number = international(written)
    if not can_be_texted(number):
        raise NotANumber
    return number


@blueprint.get("/text-list/code")
def confirm() -> ResponseReturnValue:
    """A box for the code."""
    if not session.get("text_list"):
        return redirect(url_for("lists.ask"), 303)
    return render_template("text_list_code.html", wrong="")


@blueprint.post("/text-list/code")
def check() -> ResponseReturnValue:
    """The right code sends the list, or says why it may not; five wrong ones, or fifteen minutes, end it."""
    with session_scope(settings().conversations_url) as opened:
        done = lists.confirmed(
            opened, str(session.get("text_list", "")), request.form.get("code", ""), datetime.now(UTC)
        )
    if done != lists.SENT:
        said, status = ("list.code_wrong", 400) if done == lists.WRONG else ("list.not_sent", 409)
        return render_template("text_list_code.html", wrong=said), status
    session.pop("text_list", None)
    workers.wake()
    return render_template("text_list_sent.html")


@blueprint.get("/list")
def open_list() -> str:
    """A box for the code that came by text."""
    return render_template("list.html", posts=(), wrong=False)


@blueprint.post("/list")
def show_list() -> ResponseReturnValue:
    """The list the code stands for, this once."""
    try:
        with session_scope(settings().conversations_url) as opened:
            entries = lists.use_code(opened, code_in(request.form.get("code", "")), datetime.now(UTC))
        posts = lists.posts_of(entries, resident.language())
    except SQLAlchemyError as wrong:
        log.error("list not read: %s", type(wrong).__name__)
        posts = ()
    return render_template("list.html", posts=posts, wrong=not posts), 200 if posts else 400


def last_list() -> tuple[str, ...]:
    """The entries of this resident's last answer with any; none once their conversation has spoken of danger."""
    replies = [turn.reply for turn in resident.history() if turn.reply]
    if any(reply.danger for reply in replies):
        return ()
    return next((found for reply in reversed(replies) if (found := lists.listed(reply))), ())
