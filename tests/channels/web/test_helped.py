"""Did it help? One tap, something else, and what was wrong with which entry; nothing after danger, nothing of who."""

from __future__ import annotations

import pytest

from tests.channels.web.lint import fields_of


def tap(client, said: str, number: int = 101):
    return client.post(f"/helped/{number}", data={**fields_of(client.get("/").tree, "say"), "helped": said})


def tell(client, path: str = "/helped/101/wrong", **fields: str):
    token = next(one.get("value") for one in client.get(path).tree.iter("input") if one.get("name") == "csrf_token")
    return client.post(path, data={"csrf_token": token, **fields})


def test_the_newest_answer_that_points_somewhere_asks(client):
    client.send("I am lonely")
    client.send("bins")
    page = client.get("/").text
    assert page.count("Did this help?") == 1 and 'formaction="/helped/102"' in page


def test_an_answer_without_places_does_not_ask(client):
    client.send("nothing known")
    assert "Did this help?" not in client.get("/").text


def test_it_is_never_asked_once_there_was_danger(client):
    client.send("he hurts me")
    assert "Did this help?" not in client.get("/").text
    client.send("I am lonely")
    assert "Did this help?" not in client.get("/").text
    assert client.get("/helped/102/wrong").location == "/"
    piece = client.send("bins", headers={"Accept": "application/json"}).json
    assert "Did this help?" not in piece["html"]


def test_yes_is_thanked_and_nothing_is_kept(client, world):
    client.send("I am lonely")
    back = tap(client, "yes")
    assert back.status_code == 303 and back.location == "/?helped=yes#helped-101"
    assert "Thank you for telling us" in client.get("/?helped=yes").text
    assert not world.flagged and len(world.heard) == 1


def test_no_offers_something_else_as_a_tap_and_a_way_to_say_what_was_wrong(client):
    client.send("I am lonely")
    page = client.get(tap(client, "no").location).text
    assert 'name="choice" value="What else is there"' in page and 'href="/helped/101/wrong"' in page


def test_what_was_wrong_is_told_with_the_entry_and_nothing_else(client, world):
    client.send("I am lonely")
    back = tell(client, entry="3", kind="closed")
    assert back.location == "/?helped=told#helped-101" and world.flagged == [("3", "closed")]
    assert "will see it" in client.get(back.location).text


@pytest.mark.parametrize("fields", [{}, {"entry": "3"}, {"kind": "closed"}, {"entry": "3", "kind": "rude"},
                                    {"entry": "5", "kind": "closed"}])  # fmt: skip
def test_only_an_entry_of_that_answer_and_a_known_kind_count(client, world, fields):
    client.send("I am lonely")
    page = tell(client, **fields)
    assert page.status_code == 400 and "Pick one of the places" in page.text and not world.flagged


def test_nobody_can_tell_about_another_persons_answer(client, make_client, world):
    client.send("I am lonely")
    other = make_client()
    other.send("bins")
    assert other.get("/helped/101/wrong").location == "/"
    fields = fields_of(other.get("/").tree, "say")
    assert other.post("/helped/101/wrong", data={**fields, "entry": "3", "kind": "closed"}).location == "/"
    assert not world.flagged


@pytest.mark.parametrize("path", ["/helped/101", "/helped/101/wrong"])
def test_a_forged_or_flooding_post_is_refused(make_client, world, path):
    client = make_client(RATE_LIMITS="on")
    client.send("I am lonely")
    assert client.post(path, data={"helped": "no", "entry": "3", "kind": "closed"}).status_code == 400
    fields = fields_of(client.get("/").tree, "say")
    codes = [client.post(path, data=fields).status_code for _ in range(25)]
    assert codes[-1] == 429 and not world.flagged


def test_in_welsh(client):
    client.get("/?lang=cy")
    client.send("unig")
    page = client.get("/").text
    assert "Oedd hyn o help?" in page and ">Nac oedd</button>" in page
