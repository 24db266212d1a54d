"""A stranger's server that lies about its pages, goes round in circles, drips, sends too much or leads inside."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

import settings as settings_module
from knowledge import following, importing
from knowledge.cli import main
from knowledge.errors import ImportWrong
from knowledge.exports.vocabulary import TOPICS, list_id
from knowledge.imports import clean
from knowledge.imports.fetching import Fetcher
from tests.knowledge.feed_server import row, state
from tests.knowledge.import_samples.kit import Directory, said


@pytest.fixture
def directory(tmp_path) -> Directory:
    return Directory(tmp_path)


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

    monkeypatch.setattr(fetching, "DEADLINE", 0.15)
    monkeypatch.setattr(fetching, "TRIES", 1)
    feed.answer = lambda path: (200, a_letter_at_a_time())
    with pytest.raises(ImportWrong, match="slower than 0.15 seconds"):
        Fetcher(private=True, pause=lambda _: None).json(feed.url)


def test_a_feed_that_says_nothing_is_given_up_and_what_it_gave_before_stays(directory, feed, follow, monkeypatch):
    from knowledge.imports import fetching

    follow()
    monkeypatch.setattr(fetching, "SILENCE", 0.1)
    feed.answer = lambda path: time.sleep(0.6) or (200, [b"{}"])
    with pytest.raises(ImportWrong, match="ReadTimeout"):
        follow(1)
    assert len(directory.names()) == 7 and "did not answer" in state(directory).problems[0].words


def a_letter_at_a_time():
    """For ten seconds: much longer than anybody here waits, and never silent."""
    for _ in range(200):
        time.sleep(0.05)
        yield b" "


def test_asked_to_wait_we_wait_but_not_for_ever(feed):
    waited = []
    feed.fails, feed.headers = {"/": [503, 503]}, {"Retry-After": "4000"}
    Fetcher(private=True, pause=waited.append).json(f"{feed.url}/services?page=1")
    assert waited == [60.0, 60.0]


@pytest.mark.parametrize("odd", ["a" * 90_000, "http://" * 12_000, "<br " * 20_000, "<" + " " * 90_000, "x@" * 40_000])
def test_a_field_without_end_is_looked_through_in_no_time(odd):
    began = time.monotonic()
    for look in (clean.tidy, clean.email, clean.url, clean.first_line):
        look(odd)
    assert time.monotonic() - began < 2
    assert len(clean.tidy("word " * 100_000)) <= clean.LONGEST


def test_a_feed_is_written_page_by_page_and_never_held_whole(directory, feed, follow, monkeypatch):
    monkeypatch.setattr(following, "BATCH", 3)
    written = []
    usual = feed.usual

    def page(number, rows):
        written.append(len(directory.names()))
        return usual(number, rows)

    feed.page = page
    assert follow().counts == {"new": 7}
    assert written == [0, 3, 6], "each page was in the directory before the next was asked for"


@pytest.mark.parametrize("amount", [10**400, float("inf"), float("nan")])
def test_an_amount_nobody_can_pay_spoils_its_own_service_at_most(directory, feed, follow, amount):
    feed.rows[0]["cost_options"] = [{"amount": amount}]
    follow()
    assert len(directory.names()) >= 6 and "Club 7" in directory.names()
    with directory.services() as found:
        assert "Club 1" not in found or found["Club 1"].costs == []


def test_a_topic_nobody_here_knows_is_left_out_and_the_rest_is_read(directory, feed, follow):
    ours = str(list_id(TOPICS))
    terms = [{"taxonomy_term": {"taxonomy_id": ours, "code": code, "name": code}} for code in ("food", "time_travel")]
    feed.rows[0]["attributes"], feed.rows[1]["attributes"] = terms, terms[1:]
    report = follow()
    assert report.counts == {"new": 7}
    with directory.services() as found:
        assert [topic.topic_key for topic in found["Club 1"].topics] == ["food"] and found["Club 2"].topics == []
    assert "no topic here is called time_travel: left out" in said(report, "warning")[0]


def test_what_nobody_foresaw_stops_no_other_feed_and_is_shown(directory, feed, follow, monkeypatch, capsys, tmp_path):
    other = feed.url.replace("v3", "v4")
    with directory.scope() as session:
        following.remember(session, other, source="Another", place="ashby")
    given = replace(settings_module.settings(), knowledge_url=directory.url, var=tmp_path, private_feeds=True)
    monkeypatch.setattr("knowledge.imports.deepening.deepen", lambda *_, **__: 0)
    monkeypatch.setattr("knowledge.importing.build", broken_once(importing.build))
    with settings_module.use(given):
        assert main(["follow"]) == 1
    assert "broke off: ZeroDivisionError" in capsys.readouterr().err
    assert len(directory.names()) == 7, "the other was read"
    assert "the reading broke off (ZeroDivisionError)" in [one.words for one in state(directory).problems]


def broken_once(build):
    """A bug of ours that the first row meets."""
    rest = iter([lambda *_: 1 // 0])
    return lambda *given: next(rest, build)(*given)
