"""The pretend telephone at /dev/phone: the whole conversation by text without a supplier, for trying out."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from channels.sms import arriving, workers
from channels.sms.console import CONSOLE, Bubble
from channels.sms.numbers import NotANumber, international
from channels.sms.provider import Post
from channels.sms.segments import Cost, cost
from channels.web import security
from settings import settings

blueprint = Blueprint("phone", __name__, url_prefix="/dev/phone", template_folder="templates")
blueprint.before_request(security.only_trying_out)

USUAL = "+447700900123"  # Ofcom keeps 07700 900000 to 900999 for films and plays: nobody has it
LONGEST = 1600
ANSWER_WITHIN = 6.0  # seconds the page waits, so that it works without scripts
LOOKS = 0.1


@blueprint.get("")
def show() -> str:
    """The telephone's screen."""
    bubbles = [(bubble, cost(bubble.text)) for bubble in CONSOLE.shown(_number())]
    return _page(bubbles)


@blueprint.post("")
def write() -> ResponseReturnValue:
    """Send a text from it, wait a little for the answer, and show the screen again."""
    try:
        number = international(request.form.get("number", "") or USUAL)
    except NotANumber:
        return _page([], wrong=True), 400
    session["telephone"] = number
    text = request.form.get("text", "").replace("\r\n", "\n")[:LONGEST]
    before = len(CONSOLE.shown(number))
    CONSOLE.wrote(number, text)
    ours = request.form.get("ours", "") or settings().texting.our_number
    form = {"reference": secrets.token_urlsafe(18), "number": number, "ours": ours, "text": text}
    arriving.arrive(CONSOLE, CONSOLE.arrived(Post("", {}, form)), datetime.now(UTC))
    workers.wake()
    _wait(number, before + 1)
    return redirect(url_for("phone.show", _anchor="latest"), 303)


def _wait(number: str, shown: int) -> None:
    until = time.monotonic() + ANSWER_WITHIN
    while time.monotonic() < until and len(CONSOLE.shown(number)) <= shown:
        time.sleep(LOOKS)


def _number() -> str:
    return str(session.get("telephone", USUAL))


def _page(bubbles: list[tuple[Bubble, Cost]], *, wrong: bool = False) -> str:
    numbers = settings().texting.numbers
    return render_template("phone.html", bubbles=bubbles, number=_number(), numbers=numbers, wrong=wrong)
