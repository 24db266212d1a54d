"""An organisation's own account opens what its address opens here, and nothing that does not come whole and true."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from joserfc.jwk import RSAKey

from channels.console import oidc
from channels.web import create_app
from knowledge import accounts
from knowledge import people as p
from knowledge.db import session_scope
from settings import OwnAccounts, SettingWrong, from_environment, settings, use
from tests.channels.console.provider import provider  # noqa: F401  a fixture


@pytest.fixture
def app(town, app, provider, monkeypatch):  # noqa: F811  the fixture above
    given = replace(
        settings(), own_accounts=OwnAccounts(provider.url, "fingerpost", "shh", "your council account"),
    )  # fmt: skip
    monkeypatch.setattr(oidc, "_papers", {})
    with use(given):
        yield create_app(given)


def come_back(client, provider, path: str = "/console/oidc"):  # noqa: F811  as above
    return client.get(provider.agree(client.get(path).location))


def is_in(client) -> bool:
    return client.get("/console").status_code == 200


def test_whoever_has_an_account_comes_in_and_goes_where_they_wished(come, provider, town):  # noqa: F811
    client = come("nobody")
    assert "Sign in with your council account" in client.get("/console/sign-in").text
    answer = come_back(client, provider, "/console/oidc?next=/console/account")
    assert (answer.status_code, answer.location) == (303, "/console/account") and is_in(client)
    assert provider.asked["code_challenge_method"] == "S256" and provider.asked["scope"] == "openid email"


def test_an_invitation_is_taken_up_by_its_address(come, provider, town):  # noqa: F811
    with session_scope() as session:
        accounts.invite(
            session, "New@Example.org", p.EDITOR, now=datetime.now(UTC), organisation=town.church, lead=True
        )
    provider.email = "new@example.org"
    client = come("nobody")
    assert come_back(client, provider).status_code == 303 and is_in(client)
    with session_scope() as session:
        made = accounts.by_email(session, "new@example.org")
        assert [one.organisation_id for one in made.memberships] == [town.church]
        assert session.query(p.Invitation).count() == 0


def test_a_stranger_gets_no_account(come, provider, town):  # noqa: F811
    provider.email = "stranger@example.org"
    client = come("nobody")
    page = come_back(client, provider)
    assert page.status_code == 403 and "nobody here has invited that address" in page.text and not is_in(client)
    with session_scope() as session:
        assert accounts.by_email(session, "stranger@example.org") is None


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"aud": "somebody else"}, {"aud": ["fingerpost", "other"]}, {"iss": "https://evil.example"},
        {"exp": 1_700_000_000}, {"email_verified": False}, {"email_verified": None}, {"email": None},
        {"azp": "somebody else"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_what_we_asked_for_opens_nothing(come, provider, claims):  # noqa: F811
    provider.claims = claims
    client = come("nobody")
    page = come_back(client, provider)
    assert page.status_code == 403 and "too old, or not for us" in page.text and not is_in(client)


def test_another_key_opens_nothing(come, provider):  # noqa: F811
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    client = come("nobody")
    assert come_back(client, provider).status_code == 403 and not is_in(client)


def test_a_key_that_was_changed_since_is_asked_for_anew(come, provider):  # noqa: F811
    assert come_back(come("nobody"), provider).status_code == 303
    provider.key = provider.published = RSAKey.generate_key(2048, {"kid": "two"})
    provider.header = {"alg": "RS256", "kid": "two"}
    assert come_back(come("nobody"), provider).status_code == 303


def test_another_state_or_none_or_twice_opens_nothing(come, provider):  # noqa: F811
    client = come("nobody")
    back = provider.agree(client.get("/console/oidc").location)
    assert client.get(back[:-3] + "xyz").status_code == 403
    assert client.get(back).status_code == 400, "what was carried is good once"
    client.get("/console/oidc")
    assert client.get("/console/oidc/back?state=").status_code == 403
    assert come("nobody").get(back).status_code == 400, "another browser carries nothing"


def test_somebody_elses_answer_in_my_browser_opens_nothing(come, provider):  # noqa: F811
    mine, theirs = come("nobody"), come("nobody")
    back = provider.agree(theirs.get("/console/oidc").location)
    mine.get("/console/oidc")
    assert mine.get(back).status_code == 403 and not is_in(mine)


def test_no_thank_you_at_the_other_end_is_no_error_page(come, provider):  # noqa: F811
    client = come("nobody")
    provider.agree(client.get("/console/oidc").location)
    page = client.get(f"/console/oidc/back?error=access_denied&state={provider.asked['state']}")
    assert page.status_code == 403 and "Try again" in page.text


@pytest.mark.parametrize("down", ["/.well-known/openid-configuration", "/keys", "/token"])
def test_a_provider_that_is_gone_is_said_and_a_link_still_works(come, provider, down):  # noqa: F811
    provider.down = {down}
    client = come("nobody")
    first = client.get("/console/oidc")
    page = client.get(provider.agree(first.location)) if first.status_code == 303 else first
    assert page.status_code in (502, 403) and "ask for a link by e-mail" in page.text and not is_in(client)


def flood():
    """Never anything wrong, and never an end."""
    yield b'{"issuer": "'
    for _ in range(4000):
        yield b"x" * 16_384


def drip():
    """A letter now and then, for ten seconds."""
    for _ in range(200):
        time.sleep(0.05)
        yield b" "


@pytest.mark.parametrize("sends", [flood, drip])
@pytest.mark.parametrize("where", ["/.well-known/openid-configuration", "/keys", "/token"])
def test_a_provider_whose_answer_never_ends_is_given_up_while_it_is_read(
    come,
    provider,  # noqa: F811  as above
    monkeypatch,
    where,
    sends,
):
    monkeypatch.setattr(oidc, "PATIENCE", 0.5)
    provider.endless = {where: sends}
    client, began = come("nobody"), time.monotonic()
    first = client.get("/console/oidc")
    page = client.get(provider.agree(first.location)) if first.status_code == 303 else first
    assert page.status_code == 502 and "ask for a link by e-mail" in page.text and not is_in(client)
    assert time.monotonic() - began < 5, "not to the end of it"


def test_papers_of_another_issuer_are_not_believed(come, provider):  # noqa: F811
    provider.papers = {"issuer": "https://evil.example"}
    assert come("nobody").get("/console/oidc").status_code == 502


def test_it_leads_nowhere_outside(come, provider):  # noqa: F811
    client = come("nobody")
    assert come_back(client, provider, "/console/oidc?next=https://evil.example/").location == "/console"


def test_without_an_issuer_there_is_no_such_door(come, app):
    with use(replace(settings(), own_accounts=OwnAccounts())) as given:
        client = create_app(given).test_client()
        assert client.get("/console/oidc").status_code == 404


@pytest.mark.parametrize("wrong", [{"OIDC_ISSUER": "http://login.example.org", "OIDC_CLIENT": "x"},
                                   {"OIDC_ISSUER": "https://login.example.org"}])  # fmt: skip
def test_settings_that_cannot_be_safe_are_refused(wrong):
    with pytest.raises(SettingWrong):
        from_environment(wrong)
