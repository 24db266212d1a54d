"""What one directory publishes and another reads is published there again without loss."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from werkzeug.serving import make_server

import settings as settings_module
from channels.open_data.description import publisher
from channels.web import create_app
from knowledge import following
from knowledge import models as m
from knowledge.db import engine_for, session_scope
from knowledge.editing import id_of
from knowledge.exporting import Feed, Wanted
from knowledge.imports.fetching import Fetcher
from knowledge.models import now
from tests.channels.open_data.conftest import HALL, Keeper
from tests.channels.open_data.test_feed import RICH
from tests.knowledge.making import owner, place, topics

DIFFERENT = {"id", "last_modified", "source", "origin_id"}  # where it is kept now, and where it came from
ENTRY = {
    **RICH,
    "description": {"en": "Tea for anyone, and cake.", "cy": "Te i bawb, a chacen."},
    "line": {"en": "A cup of tea.", "cy": "Paned."},
    "who": {"en": "Anyone over 50", "cy": "Pawb dros 50"},
    "location": {**HALL, "venue": {"en": "Ashby Hall", "cy": "Neuadd Ashby"}, "uprn": "100012345678",
                 "note": {"en": "Round the back.", "cy": "Yn y cefn."}},
    "phone_note": {"en": "Ask for Jo.", "cy": "Gofynnwch am Jo."},
    "phones": [{"number": "01632 960002", "note": "evenings"}],
    "cost": {"kind": "paid", "amount": 2.5, "note": {"en": "A pot for pennies.", "cy": "Pot ceiniogau."}},
    "tier": "community",
    "topics": ["loneliness", "food"],
    "url": "https://example.org/tea",
}  # fmt: skip


@pytest.fixture
def reader(migrated, tmp_path):
    """An empty directory of somebody else's, that has the same place and topics."""
    import shutil

    url = f"sqlite:///{shutil.copy(migrated['knowledge'], tmp_path / 'reader.db')}"
    with session_scope(url) as session:
        ashby = place(session, "ashby")
        ashby.outcodes = [m.Outcode(outcode="M33", latitude=53.42, longitude=-2.32)]
        topics(session, "loneliness", "food")
        session.add(
            m.TopicPhrase(topic_key="food", text="I am hungry", vector=b"\0" * 1536, stamp=1)
        )  # fmt: skip
    yield url
    engine_for(url).dispose()


@pytest.fixture
def serve(tmp_path):
    """Serve a directory; returns its feed's address."""
    servers = []

    def at(url: str) -> str:
        given = settings_module.from_environment({"FINGERPOST_VAR": str(tmp_path), "SECRET_KEY": "only for tests"})
        app = create_app(replace(given, knowledge_url=url, rate_limits=False))
        using = settings_module.use(app.config["FINGERPOST"])
        using.__enter__()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append((server, using))
        return f"http://127.0.0.1:{server.server_port}/oruk/v3"

    yield at
    for server, using in servers:
        server.shutdown()
        using.__exit__(None, None, None)


def read(url: str, address: str, source: str = "Ashby list", **more):
    """Follow a feed into the directory at `url` and read it once."""
    with session_scope(url) as session:
        following.remember(session, address, source=source, licence="OGL v3.0", place="ashby")
    return following.read(lambda: session_scope(url), address, now=now(), fetcher=Fetcher(private=True), **more)


def published(url: str) -> dict[str, dict]:
    """Everything a directory publishes, by name, without what must differ."""
    with session_scope(url) as session:
        page = Feed(session, publisher("en"), now().date()).services(Wanted(), page=1, per_page=500, form="full")
    return {row["name"]: _bare(row) for row in page.contents}


def _bare(node):
    if isinstance(node, list):
        return [_bare(one) for one in node]
    if isinstance(node, dict):
        kept = {name: value for name, value in node.items() if name not in DIFFERENT and not _names_a_row(name)}
        return {name: _bare(value) for name, value in kept.items()}
    return node


def _names_a_row(name: str) -> bool:
    return name.endswith("_id") and name not in ("taxonomy_term_id", "taxonomy_id")


