"""Life events: the file is whole in both languages, what it names is there, messages that tell of one are heard."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge.db import session_scope
from knowledge.editing import id_of
from knowledge.life import asked_for, event_in, life_events, steps_told, steps_with_posts
from knowledge.reading import entries, place_spot
from nlu.places import Spot
from tests.channels.conftest import directory  # noqa: F401  the seeded directory's copy
from tests.knowledge.making import entry

CASES = yaml.safe_load((Path(__file__).parent / "life_cases.yml").read_text(encoding="utf-8"))
NATIONS = ("england", "wales", "scotland", "northern_ireland")
DAY = date(2025, 11, 20)
HEARD, WRONGLY = 0.75, 1  # of 28 that tell of one (24 when measured); of all 60
EVENTS = list(life_events().values())


@pytest.fixture(scope="module")
def seeded(directory, sentence_model):  # noqa: F811  the seeded directory's copy
    with session_scope(f"sqlite:///{directory}") as opened:
        yield opened


def nation(name: str) -> Spot:
    return Spot(name, 0.0, 0.0, name, "nation")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.key)
def test_an_event_is_whole_in_both_languages(event):
    assert len(event.steps) >= 5 and len(event.phrases) >= 10 and len(event.phrases_cy) >= 3
    for words in (event.name, event.after, *(step.title for step in event.steps), *(step.text for step in event.steps)):
        assert set(words) == {"en", "cy"} and all(words.values()), words


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.key)
def test_the_choice_that_offers_the_steps_asks_for_them(event):
    for sentence in event.asks.values():
        assert asked_for(f"{sentence.upper()}?") is event


def test_other_sentences_ask_for_no_steps():
    assert asked_for("What usually helps first") is None and asked_for("") is None


def test_messages_that_tell_of_an_event_are_heard_and_others_are_not(sentence_model):
    told = [(message, key) for key, messages in CASES.items() for message in messages]
    found = {message: event.key if (event := event_in(message)) else "" for message, _ in told}
    confused = {message: found[message] for message, key in told if found[message] not in ("", key)}
    heard = [found[message] == key for message, key in told if key]
    assert len(confused) <= WRONGLY, confused
    assert sum(heard) / len(heard) >= HEARD, [message for message, key in told if key and not found[message]]


@pytest.mark.parametrize("where", NATIONS)
def test_every_step_points_somewhere_in_every_nation(seeded, where):
    for event in EVENTS:
        for step, posts in steps_with_posts(seeded, event, spot=nation(where), today=DAY):
            assert posts or not step.topic, f"{event.key}: nobody in {where} for {step.title['en']!r}"


def test_every_named_entry_is_in_the_directory(seeded):
    named = {one for event in EVENTS for step in event.steps for one in step.entries}
    assert named == set(entries(seeded, list(named)))


def test_a_named_entry_is_for_its_own_nation(seeded):
    shown = {
        where: {post["entry"] for _, posts in _steps(seeded, "death", nation(where)) for post in posts}
        for where in ("england", "scotland")
    }
    scottish, english = (str(id_of("service", f"registrars-death-{one}")) for one in ("scotland", "england-wales"))
    assert scottish in shown["scotland"] - shown["england"] and english in shown["england"] - shown["scotland"]


def test_a_place_gives_its_own_first_and_nothing_twice(seeded):
    posts = [post for _, posts in _steps(seeded, "losing-work", place_spot(seeded, "wenbury")) for post in posts]
    assert sum(post["local"] for post in posts) >= 3
    assert len({post["entry"] for post in posts}) == len(posts)


def test_told_in_talk_each_step_is_a_sentence_and_each_entry_says_for_which(seeded):
    event = life_events()["separation"]
    told = steps_told(seeded, event, spot=place_spot(seeded, "wenbury"), today=DAY)
    assert len(told["before"]) == 1 + len(event.steps) and len(told["posts"]) <= len(event.steps)
    assert [post["step"] for post in told["posts"]] == sorted(post["step"] for post in told["posts"])
    assert all(post["tier"] != "friend" for post in told["posts"] if not post["local"])


def test_an_empty_directory_gives_the_steps_alone(session, sentence_model):
    entry(session, "choir", topics=["arts_hobbies"])
    assert not [posts for _, posts in _steps(session, "death", None) if posts]


@pytest.mark.parametrize(("checked", "late"), [(DAY, [False]), (date(2024, 10, 1), [True]), (date(2024, 1, 1), [])])
def test_an_entry_a_step_names_is_shown_as_late_and_then_no_more(session, sentence_model, checked, late):
    entry(session, "registrars-death-england-wales", topics=["registrars"], checked_on=checked, find=True)
    mine = str(id_of("service", "registrars-death-england-wales"))
    shown = [post for _, posts in _steps(session, "death", None) for post in posts if post["entry"] == mine]
    assert [post["overdue"] for post in shown] == late


def _steps(session, key, spot):
    return steps_with_posts(session, life_events()[key], spot=spot, today=DAY)
