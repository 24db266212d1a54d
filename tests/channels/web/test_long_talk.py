"""A long talk: the page begins with its last turns, those before are one tap away, and danger is not forgotten."""

from __future__ import annotations

import re

from channels.web.chat import RECENT


def _talk(client, turns: int, first: str = "hello there 0") -> None:
    client.send(first)
    for turn in range(1, turns):
        client.send(f"hello there {turn}")


def _said(page: str) -> list[str]:
    return re.findall(r"hello there \d+(?=</p>)", page)


def test_a_short_talk_is_shown_whole_with_nothing_to_tap(client):
    _talk(client, RECENT)
    page = client.get("/").text
    assert _said(page) == [f"hello there {turn}" for turn in range(RECENT)]
    assert "Show what was said before this" not in page


def test_a_long_talk_begins_with_its_last_turns_and_the_others_are_one_tap_away(client):
    _talk(client, RECENT + 3)
    page = client.get("/").text
    assert _said(page) == [f"hello there {turn}" for turn in range(3, RECENT + 3)]
    assert 'href="/?all=1"' in page and "Show what was said before this" in page
    whole = client.get("/?all=1").text
    assert len(_said(whole)) == RECENT + 3 and "Show what was said before this" not in whole


def test_the_newest_answer_has_its_number_and_its_taps_however_long_the_talk(client):
    _talk(client, RECENT + 3)
    sent = client.send("I am lonely")
    assert sent.location == f"/#answer-{101 + RECENT + 3}"
    page = client.get("/").text
    assert f'id="answer-{101 + RECENT + 3}"' in page and page.count("Something at weekends") == 1


def test_danger_before_what_is_shown_still_counts(client):
    _talk(client, RECENT + 3, first="he hurts me")
    page = client.get("/")
    assert "he hurts me" not in page.text
    assert "is-danger" in (page.tree.find("body").get("class") or "")
    piece = client.send("hello there again", headers={"Accept": "application/json"}).get_json()
    assert piece["danger"]


def test_what_was_said_in_danger_is_found_without_reading_it(person, home):
    from channels.conversations import danger_lately, turns

    assert not danger_lately(person.sender)
    person.says("hello")
    assert not danger_lately(person.sender)
    person.says("I want to kill myself")
    person.says("I am safe now, thanks. What about the bins?")
    assert danger_lately(person.sender)
    assert [turn.said for turn in turns(person.sender, 1)] == ["I am safe now, thanks. What about the bins?"]
