"""Open Referral UK at /oruk/v3: the nine endpoints of HSDS-UK 3.0, for everybody, from any website.

Every answer, errors too, is JSON with CORS `*`, an ETag and, where it is known, when the directory last changed.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from channels.open_data import asking
from channels.open_data.asking import AskedWrong
from channels.open_data.description import VERSION, openapi, publisher
from channels.web import security
from knowledge.db import session_scope
from knowledge.exporting import Feed, Json, Page, withdrawn
from words import say

PROFILE = "https://docs.openreferraluk.org/"
LANGUAGE = "en"  # of the sentences to developers

blueprint = Blueprint("feed", __name__, url_prefix="/oruk/v3")
blueprint.before_request(security.public)


@blueprint.after_request
def for_everybody(response: Response) -> Response:
    """Any website may read it; kept copies are asked after each time, so that what is withdrawn is gone at once."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        response.mimetype = "text/plain"
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since, Accept, Content-Type"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


@blueprint.errorhandler(AskedWrong)
def refused(wrong: AskedWrong) -> ResponseReturnValue:
    """400 with the parameter and a sentence."""
    message = say(f"open_data.wrong.{wrong.why}", LANGUAGE, name=wrong.name)
    return _json({"error": "bad_request", "parameter": wrong.name, "message": message}), 400


@blueprint.errorhandler(HTTPException)
def not_so(error: HTTPException) -> ResponseReturnValue:
    """Whatever else is wrong with a request, as JSON."""
    status = error.code or 500
    key = {404: "not_found", 405: "method", 410: "gone"}.get(status, "other")
    response = _json({"error": key, "message": say(f"open_data.wrong.{key}", LANGUAGE)})
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response, status


@blueprint.errorhandler(Exception)
def broken(error: Exception) -> ResponseReturnValue:
    """Our own fault, most likely the directory: 503, so that a harvester comes back instead of taking it for empty."""
    current_app.logger.error("feed failed kind=%s", type(error).__name__)
    response = _json({"error": "unavailable", "message": say("open_data.wrong.unavailable", LANGUAGE)})
    response.headers["Retry-After"] = "60"
    return response, 503


@blueprint.get("/")
def about() -> Response:
    """Which standard this is."""
    return _json({"version": VERSION, "profile": PROFILE, "openapi_url": f"{base()}/openapi.json"})


@blueprint.get("/openapi.json")
def described() -> Response:
    """The OpenAPI document of what is here."""
    return _told(openapi(base()), None)


@blueprint.get("/services")
def services() -> Response:
    """A page of services."""
    with _feed() as feed:
        wanted = asking.asked(feed.session, _values())
        page = feed.services(wanted.wanted, page=wanted.page, per_page=wanted.per_page, form=wanted.form)
        return _told(_as_json(page), feed.changed_last(), page)


@blueprint.get("/services/<given>")
def service(given: str) -> Response:
    """One service in full."""
    return _one(given, lambda feed, one: feed.service(one))


@blueprint.get("/service_at_locations")
def at_locations() -> Response:
    """A page of services at the places they happen."""
    with _feed() as feed:
        wanted = asking.asked(feed.session, _values())
        page = feed.at_locations(wanted.wanted, page=wanted.page, per_page=wanted.per_page, full=wanted.full)
        return _told(_as_json(page), feed.changed_last(), page)


@blueprint.get("/service_at_locations/<given>")
def at_location(given: str) -> Response:
    """One service at one place, in full."""
    return _one(given, lambda feed, one: feed.at_location(one))


@blueprint.get("/taxonomies")
def taxonomies() -> Response:
    """The lists that terms belong to."""
    with _feed() as feed:
        page, per_page = asking.paging(_values())
        found = feed.taxonomies(page=page, per_page=per_page)
        return _told(_as_json(found), feed.changed_last(), found)


@blueprint.get("/taxonomies/<given>")
def taxonomy(given: str) -> Response:
    """One list."""
    return _one(given, lambda feed, one: feed.taxonomy(one))


@blueprint.get("/taxonomy_terms")
def terms() -> Response:
    """The terms of every list, or of one."""
    with _feed() as feed:
        page, per_page = asking.paging(_values())
        found = feed.terms(page=page, per_page=per_page, taxonomy=asking.one_id(_values(), "taxonomy_id"))
        return _told(_as_json(found), feed.changed_last(), found)


@blueprint.get("/taxonomy_terms/<given>")
def one_term(given: str) -> Response:
    """One term."""
    return _one(given, lambda feed, one: feed.term(one))


@blueprint.get("/<path:_nothing>")
def nothing(_nothing: str) -> ResponseReturnValue:
    """No such endpoint: told in JSON too."""
    return _missing("not_found", 404)


def base() -> str:
    """The feed's own address, as others reach it."""
    return f"{site()}/oruk/v3"


def site() -> str:
    """Where residents and readers reach us: as it was set, else as it was asked for."""
    return str(current_app.config["FINGERPOST"].public_url) or request.url_root.rstrip("/")


@contextmanager
def _feed() -> Iterator[Feed]:
    with session_scope() as session:
        yield Feed(session, publisher(LANGUAGE), today())


def today() -> date:
    """The day, by which entries grow too old to be shown."""
    return datetime.now(UTC).date()


def _values() -> dict[str, list[str]]:
    return {name: request.args.getlist(name) for name in request.args}


def _one(given: str, read: Callable[[Feed, uuid.UUID], Json | None]) -> Response:
    try:
        one = uuid.UUID(given)
    except ValueError:
        return _missing("not_found", 404)
    with _feed() as feed:
        found = read(feed, one)
        if found is not None:
            told = found.get("last_modified")
            return _told(found, datetime.fromisoformat(told) if told else None)
        return _missing("gone", 410) if withdrawn(feed.session, one) else _missing("not_found", 404)


def _missing(key: str, status: int) -> Response:
    response = _json({"error": key, "message": say(f"open_data.wrong.{key}", LANGUAGE)})
    response.status_code = status
    return response


def _as_json(page: Page) -> Json:
    return {
        "total_items": page.total,
        "total_pages": page.pages,
        "page_number": page.number,
        "size": len(page.contents),
        "first_page": page.number == 1,
        "last_page": page.number >= page.pages,
        "empty": not page.contents,
        "contents": page.contents,
    }


def _json(content: Json) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), mimetype="application/json")


def _told(content: Json, changed: datetime | None, page: Page | None = None) -> Response:
    """The answer, or 304 where the reader has it already."""
    response = _json(content)
    response.add_etag()
    response.headers["Cache-Control"] = "public, no-cache"
    if changed is not None:
        response.last_modified = changed.replace(tzinfo=UTC)
    if page is not None:
        response.headers["Link"] = ", ".join(_links(page))
    response.make_conditional(request)
    return response


def _links(page: Page) -> Iterator[str]:
    """Where the other pages are (RFC 8288)."""
    numbers = {"first": 1, "prev": page.number - 1, "next": page.number + 1, "last": page.pages}
    for name, number in numbers.items():
        if 1 <= number <= page.pages:
            query = "&".join(f"{key}={value}" for key, value in _query(number))
            yield f'<{base()}{request.path.removeprefix("/oruk/v3")}?{query}>; rel="{name}"'


def _query(number: int) -> Iterator[tuple[str, str]]:
    for name, value in request.args.items(multi=True):
        if name != "page":
            yield quote(name), quote(value)
    yield "page", str(number)
