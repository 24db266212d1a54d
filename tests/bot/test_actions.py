"""The table of conversations in transcripts.yml, against the actions and the seeded directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.privacy import kind_of
from channels.plain import as_text
from knowledge.signposting import ORDER
from tests.bot.conftest import actions, rules

TRANSCRIPTS = yaml.safe_load((Path(__file__).parent / "transcripts.yml").read_text(encoding="utf-8"))


def keys(said: list[Any]) -> list[str]:
    return [key for key, _ in said]


def entries(decided: dict[str, Any]) -> list[str]:
    return [post["entry"] for post in decided["posts"]]


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_conversation(talk, name):
    talk.door = TRANSCRIPTS[name][0].get("door", "")
    for turn in TRANSCRIPTS[name]:
        earlier = list(talk.decided)
        decided = talk.says(turn["said"], turn["intent"], confidence=turn.get("confidence", 0.9))
        assert_as_said(turn, decided, earlier)
        assert_in_words(turn, talk.shown(decided))


def assert_as_said(turn: dict[str, Any], decided: dict[str, Any], earlier: list[dict[str, Any]]) -> None:
    where = turn["said"]
    for name in ("outcome", "place", "delete"):
        assert decided[name] == turn.get(name, decided[name]), where
    for name in ("before", "after"):
        assert set(turn.get(name, ())) <= set(keys(decided[name])), (where, decided[name])
    assert not set(turn.get("not_after", ())) & set(keys(decided["after"])), where
    assert set(turn.get("choices", ())) <= set(keys(decided["choices"])), where
    assert turn.get("need") in (None, *decided["needs"][:1]), (where, decided["needs"])
    assert set(turn.get("needs", ())) <= set(decided["needs"]), (where, decided["needs"])
    assert {**decided["wishes"], **turn.get("wishes", {})} == decided["wishes"], where
    assert not set(turn.get("no_wishes", ())) & set(decided["wishes"]), where
    assert_posts(turn, decided, earlier)
    if turn.get("same_need"):
        asked = next(one for one in reversed(earlier) if one["outcome"] in ("signposts", "council"))
        assert decided["needs"][:1] == asked["needs"][:1], where


def assert_posts(turn: dict[str, Any], decided: dict[str, Any], earlier: list[dict[str, Any]]) -> None:
    posts, where = decided["posts"], turn["said"]
    assert len(posts) >= turn.get("posts", 0) and not (turn.get("none") and posts), where
    assert not posts or posts[0]["tier"] == turn.get("tier", posts[0]["tier"]), where
    if turn.get("council_last"):
        ranks = [ORDER[post["tier"]] for post in posts]
        assert ranks == sorted(ranks) and ranks[0] < ORDER["council"], where
    if turn.get("new"):
        assert not {one for before in earlier for one in entries(before)} & set(entries(decided)), where
    if turn.get("more"):
        assert decided["outcome"] in ("signposts", "nothing_found"), where
    if number := turn.get("entry"):
        assert entries(decided) == [entries(earlier[-1])[number - 1 if number > 0 else number]], where


def assert_in_words(turn: dict[str, Any], reply) -> None:
    told = as_text(reply)
    assert told.strip() or turn.get("delete")
    assert "{" not in told and "None" not in told, turn["said"]
    if turn.get("choice"):
        assert turn["choice"] in [choice.says for choice in reply.choices]
    if turn.get("phones"):
        assert all(post.phones for post in reply.signposts)


def test_the_one_that_is_named(talk):
    first = talk.shown(talk.says("I am lonely and would like company", "need"))
    for post in first.signposts:
        if post.tier == "friend":
            continue
        talk.slots["latest"] = [one.entry for one in first.signposts]
        decided = talk.says(f"tell me about {post.name}", "details")
        assert entries(decided) == [post.entry]


def test_the_one_that_is_named_is_meant_though_one_is_also_a_number(talk):
    first = talk.shown(talk.says("I am lonely and would like company", "need"))
    named = next(post for post in first.signposts[1:] if post.tier != "friend")
    assert entries(talk.says(f"the {named.name} one please", "details")) == [named.entry]


def test_one_that_was_taken_down_meanwhile_is_said_to_be_gone(talk):
    talk.slots["latest"] = ["00000000-0000-4000-8000-000000000000"]
    decided = talk.says("tell me more about the first", "details")
    assert keys(decided["before"]) == ["details.gone"] and decided["posts"] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("delete everything", "deleted"),
        ("forget me", "deleted"),
        ("could you wipe this", "deleted"),
        ("please get rid of what I said", "deleted"),
        ("dileu popeth os gwelwch yn dda", "deleted"),
        ("do you delete my messages", "held"),
        ("how long until you forget this", "held"),
        ("who can see this", "held"),
        ("is this private?", "held"),
        ("stop", "stop"),
        ("unsubscribe", "stop"),
        ("leave me alone", "stop"),
    ],
)
def test_kinds_of_privacy(text, kind):
    assert kind_of(text) == kind


def test_every_rule_has_its_action_and_every_action_its_rule():
    ours = {name for name in actions() if name.startswith("action_")}
    assert set(rules().values()) == ours


def test_rasa_shell_is_told_in_words(talk):
    from rasa_sdk import Tracker
    from rasa_sdk.executor import CollectingDispatcher

    dispatcher = CollectingDispatcher()
    latest = {"text": "I need a food bank", "intent": {"name": "need", "confidence": 0.9}, "entities": []}
    tracker = Tracker("shell", {}, latest, [], False, None, {}, "action_listen")
    actions()["action_signpost"](dispatcher, tracker, {})
    assert any(message.get("text") for message in dispatcher.messages)
