"""A browser of the machine's own and the web channel behind waitress, talking to a world in memory."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.channels.web import fakes

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WEATHER = "https://www.bbc.co.uk/weather"


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.exists():
                item.add_marker(pytest.mark.skip(reason=f"{CHROMIUM} is not on this machine"))


@dataclass
class Site:
    """Where the channel answers, and the world behind it."""

    url: str
    world: fakes.World


@pytest.fixture
def site(monkeypatch, tmp_path) -> Iterator[Site]:
    """The channel on a free port for one test."""
    from waitress import create_server

    from channels.web import create_app

    world = fakes.put_in(monkeypatch, fakes.World())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = create_server(create_app(fakes.settings_for(tmp_path)), host="127.0.0.1", port=port, threads=4)
    thread = threading.Thread(target=_serve, args=(server,), daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{port}", world)
    server.close()
    thread.join(5)


def _serve(server) -> None:
    try:
        server.run()
    except OSError:
        pass  # closed under it: the test is over


@pytest.fixture(scope="session")
def chromium():
    """One browser for the run."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, site) -> Iterator[Callable[..., object]]:
    """A page of a fresh browser at a path. Requests to anywhere else are kept in `page.elsewhere` and answered here."""
    contexts = []

    def make(path: str = "/", **options):
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.elsewhere = []
        page.faults = []
        context.route(lambda url: not url.startswith(site.url), lambda route: _elsewhere(page, route))
        page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.goto(site.url + path)
        return page

    yield make
    for context in contexts:
        context.close()


def _elsewhere(page, route) -> None:
    page.elsewhere.append(route.request.url)
    route.fulfill(status=200, content_type="text/html", body="<!DOCTYPE html><title>Weather</title><h1>Weather</h1>")
