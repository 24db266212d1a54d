"""Keeping it right: who is asked and when, the link that needs no sign-in, what residents say, links that are gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from knowledge import accounts, flags, freshness, looking_after, reaching
from knowledge import models as m
from knowledge import people as p
from knowledge.db import session_scope
from knowledge.freshness import AHEAD, BETWEEN, LINK_FOR
from knowledge.history import edited_here
from knowledge.reading import entries
from knowledge.upkeep import Asked
from tests.channels.console.conftest import filled, link_in, send
from tests.knowledge import making
from tests.knowledge.feed_server import feed  # noqa: F401  a fixture

NOW = datetime.now(UTC)
TODAY = NOW.date()
HERE = "https://help.example.org"


@pytest.fixture(autouse=True)
def overdue_lunch(sentence_model, town):
    with session_scope() as session:
        session.get_one(m.Service, town.lunch).review_by = TODAY + AHEAD


def remind(days: int = 0) -> int:
    with session_scope() as session:
        return freshness.remind(session, NOW + timedelta(days=days), HERE)


def tap(client, path: str, what: str, entry):
    page = client.get(path)
    form = next(iter(page.tree.iter("form")))
    return client.post(form.get("action"), data={**filled(form), "do": f"{what} {entry}"})


def lunch(town) -> m.Service:
    with session_scope() as session:
        return session.get_one(m.Service, town.lunch)


def test_the_lead_is_asked_first_then_everybody_then_the_steward(town, letters_owed):
    with session_scope() as session:
        accounts.give_role(session.get_one(p.Person, town.people["other editor"]), p.EDITOR, town.church)
    remind()
    assert [one.recipient for one in letters_owed()] == ["editor@example.org"]
    remind(BETWEEN.days)
    assert {one.recipient for one in letters_owed()[1:]} == {"editor@example.org", "other-editor@example.org"}
    remind(2 * BETWEEN.days)
    assert [one.recipient for one in letters_owed()[3:]] == ["steward@example.org"]
    assert remind(3 * BETWEEN.days) == 0


def test_nobody_is_asked_twice_for_the_same_nor_too_early(town, letters_owed):
    assert remind() == 1 and remind() == 0 and remind(BETWEEN.days - 1) == 0
    assert len(letters_owed()) == 1


def test_several_entries_are_one_letter(town, letters_owed):
    with session_scope() as session:
        other = making.entry(session, "tea", name="Tea", place="larch", topics=["food"])
        other.review_by = TODAY
    remind()
    (letter,) = letters_owed()
    assert "Lunch club" in letter.told["names"] and "Tea" in letter.told["names"]


def test_a_group_where_nobody_signs_in_is_asked_at_its_own_address(town, letters_owed):
    with session_scope() as session:
        session.get_one(m.Organisation, town.church).email = "hello@church.example.org"
        session.query(p.Membership).filter_by(organisation_id=town.church).delete()
    remind()
    assert [one.recipient for one in letters_owed()] == ["hello@church.example.org"]


def test_an_invented_place_is_never_written_to(town, letters_owed):
    with session_scope() as session:
        session.get_one(m.Organisation, town.church).email = "hello@church.example.org"
        session.get_one(m.Place, town.larch).invented = True
        session.query(p.Membership).filter_by(organisation_id=town.church).delete()
    remind()
    assert letters_owed() == []


def test_where_nobody_is_the_next_is_asked_the_next_day(town, letters_owed):
    with session_scope() as session:
        session.query(p.Membership).filter_by(organisation_id=town.church).delete()
    for day in (0, 1, 2):
        remind(day)
    assert [one.recipient for one in letters_owed()] == ["steward@example.org"]


def test_still_right_is_one_tap_without_signing_in(come, town, letters_owed):
    remind()
    client, path = come("nobody"), link_in(letters_owed()[0])
    assert path.startswith(freshness.LINK)
    page = client.get(path)
    assert "Lunch club" in page.text and "Is it still right?" in page.text
    assert tap(client, path, "right", town.lunch).status_code == 303
    assert lunch(town).checked_on == TODAY and lunch(town).checked_by == "Larch Lane Church"
    assert lunch(town).review_by > TODAY + timedelta(days=100)
    assert "Still right, you said on" in client.get(path).text
    with session_scope() as session:
        assert edited_here(session, town.lunch)
    assert remind(BETWEEN.days) == 0


def test_a_link_used_twice_changes_nothing_more(come, town, letters_owed):
    remind()
    client, path = come("nobody"), link_in(letters_owed()[0])
    form = next(iter(client.get(path).tree.iter("form")))
    for what in ("right", "stopped"):
        client.post(form.get("action"), data={**filled(form), "do": f"{what} {town.lunch}"})
    assert lunch(town).status == "active" and lunch(town).version == 2


def test_a_link_does_nothing_for_an_entry_it_did_not_ask_about(come, town, letters_owed):
    remind()
    client, path = come("nobody"), link_in(letters_owed()[0])
    for what in ("right", "stopped", "change"):
        tap(client, path, what, town.drums)
    with session_scope() as session:
        drums = session.get_one(m.Service, town.drums)
        assert drums.status == "active" and drums.version == 1
    assert len(letters_owed()) == 1


@pytest.mark.parametrize("altered", ["", "x", "no-such-token"])
def test_an_altered_link_is_over(come, letters_owed, altered):
    remind()
    path = freshness.LINK + (altered or link_in(letters_owed()[0]).rsplit("/", 1)[1][:-2] + "aa")
    assert come("nobody").get(path).status_code == 410


def test_an_old_link_is_over(town, letters_owed):
    remind()
    token = link_in(letters_owed()[0]).rsplit("/", 1)[1]
    with session_scope() as session:
        assert freshness.questions(session, token, TODAY + LINK_FOR)
        assert not freshness.questions(session, token, TODAY + LINK_FOR + timedelta(days=1))
        assert freshness.answer(session, token, town.lunch, "stopped", TODAY + LINK_FOR + timedelta(days=1)) is None


def test_stopped_is_asked_once_more_and_then_gone_at_once(come, town, letters_owed):
    remind()
    client, path = come("nobody"), link_in(letters_owed()[0])
    sure = client.get(tap(client, path, "stop", town.lunch).location)
    assert "Have you really stopped?" in sure.text and lunch(town).status == "active"
    tap(client, path, "stopped", town.lunch)
    with session_scope() as session:
        assert entries(session, [town.lunch]) == {}
    assert "Taken down on" in client.get(path).text


def test_to_change_it_a_link_goes_to_the_address_the_letter_went_to(come, town, letters_owed):
    remind()
    client = come("nobody")
    assert tap(client, link_in(letters_owed()[0]), "change", town.lunch).location == "/console/sign-in/sent"
    letter = letters_owed()[-1]
    assert letter.kind == "sign_in" and letter.recipient == "editor@example.org"
    assert send(client, link_in(letter)).location == f"/console/entry/{town.lunch}"


def test_what_a_resident_says_is_wrong_goes_to_the_owner_at_once_and_once_a_day(town, letters_owed):
    with session_scope() as session:
        for _ in range(3):
            assert flags.flag(session, town.lunch, "closed", TODAY)
            freshness.tell_owner(session, town.lunch, "closed", NOW, HERE)
    (letter,) = letters_owed()
    assert letter.kind == "wrong_closed" and letter.recipient == "editor@example.org"
    assert letter.told["link"] == f"{HERE}/console/entry/{town.lunch}"


def test_the_owner_sees_what_was_said_and_deals_with_it_by_one_press(come, town):
    with session_scope() as session:
        flags.flag(session, town.lunch, "wrong_number", TODAY)
    client, path = come("editor"), f"/console/entry/{town.lunch}"
    page = client.get(path)
    assert "the number or address is wrong" in page.text
    form = next(iter(page.tree.iter("form")))
    assert client.post(path, data={**filled(form), "do": "right"}).location.endswith("done=right")
    with session_scope() as session:
        assert flags.open_flags(session) == []


def test_a_groups_times_are_looked_at_twice_a_year_and_the_rest_once(town):
    with session_scope() as session:
        weekly = making.entry(session, "weekly", schedule=[{"days": ["tue"], "from": "12:00"}], checked_on=TODAY)
        always = making.entry(session, "always", checked_on=TODAY)
        never = making.entry(session, "never")
    assert weekly.review_by == TODAY + timedelta(days=182) and always.review_by == TODAY + timedelta(days=365)
    assert never.review_by is None


def test_links_and_numbers_are_marked_and_nothing_is_taken_away(come, town):
    with session_scope() as session:
        row = session.get_one(m.Service, town.lunch)
        row.url = "https://larch.example.org/gone"
        row.phones[0].number = "ask Jean"
    assert reaching.check_all(session_scope, TODAY, look=lambda _: "gone") == 2
    page = come("editor").get(f"/console/entry/{town.lunch}")
    assert "says there is no such page" in page.text and "does not look like a telephone number" in page.text
    with session_scope() as session:
        assert session.get_one(m.Service, town.lunch).status == "active"
    assert reaching.check_all(session_scope, TODAY, look=lambda _: "") == 1


def test_while_links_are_tried_anybody_may_write_and_what_they_changed_is_not_marked(town):
    with session_scope() as session:
        lunch, other = session.get_one(m.Service, town.lunch), making.entry(session, "other")
        lunch.url, other.url = "https://larch.example.org/1", "https://larch.example.org/2"

    def look(_link: str) -> str:
        with session_scope() as session:
            session.get_one(m.Service, other.id).url = "https://larch.example.org/3"
        return "gone"

    reaching.check_all(session_scope, TODAY, look=look)
    with session_scope() as session:
        assert [one.value for one in reaching.troubles_of(session, town.lunch)] == ["https://larch.example.org/1"]
        assert reaching.troubles_of(session, other.id) == []


INSIDE = ("http://127.0.0.1/", "http://localhost:8000/", "http://169.254.169.254/latest", "http://[::1]/")
DISGUISED = ("http://[2002:7f00:1::]/", "http://224.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://10.0.0.8/")


@pytest.mark.parametrize("address", [*INSIDE, *DISGUISED, "file:///etc/passwd", "ftp://example.org"])
def test_a_link_is_never_followed_inside(address, monkeypatch):
    monkeypatch.setattr(reaching.requests.Session, "get", lambda *_, **__: pytest.fail("it was asked"))
    assert reaching.link_trouble(address) == "inside"


@pytest.mark.parametrize("address", ["http://[half", "http://a..b/", "https://no-such-name.invalid/"])
def test_what_nobody_can_be_asked_at_is_silent(address):
    assert reaching.link_trouble(address) == "silent"


def test_a_name_that_changes_its_mind_between_two_looks_leads_nowhere(feed, monkeypatch):  # noqa: F811
    monkeypatch.setattr(reaching, "is_public", lambda _: True)
    monkeypatch.setenv("HTTP_PROXY", feed.url)
    assert reaching.link_trouble(feed.url) == "inside" and feed.asked == []


@pytest.fixture
def site(feed, monkeypatch):  # noqa: F811
    """A site that counts as outside, though it is on loopback."""
    monkeypatch.setattr(reaching, "is_public", lambda at: "10.0.0.8" not in at)
    monkeypatch.setattr(reaching, "keep_outside", lambda session: session)
    return feed


def test_a_link_that_leads_inside_by_a_turn_is_not_followed(site):
    site.answer, site.headers = (lambda _: (302, {})), {"Location": "http://10.0.0.8/"}
    assert reaching.link_trouble(site.url) == "inside"


@pytest.mark.parametrize(("status", "trouble"), [(200, ""), (404, "gone"), (410, "gone"), (403, ""), (500, "")])
def test_only_what_says_it_is_gone_is_gone(site, status, trouble):
    site.answer = lambda _: (status, {})
    assert reaching.link_trouble(site.url) == trouble


def test_going_round_in_circles_ends(site):
    site.answer, site.headers = (lambda _: (302, {})), {"Location": "/again"}
    assert reaching.link_trouble(site.url) == "silent"


@pytest.mark.parametrize(("number", "trouble"), [("01632 960123", ""), ("111", ""), ("+44 1632 960123", ""),
                                                 ("ask", "no_number"), ("0163", ""),
                                                 ("01632 96012345678", "no_number")])  # fmt: skip
def test_numbers_are_looked_at_by_their_form(number, trouble):
    assert reaching.phone_trouble(number) == trouble


def test_asked_rows_hold_no_address(town, letters_owed):
    remind()
    with session_scope() as session:
        kept = session.query(Asked).one()
        assert "@" not in " ".join(str(value) for value in vars(kept).values())


def test_a_change_answers_the_letter_so_that_the_next_year_begins_with_the_lead(come, town, letters_owed):
    remind()
    page = come("editor").get(f"/console/entry/{town.lunch}")
    form = next(iter(page.tree.iter("form")))
    come("steward").post(f"/console/entry/{town.lunch}", data={**filled(form), "name": "Lunch", "do": "look"})
    with session_scope() as session:
        draft = looking_after.latest_draft(session, session.get_one(m.Service, town.lunch))
        who = town.people["editor"]
        looking_after.put_out(session, draft, by=who, base=1, today=TODAY, checked_by="Larch Lane Church")
        assert [one.answer for one in session.query(Asked)] == ["changed"]
