"""Reminders by text: a number, shown to be one's own by a code, and back to e-mail. Only where texts are carried."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from channels.console.forms import Problems
from channels.sms import reminding
from channels.sms.numbers import NotANumber, can_be_texted, international, person_of
from channels.sms.workers import wake
from channels.web import resident, security
from channels.web.security import person
from knowledge import telephones
from knowledge.db import session_scope
from knowledge.sealing import CannotBeRead, unseal
from settings import settings

blueprint = Blueprint("telephone", __name__, url_prefix="/console/account/telephone", template_folder="templates")
blueprint.before_request(security.signed_in)
SHOWN = 3  # last figures of a number that its owner is shown


@blueprint.get("")
def show() -> ResponseReturnValue:
    """How they are reminded, and the other way."""
    if not settings().texting.on:
        abort(404)
    return _page({})


@blueprint.post("")
def change() -> ResponseReturnValue:
    """Text a code, take the code back, or go back to e-mail."""
    if not settings().texting.on:
        abort(404)
    do = {"send": _send, "check": _check}.get(request.form.get("do", ""), _forget)
    wrong = do(datetime.now(UTC))
    return (_page(wrong), 400) if wrong else redirect(url_for("telephone.show"), 303)


def _send(now: datetime) -> dict[str, str]:
    try:
        number = international(request.form.get("number", ""))
    except NotANumber:
        number = ""
    if not number or not can_be_texted(number):
        return {"number": "console.telephone.no_number"}
    with session_scope() as session:
        code = telephones.offer(session, person().id, number, person_of(number), now)
    if not code or not reminding.send_code(number, code, resident.language(), now):
        return {"number": "console.telephone.not_sent"}
    wake()
    return {}


def _check(now: datetime) -> dict[str, str]:
    with session_scope() as session:
        theirs = telephones.prove(session, person().id, request.form.get("code", ""), now)
    return {} if theirs else {"code": "console.telephone.no_code"}


def _forget(_now: datetime) -> dict[str, str]:
    with session_scope() as session:
        telephones.forget(session, person().id)
    return {}


def _page(wrong: dict[str, str]) -> str:
    with session_scope() as session:
        held = telephones.of(session, person().id)
        end, waits, proved = "", bool(held and held.code), bool(held and held.proved_at)
        if held is not None:
            try:
                end = unseal(held.sealed)[-SHOWN:]
            except CannotBeRead:
                waits = proved = False
    told = {"end": end, "waits": waits, "proved": proved, "number": request.form.get("number", "")}
    return render_template("console/telephone.html", problems=Problems(wrong), **told)
