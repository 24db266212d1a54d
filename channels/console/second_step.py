"""The second step: asked when signing in, turned on and off in one's account."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import segno
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from channels.console.forms import Problems
from channels.console.signing_in import come_in
from channels.web import security
from channels.web.security import person
from knowledge import accounts, second_step
from knowledge import people as p
from knowledge.db import session_scope

blueprint = Blueprint("authenticator", __name__, url_prefix="/console/account/app", template_folder="templates")
blueprint.before_request(security.signed_in)
asking = Blueprint("second", __name__, url_prefix="/console/second", template_folder="templates")
asking.before_request(security.public)
HALF_FOR = 600  # seconds between the first step and the second


@asking.get("")
def ask() -> ResponseReturnValue:
    """The code, please."""
    return render_template("console/second.html", problems=Problems({})) if _half() else _begin_again()


@asking.post("")
def enter() -> ResponseReturnValue:
    """In, with the right code."""
    half, now = _half(), datetime.now(UTC)
    if half is None:
        return _begin_again()
    with session_scope() as opened:
        if second_step.check(opened, half, request.form.get("code", ""), now):
            known = opened.get_one(p.Person, half)
            onward = str(session.get("half_next", ""))
            return come_in(accounts.plain(known), accounts.sign_in(opened, known, now), onward)
    return render_template("console/second.html", problems=Problems({"code": "console.second.wrong"})), 403


@blueprint.get("")
def show() -> str:
    """On, off, or waiting for its first code."""
    with session_scope() as opened:
        return _page(second_step.on(opened, person().id), second_step.begun(opened, person().id), Problems({}))


@blueprint.post("")
def change() -> ResponseReturnValue:
    """Begin, give the first code, or turn it off with a code."""
    what, code, now = request.form.get("do", ""), request.form.get("code", ""), datetime.now(UTC)
    with session_scope() as opened:
        if what == "begin":
            second_step.begin(opened, person().id)
        elif what == "confirm":
            if spare := second_step.confirm(opened, person().id, code, now):
                return render_template("console/spare.html", spare=spare)
            return _wrong(False, second_step.begun(opened, person().id))
        elif what == "off":
            if not second_step.check(opened, person().id, code, now):
                return _wrong(second_step.on(opened, person().id), "")
            second_step.off(opened, person().id)
    return redirect(url_for("authenticator.show"), 303)


def _wrong(on: bool, secret: str) -> ResponseReturnValue:
    return _page(on, secret, Problems({"code": "console.second.wrong"})), 400


def _page(on: bool, secret: str, problems: Problems) -> str:
    picture = ""
    if secret:
        made = segno.make(second_step.address_of(secret, person().email), error="m")
        picture = made.svg_data_uri(scale=4, border=4, light="#fff")
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render_template("console/authenticator.html", on=on, secret=spaced, picture=picture, problems=problems)


def _half() -> uuid.UUID | None:
    """Who has come through the first step in this browser, a short while ago."""
    held = session.get("half")
    if not isinstance(held, list) or len(held) != 2 or datetime.now(UTC).timestamp() - held[1] > HALF_FOR:
        return None
    return uuid.UUID(held[0])


def _begin_again() -> ResponseReturnValue:
    return redirect(url_for("signing_in.ask"), 303)
