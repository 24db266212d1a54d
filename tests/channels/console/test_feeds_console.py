"""Feeds of others in the console: followed, shown, chosen where we disagree, undone; read by a server on loopback."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from knowledge import conflicts, following, looking_after, unfollowing
from knowledge import models as m
from knowledge.db import session_scope
from knowledge.feeds import Conflict, Feed
from knowledge.imports.fetching import Fetcher
from tests.channels.console.conftest import filled, write
from tests.knowledge.feed_server import feed  # noqa: F401  a fixture

NOW = datetime.now(UTC)


@pytest.fixture
def followed(come, town, feed, sentence_model):  # noqa: F811  the fixture above
    """The steward of Larch has followed a feed of seven clubs; its id."""
    page = f"/console/place/{town.larch}/feeds"
    written = {"address": feed.url + "/services", "source": "Ashby list", "licence": "OGL v3.0", "every": "24"}
    assert write(come("steward"), page, "", **written).status_code == 303
    with session_scope() as session:
        return session.query(Feed).filter_by(source="Ashby list").one().id


def read(feed, days: float = 0):  # noqa: F811  as above
    fetcher = Fetcher(private=True, pause=lambda _seconds: None)
    return following.read(session_scope, feed.url, now=datetime.now(UTC) + timedelta(days=days), fetcher=fetcher)


def club(number: int) -> m.Service:
    with session_scope() as session:
        return session.query(m.Service).filter_by(source="Ashby list", source_row=str(number)).one()


def edit(town, number: int, line: str = "Ours.") -> None:
    with session_scope() as session:
        row = session.get_one(m.Service, club(number).id)
        draft = replace(looking_after.latest_draft(session, row), line={"en": line})
        looking_after.put_out(
            session, draft, by=town.people["steward"], base=row.version, today=NOW.date(), checked_by="Larch"
        )


def press(client, followed, what: str):
    path = f"/console/feed/{followed}"
    form = next(one for one in client.get(path).tree.iter("form"))
    button = next(one for one in form.iter("button") if (one.get("value") or "").startswith(what))
    return client.post(path, data={**filled(form), "do": button.get("value")})


def test_a_feed_is_followed_read_and_shown(come, town, feed, followed):  # noqa: F811  the fixture
    client = come("steward")
    assert "Waiting to be read" in client.get(f"/console/feed/{followed}").text
    with session_scope() as session:
        assert feed.url in following.due(session, NOW)
    read(feed)
    page = client.get(f"/console/feed/{followed}")
    assert "7 new" in page.text and "Read to its end on" in page.text and "OGL v3.0" in page.text
    assert club(1).place_id == town.larch
    with session_scope() as session:
        assert feed.url not in following.due(session, datetime.now(UTC))
    press(client, followed, "read")
    with session_scope() as session:
        assert session.get_one(Feed, followed).wanted == "read"
        assert feed.url in following.due(session, datetime.now(UTC))


@pytest.mark.parametrize("address", ["", "larch list", "ftp://example.org/v3", "javascript:alert(1)", "https://"])
def test_what_is_no_address_is_told_so(come, town, address):
    page = write(come("steward"), f"/console/place/{town.larch}/feeds", "", address=address)
    assert page.status_code == 400 and "Write a web address" in page.text


def test_another_places_feed_is_not_taken_away(come, town):
    page = write(come("other steward"), f"/console/place/{town.mere}/feeds", "", address="https://feed.example.org/v3")
    assert page.status_code == 400 and "another place already" in page.text
    with session_scope() as session:
        assert session.query(Feed).one().place == "larch"


def test_the_name_of_another_feed_is_not_given_twice(come, town):
    told = {"address": "https://other.example.org/v3", "source": "Larch council"}
    page = write(come("steward"), f"/console/place/{town.larch}/feeds", "", **told)
    assert page.status_code == 400 and "carry this name already" in page.text
    with session_scope() as session:
        assert session.query(Feed).count() == 1


def test_a_feed_that_points_inside_is_not_read_and_says_so(come, town, feed, followed):  # noqa: F811  the fixture
    with pytest.raises(following.ImportWrong):
        following.read(session_scope, feed.url, now=NOW, fetcher=Fetcher(private=False, pause=lambda _: None))
    assert "leads to a private address" in come("steward").get(f"/console/feed/{followed}").text
    assert feed.asked == []


def test_ours_stays_and_is_not_asked_about_again_until_they_say_something_new(come, town, feed, followed):  # noqa: F811
    read(feed)
    edit(town, 1)
    feed.rows[0]["description"] = "Theirs."
    read(feed, 1)
    client = come("steward")
    page = client.get(f"/console/feed/{followed}")
    assert "Changed there, and edited here" in page.text and "<ins>Theirs.</ins>" in page.text
    assert club(1).line == "Ours."
    assert press(client, followed, "ours").status_code == 303
    assert read(feed, 2).counts == {"unchanged": 7}
    assert "edited here" not in client.get(f"/console/feed/{followed}").text.partition("What the last reading")[0]
    feed.rows[0]["description"] = "Theirs, again."
    assert read(feed, 3).counts["kept"] == 1
    assert "<ins>Theirs, again.</ins>" in client.get(f"/console/feed/{followed}").text


def test_theirs_is_published_and_followed_again(come, town, feed, followed):  # noqa: F811  the fixture
    read(feed)
    edit(town, 1)
    feed.rows[0]["description"] = "Theirs."
    read(feed, 1)
    press(come("steward"), followed, "theirs")
    assert club(1).description == "Theirs." and club(1).line != "Ours."
    feed.rows[0]["description"] = "Theirs, again."
    assert read(feed, 2).counts["changed"] == 1 and club(1).description == "Theirs, again."


def test_what_is_gone_there_and_edited_here_is_chosen_too(come, town, feed, followed):  # noqa: F811  the fixture
    read(feed)
    edit(town, 1)
    edit(town, 2)
    del feed.rows[:2]
    read(feed, 1)
    client = come("steward")
    assert client.get(f"/console/feed/{followed}").text.count("no longer in the feed.") == 2
    press(client, followed, "ours")
    press(client, followed, "theirs")
    assert sorted(club(number).status for number in (1, 2)) == ["active", "inactive"]
    read(feed, 2)
    with session_scope() as session:
        assert conflicts.waiting(session, "Ashby list") == []


def test_a_conflict_that_is_over_is_no_longer_shown(come, town, feed, followed):  # noqa: F811  the fixture
    read(feed)
    edit(town, 1)
    before = feed.rows[0]["description"]
    feed.rows[0]["description"] = "Theirs."
    read(feed, 1)
    feed.rows[0]["description"] = before
    read(feed, 2)
    with session_scope() as session:
        assert session.query(Conflict).count() == 0


def test_a_reading_is_undone_whole_but_for_what_was_changed_since(come, town, feed, followed):  # noqa: F811
    read(feed)
    feed.rows[0]["description"] = feed.rows[1]["description"] = "New words."
    gone = feed.rows.pop(2)
    feed.rows.append({**gone, "id": "8", "name": "Club 8", "description": "The eighth club."})
    read(feed)
    edit(town, 2)
    press(come("steward"), followed, "undo")
    with session_scope() as session:
        assert unfollowing.asked_for(session) == [feed.url]
    assert unfollowing.undo(session_scope, feed.url) == (3, 1)
    assert club(1).description == "We meet, club 1." and club(2).line == "Ours."
    assert club(3).status == "active" and club(8).status == "inactive"
    with session_scope() as session:
        row = session.get_one(Feed, followed)
        assert not row.active and row.wanted == "" and row.wrote_at is None
    page = come("steward").get(f"/console/feed/{followed}")
    assert "say again what they said before" in page.text and "Follow it again" in page.text


def test_an_admin_sees_all_of_them_and_adds_one_for_no_place(come, town):
    assert write(come("admin"), "/console/feeds", "", address="https://uk.example.org/v3").status_code == 303
    page = come("admin").get("/console/feeds")
    assert "Larch council" in page.text and "uk.example.org" in page.text
    with session_scope() as session:
        national = session.query(Feed).filter_by(place="").one().id
    assert come("steward").get(f"/console/feed/{national}").status_code == 403
