"""dialogues.yml through the gateway and the trained Rasa; and Rasa killed and started again in the middle of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from channels import conversations
from channels.messages import Reply
from channels.rasa_client import ready
from words import say

DIALOGUES = yaml.safe_load((Path(__file__).parent / "dialogues.yml").read_text(encoding="utf-8"))
ANSWERED = ("signposts", "council")


def entries(reply: Reply) -> list[str]:
    return [post.entry for post in reply.signposts]


@pytest.mark.parametrize("name", DIALOGUES)
def test_dialogue(person, name):
    replies: list[Reply] = []
    for turn in DIALOGUES[name]:
        reply = person.says(turn["said"])
        assert_as_said(turn, reply, replies)
        replies.append(reply)


def assert_as_said(turn: dict[str, Any], reply: Reply, earlier: list[Reply]) -> None:
    where = f"{turn['said']}: {reply}"
    assert reply.from_rasa == turn.get("rasa", True), where
    for name in ("outcome", "place", "language", "deleted"):
        assert getattr(reply, name) == turn.get(name, getattr(reply, name)), where
    if "first" in turn:
        assert reply.before[0] == say(turn["first"], reply.language, name=turn.get("name")), where
    if "after" in turn:
        assert say(turn["after"], reply.language) in reply.after, where
    assert turn.get("need") in (None, *reply.needs[:1]) and len(reply.needs) >= turn.get("needs", 0), where
    assert {**reply.wishes, **turn.get("wishes", {})} == reply.wishes, where
    assert len(reply.signposts) >= turn.get("posts", 0), where
    assert reply.choices or not turn.get("choices"), where
    assert_follows(turn, reply, earlier, where)


def assert_follows(turn: dict[str, Any], reply: Reply, earlier: list[Reply], where: str) -> None:
    if turn.get("same_need"):
        asked = next(one for one in reversed(earlier) if one.outcome in ANSWERED)
        assert reply.needs[:1] == asked.needs[:1], where
    if turn.get("new"):
        assert not {one for before in earlier for one in entries(before)} & set(entries(reply)), where
    if number := turn.get("entry"):
        shown = next(one for one in reversed(earlier) if one.signposts)
        assert entries(reply) == [entries(shown)[number - 1]], where


def test_rasa_is_what_we_think_it_is(rasa):
    assert ready() == {"model": True, "tracker_store": True, "actions": True}


def test_without_our_token_rasa_answers_nobody(rasa):
    import requests

    url = f"{rasa.settings.rasa_url}/webhooks/fingerpost/message"
    refused = requests.post(url, json={"sender": "x", "message": "hello"}, timeout=5)
    assert refused.status_code == 403 and refused.json() == {"error": "forbidden"}
    assert requests.get(f"{rasa.settings.rasa_url}/conversations/x/tracker", timeout=5).status_code == 404


def test_rasa_killed_in_the_middle_and_back_again(rasa, person):
    first = person.says("I need help with my debts")
    assert first.from_rasa and first.outcome == "signposts"
    rasa.kill()
    try:
        meanwhile = person.says("is there a food bank in Frome")
        assert meanwhile.before[0] == say("trouble.slow", "en") and not meanwhile.from_rasa
        assert meanwhile.signposts and meanwhile.needs[0] == "food"
    finally:
        rasa.start()
    reply = person.says("I'm in Frome")
    assert reply.from_rasa and reply.place == "Frome"
    assert reply.needs[0] == first.needs[0], "what was asked before is still known"
    assert len(conversations.turns(person.sender)) == 3
