"""A resident's browser and a clerk's at once, over the real application: what one says the other sees by itself."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, replace

import pytest

from tests.browser.conftest import _serve
from tests.browser.test_accessible import PHONE, check
from tests.channels.conftest import directory, home, rasa  # noqa: F401  fixtures
from tests.channels.handover.conftest import at_desk, here  # noqa: F401  fixtures

DESKTOP = {"viewport": {"width": 1280, "height": 900}}


@dataclass
class Place:
    """The running application, and how to come to it."""

    url: str
    chromium: object
    staff_cookie: object
    contexts: list
    app: object

    def browser(self, *, staff: str = "", **options):
        context = self.chromium.new_context(**{**DESKTOP, "locale": "en-GB", "bypass_csp": True, **options})
        self.contexts.append(context)
        if staff:
            context.add_cookies([{"name": "fp-staff", "value": self.staff_cookie(staff), "url": self.url}])
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.goto(self.url + ("/desk" if staff else "/p/wenbury"))
        return page


@pytest.fixture
def place(home, chromium, at_desk):  # noqa: F811  the fixtures imported above
    from waitress import create_server

    from channels import gateway
    from channels.web import create_app

    gateway.warm()  # else the first message would wait for the models
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    application = create_app(replace(home, rate_limits=False, public_url=""))
    server = create_server(application, host="127.0.0.1", port=port, threads=8)
    thread = threading.Thread(target=_serve, args=(server,), daemon=True)
    thread.start()
    contexts: list = []

    def cookie(name: str) -> str:
        return at_desk(name).get_cookie("fp-staff").value

    yield Place(f"http://127.0.0.1:{port}", chromium, cookie, contexts, application)
    for context in contexts:
        context.close()
    server.close()
    thread.join(5)


@pytest.fixture
def app(home):  # noqa: F811
    from channels.web import create_app

    return create_app(replace(home, rate_limits=False, public_url=""))


def says(page, text: str) -> None:
    """Write and send, and wait until it stands in the conversation."""
    page.fill("#message", text)
    page.click("#send")
    page.wait_for_selector(f".said >> text={text}", timeout=15000)
    page.wait_for_selector("#waiting", state="hidden", timeout=15000)


def share(page, scope: str = "from_now") -> None:
    page.goto(page.url.partition("/p/")[0] + "/p/wenbury/person")
    page.check(f"input[name=scope][value={scope}]")
    check(page)
    page.click("#share .govuk-button")
    check(page)
    page.click("#yes .govuk-button")
    page.wait_for_selector("#person:not([hidden])")


@pytest.mark.parametrize("size", [PHONE, pytest.param(DESKTOP, marks=pytest.mark.slow)], ids=["phone", "desktop"])
def test_what_one_says_the_other_sees_by_itself(place, size):
    resident = place.browser(**size)
    clerk = place.browser(staff="Jo", **size)
    check(clerk)
    says(resident, "I do not know where to turn")
    share(resident, "whole")
    check(resident)
    clerk.wait_for_selector("#queue .govuk-button", timeout=5000)
    assert clerk.title().startswith("●"), "a new one is seen in the title"
    check(clerk)
    clerk.click("#queue .govuk-button")
    clerk.wait_for_selector("#text")
    check(clerk)
    resident.wait_for_selector("text=You are talking to a person now", timeout=5000)
    began = time.monotonic()
    clerk.fill("#text", "Hello, I am Jo")
    clerk.press("#text", "Control+Enter")
    resident.wait_for_selector(".heard >> text=Hello, I am Jo", timeout=5000)
    assert time.monotonic() - began < 5
    check(resident)
    says(resident, "Thank goodness")
    clerk.wait_for_selector(".item--message >> text=Thank goodness", timeout=5000)
    resident.reload()
    assert resident.locator(".heard >> text=Hello, I am Jo").count() == 1, "once, also after loading again"
    clerk.fill("#q", "lunch club")
    clerk.press("#q", "Enter")
    clerk.wait_for_selector(".found")
    check(clerk)
    clerk.click("button[value=handed_back]")
    resident.wait_for_selector("#person-helped", timeout=5000)
    check(resident)
    resident.click("#person .tap >> nth=0")
    resident.goto(place.url + "/person/seen")
    check(resident)
    assert "looked at what you wrote" in resident.content()
    assert resident.faults == [] and clerk.faults == []


def test_a_lost_connection_loses_nothing(place):
    resident, clerk = place.browser(), place.browser(staff="Jo")
    says(resident, "hello")
    share(resident)
    clerk.wait_for_selector("#queue .govuk-button", timeout=5000)
    clerk.click("#queue .govuk-button")
    resident.wait_for_selector("text=You are talking to a person now", timeout=5000)
    resident.context.set_offline(True)
    for words in ("first while away", "second while away"):
        clerk.fill("#text", words)
        clerk.click("#send")
        clerk.wait_for_selector(f".item--clerk >> text={words}")
    resident.context.set_offline(False)
    resident.wait_for_selector(".heard >> text=second while away", timeout=15000)
    assert resident.locator(".heard >> text=first while away").count() == 1


def test_everything_without_javascript(place):
    resident = place.browser(java_script_enabled=False)
    clerk = place.browser(staff="Jo", java_script_enabled=False)
    resident.fill("#message", "I do not know where to turn")
    resident.click("#send")
    resident.click("nav.tools >> text=Ask for a person")
    resident.click("#share .govuk-button")
    resident.click("#yes .govuk-button")
    clerk.click("text=Look again")
    clerk.click("#queue .govuk-button")
    clerk.fill("#text", "Hello without a script")
    clerk.click("#send")
    resident.click("text=Look for news")
    assert resident.locator(".heard >> text=Hello without a script").count() == 1
