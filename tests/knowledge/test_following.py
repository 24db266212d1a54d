"""Other people's feeds, by a real server on loopback: followed, changed, withdrawn, edited here, here already."""

from __future__ import annotations

import uuid
from datetime import UTC, timedelta

import pytest
from sqlalchemy import select

from knowledge import following, unfollowing
from knowledge import models as m
from knowledge.drafts import OrganisationDraft, service_from
from knowledge.editing import id_of, save_group, save_organisation, save_service
from knowledge.errors import ImportWrong, NotFound
from knowledge.feeds import Feed
from knowledge.imports.fetching import Fetcher
from knowledge.sourcing import SourceTaken
from tests.knowledge.feed_server import NOW, row, state
from tests.knowledge.import_samples.kit import Directory, said


@pytest.fixture
def directory(tmp_path) -> Directory:
    return Directory(tmp_path)


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


def test_a_feed_that_is_narrowed_down_is_read_no_wider(directory, feed):
    with directory.scope() as session:
        narrow = following.remember(session, f"{feed.url}/services/?page=2&taxonomy=food&per_page=5", place="ashby")
        again = following.remember(session, f"{feed.url}?taxonomy=food")
    assert narrow.address == again.address == f"{feed.url}?taxonomy=food"
    following.read(directory.scope, narrow.address, now=NOW, fetcher=Fetcher(private=True))
    assert feed.asked[0].endswith("/v3/services?page=1&per_page=100&full=true&taxonomy=food")
    assert all("taxonomy=food" in path for path in feed.asked)


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


def owner_of(directory, club: str, **more) -> OrganisationDraft:
    """Who runs an entry here, as a draft with `more` said of it."""
    with directory.services() as found:
        key = found[club].organisation.key
    return OrganisationDraft(key=key, source="Ashby feed", description={"en": ""}, **{"name": {"en": "?"}, **more})


def test_what_somebody_wrote_about_a_group_outlives_a_change_of_its_entry(directory, feed, follow):
    follow()
    ours = {"name": {"en": "Ours"}, "email": "ann@ashby.example", "phone": "01632 960001", "place": "ashby"}
    with directory.scope() as session:
        save_group(session, owner_of(directory, "Club 1", **ours), by="person:00000000-0000-0000-0000-000000000001")
        save_organisation(session, owner_of(directory, "Club 2", **ours, url="https://ashby.example"))
    for one in feed.rows[:2]:
        one["description"] = "New words."
        one["service_at_locations"][0]["location"]["addresses"] = [{"postal_code": "CF10 1EP", "city": "Cardiff"}]
    assert follow(1).counts["changed"] == 2
    with directory.services() as found:
        kept, named = found["Club 1"].organisation, found["Club 2"].organisation
        assert (kept.name, named.name) == ("Ours", "Owners 2")
        assert {one.email for one in (kept, named)} == {"ann@ashby.example"} and named.url == "https://ashby.example"
        assert [one.number for group in (kept, named) for one in group.phones] == ["01632 960001"] * 2
        assert {one.place_id for one in (kept, named)} == {id_of("place", "ashby")}, "though its club has moved away"


def test_a_group_that_writes_its_own_entry_does_not_stop_the_followed_one_from_ending(directory, feed, follow):
    feed.rows[0]["phones"] = [{"number": "0161 496 0001"}]
    follow()
    with directory.scope() as session:
        save_organisation(session, OrganisationDraft(key="them", name={"en": "Them"}, description={"en": ""}))
        told = {"key": "own", "organisation": "them", "tier": "community", "name": "Club 1", "line": "Ours.",
                "area": "uk", "topics": [], "phone": "0161 496 0001", "location": {"postcode": "M33 7WR"}}  # fmt: skip
        save_service(session, service_from(told), by="person:00000000-0000-0000-0000-000000000001")
    feed.rows[0]["status"] = "inactive"
    assert follow(1).counts == {"unchanged": 6, "ended": 1}
    with directory.services() as found:
        assert found["Club 1"].key == "own"
    feed.rows[0]["status"] = "active"
    assert follow(2).counts == {"unchanged": 6, "duplicate": 1}, "once it is down, theirs stands for it"


def other_feed(directory, feed, *, source: str = "") -> following.Followed:
    """A second list on the same host."""
    with directory.scope() as session:
        return following.remember(session, feed.url.replace("v3", "v4"), source=source, place="ashby")


def test_two_feeds_of_one_host_are_told_apart_and_neither_takes_the_others_entries_down(directory, feed):
    with directory.scope() as session:
        first = following.remember(session, feed.url, place="ashby")
    second = other_feed(directory, feed)
    assert first.source == "127.0.0.1" and second.source == second.address.removeprefix("http://")
    following.read(directory.scope, first.address, now=NOW, fetcher=Fetcher(private=True))
    feed.rows = [row(number) for number in range(21, 26)]
    read = following.read(directory.scope, second.address, now=NOW, fetcher=Fetcher(private=True))
    assert read.counts == {"new": 5} and len(directory.names()) == 12


def test_a_name_that_another_feed_or_list_has_is_refused(directory, feed, follow):
    directory.csv("Name,About,Postcode,Phone\nTea,Tea.,M33 7WR,\n")
    follow()
    for taken in ("Ashby feed", "Test list"):
        with pytest.raises(SourceTaken, match="carry this name already"):
            other_feed(directory, feed, source=taken)
    with directory.scope() as session:
        assert following.remember(session, feed.url, source="Ashby feed").source == "Ashby feed", "its own"
    with pytest.raises(SourceTaken, match="A feed is followed under the name 'Ashby feed'"):
        directory.csv("Name,About,Postcode,Phone\nTea,Tea.,M33 7WR,\n", {"source": "Ashby feed"})


def test_feeds_that_share_a_name_from_before_take_nothing_down_and_say_so(directory, feed, follow):
    follow()
    with directory.scope() as session:
        session.add(Feed(address="https://example.org/v3", source="Ashby feed", counts={}, problems=[]))
    feed.rows.pop()
    assert "another feed is followed as 'Ashby feed' too" in said(follow(1), "feed")[0]
    assert len(directory.names()) == 7
    assert unfollowing.undo(directory.scope, feed.url) == (0, 0) and len(directory.names()) == 7


def test_words_are_findable_first_and_their_meaning_comes_after(directory, feed, follow, sentence_model):
    from knowledge.imports.deepening import deepen, waiting

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
        entry = session.get_one(m.Service, uuid.UUID(found[0]))
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


def test_a_season_breaks_and_a_building_outlive_a_revision():
    from knowledge.drafts import plain
    from knowledge.history import draft_from

    times = {"days": ["mon"], "from": "10:00", "starts": "2026-01-05", "breaks": [{"from": "08-01", "to": "08-31"}]}
    draft = service_from({"key": "a", "organisation": "o", "tier": "community", "name": "A", "schedule": [times],
                          "location": {"town": "Ashby", "uprn": "77"}})  # fmt: skip
    assert draft_from("service", plain(draft)) == draft
