"""A feed on loopback that a test can change, break and make lie; and a directory that follows it."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import GeneratorType
from urllib.parse import parse_qs, urlsplit

import pytest

from knowledge import following
from knowledge.imports.fetching import Fetcher

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def row(number: int, **more) -> dict:
    """A service of a feed, in full."""
    place = {
        "id": f"l{number}",
        "location_type": "physical",
        "addresses": [{"postal_code": "M33 7WR", "city": "Ashby"}],
    }
    return {
        "id": str(number), "name": f"Club {number}", "status": "active", "description": f"We meet, club {number}.",
        "organization": {"id": f"o{number}", "name": f"Owners {number}"},
        "service_at_locations": [{"id": f"s{number}", "location": place}], **more,
    }  # fmt: skip


class Server:
    """A feed whose every answer a test can change: by page, by id, or altogether."""

    def __init__(self) -> None:
        self.rows = [row(number) for number in range(1, 8)]
        self.per_page = 3
        self.asked: list[str] = []
        self.page = None  # a function of a page number and the rows, that makes the page
        self.fails: dict[str, list[int]] = {}  # by a part of the path: statuses to answer with first
        self.headers: dict[str, str] = {}

    def answer(self, path: str) -> tuple[int, object]:
        self.asked.append(path)
        for part, statuses in self.fails.items():
            if part in path and statuses:
                return statuses.pop(0), {}
        query = parse_qs(urlsplit(path).query)
        if "page" in query:
            number = int(query["page"][0])
            rows = self.rows[(number - 1) * self.per_page : number * self.per_page]
            return 200, (self.page or self.usual)(number, rows)
        wanted = urlsplit(path).path.rsplit("/", 1)[1]
        found = next((one for one in self.rows if one["id"] == wanted), None)
        return (200, found) if found else (404, {})

    def usual(self, number: int, rows: list) -> dict:
        """A page of 3.0 with the usual numbers and whole rows."""
        pages = -(-len(self.rows) // self.per_page)
        told = {"total_items": len(self.rows), "total_pages": pages, "page_number": number, "size": len(rows)}
        return {**told, "first_page": number == 1, "last_page": number == pages, "empty": not rows, "contents": rows}


@pytest.fixture
def feed():
    made = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = made.answer(self.path)
            self.send_response(status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for part in body if isinstance(body, list | GeneratorType) else [json.dumps(body).encode()]:
                try:
                    self.wfile.write(part)
                except OSError:
                    return

        def log_message(self, *_) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}/oruk/v3"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def follow(directory, feed):
    """Read the feed once, on a day of NOW and after; returns the report."""
    with directory.scope() as session:
        following.remember(session, feed.url, source="Ashby feed", licence="OGL v3.0", place="ashby")

    def once(days: int = 0, **more):
        fetcher = Fetcher(private=True, pause=lambda _seconds: None)
        return following.read(
            directory.scope, feed.url, now=NOW + timedelta(days=days), fetcher=fetcher, **more
        )  # fmt: skip

    return once


def state(directory):
    with directory.scope() as session:
        return following.followed(session)[0]
