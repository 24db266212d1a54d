"""Life events on the web: reachable from every front door, in order, in both languages, saying little to the tab."""

from __future__ import annotations

import pytest

from knowledge.life import life_events
from tests.channels.web.lint import fields_of, words_of


@pytest.mark.parametrize("path", ["", "/p/wenbury"])
def test_every_front_door_leads_to_every_event(client, path):
    page = client.get(path or "/").text
    for key in life_events():
        assert f'href="{path}/life/{key}"' in page
        assert client.get(f"{path}/life/{key}").status_code == 200


@pytest.mark.parametrize("key", list(life_events()))
def test_the_title_does_not_say_which_event(client, key):
    title = client.get(f"/life/{key}").tree.findtext("head/title")
    assert title == "What usually helps first - Fingerpost"


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_steps_come_in_order_in_the_readers_language(client, language):
    page = client.get(f"/life/death?lang={language}")
    headings = [words_of(one) for one in page.tree.iter("h2") if (one.get("id") or "").startswith("step-")]
    steps = life_events()["death"].steps
    assert headings == [f"{at} {step.title[language]}" for at, step in enumerate(steps, 1)]
    assert "Larch Lane lunch club" in page.text


def test_what_is_written_under_the_steps_goes_to_the_same_door(client, world):
    fields = fields_of(client.get("/p/wenbury/life/death").tree, "say")
    sent = client.post("/p/wenbury", data={**fields, "message": "I am lonely"})
    assert sent.location == "/p/wenbury#answer-101" and world.heard[0].door == "wenbury"


def test_the_steps_are_there_without_the_directory(client, world):
    world.broken = True
    page = client.get("/life/baby")
    assert page.status_code == 200 and "Register the birth" in page.text and "Larch Lane" not in page.text


@pytest.mark.parametrize("path", ["/life/nothing", "/p/wenbury/life/nothing", "/p/nowhere/life/death"])
def test_no_such_event_or_place_is_not_found(client, path):
    assert client.get(path).status_code == 404
