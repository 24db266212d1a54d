"""The console's pages with something in them, on a phone: what is wrong, what waits, codes shown once, a file tried."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from knowledge import accounts, circles, freshness, looking_after, suggesting
from knowledge import models as m
from knowledge import people as p
from knowledge.db import session_scope
from knowledge.history import latest_draft
from tests.browser.test_accessible import PHONE, _fits, check
from tests.browser.test_console import console, last_link, phone  # noqa: F401  fixtures
from tests.knowledge import making

NOW = datetime.now(UTC)
LANGUAGES = pytest.mark.parametrize("language", ["en", "cy"])


@pytest.fixture
def signed_in(chromium, console):  # noqa: F811  the fixture above
    """A phone on which Ivy, who may do everything, is signed in; each page it goes to is looked at."""
    context = chromium.new_context(**PHONE, bypass_csp=True, locale="en-GB")
    page = context.new_page()
    page.goto(last_link())
    check(page)
    page.fill("#name", "Ivy")
    page.click("main button")
    with session_scope() as session:
        accounts.give_role(accounts.by_email(session, "ivy@example.org"), "admin")
    yield page
    context.close()


def look(page) -> None:
    check(page)
    _fits(page)


def press(page, words: str) -> None:
    """Press the button with this value, as somebody would, and look at what comes."""
    page.locator(f"button[value^='{words}']:not([aria-hidden])").first.click()
    look(page)


@pytest.mark.slow
@LANGUAGES
def test_an_authenticator_app_is_set_up_and_asked_for(signed_in, console, language):  # noqa: F811  as above
    page = signed_in
    page.goto(f"{console}/console/account/app?lang={language}")
    press(page, "begin")
    app = pyotp.TOTP(page.inner_text("code").replace(" ", ""))
    page.fill("#code", "000000")
    press(page, "confirm")
    page.fill("#code", app.at(datetime.now(UTC) - timedelta(seconds=30)))
    press(page, "confirm")
    assert page.locator("main code").count() == 8
    page.goto(f"{console}/console/account/app")
    look(page)
    page.context.clear_cookies()
    with session_scope() as session:
        token = accounts.link_for(session, "ivy@example.org", datetime.now(UTC))[1]
    page.goto(f"{console}/console/link/{token}?lang={language}")
    look(page)
    page.click("main button")
    look(page)
    page.fill("#code", "000000")
    page.click("main button")
    look(page)
    page.fill("#code", app.now())
    page.click("main button")
    assert page.url == f"{console}/console"


@pytest.mark.slow
@LANGUAGES
def test_forms_that_were_not_right_say_so(signed_in, console, language):  # noqa: F811  as above
    with session_scope() as session:
        church = session.query(m.Organisation).filter_by(key="church").one()
        group, place = church.id, church.place_id
    page = signed_in
    page.goto(f"{console}/console/place/{place}?lang={language}")
    page.fill("#brand", "#ffee00")
    page.fill("#name", "")
    press(page, "look")
    page.fill("#name", "Larch")
    page.press("#name", "Enter")
    assert "done=saved" in page.url, "Enter saves"
    look(page)
    for path in (f"/console/place/{place}/group", f"/console/group/{group}/team", f"/console/place/{place}/groups"):
        page.goto(console + path)
        look(page)
        page.click("main button")
        look(page)
    page.goto(f"{console}/console/group/{group}/new")
    page.fill("#phone-0-number", "ask")
    press(page, "publish")
    page.goto(f"{console}/console/group/{group}/sheet")
    press(page, "try")
    page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
    press(page, "try")
    page.click("button[value^='do ']")
    look(page)
    page.goto(f"{console}/console/sign-in")
    page.fill("#email", "nowhere")
    page.press("#email", "Enter")
    look(page)


SHEET = "key,name,line,topics,phone\n,Chess,Chess for anyone.,loneliness,01632 960144\n,,,,\n"


@pytest.mark.slow
@LANGUAGES
def test_what_waits_and_what_is_said_of_it(signed_in, console, language):  # noqa: F811  as above
    entry, code, proposal = _things_that_wait()
    page = signed_in
    page.goto(f"{console}/console/waiting?lang={language}")
    look(page)
    page.goto(f"{console}/console/proposal/{proposal}")
    look(page)
    press(page, "back")
    page.goto(f"{console}/claim/{entry}")
    look(page)
    page.fill("#email", "nowhere")
    page.press("#email", "Enter")
    look(page)
    assert "/claim/" in page.url and page.input_value("#email") == "nowhere", (
        "Enter asks the steward, and sends nothing"
    )
    page.fill("#email", "jo@example.org")
    page.press("#email", "Enter")
    assert page.url.endswith("/claim/asked")
    look(page)
    page.goto(f"{console}/suggest?entry={entry}")
    page.click("main .govuk-button")
    look(page)
    page.fill("#what", "It has moved to the hall.")
    page.click("main .govuk-button")
    look(page)
    for one in ("NONE", code):
        page.goto(f"{console}/suggest/answer")
        page.fill("#code", one)
        page.click("main .govuk-button")
        look(page)
    page.goto(f"{console}/console/entry/{entry}/history")
    look(page)


def _things_that_wait():
    with session_scope() as session:
        row = making.entry(session, "lunch", name="Lunch club", place="larch", topics=["food"])
        church = session.get_one(m.Organisation, row.organisation_id)
        church.email = "vicar@example.org"
        jean = accounts.accept(
            session, circles.ask_in(session, circles.circle(session, "group", church.id), "jean@example.org", NOW), NOW
        )
        draft = latest_draft(session, row)
        proposed = looking_after.propose(session, draft, by=jean.id, base=row.version)
        body = {"what": "It is on Fridays now."}
        code = suggesting.suggest(session, "correction", body, NOW.date(), entry=row.id)
        return row.id, code, proposed.id


@pytest.mark.slow
@LANGUAGES
def test_a_reminder_with_its_answers(chromium, console, language):  # noqa: F811  as above
    with session_scope() as session:
        for key in ("lunch", "supper", "walk"):
            making.entry(session, key, name=key.title(), place="larch", topics=["food"])
            session.query(m.Service).filter_by(key=key).one().review_by = NOW.date() + timedelta(days=3)
        church = session.query(m.Organisation).filter_by(key="church").one()
        token = circles.ask_in(session, circles.circle(session, "group", church.id), "ivy@example.org", NOW)
        accounts.accept(session, token, NOW, name="Ivy")
        freshness.remind(session, NOW + timedelta(minutes=1), console)
        links = [one.told["link"] for one in session.query(p.Letter) if "/console/right/" in one.told.get("link", "")]
    context = chromium.new_context(**PHONE, bypass_csp=True, locale="en-GB")
    page = context.new_page()
    assert len(links) == 1, "one letter, however many entries"
    page.goto(f"{links[0]}?lang={language}")
    look(page)
    for answer in ("stop ", "stopped", "right"):
        press(page, answer)
    assert page.locator(".done").count() == 2 and page.locator("button[value^='right']").count() == 1
    page.goto(f"{console}/console/right/nonsense")
    assert re.search(r"over|ben", page.inner_text("h1"))
    look(page)
    context.close()
