"""An entry that is to be taken down on a day to come, and what happens when it is changed before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from knowledge import looking_after
from knowledge import models as m
from knowledge.db import session_scope
from tests.channels.console.conftest import send, write

TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def model(sentence_model):
    """Publishing makes a vector."""


def test_a_withdrawal_can_wait_for_its_day(come, town):
    on = (TODAY + timedelta(days=3)).isoformat()
    send(come("editor"), f"/console/entry/{town.lunch}/withdraw", on=on)
    with session_scope() as session:
        assert session.get_one(m.Service, town.lunch).status == "active"
        looking_after.carry_out_plans(session, TODAY + timedelta(days=3))
        assert session.get_one(m.Service, town.lunch).status == "inactive"


def test_a_withdrawal_whose_entry_changed_meanwhile_goes_back_and_takes_nothing_down(come, town):
    client, path = come("editor"), f"/console/entry/{town.lunch}"
    on = (TODAY + timedelta(days=3)).isoformat()
    send(client, f"{path}/withdraw", on=on)
    write(come("steward"), path, name="Lunch goes on")
    with session_scope() as session:
        assert looking_after.carry_out_plans(session, TODAY + timedelta(days=3)) == []
        assert session.get_one(m.Service, town.lunch).status == "active"
    assert "Sent back to you" in client.get("/console/entries").text and client.get(path).status_code == 200
    send(client, f"{path}/withdraw", on=on)
    with session_scope() as session:
        assert len(looking_after.carry_out_plans(session, TODAY + timedelta(days=3))) == 1
    assert "Sent back to you" not in client.get("/console/entries").text
