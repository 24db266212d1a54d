"""Is it still right, by text: a number shown to be one's own, the reminder through the outbox, and 1, 2 or 3 back."""

from __future__ import annotations

import logging
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels import letters as post
from channels.sms import sending
from knowledge import freshness, telephones
from knowledge import models as m
from knowledge import people as p
from knowledge.db import session_scope
from settings import settings, use
from tests.channels.console.conftest import send
from tests.channels.sms.conftest import OURS, Carrier, Clock, Telephone, work
from tests.knowledge import making

NUMBER = "+447700900321"


@pytest.fixture(name="app")
def app_with_texts(texting, sentence_model):
    return texting


@pytest.fixture
def clock():
    return Clock(datetime.now(UTC) + timedelta(minutes=1))


@pytest.fixture
def mobile(app, clock, monkeypatch) -> Telephone:
    """The telephone of the church's editor."""
    made = Carrier()
    monkeypatch.setattr(sending, "provider", lambda _name: made)
    return Telephone(NUMBER, made, clock)


@pytest.fixture
def by_text(mobile, come):
    """The church's editor has shown that the number is theirs."""
    prove(come("editor"), mobile)


def prove(client, mobile) -> None:
    send(client, "/console/account/telephone", number="07700 900321", do="send")
    work(mobile.clock)
    code = re.search(r"\b\d{6}\b", mobile.got[-1])[0]
    assert send(client, "/console/account/telephone", code=code, do="check").status_code == 303


@pytest.mark.parametrize("number", ["+1 415 555 0123", "+882 16 1234 5678", "020 7946 0018", "no number"])
def test_a_code_goes_only_to_a_mobile_of_the_uk(mobile, come, number):
    page = send(come("editor"), "/console/account/telephone", number=number, do="send")
    work(mobile.clock)
    assert page.status_code == 400 and "eleven figures" in page.text and mobile.carrier.sent == []


def held() -> list[p.Telephone]:
    with session_scope() as session:
        return session.query(p.Telephone).all()


def remind(clock) -> None:
    """What the letters' process does on the day before two entries of the church are due."""
    with session_scope() as session:
        freshness.remind(session, clock(), "https://help.example.org")
    post.deliver(clock())
    work(clock)


@pytest.fixture
def due(town, clock):
    with session_scope() as session:
        session.get_one(m.Service, town.lunch).review_by = clock().date()


def lunch(town) -> m.Service:
    with session_scope() as session:
        return session.get_one(m.Service, town.lunch)


def test_a_number_is_used_only_once_it_was_shown_to_be_theirs(come, town, mobile, due, letters_owed):
    client = come("editor")
    send(client, "/console/account/telephone", number="07700 900321", do="send")
    wrong = send(client, "/console/account/telephone", code="000000", do="check")
    assert wrong.status_code == 400 and "That is not the code" in wrong.text
    remind(mobile.clock)
    assert [one.by for one in letters_owed()] == ["email"] and "still right" not in " ".join(mobile.got)


def test_a_code_cannot_be_guessed(come, town, mobile):
    client = come("editor")
    send(client, "/console/account/telephone", number="07700 900321", do="send")
    work(mobile.clock)
    code = re.search(r"\b\d{6}\b", mobile.got[-1])[0]
    for guess in range(telephones.TRIES):
        send(client, "/console/account/telephone", code=f"x{guess}", do="check")
    assert send(client, "/console/account/telephone", code=code, do="check").status_code == 400
    assert held()[0].proved_at is None


def test_nobody_has_strangers_texted_all_day(come, mobile):
    client = come("editor")
    for last in range(telephones.CODES_A_DAY):
        assert send(client, "/console/account/telephone", number=f"0770090032{last}", do="send").status_code == 303
    refused = send(client, "/console/account/telephone", number="07700900329", do="send")
    assert refused.status_code == 400 and "cannot text that number" in refused.text


@pytest.mark.parametrize("number", ["", "ask", "0906 123 4567", "60123"])
def test_what_is_no_number_of_a_person_is_told_so(come, mobile, number):
    answer = send(come("editor"), "/console/account/telephone", number=number, do="send")
    assert answer.status_code == 400 and "Write a mobile number" in answer.text and not held()


def test_the_number_lies_nowhere_in_the_clear_and_goes_when_they_wish(come, by_text, due, mobile, town, caplog):
    caplog.set_level(logging.DEBUG)
    remind(mobile.clock)
    mobile.asks("1")
    for url in (settings().knowledge_url, settings().conversations_url):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            assert not [line for line in database.iterdump() if "7700900321" in line]
    assert "7700900321" not in caplog.text.replace(" ", "")
    send(come("editor"), "/console/account/telephone", do="forget")
    assert held() == []


def test_the_reminder_goes_by_text_and_not_by_e_mail(by_text, due, mobile, letters_owed):
    remind(mobile.clock)
    assert mobile.got[-1].startswith("Fingerpost: is Lunch club still right? Reply 1 still right, 2 change it, 3 we've")
    assert "https://help.example.org/console/right/" in mobile.got[-1]
    assert mobile.carrier.sent[-1].ours == OURS
    (letter,) = letters_owed()
    assert letter.by == "text" and letter.sent_at and letter.recipient == "" and letter.told == {}


