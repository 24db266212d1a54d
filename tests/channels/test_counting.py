"""A request is counted after it is answered: what and where, never who or in which words; danger never."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from channels import counting
from channels.messages import Inbound, Reply, Signpost
from knowledge import demand
from knowledge.db import session_scope
from knowledge.upkeep import Demand
from settings import settings, use
from tests.channels.test_letters import NOW
from tests.knowledge import making

LUNCH = Signpost("1", "community", "Lunch", "", ("food",), "", distance_km=1.0)


@pytest.fixture(autouse=True)
def directory_of_one(knowledge_url):
    with session_scope() as session:
        making.topics(session, "food")
        making.place(session, "larch")


def count(reply: Reply) -> list[tuple]:
    counting.count(Inbound("web", "sender", "my secret words", "reference", NOW, "larch", "en"), reply)
    with session_scope() as session:
        return [(row.need, row.area, row.outcome) for row in session.query(Demand)]


def test_what_where_and_whether_there_was_something_near():
    assert count(Reply("signposts", "en", signposts=(LUNCH,), needs=("food",))) == [("food", "Larch", "near")]


def test_half_a_postcode_is_the_area():
    assert count(Reply("nothing_found", "en", needs=("food",), place="M33")) == [("food", "M33", "none")]


@pytest.mark.parametrize("outcome", ["clarify", "smalltalk", "deleted", "privacy", "waiting"])
def test_only_answers_are_counted(outcome):
    assert count(Reply(outcome, "en", needs=("food",))) == []


def test_what_is_asked_to_measure_us_is_nobodys_and_not_counted():
    with use(replace(settings(), rate_limits=False)):
        assert count(Reply("nothing_found", "en", needs=("food",))) == []


def test_danger_is_never_counted():
    assert count(Reply("signposts", "en", signposts=(LUNCH,), needs=("food",), danger=True)) == []


def test_a_directory_that_is_gone_costs_the_count_and_nothing_else(monkeypatch, caplog):
    from sqlalchemy.exc import OperationalError

    def fail(*_):
        raise OperationalError("gone", {}, Exception())

    monkeypatch.setattr(demand, "count", fail)
    counting.count(Inbound("web", "s", "my secret words", "r", NOW), Reply("signposts", "en", needs=("food",)))
    assert "not counted" in caplog.text and "secret" not in caplog.text


def test_the_page_and_the_file_are_for_everybody(tmp_path):
    from channels.web import create_app
    from tests.channels.web.lint import LintingClient

    with session_scope() as session:
        for _ in range(6):
            demand.count(session, ["food"], {"cost": "free"}, "ZZ2", "england", "none", NOW.date() - timedelta(days=40))
    app = create_app(replace(settings(), rate_limits=False, public_url=""))
    app.test_client_class = LintingClient
    client = app.test_client()
    for language in ("en", "cy"):
        assert "ZZ2" in client.get(f"/demand?lang={language}").text
    file = client.get("/demand.csv")
    assert file.headers["Access-Control-Allow-Origin"] == "*" and "food,,ZZ2,6,6" in file.text
