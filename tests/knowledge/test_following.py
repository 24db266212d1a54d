"""Other people's feeds, by a real server on loopback: followed, changed, withdrawn; lying, looping, breaking."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from knowledge import following
from knowledge import models as m
from knowledge.drafts import service_from
from knowledge.editing import save_service
from knowledge.errors import ImportWrong, NotFound
from knowledge.imports.fetching import Fetcher
from tests.knowledge.import_samples.kit import Directory, said

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def row(number: int, **more) -> dict:
    """A service of a feed, in full."""
    place = {
        "id": f"l{number}",
        "location_type": "physical",
        "addresses": [{"postal_code": "M33 7WR", "city": "Ashby"}],
    }
    return {
        "id": str(number), "name": f"Club {number}", "status": "active", "description": f"We meet, club {number}.",
        "organization": {"id": f"o{number}", "name": f"Owners {number}"},
        "service_at_locations": [{"id": f"s{number}", "location": place}], **more,
    }  # fmt: skip


class Server:
    """A feed whose every answer a test can change: by page, by id, or altogether."""

    def __init__(self) -> None:
        self.rows = [row(number) for number in range(1, 8)]
        self.per_page = 3
        self.asked: list[str] = []
        self.page = None  # a function of a page number and the rows, that makes the page
        self.fails: dict[str, list[int]] = {}  # by a part of the path: statuses to answer with first
        self.headers: dict[str, str] = {}

    def answer(self, path: str) -> tuple[int, object]:
        self.asked.append(path)
        for part, statuses in self.fails.items():
            if part in path and statuses:
                return statuses.pop(0), {}
        query = parse_qs(urlsplit(path).query)
        if "page" in query:
            number = int(query["page"][0])
            rows = self.rows[(number - 1) * self.per_page : number * self.per_page]
            return 200, (self.page or self.usual)(number, rows)
        wanted = urlsplit(path).path.rsplit("/", 1)[1]
        found = next((one for one in self.rows if one["id"] == wanted), None)
        return (200, found) if found else (404, {})

    def usual(self, number: int, rows: list) -> dict:
        """A page of 3.0 with the usual numbers and whole rows."""
        pages = -(-len(self.rows) // self.per_page)
        told = {"total_items": len(self.rows), "total_pages": pages, "page_number": number, "size": len(rows)}
        return {**told, "first_page": number == 1, "last_page": number == pages, "empty": not rows, "contents": rows}


@pytest.fixture
def feed():
    made = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = made.answer(self.path)
            self.send_response(status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for part in body if isinstance(body, list) else [json.dumps(body).encode()]:
                try:
                    self.wfile.write(part)
                except OSError:
                    return

        def log_message(self, *_) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}/oruk/v3"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def directory(tmp_path) -> Directory:
    return Directory(tmp_path)


@pytest.fixture
def follow(directory, feed):
    """Read the feed once, on a day of NOW and after; returns the report."""
    with directory.scope() as session:
        following.remember(session, feed.url, source="Ashby feed", licence="OGL v3.0", place="ashby")

    def once(days: int = 0, **more):
        fetcher = Fetcher(private=True, pause=lambda _seconds: None)
        return following.read(
            directory.scope, feed.url, now=NOW + timedelta(days=days), fetcher=fetcher, **more
        )  # fmt: skip

    return once


def state(directory):
    with directory.scope() as session:
        return following.followed(session)[0]


def test_everything_is_read_once_and_again_changes_nothing(directory, feed, follow):
    assert follow().counts == {"new": 7}
    assert directory.names() == [f"Club {number}" for number in range(1, 8)]
    assert follow(1).counts == {"unchanged": 7}
    told = state(directory)
    assert told.read_at.replace(tzinfo=UTC) == NOW + timedelta(days=1) and told.problems == ()
    with directory.services() as found:
        entry = found["Club 1"]
        assert (entry.source, entry.licence, entry.source_row, entry.place.slug) == (
            "Ashby feed",
            "OGL v3.0",
            "1",
            "ashby",
        )


def test_a_change_and_a_withdrawal_follow_and_what_comes_back_is_back(directory, feed, follow):
    follow()
    feed.rows[0]["description"] = "We meet on Mondays now."
    feed.rows[1]["status"] = "inactive"
    gone = feed.rows.pop(2)
    assert follow(1).counts == {"changed": 1, "unchanged": 4, "ended": 2}
    with directory.services() as found:
        assert found["Club 1"].description == "We meet on Mondays now."
        assert "Club 2" not in found and "Club 3" not in found
    feed.rows.append(gone)
    assert follow(2).counts["changed"] == 1 and "Club 3" in directory.names()


def edit(directory, name: str, **more) -> None:
    """Somebody here edits an entry."""
    with directory.scope() as session:
        entry = session.scalars(select(m.Service).where(m.Service.name == name)).one()
        owner = entry.organisation.key
        draft = service_from({"key": entry.key, "organisation": owner, "tier": "community", "name": name, "area": "uk",
                              "line": "Ours.", "description": "Put right here.", "topics": [], "source": entry.source,
                              **more})  # fmt: skip
        assert save_service(session, draft, by="Ana at the library") is not None


def test_what_was_edited_here_is_never_overwritten_and_the_conflict_is_shown(directory, feed, follow):
    follow()
    for name in ("Club 1", "Club 2", "Club 3"):
        edit(directory, name)
    assert follow(1).counts == {"unchanged": 7}, "there, nothing changed: that is no conflict"
    feed.rows[0]["description"] = "Theirs."
    feed.rows[1]["status"] = "inactive"
    feed.rows.pop(2)
    follow(2)
    with directory.services() as found:
        assert {found[f"Club {number}"].description for number in (1, 2, 3)} == {"Put right here."}
    conflicts = {one.name: one.words for one in state(directory).conflicts}
    assert "has changed at its source, but Ana at the library edited it here" in conflicts["Club 1"]
    assert "is no longer active" in conflicts["Club 2"] and "no longer in the feed" in conflicts["Club 3"]


def test_a_feed_that_gives_summaries_is_asked_for_each_in_full(directory, feed, follow):
    def page(number, rows):
        return {**feed.usual(number, rows), "contents": [{"id": one["id"], "name": one["name"]} for one in rows]}

    feed.page = page
    assert follow().counts == {"new": 7} and sum("/services/" in path for path in feed.asked) == 7


def test_a_feed_of_version_1(directory, feed, follow):
    def page(number, rows):
        return {"totalElements": 7, "totalPages": 3, "number": number, "first": number == 1, "last": number == 3,
                "content": [{"id": one["id"], "name": one["name"]} for one in rows]}  # fmt: skip

    feed.page = page
    for one in feed.rows:
        place = one.pop("service_at_locations")[0]["location"]
        one["service_at_locations"] = [{"location": {"physical_addresses": place["addresses"]}}]
        one["regular_schedules"] = [{"weekday": "MO", "opens_at": "10:00", "closes_at": "11:00"}]
    assert follow().counts == {"new": 7}
    with directory.services() as found:
        assert found["Club 1"].schedules[0].byday == "MO"


def test_a_server_that_fails_now_and_then_is_asked_again(directory, feed, follow):
    feed.fails = {"page=1": [503, 500], "page=2": [429]}
    assert follow().counts == {"new": 7} and state(directory).read_at


def test_a_page_that_cannot_be_had_loses_nothing_else_and_takes_nothing_down(directory, feed, follow):
    follow()
    feed.fails = {"page=2": [500] * 3}
    feed.rows[6]["description"] = "New words."
    report = follow(1)
    assert report.counts == {"unchanged": 3, "changed": 1}
    assert len(directory.names()) == 7, "clubs 4 to 6 were on the page that failed"
    told = state(directory)
    assert told.read_at.replace(tzinfo=UTC) == NOW and told.problems[0].where == "page 2"
    assert follow(2).counts == {"unchanged": 7}


def test_one_service_that_cannot_be_had_is_not_taken_for_withdrawn(directory, feed, follow):
    def page(number, rows):
        return {**feed.usual(number, rows), "contents": [{"id": one["id"], "name": one["name"]} for one in rows]}

    feed.page = page
    follow()
    feed.fails = {"/services/4": [500] * 9}
    report = follow(1)
    assert report.counts == {"unchanged": 6, "rejected": 1} and "Club 4" in directory.names()


LIES = {
    "says one page and has more": ({"total_pages": 1, "last_page": None}, 3, "gave 3"),
    "says a hundred pages": ({"total_pages": 100, "last_page": None}, 7, "it is empty"),
    "says the last page is not the last": ({"last_page": False}, 7, ""),
    "says more services than it gives": ({"total_items": 900}, 7, "the feed speaks of 900 services and gave 7"),
    "says nothing at all": ({"total_pages": None, "total_items": None, "last_page": None}, 7, ""),
    "says nonsense": ({"total_pages": "many", "total_items": -4, "last_page": "no"}, 7, ""),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_feed_that_lies_about_its_pages(directory, feed, follow, lie):
    told, rows, problem = LIES[lie]
    feed.page = lambda number, found: {**feed.usual(number, found), **told}
    follow()
    assert len(directory.names()) == rows
    said_of_it = " ".join(one.words for one in state(directory).problems)
    assert problem in said_of_it


def test_a_feed_that_goes_round_in_a_circle_is_left(directory, feed, follow):
    feed.page = lambda number, _rows: {**feed.usual(1, feed.rows[:3]), "total_pages": 4000, "last_page": False}
    follow()
    assert len(feed.asked) < 6 and "goes round in a circle" in state(directory).problems[0].words


def test_half_of_it_missing_at_once_is_not_believed_until_somebody_says_so(directory, feed, follow):
    feed.rows = [row(number) for number in range(1, 41)]
    follow()
    feed.rows = feed.rows[:5]
    report = follow(1)
    assert len(directory.names()) == 40 and "35 of 40 are missing all at once" in said(report, "feed")[0]
    follow(2, accept_losses=True)
    assert len(directory.names()) == 5


def test_an_empty_feed_takes_nothing_down(directory, feed, follow):
    follow()
    feed.rows = []
    follow(1)
    assert len(directory.names()) == 7


def test_a_private_address_is_refused_by_name_by_number_and_behind_a_redirect(directory, feed, follow):
    for address in (feed.url, feed.url.replace("127.0.0.1", "localhost"), feed.url.replace("127.0.0.1", "127.1")):
        with pytest.raises(ImportWrong, match="private address"):
            Fetcher(pause=lambda _: None).json(address)
    assert feed.asked == [], "nothing was even sent"


@pytest.mark.parametrize(
    ("address", "private"),
    [("10.0.0.1", True), ("169.254.169.254", True), ("192.168.1.1", True), ("::1", True), ("fe80::1%eth0", True),
     ("::ffff:127.0.0.1", True), ("100.64.0.1", True), ("224.0.0.1", True), ("fd00::1", True),
     ("2002:7f00:1::", True), ("8.8.8.8", False), ("2606:4700::1111", False)],
)  # fmt: skip
def test_which_addresses_are_private(address, private):
    from knowledge.imports.fetching import is_private

    assert is_private(address) is private


@pytest.mark.parametrize("address", ["ftp://example.org/x", "file:///etc/passwd", "example.org/oruk", "http://", ""])
def test_what_is_no_web_address_is_not_followed(directory, address):
    with directory.scope() as session, pytest.raises(ImportWrong, match="no web address"):
        following.remember(session, address)


def test_fifty_megabytes_are_not_read_to_their_end(feed):
    feed.answer = lambda path: (200, [b"[" + b" " * 1_000_000] + [b" " * 1_000_000] * 80)
    with pytest.raises(ImportWrong, match="larger than we read"):
        Fetcher(private=True).json(feed.url)


def test_a_feed_that_drips_is_given_up(feed, monkeypatch):
    from knowledge.imports import fetching

    monkeypatch.setattr(fetching, "DEADLINE", 0.0)
    feed.answer = lambda path: (200, [b"[1,", b" " * 100_000, b"2]"])
    with pytest.raises(ImportWrong, match="slower than 0 seconds"):
        Fetcher(private=True, pause=lambda _: None).json(feed.url)


def test_asked_to_wait_we_wait_but_not_for_ever(feed):
    waited = []
    feed.fails, feed.headers = {"/": [503, 503]}, {"Retry-After": "4000"}
    Fetcher(private=True, pause=waited.append).json(f"{feed.url}/services?page=1")
    assert waited == [60.0, 60.0]


def test_what_cannot_be_read_at_all_is_kept_and_said(directory, feed, follow):
    feed.answer = lambda path: (200, {"hello": "world"})
    with pytest.raises(ImportWrong, match="no list of contents"):
        follow()
    told = state(directory)
    assert told.tried_at and told.read_at is None and "no list of contents" in told.problems[0].words
    with directory.scope() as session, pytest.raises(NotFound, match="is not followed"):
        following.stop(session, "https://example.org/other")


def test_each_is_read_when_its_hour_comes(directory, feed, follow):
    follow()
    with directory.scope() as session:
        assert following.due(session, NOW + timedelta(hours=23)) == []
        assert following.due(session, NOW + timedelta(hours=24)) == [feed.url]
        following.stop(session, feed.url)
        assert following.due(session, NOW + timedelta(days=9)) == []
        following.remember(session, f"{feed.url}/services", every_hours=1)
        assert following.due(session, NOW + timedelta(hours=2)) == [feed.url]
        assert following.followed(session)[0].source == "Ashby feed"


def test_who_is_here_already_is_left_out(directory, feed, follow):
    directory.csv("Name,About,Postcode,Phone\nThe Tea Club,Tea.,M33 7WR,0161 496 0001\nWalkers,Walk.,,0161 496 0002\n")
    tea = {"service_at_locations": [{"location": {"external_identifier": "77", "external_identifier_type": "UPRN",
                                                  "addresses": [{"postal_code": "M33 7WR"}]}}]}  # fmt: skip
    feed.rows = [
        row(1, name="Tea Club"),  # by name and postcode
        row(2, name="Tea Club (Ashby)", phones=[{"number": "+44 161 496 0001"}]),  # by telephone, alike, same postcode
        row(3, name="Walkers", phones=[{"number": "01614960002"}]),  # by telephone and name; no postcode to differ
        row(4, name="Chess", phones=[{"number": "01614960001"}]),  # the same telephone, another thing
        row(5, name="Bowls", **tea),
    ]
    report = follow()
    assert directory.names() == ["Bowls", "Chess", "The Tea Club", "Walkers"]
    assert len(said(report, "duplicate")) == 3
    with directory.scope() as session:
        following.remember(session, feed.url.replace("v3", "v4"), source="Another", place="ashby")
    feed.rows = [row(9, name="Ashby Bowls", **tea), row(10, name="Darts", **tea)]  # the building tells, with the name
    other = following.read(
        directory.scope, feed.url.replace("v3", "v4"), now=NOW, fetcher=Fetcher(private=True)
    )  # fmt: skip
    assert (
        other.counts == {"duplicate": 1, "new": 1}
        and "the same building and name as 'Bowls'" in said(other, "duplicate")[0]
    )


def test_words_are_findable_first_and_their_meaning_comes_after(directory, feed, follow, sentence_model):
    from knowledge.imports.deepening import deepen, waiting
    from knowledge.indexing import id_from

    feed.rows = [
        row(1, name="Ashby food bank", description="A food parcel for your family when you have nothing to eat.")
    ]
    follow()
    with directory.scope() as session:
        assert waiting(session) == 1
        from sqlalchemy import text

        found = (
            session.execute(text("SELECT entry_id FROM entry_words WHERE entry_words MATCH 'parcel'")).scalars().all()
        )
        entry = session.get_one(m.Service, id_from(found[0]))
        assert entry.name == "Ashby food bank" and entry.topics == []
    assert deepen(directory.scope) == 1 and deepen(directory.scope) == 0
    with directory.services() as found:
        assert [(topic.topic_key, topic.suggested) for topic in found["Ashby food bank"].topics] == [("food", True)]
    feed.rows[0]["phones"] = [{"number": "0161 496 0009"}]
    assert follow(1).counts == {"changed": 1}
    with directory.scope() as session:
        assert waiting(session) == 0, "its words are the same: so is their meaning"
    with directory.services() as found:
        assert [topic.topic_key for topic in found["Ashby food bank"].topics] == ["food"]


def test_from_a_terminal_feeds_are_followed_listed_and_stopped(directory, feed, monkeypatch, capsys, tmp_path):
    from dataclasses import replace

    import settings as settings_module
    from knowledge.cli import main

    monkeypatch.setattr("knowledge.imports.deepening.deepen", lambda *_, **__: 0)
    given = replace(settings_module.settings(), knowledge_url=directory.url, var=tmp_path, private_feeds=True)
    with settings_module.use(given):
        assert main(["follow", "--list"]) == 0 and "No feed is followed." in capsys.readouterr().out
        assert main(["follow", feed.url, "--place", "ashby", "--source", "Ashby feed", "--every", "6"]) == 0
        assert "7 rows: 7 new." in capsys.readouterr().out
        assert main(["follow"]) == 0 and capsys.readouterr().out == "", "its hour has not come"
        edit(directory, "Club 1")
        feed.rows[0]["description"] = "Theirs."
        main(["follow", feed.url])
        capsys.readouterr()
        assert main(["follow", "--list"]) == 0
        told = capsys.readouterr().out
        assert "Ashby feed; no licence named; every 24 hours" in told and "Ana at the library edited it here" in told
        assert main(["follow", feed.url, "--stop"]) == 0 and "Its entries stay" in capsys.readouterr().out
        assert len(directory.names()) == 7
    with settings_module.use(replace(given, private_feeds=False)):
        assert main(["follow", feed.url]) == 1 and "leads to a private address" in capsys.readouterr().err
        assert main(["follow", "nonsense"]) == 1 and "is no web address" in capsys.readouterr().err
