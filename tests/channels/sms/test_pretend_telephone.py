"""The pretend telephone: a whole conversation on a page, and never on a public address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.sms import console, phone, workers
from channels.web import create_app
from settings import use
from tests.channels.sms.conftest import OURS, work
from tests.channels.web.lint import LintingClient, fields_of
from words import say


@pytest.fixture
def page(texting, monkeypatch, clock):
    """A browser, and workers that work when they are woken."""
    from datetime import UTC, datetime

    fresh = console.Console()
    monkeypatch.setattr(console, "CONSOLE", fresh)
    monkeypatch.setattr(phone, "CONSOLE", fresh)
    monkeypatch.setattr(workers, "wake", lambda: work(lambda: datetime.now(UTC)))
    app = create_app(texting)
    app.test_client_class = LintingClient
    return app.test_client()


def write(page, text: str, number: str = "07700 900123", **more):
    fields = fields_of(page.get("/dev/phone").tree, "say")
    sent = page.post("/dev/phone", data={**fields, "number": number, "text": text, **more})
    return page.get("/dev/phone") if sent.status_code == 303 else sent


def test_a_conversation_on_the_page(page):
    assert say("web.phone.title", "en") in page.get("/dev/phone").text
    shown = write(page, "HELP")
    assert "HELP" in shown.text and "In danger, call 999" in shown.text and "2 segments, 1" in shown.text
    assert say("sms.stop", "en") in write(page, "STOP", ours=OURS).text


def test_each_number_is_a_telephone_of_its_own(page):
    write(page, "HELP")
    assert "HELP" not in write(page, "STOP", number="07700 900124").text


def test_a_wrong_number_is_said_kindly(page):
    shown = write(page, "hello", number="12")
    assert shown.status_code == 400 and say("web.phone.wrong", "en") in shown.text


def test_it_is_in_welsh_too(page):
    assert say("web.phone.title", "cy") in page.get("/dev/phone?lang=cy").text


def test_what_makes_a_text_dear_is_shown(page, monkeypatch):
    console_text = "Tŷ Hafan"
    phone.CONSOLE.wrote("+447700900123", "hello")
    from datetime import UTC, datetime

    from channels.sms.provider import ToSend

    phone.CONSOLE.send(ToSend("+447700900123", console_text, "r", OURS, datetime.now(UTC)))
    assert "dear letters because of ŷ" in page.get("/dev/phone").text


@pytest.mark.parametrize(
    "changed",
    [{"public_url": "https://help.example.org"}, {"texting": "off"}],
)
def test_it_is_not_there_in_public(texting, changed):
    if "texting" in changed:
        changed = {"texting": replace(texting.texting, providers=("twilio",))}
    with use(replace(texting, **changed)) as ours:
        client = create_app(ours).test_client()
        for method in (client.get, client.post):
            assert method("/dev/phone", headers={"X-Forwarded-Proto": "https"}).status_code in (404, 400)
        assert client.get("/dev/phone", headers={"X-Forwarded-Proto": "https"}).status_code == 404


def test_it_is_not_there_for_another_machine(texting):
    client = create_app(texting).test_client()
    assert client.get("/dev/phone", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    behind_a_proxy = {"X-Forwarded-For": "192.0.2.7"}
    assert client.get("/dev/phone", headers=behind_a_proxy).status_code == 404, (
        "a proxy on this machine is no local user"
    )
