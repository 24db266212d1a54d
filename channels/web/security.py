"""What protects a resident's page: headers, the cookie's terms, forged posts refused, floods slowed, https."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]
from werkzeug.middleware.proxy_fix import ProxyFix

from settings import Settings

BY_CONVERSATION = "20 per minute; 200 per hour"
BY_ADDRESS = "120 per minute; 1500 per hour"  # a library's whole floor may share one address
LIMITED = ("chat.receive", "helped.answer", "helped.tell", "pages.delete", "pages.again")
BODY = 64 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def public() -> None:
    """The guard of pages that are for everybody; named so that a house test sees it was meant."""


def secure(app: Flask, given: Settings) -> None:
    """Put all of it on this application."""
    app.secret_key = given.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=BODY,
        SESSION_COOKIE_NAME="__Host-fp" if given.https else "fp",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=given.https,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=int(timedelta(hours=given.keep_hours).total_seconds()),
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our pages tell browsers never to send
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),  # static addresses change with their content
    )
    if given.https:
        _https(app, given)
    _limits(app, given)
    CSRFProtect(app)
    app.after_request(_headers)


def _https(app: Flask, given: Settings) -> None:
    """Behind a proxy that ends TLS: believe its last hop, send plain http to the public address."""
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]

    @app.before_request
    def to_https() -> ResponseReturnValue | None:
        if request.is_secure or request.path.startswith("/health/"):  # probes come from inside, without TLS
            return None
        return redirect(given.public_url + request.full_path.rstrip("?"), 308)

    @app.after_request
    def stay_on_https(response: Response) -> Response:
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def _limits(app: Flask, given: Settings) -> None:
    """Slow a flood of posts, by conversation and by address; counted in memory, so gone with the process."""
    limiter = Limiter(_address, app=app, storage_uri="memory://", enabled=given.rate_limits)
    app.extensions["fingerpost.limiter"] = limiter  # flask-limiter itself holds on to it only weakly
    for endpoint in LIMITED:
        by_address = limiter.limit(BY_ADDRESS, key_func=_address)
        per_talk = limiter.limit(BY_CONVERSATION, key_func=_conversation, exempt_when=lambda: not _conversation())
        view: Any = app.view_functions[endpoint]
        app.view_functions[endpoint] = per_talk(by_address(view))


def _address() -> str:
    return request.remote_addr or "unknown"


def _conversation() -> str:
    """The cookie's token; "" before the first message, when only the address counts: a class may start at once."""
    return str(session.get("token", ""))


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype in ("text/html", "application/json"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
