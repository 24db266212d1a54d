"""Rasa's memory: one small row a conversation, gone with it, and no error of a database ever reaches Rasa."""

from __future__ import annotations

import asyncio
import json
import shutil
import uuid
from contextlib import contextmanager
from dataclasses import replace

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import channel
from bot.serve import own_actions
from bot.tracker_store import TURNS_KEPT, ConversationTrackerStore
from channels import conversations
from channels.models import Conversation, Tracker
from knowledge.db import session_scope
from settings import ROOT, settings, use

TURNS = 500
SMALL = 20_000  # bytes


@pytest.fixture
def here(tmp_path, migrated):
    """A conversations database of this test's own."""
    path = shutil.copy(migrated["conversations"], tmp_path / "conversations.db")
    with use(replace(settings(), conversations_url=f"sqlite:///{path}", secret_key="only for tests")):
        yield path


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "bot/domain.yml"))


@pytest.fixture
def store(domain, here) -> ConversationTrackerStore:
    return ConversationTrackerStore(domain)


@pytest.fixture
def conversation(here) -> str:
    """The id of a conversation that is held."""
    one = uuid.uuid4()
    with session_scope(settings().conversations_url) as session:
        session.add(Conversation(id=one, channel="web", sender="somebody"))
    return str(one)


def tracker_of(conversation: str, domain: Domain, turns: int) -> DialogueStateTracker:
    tracker = DialogueStateTracker.from_events(conversation, [], domain.slots)
    for number in range(turns):
        add_turn(tracker, number)
    return tracker


def add_turn(tracker: DialogueStateTracker, number: int) -> None:
    ranking = [{"name": f"intent_{place}", "confidence": 0.05} for place in range(14)]
    parsed = {"intent": {"name": "need", "confidence": 0.9}, "intent_ranking": ranking, "text_tokens": [[0, 4]] * 20}
    tracker.update(UserUttered(f"message {number}", {"name": "need"}, [], parsed))
    tracker.update(ActionExecuted("action_signpost"))
    tracker.update(SlotSet("shown", [str(uuid.uuid4()) for _ in range(30)]))
    tracker.update(BotUttered("", {"custom": {"outcome": "signposts"}}))
    tracker.update(ActionExecuted("action_listen"))


def rows() -> list[Tracker]:
    with session_scope(settings().conversations_url) as session:
        return list(session.query(Tracker).all())


@contextmanager
def broken(tmp_path):
    with use(replace(settings(), conversations_url=f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")):
        yield


def test_five_hundred_turns_keep_one_small_row(store, conversation, domain):
    async def talk() -> DialogueStateTracker:
        tracker = tracker_of(conversation, domain, 0)
        for number in range(TURNS):
            add_turn(tracker, number)
            await store.save(tracker)
            tracker = await store.retrieve(conversation)
        return tracker

    tracker = asyncio.run(talk())
    (row,) = rows()
    assert len(json.dumps(row.body)) < SMALL
    said = [event.text for event in tracker.events if isinstance(event, UserUttered)]
    assert said == [f"message {TURNS - back}" for back in range(TURNS_KEPT, 0, -1)]
    assert "message 5" not in json.dumps(row.body).replace("message 49", "")


def test_slots_outlive_the_turns_that_set_them(store, conversation, domain):
    tracker = tracker_of(conversation, domain, 1)
    tracker.update(SlotSet("asked", "I need a food bank"))
    for number in range(10):
        add_turn(tracker, number)
    asyncio.run(store.save(tracker))
    kept = asyncio.run(store.retrieve(conversation))
    assert kept.get_slot("asked") == "I need a food bank" and len(kept.get_slot("shown")) == 30
    assert kept.get_slot("spot") is None and kept.latest_action_name == "action_listen"


def test_slots_of_the_very_first_turn_are_known_in_the_second(store, conversation, domain):
    """Rasa begins a conversation with a session's start, which empties every slot when it is read again."""
    tracker = tracker_of(conversation, domain, 0)
    for event in (ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")):
        tracker.update(event)
    add_turn(tracker, 0)
    tracker.update(SlotSet("asked", "I need a food bank"))
    asyncio.run(store.save(tracker))
    kept = asyncio.run(store.retrieve(conversation))
    assert kept.get_slot("asked") == "I need a food bank" and len(kept.get_slot("shown")) == 30
    assert kept.latest_message.text == "message 0" and kept.latest_action_name == "action_listen"


def test_the_last_message_is_kept_without_its_ranking(store, conversation, domain):
    asyncio.run(store.save(tracker_of(conversation, domain, 2)))
    kept = asyncio.run(store.retrieve(conversation))
    assert kept.latest_message.text == "message 1"
    assert kept.latest_message.parse_data["intent_ranking"] == [] and kept.latest_message.intent["name"] == "need"


def test_nobody_known(store):
    assert asyncio.run(store.retrieve(str(uuid.uuid4()))) is None
    assert list(asyncio.run(store.keys())) == []


def test_a_deleted_conversation_is_not_revived(store, conversation, domain):
    tracker = tracker_of(conversation, domain, 2)
    asyncio.run(store.save(tracker))
    assert list(asyncio.run(store.keys())) == [conversation]
    assert conversations.forget("somebody")
    assert rows() == []
    asyncio.run(store.save(tracker))
    assert rows() == [] and asyncio.run(store.retrieve(conversation)) is None


@pytest.mark.parametrize("sender", ["default", "", "not-an-id"])
def test_an_id_that_is_none_does_not_raise(store, domain, sender):
    asyncio.run(store.save(tracker_of(sender, domain, 1)))
    assert asyncio.run(store.retrieve(sender)) is None


def test_a_broken_database_does_not_raise_and_logs_only_the_kind(store, conversation, domain, tmp_path, caplog):
    with broken(tmp_path):
        asyncio.run(store.save(tracker_of(conversation, domain, 1)))
        assert asyncio.run(store.retrieve(conversation)) is None
    assert "tracker not saved: OperationalError" in caplog.text and "tracker not read: OperationalError" in caplog.text
    assert "message 0" not in caplog.text
    asyncio.run(store.save(tracker_of(conversation, domain, 1)))
    assert len(rows()) == 1, "and goes on afterwards"


class Agent:
    """What Rasa's agent shows of itself."""

    def __init__(self, store, actions, ready=True) -> None:
        self.tracker_store, self.action_endpoint, self.ready = store, actions, ready

    def is_ready(self) -> bool:
        return self.ready


def test_readiness_names_what_rasa_hides(store, domain):
    from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
    from rasa.utils.endpoints import EndpointConfig

    ours, fallen = FailSafeTrackerStore(store), InMemoryTrackerStore(domain)
    everything = {"model": True, "tracker_store": True, "actions": True}
    assert channel.readiness(Agent(ours, own_actions())) == everything
    assert channel.readiness(Agent(store, own_actions())) == everything
    assert channel.readiness(Agent(fallen, own_actions())) == {**everything, "tracker_store": False}
    assert channel.readiness(Agent(ours, EndpointConfig("http://x"))) == {**everything, "actions": False}
    assert channel.readiness(Agent(ours, own_actions(), ready=False)) == {**everything, "model": False}
    assert channel.readiness(None) == {"model": False, "tracker_store": False, "actions": False}
