"""Headers, cookies, forged and repeated and oversized posts, https."""

from __future__ import annotations

import logging

import pytest

from channels.web import colours
from tests.channels.web.lint import fields_of

HTTPS = {"PUBLIC_URL": "https://fingerpost.example.org"}
PROXIED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


@pytest.mark.parametrize("path", ["/", "/privacy", "/nowhere", "/leave", "/health/live", "/static/base.css"])
def test_every_response_carries_the_headers(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self';", "style-src 'self';", "form-action 'self'",
                 "frame-ancestors 'none'", "base-uri 'none'"):  # fmt: skip
        assert part in policy
    assert "unsafe" not in policy and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer" and headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_conversations_are_never_stored_by_browsers_but_style_is(client):
    client.send("lonely")
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert "max-age" in client.get("/static/base.css").headers["Cache-Control"]


def test_the_cookie_is_one_and_goes_with_the_browser(client):
    cookies = client.get("/").headers.getlist("Set-Cookie")
    assert len(cookies) == 1 and cookies[0].startswith("fp=")
    assert "HttpOnly" in cookies[0] and "SameSite=Lax" in cookies[0] and "Path=/" in cookies[0]
    assert "Expires" not in cookies[0] and "Max-Age" not in cookies[0] and "Secure" not in cookies[0]


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_stale_page_keeps_what_was_typed_so_that_one_tap_sends_it(client, world, token):
    client.get("/p/wenbury")
    page = client.post("/p/wenbury", data={"csrf_token": token, "message": "he said <b> & I am lonely"})
    assert page.status_code == 400 and not world.heard and "Please send that once more" in page.text
    assert next(page.tree.iter("textarea")).text == "he said <b> & I am lonely"
    again = client.post("/p/wenbury", data={**fields_of(page.tree, "say"), "message": "I am lonely"})
    assert again.status_code == 303 and world.heard


def test_a_stale_page_speaks_the_residents_language(client):
    client.get("/?lang=cy")
    assert "Anfonwch honna unwaith eto" in client.post("/", data={"message": "helo"}).text


def test_a_stale_confirmation_changes_nothing(client, world):
    client.send("lonely")
    assert client.post("/delete", data={}).status_code == 400 and world.kept


def test_a_flood_from_one_conversation_is_slowed_kindly(make_client):
    client = make_client(RATE_LIMITS="on")
    token = fields_of(client.get("/").tree, "say")["csrf_token"]
    answers = [client.post("/", data={"csrf_token": token, "message": "bins"}) for _ in range(22)]
    assert [answer.status_code for answer in answers] == [303] * 21 + [429]  # the first had no conversation yet
    last = answers[-1]
    assert 1 <= int(last.headers["Retry-After"]) <= 61
    assert "Please wait" in last.text and next(last.tree.iter("textarea")).text == "bins"


def test_a_flood_from_one_address_is_slowed_however_many_conversations_it_starts(make_client):
    client = make_client(RATE_LIMITS="on")
    token = fields_of(client.get("/").tree, "say")["csrf_token"]
    fresh = client.get_cookie("fp").value
    statuses = []
    for _ in range(121):
        client.set_cookie("fp", fresh)  # as if nothing had been said yet
        statuses.append(client.post("/", data={"csrf_token": token, "message": "bins"}).status_code)
    assert statuses == [303] * 120 + [429]


def test_without_limits_nobody_is_slowed(client):
    assert {client.send("bins").status_code for _ in range(25)} == {303}


def test_too_much_is_a_kind_page(client):
    page = client.post("/", data={"message": "a" * 70_000})
    assert page.status_code == 413 and "That is too much to carry" in page.text


def test_the_wrong_method_is_a_kind_page_that_names_the_right_one(client):
    page = client.put("/privacy?lang=cy")
    assert page.status_code == 405 and page.tree.get("lang") == "cy" and "GET" in page.headers["Allow"]


def test_a_failure_of_ours_is_a_kind_page_and_is_logged_without_words(client, world, monkeypatch, caplog):
    from channels import gateway

    def fail(inbound):
        raise ValueError(inbound.text)

    monkeypatch.setattr(gateway, "handle", fail)
    with caplog.at_level(logging.ERROR):
        page = client.send("my secret words")
    assert page.status_code == 500 and "Something broke at our end" in page.text
    assert "ValueError" in caplog.text and "my secret words" not in caplog.text


def test_behind_https_the_cookie_is_bound_to_the_host_and_http_is_sent_on(make_client):
    client = make_client(**HTTPS)
    sent_on = client.get("/p/wenbury?lang=cy")
    assert sent_on.status_code == 308 and sent_on.location == "https://fingerpost.example.org/p/wenbury?lang=cy"
    page = client.get("/", headers=PROXIED)
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-fp=") and "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")
    assert client.get("/health/live").status_code == 200


def test_behind_https_a_message_needs_no_referrer(make_client, world):
    client = make_client(**HTTPS)
    page = client.get("/", headers=PROXIED, base_url="https://localhost")
    fields = fields_of(page.tree, "say")
    sent = client.post("/", data={**fields, "message": "lonely"}, headers=PROXIED, base_url="https://localhost")
    assert sent.status_code == 303 and world.heard


def test_without_https_a_proxys_word_is_not_believed(client):
    assert "Strict-Transport-Security" not in client.get("/", headers=PROXIED).headers


@pytest.mark.parametrize("given", ["#ffffff", "#ffd43b", "#17594a", "#000000", "#9ad0ff"])
def test_any_colour_becomes_one_that_can_be_read(given):
    shade = colours.readable(given)
    assert colours.contrast(shade, colours.PAPER) >= 4.5 and colours.contrast(shade, colours.WHITE) >= 4.5
