"""A volunteer on a phone: from the invitation to an entry that people find, and "Still right" from a reminder."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.web import create_app
from knowledge import accounts, circles, conflicts, following, freshness, letters, looking_after
from knowledge import models as m
from knowledge.answering import answer
from knowledge.db import session_scope
from knowledge.drafts import plain
from knowledge.feeds import Feed
from knowledge.indexing import phrase_rows
from knowledge.people import Letter
from knowledge.reading import place_spot
from settings import Mail, free_port, settings, use
from tests.browser.test_accessible import PHONE, _fits, check
from tests.knowledge import making

NOW = datetime.now(UTC)


@pytest.fixture
def console(knowledge_url, sentence_model) -> Iterator[str]:
    """The application on a directory with a church at Larch, which is trusted."""
    from waitress import create_server

    given = replace(settings(), port=free_port(), rate_limits=False, public_url="", mail=Mail(), host="127.0.0.1")
    with session_scope() as session:
        place = making.place(session, "larch")
        making.topics(session, "food", "loneliness")
        for topic, text in (("food", "a cheap hot dinner"), ("loneliness", "tea and company, I am lonely")):
            session.add_all(phrase_rows(session, topic, [(text, text)]))
        church = making.owner(session, "church", name="Larch Lane Church")
        church.place_id = place.id
        looking_after.trust(session, church.id, True)
        token = circles.ask_in(session, circles.circle(session, "group", church.id), "ivy@example.org", NOW)
        link = f"{given.address}/console/invitation/{token}"
        letters.write(session, "invited_group", "ivy@example.org", "en", NOW, {"link": link})
    with use(given):
        server = create_server(create_app(given), host=given.host, port=given.port, threads=4)
        thread = threading.Thread(target=_serve, args=(server,), daemon=True)
        thread.start()
        yield given.address
        server.close()
        thread.join(5)


def _serve(server) -> None:
    try:
        server.run()
    except OSError:
        pass  # closed under it when the test ended


@pytest.fixture
def phone(chromium, console) -> Iterator:
    """A phone without JavaScript: the console must be whole without it."""
    context = chromium.new_context(**PHONE, java_script_enabled=False, locale="en-GB")
    yield context.new_page()
    context.close()


def last_link() -> str:
    with session_scope() as session:
        letter = session.query(Letter).order_by(Letter.made_at.desc()).first()
        return letter.told["link"]


def test_from_the_invitation_to_an_entry_that_people_find(phone, console):
    phone.goto(last_link())
    phone.fill("#name", "Ivy")
    phone.click("main button")
    phone.click("text=My entries")
    phone.click("text=New entry")
    phone.fill("#name", "Tea on Thursdays")
    phone.fill("#line", "Tea and company, nobody need be lonely.")
    phone.check("#times-0-days-thu")
    phone.fill("#times-0-opens", "2pm")
    phone.fill("#phone-0-number", "01632 960144")
    phone.click("button:has-text('Publish')")
    assert "Tick what it helps with" in phone.content() or "We ticked what seems to fit" in phone.content()
    if not phone.is_checked("#topics-loneliness"):
        phone.click("summary:has-text('Show every topic')")
        phone.check("#topics-loneliness")
    assert phone.input_value("#line").startswith("Tea and company")
    phone.click("button:has-text('Publish')")
    assert "Published." in phone.content()
    with session_scope() as session:
        told = answer(session, "tea and company, I am lonely", today=NOW.date(), spot=place_spot(session, "larch"))
        row = session.query(m.Service).filter_by(name="Tea on Thursdays").one()
        assert [post.entry for post in told.plan.posts] == [row.id]


def test_still_right_from_a_reminder_is_two_taps(phone, console):
    with session_scope() as session:
        row = making.entry(session, "lunch", name="Lunch club", place="larch", topics=["food"])
        row.review_by = NOW.date() + timedelta(days=3)
        church = session.query(m.Organisation).filter_by(key="church").one()
        accounts.accept(session, _invited(session, church), NOW, name="Ivy")
        assert freshness.remind(session, NOW + timedelta(minutes=1), console) == 1
    phone.goto(last_link())
    phone.click("button:has-text('Still right')")
    assert re.search(r"Still right, you said on", phone.content())
    with session_scope() as session:
        assert session.query(m.Service).filter_by(key="lunch").one().checked_on == NOW.date()


def _invited(session, church) -> str:
    return circles.ask_in(session, circles.circle(session, "group", church.id), "ivy@example.org", NOW)


def _feed_that_disagrees(session, row):
    """A followed feed that says another name of this entry."""
    following.remember(session, "https://feed.example.org/v3", source="Larch council", place="larch")
    said = {**plain(looking_after.latest_draft(session, row)), "name": {"en": "Lunch for all"}}
    conflicts.note(session, "Larch council", row.id, said, NOW)
    found = session.query(Feed).one()
    found.counts, found.wrote_at, found.tried_at = {"new": 3, "kept": 1}, NOW, NOW
    found.problems = [["feed", "page 2", "", "it is empty"]]
    session.flush()
    return found.id


PAGES = ("/console/sign-in", "/console", "/console/entries", "/console/group/{group}", "/console/group/{group}/new",
         "/console/group/{group}/new?kind=tip", "/console/group/{group}/people", "/console/group/{group}/sheet",
         "/console/entry/{entry}", "/console/entry/{entry}/history", "/console/entry/{entry}/teach", "/console/waiting",
         "/console/entry/{entry}/withdraw", "/console/account", "/console/account/sign-out", "/suggest",
         "/console/account/app", "/console/account/telephone", "/console/entry/{entry}/merge",
         "/console/entry/{entry}/merge?other={other}", "/console/place/{place}", "/console/place/{place}/feeds",
         "/console/place/{place}/group", "/console/place/{place}/groups", "/console/group/{group}/team",
         "/console/feed/{feed}", "/console/feeds", "/console/second", "/suggest?entry={entry}",
         "/claim/{entry}", "/suggest/answer", "/demand")  # fmt: skip


# The same pages with other words: in Welsh by `make test-all`.
@pytest.mark.parametrize("language", ["en", pytest.param("cy", marks=pytest.mark.slow)])
def test_every_page_is_accessible_and_fits_a_phone(chromium, console, language):
    with session_scope() as session:
        row = making.entry(session, "lunch", name="Lunch club", place="larch", topics=["food"])
        other = making.entry(session, "again", name="Lunch Club", place="larch", topics=["food"], phone="01632960123")
        feed = session.get_one(Feed, _feed_that_disagrees(session, row))
        at = {"entry": row.id, "group": row.organisation_id, "other": other.id, "place": row.place_id, "feed": feed.id}
    context = chromium.new_context(**PHONE, bypass_csp=True, locale="en-GB")
    page = context.new_page()
    page.goto(last_link())
    page.fill("#name", "Ivy")
    page.click("main button")
    with session_scope() as session:
        ivy = accounts.by_email(session, "ivy@example.org")
        accounts.give_role(ivy, "admin")
    for path in PAGES:
        where = path.format(**at)
        page.goto(f"{console}{where}{'&' if '?' in where else '?'}lang={language}")
        check(page)
        _fits(page)
    context.close()