def test_a_letter_taken_twice_is_one_text(by_text, due, mobile, letters_owed):
    with session_scope() as session:
        freshness.remind(session, mobile.clock(), "https://help.example.org")
        owed = post.letters.take(session, mobile.clock())
    before = len(mobile.got)
    for _ in range(2):
        assert post.reminding.send(owed[0], mobile.clock()) == ""
    work(mobile.clock)
    assert len(mobile.got) == before + 1


def test_one_is_still_right(by_text, due, mobile, town):
    remind(mobile.clock)
    assert mobile.asks("1") == "Thank you. Lunch club is marked as right today."
    assert lunch(town).checked_on == datetime.now(UTC).date() and lunch(town).checked_by == "Larch Lane Church"
    assert mobile.asks("1 ").startswith("Thank you. That is all")


def test_two_is_a_link_that_opens_the_entry(come, by_text, due, mobile, town):
    remind(mobile.clock)
    path = re.search(r"(/console/link/\S+)", mobile.asks("2"))[1]
    client = come("nobody")
    page = client.get(path)
    form = next(iter(page.tree.iter("form")))
    token = next(one.get("value") for one in form.iter("input") if one.get("name") == "csrf_token")
    answer = client.post(form.get("action"), data={"csrf_token": token})
    assert answer.location == f"/console/entry/{town.lunch}"
    assert client.get(answer.location).status_code == 200


def test_three_is_asked_once_more_and_then_it_is_gone(by_text, due, mobile, town):
    remind(mobile.clock)
    assert "Reply 3 again" in mobile.asks("3") and lunch(town).status == "active"
    assert mobile.asks("3").startswith("Done. Lunch club is taken down.") and lunch(town).status != "active"


def test_thinking_again_after_three_keeps_it(by_text, due, mobile, town):
    remind(mobile.clock)
    mobile.asks("3")
    mobile.asks("1")
    assert lunch(town).status == "active" and lunch(town).checked_on == datetime.now(UTC).date()


def test_several_entries_are_asked_about_one_after_another(by_text, due, mobile, town):
    with session_scope() as session:
        tea = making.entry(session, "tea", name="Tea", place="larch", topics=["food"])
        tea.review_by = mobile.clock().date() - timedelta(days=3)
    remind(mobile.clock)
    assert "is Tea still right?" in mobile.got[-1]
    assert mobile.asks("1") == (
        "Thank you. Tea is marked as right today. And Lunch club? Reply 1 still right, 2 change it, 3 we've stopped."
    )
    assert mobile.asks("yes").startswith("Thank you. Lunch club is marked as right today.")


def test_a_text_brought_twice_does_what_it_says_once(by_text, due, mobile, town):
    from channels.sms import reminding

    with session_scope() as session:
        making.entry(session, "tea", name="Tea", place="larch", topics=["food"]).review_by = mobile.clock().date()
    remind(mobile.clock)
    known = held()[0].known
    first = reminding.reply_to(known, "1", "the same text", mobile.clock())
    again = reminding.reply_to(known, "1", "the same text", mobile.clock())
    assert "marked as right" in first[0][1] and again[0][1].startswith("And ")
    with session_scope() as session:
        assert session.query(m.Service).filter_by(checked_on=datetime.now(UTC).date()).count() == 1


def test_speaking_of_something_else_makes_numbers_mean_that(by_text, due, mobile, town):
    remind(mobile.clock)
    mobile.asks("somewhere to eat at Larch")
    mobile.asks("1")
    assert lunch(town).version == 1


def test_a_stranger_with_a_bare_number_changes_nothing(by_text, due, mobile, town):
    remind(mobile.clock)
    Telephone("+447700900999", mobile.carrier, mobile.clock).asks("1")
    assert lunch(town).version == 1


def test_after_stop_the_reminder_comes_by_e_mail(by_text, due, mobile, letters_owed):
    mobile.asks("STOP")
    before = len(mobile.got)
    remind(mobile.clock)
    assert len(mobile.got) == before
    assert [(one.by, one.recipient) for one in letters_owed() if one.due_at] == [("email", "editor@example.org")]
    assert "/console/right/" in letters_owed()[-1].told["link"]


def test_at_night_it_waits_for_the_morning(by_text, due, mobile):
    before = len(mobile.got)
    mobile.clock.at = mobile.clock.at.replace(hour=23) + timedelta(days=1)
    with use(replace(settings(), texting=replace(settings().texting, quiet_from=21, quiet_until=8))):
        remind(mobile.clock)
        assert len(mobile.got) == before
        mobile.clock.on(hours=10)
        work(mobile.clock)
    assert len(mobile.got) == before + 1


def test_where_no_texts_are_carried_there_is_no_such_page(come, mobile):
    client = come("editor")
    with use(replace(settings(), texting=replace(settings().texting, providers=()))):
        assert client.get("/console/account/telephone").status_code == 404
        assert "Reminders by text" not in client.get("/console/account").text


def test_leaving_takes_the_number_along(come, by_text, mobile):
    from knowledge import accounts

    with session_scope() as session:
        assert accounts.delete_account(session, held()[0].person_id)
    assert held() == []
