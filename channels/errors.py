"""The only mapping from what went wrong to an HTTP page. Each is a kind sentence and a way on."""

from __future__ import annotations

import math
import time

from flask import Flask, current_app, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from channels.web import chat, places, security, showing

KIND = (400, 403, 404, 405, 410, 413, 429, 500)


def register(app: Flask) -> None:
    """Every error a browser may meet has its page; anything unforeseen is the last one."""
    app.register_error_handler(HTTPException, plain)
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(RateLimitExceeded, busy)


def plain(error: HTTPException) -> ResponseReturnValue:
    """The page for a status; one we have no words for is shown as a bad request or as our own fault."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    named = status if status in KIND else (400 if status < 500 else 500)
    page = render_template("error.html", title=_words(named, "title"), text=_words(named, "text"))
    response = make_response(page, status)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def stale(_: CSRFError) -> ResponseReturnValue:
    """A page open too long, or no cookie: what was typed stays in the box, one tap sends it."""
    if back := security.keep_what_was_written():
        return redirect(f"{back}{'&' if '?' in back else '?'}done=stale", 303)
    return _once_more("stale"), 400


def busy(error: RateLimitExceeded) -> ResponseReturnValue:
    """Too many posts: how long to wait, in words and in the header, with what was typed kept."""
    seconds = _wait(error)
    response = make_response(_once_more("busy", seconds=seconds), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _once_more(which: str, **values: object) -> str:
    title = showing.in_page_language(f"{which}.title")
    if request.endpoint != "chat.receive":
        return render_template("error.html", title=title, text=showing.in_page_language(f"{which}.plain", **values))
    g.door = places.enter(str((request.view_args or {}).get("slug", "")))
    text = chat.written()
    again = {"title": title, "text": showing.in_page_language(f"{which}.text", **values)}
    return chat.page(chat.lately(), once_more=again, draft=text)


def _wait(error: RateLimitExceeded) -> int:
    """Seconds until the limit that was met opens again."""
    met = current_app.extensions["fingerpost.limiter"].current_limit
    return max(1, math.ceil(met.reset_at - time.time())) if met else int(error.limit.limit.get_expiry())


def _words(status: int, part: str) -> str:
    return showing.in_page_language(f"error.{status}.{part}")
