"""The pages around the conversation, and every route as everybody."""

from __future__ import annotations

import re

import pytest

from channels.web.cookies import SIGNED_IN_PATHS
from tests.channels.web.lint import fields_of

OF_A_DIRECTORY = (
    "suggest",
    "demand",
    "feed",
    "entry",
    "whats_on",
)  # tried in tests/channels/open_data, where there is one
TEXTS = ("privacy", "accessibility", "browser", "about", "licences")

GUARDS = {"sms": "proved_by_supplier", "phone": "only_trying_out"}  # all others are for everybody


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("path", [*TEXTS, "again", "delete", "forgotten", "nowhere"])
def test_every_page_is_sound_in_both_languages(client, path, language):
    page = client.get(f"/{path}?lang={language}")
    assert page.tree.get("lang") == language
    assert page.status_code == (404 if path == "nowhere" else 200)
    assert 'href="/leave"' in page.text and 'href="tel:999"' in page.text


def test_pages_keep_the_look_of_the_door(client):
    client.get("/p/wenbury")
    page = client.get("/privacy").text
    assert "/p/wenbury/colours.css" in page and "Wenbury District" in page


def test_the_notices_say_who_and_how_long_and_name_the_cookie(make_client):
    client = make_client(RUN_BY="Wenbury Library", KEEP_HOURS="12")
    assert "Wenbury Library" in client.get("/about").text
    assert "12 hours" in client.get("/privacy").text
    assert "It is called fp." in client.get("/browser").text
    assert "Contains OS data" in client.get("/licences").text and "GeoNames" in client.get("/licences").text
    assert "do not claim" in client.get("/accessibility").text


@pytest.mark.parametrize("language", ["en", "cy"])
def test_directories_taken_over_are_named_with_their_licences(client, world, language):
    assert "Wenbury Open Lists: CC BY 4.0" in client.get(f"/licences?lang={language}").text
    world.broken = True
    assert "Contains OS data" in client.get("/licences?lang=en").text


def test_without_a_name_it_says_it_is_a_demonstration(client):
    assert "This is a demonstration." in client.get("/about").text


def test_deleting_wipes_and_shows_the_receipt(client, world):
    client.send("lonely")
    token = _csrf(client, "/delete")
    assert client.post("/delete", data={"csrf_token": token}).location == "/forgotten"
    assert "FP-9Q4T" in client.get("/forgotten").text and not world.kept
    assert "lonely" not in client.get("/").text


def test_deleting_nothing_says_so(client):
    client.post("/delete", data={"csrf_token": _csrf(client, "/delete")})
    assert "There was nothing to delete" in client.get("/forgotten").text


def test_starting_again_comes_back_empty_to_the_same_door(client, world):
    client.send("lonely", "/p/wenbury")
    assert client.post("/again", data={"csrf_token": _csrf(client, "/again")}).location == "/p/wenbury"
    assert not world.kept


def test_the_copy_is_ones_own_and_is_plain_text(client, make_client):
    client.send("I am lonely")
    copy = client.get("/download")
    assert copy.mimetype == "text/plain" and "attachment" in copy.headers["Content-Disposition"]
    assert copy.text == "I am lonely" and copy.headers["Cache-Control"] == "no-store"
    assert make_client().get("/download").status_code == 303


def test_leaving_deletes_and_clears_and_goes_elsewhere(client, world):
    client.send("he hurts me")
    left = client.get("/leave")
    assert left.status_code == 303 and left.location == "https://www.bbc.co.uk/weather"
    assert left.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "fp=;" in left.headers["Set-Cookie"] and not world.kept
    assert client.get_cookie("fp") is None


@pytest.mark.parametrize("where", ["cross-site", "same-site"])
def test_a_link_elsewhere_to_leaving_wipes_nobody(client, world, where):
    client.send("I am lonely")
    left = client.get("/leave", headers={"Sec-Fetch-Site": where})
    assert left.status_code == 303 and "Clear-Site-Data" not in left.headers
    assert world.kept and client.get_cookie("fp") is not None


@pytest.mark.parametrize("where", ["same-origin", "none"])
def test_leaving_by_our_link_or_by_typing_it_deletes(client, world, where):
    client.send("he hurts me")
    client.get("/leave", headers={"Sec-Fetch-Site": where})
    assert not world.kept and client.get_cookie("fp") is None


def test_leaving_works_with_the_store_down(client, world):
    client.send("he hurts me")
    world.broken = True
    assert client.get("/leave").location == "https://www.bbc.co.uk/weather"


def test_pages_come_with_everything_down(client, world):
    world.broken = True
    for path in ("/", "/privacy", "/health/live"):
        assert client.get(path).status_code == 200


def test_health_says_what_is_missing(client, world):
    assert client.get("/health/live").json == {"live": True}
    assert client.get("/health/ready").status_code == 200
    world.state = {"rasa": "Rasa does not answer.", "knowledge": "ok"}
    answer = client.get("/health/ready")
    assert answer.status_code == 503 and answer.json["rasa"] == "Rasa does not answer."


def test_every_page_for_residents_is_for_everybody_and_answers_a_stranger(client):
    """Pages behind a sign-in are walked by tests/channels/console/test_access.py."""
    app = client.application
    for_residents = [
        rule
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(SIGNED_IN_PATHS) and rule.endpoint.split(".")[0] not in OF_A_DIRECTORY
    ]
    for rule in for_residents:
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        guards = [function.__name__ for function in blueprint.before_request_funcs.get(None, [])] if blueprint else []
        guard = GUARDS.get(rule.endpoint.split(".")[0], "public")
        assert guard in guards or rule.endpoint == "static", rule.rule
    for rule in for_residents:
        for path in _paths(rule):
            for method in rule.methods & {"GET", "POST"}:
                status = client.open(path, method=method).status_code
                refused = 403 if GUARDS.get(rule.endpoint.split(".")[0]) == "proved_by_supplier" else 400
                assert status in ((refused,) if method == "POST" else (200, 204, 303)), (method, path, status)


def _paths(rule) -> list[str]:
    if "<any(" in rule.rule:
        before, options, after = re.match(r"(.*)<any\((.*)\):\w+>(.*)", rule.rule).groups()
        return [f"{before}{option}{after}" for option in options.split(", ")]
    return [rule.rule.replace("<slug>", "wenbury").replace("<path:filename>", "base.css")
            .replace("<int:number>", "101").replace("<name>", "death")]  # fmt: skip


def _csrf(client, path: str) -> str:
    form = next(client.get(path).tree.iter("form"))
    return next(field.get("value", "") for field in form.iter("input"))


def test_every_field_of_the_box_is_hidden_but_the_box(client):
    assert set(fields_of(client.get("/").tree, "say")) == {"csrf_token", "reference"}
