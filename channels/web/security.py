"""What protects a page: who may see it, headers, the cookie's terms, forged posts refused, floods slowed, https."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from channels.sms.provider import Post, Unproved, provider
from channels.web.cookies import SIGNED_IN_PATHS, TwoCookies
from knowledge import accounts, keeping
from knowledge.access import SignedIn
from knowledge.db import session_scope
from settings import LOOPBACK, Settings, settings

BY_CONVERSATION = "20 per minute; 200 per hour"
BY_ADDRESS = "120 per minute; 1500 per hour"  # a library's whole floor may share one address
BY_ADDRESS_SIGNING_IN = "30 per minute; 200 per hour"
FROM_SUPPLIERS = ("sms", "outside")  # blueprints whose posts carry a supplier's proof in place of our token
LARGEST_TEXT = 32 * 1024  # a supplier's post: a text of ten segments is two kilobytes
LIMITED = (
    "suggest.tell",
    "suggest.interest",
    "suggest.answer",
    "suggest.claim",
    "chat.receive",
    "helped.answer",
    "helped.tell",
    "pages.delete",
    "pages.again",
    "wanted.agree",
    "letting_in.make",
    "record.brought",
    "record.looked_up",
    "lists.send",
    "lists.check",
    "lists.show_list",
)
KEPT = ("entries.make", "entries.save")  # forms that take a while to write
PLAIN = re.compile(r"[\w-]+\Z")
SIGNING_IN = (
    "signing_in.send",
    "signing_in.use",
    "signing_in.take_up",
    "let_in.enter",
    "telephone.change",
    "second.enter",
    "own_account.leave",
    "own_account.back",
)
BODY = 64 * 1024
SHEET = 900 * 1024  # a spreadsheet of a group; the server itself stops at a megabyte
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


def signed_in() -> ResponseReturnValue | None:
    """The guard of pages for whoever is signed in; anybody else is sent to sign in and comes back here after."""
    token = str(session.get("sign_in", ""))
    with session_scope() as opened:
        g.person = accounts.who(opened, token, datetime.now(UTC)) if token else None
    if g.person is None:
        back = keep_what_was_written() or _way_back()
        return redirect(url_for("signing_in.ask", next=back), 303)
    if "lang" not in session:
        g.language = g.person.language
    return None


def needs(*roles: str) -> Callable[[], None]:
    """A guard to put after `signed_in`: 403 for those who hold none of these roles anywhere. An admin holds all of
    them but staff; which group, place or team a page is about is asked by the `own_…` functions below."""

    def holds_one() -> None:
        if not person().has(*roles):
            abort(403)

    return holds_one


def person() -> SignedIn:
    """Whoever is signed in. Only for pages behind `signed_in`."""
    found: SignedIn = g.person
    return found


def own_group(organisation: uuid.UUID, *places: uuid.UUID | None) -> None:
    """403 unless this group is theirs to write for, or they look after one of the places it is in."""
    if not person().edits(organisation, *places):
        abort(403)


def own_place(place: uuid.UUID | None) -> None:
    """403 unless they look after this place."""
    if not person().stewards(place):
        abort(403)


def keep_what_was_written() -> str:
    """When a long form comes too late (the sign-in ran out, the page was open for a day), what is in it is kept for
    its writer, and this is the address to go on at; "" for any other page."""
    token = str(session.get("sign_in", ""))
    if request.method != "POST" or request.endpoint not in KEPT or not token:
        return ""
    fields = {name: request.form.getlist(name) for name in request.form if name not in ("csrf_token", "do")}
    with session_scope() as opened:
        writer = accounts.whose(opened, token)
        if writer is None:
            return ""
        keeping.keep_form(opened, writer, form_here(), fields)
    return form_here()


def form_here() -> str:
    """This form's address with what tells it from another on the same page, and nothing more."""
    told = [
        f"{name}={request.args[name]}" for name in ("kind", "copy", "from") if PLAIN.match(request.args.get(name, ""))
    ]
    return request.path + (f"?{'&'.join(told)}" if told else "")


def _way_back() -> str:
    """Where to go after signing in: this page, or the one whose form was sent."""
    return request.full_path.rstrip("?") if request.method == "GET" else ""


def inside(path: str) -> str:
    """The path if it is one of ours for people who sign in, else "": a link may not lead from here to elsewhere."""
    ours = any(path == one or path.startswith((f"{one}/", f"{one}?")) for one in SIGNED_IN_PATHS)
    return path if ours and "\\" not in path and "//" not in path.partition("?")[0] else ""


def proved_by_supplier() -> ResponseReturnValue | None:
    """The guard of what suppliers post: 403 for whatever is not shown to be theirs, whichever is configured.

    The page is empty and the same for every reason: whoever forges learns nothing.
    """
    if request.method != "POST":
        return None  # 405
    carrier = provider(request.path.split("/")[2])
    if carrier is None:
        return _refused()
    try:
        carrier.proved(posted())
    except (Unproved, HTTPException, ValueError):
        return _refused()
    return None


def _refused() -> Response:
    return Response("", 403, mimetype="text/plain")


def posted() -> Post:
    """The request without Flask: its address as the supplier knows it, its body once, at most so large."""
    if "post" not in g:
        request.max_content_length = LARGEST_TEXT
        is_form = request.mimetype == "application/x-www-form-urlencoded"
        asked = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        g.post = Post(
            url=f"{settings().address}{request.path}{asked}",
            headers=dict(request.headers),
            query=request.args.to_dict(),
            form=request.form.to_dict() if is_form else {},
            signed=request.form if is_form else None,
            body=b"" if is_form else request.get_data(),
            is_form=is_form,
        )
    post: Post = g.post
    return post


def only_trying_out() -> None:
    """The guard of the pretend telephone: there only where it carries the texts, and never on a public address."""
    texting = settings().texting
    if "console" not in texting.providers or settings().https or "X-Forwarded-For" in request.headers:
        abort(404)
    if request.remote_addr not in LOOPBACK and not settings().host.startswith("0."):
        abort(404)


def _room_for_a_sheet() -> None:
    """Before anything reads the form: a file may be larger than what anybody types."""
    if request.endpoint == "bulk.take":
        request.max_content_length = SHEET


def secure(app: Flask, given: Settings) -> None:
    """Put all of it on this application."""
    app.secret_key = given.secret_key
    app.session_interface = TwoCookies()
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
    app.before_request(_room_for_a_sheet)
    csrf = CSRFProtect(app)
    for name in FROM_SUPPLIERS:
        csrf.exempt(app.blueprints[name])
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

    for endpoint in SIGNING_IN:
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(BY_ADDRESS_SIGNING_IN, key_func=_address)(view)


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
