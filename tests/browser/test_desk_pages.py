"""The pages around a person who takes over, each as a machine can check it, also as narrow as 400 % makes them; and a
clerk's browser together with a telephone, with and without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.sms import workers
from knowledge import accounts, vouching
from knowledge import people as p
from knowledge.db import session_scope
from knowledge.editing import id_of
from knowledge.replying import payload
from settings import use
from tests.browser.test_accessible import PHONE, _fits, check
from tests.browser.test_desk import DESKTOP, Place, app, place, says, share  # noqa: F401  fixtures
from tests.channels.conftest import directory, rasa  # noqa: F401  fixtures
from tests.channels.conftest import home as _home
from tests.channels.handover.conftest import at_desk, here  # noqa: F401  fixtures
from tests.channels.sms.conftest import OURS

NARROW = {"viewport": {"width": 320, "height": 256}}  # 1280 pixels at 400 %
SIZES = pytest.mark.parametrize(
    "size",
    [pytest.param(DESKTOP, marks=pytest.mark.slow), PHONE, pytest.param(NARROW, marks=pytest.mark.slow)],
    ids=["desktop", "phone", "400 %"],
)
home_of_a_test = _home


@pytest.fixture
def home(home_of_a_test):
    """This installation with a number that belongs to Wenbury and a pretend telephone."""
    texting = replace(home_of_a_test.texting, providers=("console",), numbers=((OURS, "wenbury"),))
    with use(replace(home_of_a_test, texting=texting)) as ours:
        yield ours


def whole(page) -> None:
    """Nothing a machine finds, and nothing beside the screen."""
    check(page)
    _fits(page)


def signed_in(place, role: str, **options):  # noqa: F811
    """A browser of somebody new with one role; their name is Ann."""
    with session_scope() as session:
        who = p.Person(email=f"ann-{role}-{datetime.now(UTC):%H%M%S%f}@example.org", name="Ann")
        at = {"place_id": id_of("place", "wenbury")} if role == p.STEWARD else {"organisation_id": here_of(session)}
        who.memberships = [p.Membership(role=role, **at)]
        session.add(who)
        session.flush()
        token, email = accounts.sign_in(session, who, datetime.now(UTC)), who.email
    client = place.app.test_client()
    client.get("/console/sign-in")
    with client.session_transaction("/console/sign-in") as cookie:
        cookie["sign_in"] = token
    page = place.browser(**options)
    page.context.add_cookies([{"name": "fp-staff", "value": client.get_cookie("fp-staff").value, "url": place.url}])
    page.email = email
    return page


def here_of(session):
    from knowledge.desks import desks

    return desks(session, place="wenbury")[0].organisation_id


@SIZES
def test_a_residents_own_pages(place, size):  # noqa: F811
    page = place.browser(**size)
    page.goto(f"{place.url}/mine")
    whole(page)
    page.goto(f"{place.url}/p/wenbury")
    says(page, "my mum would like a lunch club")
    for path in ("/mine", "/mine?print=large", "/mine/back", "/mine/list", "/mine/receipt", "/mine/advocate",
                 "/person", "/person/seen"):  # fmt: skip
        page.goto(place.url + path)
        whole(page)
    page.goto(f"{place.url}/mine/advocate")
    page.click("#let .govuk-button")
    page.wait_for_selector(".govuk-error-summary")
    whole(page)
    page.fill("#purpose", "the form")
    page.click("#let .govuk-button")
    page.wait_for_selector("#code")
    whole(page)
    page.goto(f"{place.url}/delete")
    page.click("main .govuk-button")
    receipt = page.text_content(".receipt")
    whole(page)
    page.goto(f"{place.url}/mine/receipt")
    page.fill("#reference", receipt)
    page.click("#receipt .govuk-button")
    page.wait_for_selector("#receipt li")
    whole(page)


@SIZES
def test_pages_of_those_who_help(place, size):  # noqa: F811
    resident, steward, ann = (
        place.browser(**size),
        signed_in(place, p.STEWARD, **size),
        signed_in(place, p.EDITOR, **size),
    )
    says(resident, "my mum would like a lunch club")
    steward.goto(f"{place.url}/console/place/{id_of('place', 'wenbury')}/advocates")
    whole(steward)
    ann.goto(f"{place.url}/console/with")
    whole(ann)
    with session_scope() as session:
        day = datetime.now(UTC).date()
        at = vouching.Where(here_of(session), id_of("place", "wenbury"))
        ends = day + timedelta(days=30)
        assert vouching.vouch(session, ann.email, at, trained_on=day, ends_on=ends, by="s", today=day) == ""
    steward.reload()
    whole(steward)
    resident.goto(f"{place.url}/mine/advocate")
    resident.check("input[name=may][value=act]")
    resident.fill("#purpose", "the form")
    resident.click("#let .govuk-button")
    code = resident.text_content("#code")
    ann.goto(f"{place.url}/console/with")
    ann.fill("#code", code)
    ann.click("#code-form .govuk-button")
    ann.wait_for_selector("#act")
    whole(ann)
    assert "my mum would like a lunch club" in ann.content()
    resident.goto(f"{place.url}/mine/advocate")
    whole(resident)
    ann.goto(f"{place.url}/console/list")
    whole(ann)
    ann.fill("#q", "lunch club")
    ann.click("button[value=find]")
    ann.wait_for_selector("#found-1")
    whole(ann)
    ann.check("#found-1")
    ann.click("button[value=make]")
    ann.wait_for_selector("figure.qr svg")
    whole(ann)
    assert not (resident.faults or ann.faults or steward.faults)


@SIZES
def test_pages_of_the_desk(place, size):  # noqa: F811
    resident, jo, sam = place.browser(**size), place.browser(staff="Jo", **size), place.browser(staff="Sam", **size)
    whole(jo)
    says(resident, "I do not know where to turn")
    share(resident, "whole")
    jo.wait_for_selector("#queue .govuk-button", timeout=15000)
    whole(jo)
    sam.reload()
    jo.click("#queue .govuk-button")
    jo.wait_for_selector("#text")
    whole(jo)
    address = jo.url.partition("#")[0]
    sam.goto(address)
    whole(sam)
    jo.fill("#q", "lunch club")
    jo.press("#q", "Enter")
    jo.wait_for_selector(".found", timeout=15000)
    whole(jo)
    jo.click("button[value=handed_back]")
    jo.wait_for_selector("details[id^=closed]")
    whole(jo)
    jo.goto(address)
    whole(jo)
    resident.goto(f"{place.url}/person/seen")
    whole(resident)
    assert not (resident.faults or jo.faults or sam.faults)


@pytest.fixture
def texts(home, rasa):  # noqa: F811
    """Workers as the web process has them, and an assistant that says a person can be asked for."""
    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    stop = workers.start()
    yield
    stop()


@pytest.mark.parametrize(
    "scripts", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["with JavaScript", "without"]
)
def test_a_clerks_browser_and_a_telephone(texts, place, scripts, monkeypatch):  # noqa: F811
    monkeypatch.setattr("channels.handover.lining.open_at", lambda *_given: True)  # whatever hour the tests run at
    phone = place.browser(java_script_enabled=scripts)
    jo = place.browser(staff="Jo", java_script_enabled=scripts)
    phone.live, jo.live = False, scripts  # the pretend telephone is loaded again; a desk comes by itself

    def text(words: str, expected: str) -> None:
        phone.goto(f"{place.url}/dev/phone")
        phone.fill("#text", words)
        phone.click("main button, form button")
        comes(phone, expected)

    text("can I talk to a person", "text SHARE")
    text("SHARE ALL", "can see that you are waiting")
    comes(jo, "By text")
    jo.click("#queue .govuk-button")
    jo.wait_for_selector("#text")
    assert "can I talk to a person" in jo.content()
    comes(phone, "has joined")
    jo.fill("#text", "Hello, I am Jo. What is up?")
    jo.click("#send")
    comes(phone, "Jo: Hello, I am Jo. What is up?")
    phone.fill("#text", "the bins, again")
    phone.click("main button, form button")
    comes(jo, "the bins, again")
    text("who looked", "Jo of Wenbury Advice Centre looked at what you wrote")
    jo.click("button[value=handed_back]")
    comes(phone, "Did it help? Text HELPED or NOT HELPED.")
    text("helped", "Thank you for telling us")
    text("DELETE", "Your receipt is")
    assert not (phone.faults or jo.faults)


def comes(page, words: str) -> None:
    """These words, by themselves or by loading the page again, within twenty seconds."""
    until = datetime.now(UTC) + timedelta(seconds=20)
    while words not in page.content():
        assert datetime.now(UTC) < until, f"{words!r} never came"
        page.wait_for_timeout(500)
        if not page.live:
            page.reload()