def test_nothing_is_lost_from_publisher_to_reader(keeper: Keeper, reader, serve):
    keeper.keep("tea", **{**ENTRY, "checked_on": now().date()})
    keeper.keep("line", tier="voluntary", area="uk", url="https://example.org/line", topics=["food"])
    keeper.keep("bins", tier="statutory", place="ashby", area="place", phone="01632 960003",
                schedule=[{"days": ["mon"], "from": "09:00", "to": "10:00", "every": "term"}])  # fmt: skip
    keeper.keep("lunch", place="ashby", area="place", location=HALL, cost={"kind": "free"})
    with session_scope(keeper.url) as session:
        called = {"name": {"en": "Church", "cy": "Eglwys"}, "description": {"en": "A church.", "cy": "Eglwys."}}
        owner(session, "church", charity_number="1234567", url="https://church.example.org", **called)
        made = m.Taxonomy(name="Needs list")
        session.add(made)
        session.flush()
        term = m.TaxonomyTerm(taxonomy_id=made.id, code="n7", name="Company")
        session.get_one(m.Service, id_of("service", "tea")).attributes = [m.Attribute(term=term)]
    report = read(reader, serve(keeper.url))
    assert report.counts == {"new": 4}, report.problems
    sent, got = published(keeper.url), published(reader)
    assert sent.keys() == got.keys() and len(sent) == 4
    for row in (*sent.values(), *got.values()):
        row.pop("licence", None)  # an entry without one takes the feed's
        for attribute in row["attributes"]:
            if attribute["taxonomy_term"]["taxonomy"] == "Needs list":  # an imported list has other ids there
                attribute.pop("taxonomy_term_id"), attribute["taxonomy_term"].pop("taxonomy_id")
    for name in sent:
        assert sent[name] == got[name]


def test_the_licence_of_each_entry_travels_with_it(keeper, reader, serve):
    keeper.keep("tea", **{**ENTRY, "licence": "CC BY 4.0"})
    read(reader, serve(keeper.url))
    assert published(reader)["Tea & talk"]["licence"] == "CC BY 4.0"


def test_a_withdrawal_travels_and_a_second_reading_changes_nothing(keeper, reader, serve):
    keeper.keep("tea", **ENTRY)
    keeper.keep("lunch", place="ashby", area="place", location=HALL)
    address = serve(keeper.url)
    read(reader, address)
    assert read(reader, address).counts == {"unchanged": 2}
    keeper.take_down("lunch")
    assert read(reader, address).counts == {"unchanged": 1, "ended": 1}
    assert list(published(reader)) == ["Tea & talk"]


def test_two_directories_that_follow_each_other_do_not_grow(keeper, reader, serve):
    keeper.keep("tea", **ENTRY)
    keeper.keep("line", tier="voluntary", area="uk", topics=["food"])
    first = serve(keeper.url)
    assert read(reader, first, "First").counts == {"new": 2}
    with settings_module.use(replace(settings_module.settings(), knowledge_url=reader)):
        second = serve(reader)
        report = read(keeper.url, second, "Second")
    assert report.counts == {"duplicate": 2}
    assert all("our own entry, come back" in one.words for one in report.problems)
    assert len(published(keeper.url)) == 2


def test_an_entry_that_comes_by_two_ways_is_here_once(keeper, reader, serve):
    keeper.keep("line", tier="voluntary", area="uk", topics=["food"])
    address = serve(keeper.url)
    read(reader, address, "First")
    report = read(reader, f"{address}/../v3", "Second")
    assert report.counts == {"duplicate": 1} and "first published by the same people" in report.problems[0].words


def test_a_machines_suggestion_is_not_passed_on_as_agreed(keeper, reader, serve):
    keeper.keep("tea", **ENTRY)
    with session_scope(keeper.url) as session:
        for topic in session.get_one(m.Service, id_of("service", "tea")).topics:
            topic.suggested = True
    read(reader, serve(keeper.url))
    with session_scope(reader) as session:
        assert [row.topics for row in session.query(m.Service)] == [[]]
