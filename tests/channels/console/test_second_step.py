"""An authenticator app: turned on, asked for at every way in, no code twice, spare codes once, sealed."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from knowledge import accounts, second_step
from knowledge import people as p
from knowledge.db import session_scope
from settings import settings
from tests.channels.console.conftest import PASSWORD, send

PAGE = "/console/account/app"


@pytest.fixture
def app_of(come, town):
    """The church's editor with an app turned on: the app, and their spare codes."""
    client = come("editor")
    send(client, PAGE, do="begin")
    page = client.get(PAGE)
    assert "data:image/svg+xml" in page.text
    app = pyotp.TOTP(re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)[1].replace(" ", ""))
    answer = send(client, PAGE, code=app.at(datetime.now(UTC) - timedelta(seconds=30)), do="confirm")
    spare = re.findall(r"<code>([0-9a-f]{4}-[0-9a-f]{4})</code>", answer.text)
    assert len(spare) == second_step.SPARE
    return app, spare


def with_password(client):
    return send(client, "/console/sign-in", email="editor@example.org", how="password", password=PASSWORD)


def test_after_the_password_comes_the_code_and_only_then_the_console(come, app_of):
    app, _ = app_of
    client = come("nobody")
    assert with_password(client).location == "/console/second"
    assert client.get("/console").status_code == 303, "half in is not in"
    wrong = send(client, "/console/second", code="000000")
    assert wrong.status_code == 403 and "That code is not right" in wrong.text
    assert send(client, "/console/second", code=app.now()).location == "/console"
    assert client.get("/console").status_code == 200


def test_a_link_by_e_mail_asks_for_it_too(come, app_of, town):
    with session_scope() as session:
        _, token = accounts.link_for(session, "editor@example.org", datetime.now(UTC))
    client = come("nobody")
    assert send(client, f"/console/link/{token}").location == "/console/second"


def test_no_code_is_taken_twice(come, app_of, town):
    app, _ = app_of
    first, second = come("nobody"), come("nobody")
    code = app.now()
    for client, status in ((first, 303), (second, 403)):
        with_password(client)
        assert send(client, "/console/second", code=code).status_code == status


def test_the_code_that_turned_it_on_is_not_taken_again(town):
    now = datetime.now(UTC)
    with session_scope() as session:
        app = pyotp.TOTP(second_step.begin(session, town.people["editor"]))
        assert second_step.confirm(session, town.people["editor"], app.at(now), now)
        assert not second_step.check(session, town.people["editor"], app.at(now), now)


def test_a_spare_code_works_once(come, app_of):
    _, spare = app_of
    for status in (303, 403):
        client = come("nobody")
        with_password(client)
        assert send(client, "/console/second", code=spare[0].upper()).status_code == status


def test_guessing_is_stopped_for_a_while_even_for_the_right_code(app_of, town):
    app, _ = app_of
    now, who = datetime.now(UTC), town.people["editor"]
    with session_scope() as session:
        for _ in range(second_step.TRIES):
            assert not second_step.check(session, who, "x", now)
        assert not second_step.check(session, who, app.at(now), now)
        later = now + second_step.LOCKED_FOR
        assert second_step.check(session, who, app.at(later), later)


@pytest.mark.parametrize("code", ["", "12345", "٣٣٣٣٣٣", "abcdef", "000000 " * 50])
def test_what_is_no_code_is_refused_quietly(app_of, town, code):
    with session_scope() as session:
        assert not second_step.check(session, town.people["editor"], code, datetime.now(UTC))


def test_the_first_step_is_good_for_ten_minutes_in_its_own_browser(come, app_of, monkeypatch):
    from channels.console import second_step as pages

    client = come("nobody")
    with_password(client)
    monkeypatch.setattr(pages, "HALF_FOR", -1)
    assert client.get("/console/second").location == "/console/sign-in"
    assert come("nobody").get("/console/second").location == "/console/sign-in"


def test_it_is_turned_off_with_a_code_only(come, app_of, town):
    app, _ = app_of
    client = come("editor")
    assert send(client, PAGE, code="000000", do="off").status_code == 400
    assert send(client, PAGE, code=app.now(), do="off").status_code == 303
    assert with_password(come("nobody")).location == "/console"


def test_a_wrong_first_code_turns_nothing_on(come, town):
    client = come("editor")
    send(client, PAGE, do="begin")
    assert send(client, PAGE, code="000000", do="confirm").status_code == 400
    assert with_password(come("nobody")).location == "/console"


def test_neither_secret_nor_spare_codes_lie_open(app_of, town):
    app, spare = app_of
    path = settings().knowledge_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database:
        dump = "\n".join(database.iterdump())
    assert app.secret not in dump and not any(one in dump for one in spare)


def test_leaving_takes_it_along(app_of, town):
    with session_scope() as session:
        assert accounts.delete_account(session, town.people["editor"])
        assert session.query(p.Authenticator).count() == 0
