"""A steward sets the place as residents see it, and starts its groups; a group says what it is."""

from __future__ import annotations

import pytest

from knowledge import looking_after
from knowledge import models as m
from knowledge import people as p
from knowledge.db import session_scope
from knowledge.history import edited_here
from knowledge.reading import door
from tests.channels.console.conftest import filled, write


def test_what_a_steward_sets_is_what_residents_see(come, town):
    path = f"/console/place/{town.larch}"
    changed = {"name": "Larch and around", "name_cy": "Llarwydd", "welcome": "Come in.", "brand": "#335577"}
    assert write(come("steward"), path, "save", **changed, languages=["en", "cy"]).status_code == 303
    seen = door("larch", "cy")
    assert (seen.name, seen.languages, seen.colours["brand"]) == ("Llarwydd", ("en", "cy"), "#335577")
    with session_scope() as session:
        assert edited_here(session, town.larch)
    page = come("nobody").get("/p/larch")
    assert "Larch and around" in page.text and "Come in." in page.text


def test_a_colour_that_is_hard_to_read_is_said_and_still_taken(come, town):
    page = write(come("steward"), f"/console/place/{town.larch}", "look", brand="#ffee00")
    assert "hard to read" in page.text and "Pages use #" in page.text


def test_a_colour_that_is_none_is_refused(come, town):
    page = write(come("steward"), f"/console/place/{town.larch}", "save", brand="red;}", name="Kept name")
    assert page.status_code == 400 and "Choose a colour" in page.text and "Kept name" in page.text


def test_a_teams_hours_are_kept_and_nonsense_is_not(come, town):
    path, at = f"/console/place/{town.larch}", f"{town.desk}-mon"
    good = write(come("steward"), path, "save", **{f"{at}-opens": "09:00", f"{at}-closes": "16:30"})
    assert good.status_code == 303
    with session_scope() as session:
        assert session.get_one(p.Team, town.desk).hours == {"mon": ["09:00", "16:30"]}
    bad = write(come("steward"), path, "save", **{f"{at}-opens": "17:00", f"{at}-closes": "16:30"})
    assert bad.status_code == 400 and "when it closes" in bad.text


def test_an_invented_place_must_say_so(come, town):
    with session_scope() as session:
        session.get_one(m.Place, town.larch).invented = True
    page = write(come("steward"), f"/console/place/{town.larch}", "save", banner="")
    assert page.status_code == 400 and "must say so" in page.text


def test_a_group_begins_with_a_name_and_an_invitation(come, town, letters_owed):
    steward, path = come("steward"), f"/console/place/{town.larch}/group"
    sent = {**filled(next(one for one in steward.get(path).tree.iter("form"))), "name": "Chess at the Bell"}
    sent |= {"kind": "group", "email": "anna@example.org"}
    assert [steward.post(path, data=sent).status_code for _ in range(2)] == [303, 303], "and one() finds no second"
    with session_scope() as session:
        made = session.query(m.Organisation).filter_by(name="Chess at the Bell").one()
        asked = session.query(p.Invitation).filter_by(organisation_id=made.id).one()
        assert made.place_id == town.larch and asked.lead and not looking_after.trusted(session, made.id)
    assert [one.told["about"] for one in letters_owed()] == ["Chess at the Bell"]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "Chess", "email": "nowhere"}])
def test_a_group_without_a_name_or_with_no_address_is_not_begun(come, town, wrong):
    page = write(come("steward"), f"/console/place/{town.larch}/group", **wrong)
    assert page.status_code == 400 and "govuk-error-message" in page.text
    with session_scope() as session:
        assert not session.query(m.Organisation).filter_by(name="Chess").count()


def test_a_steward_begins_a_team_and_its_hours_are_on_the_page_of_the_place(come, town):
    steward = come("steward")
    begun = write(steward, f"/console/group/{town.church}/team", name="Tea table")
    with session_scope() as session:
        team = session.query(p.Team).filter_by(name="Tea table").one()
        assert (team.organisation_id, team.place_id, team.hours) == (town.church, town.larch, {})
        at = f"{team.id}-mon-opens"
    assert "Tea table" in steward.get(begun.location).text and at in steward.get(f"/console/place/{town.larch}").text
    assert write(steward, f"/console/group/{town.church}/team", name="Tea table").location == begun.location
    assert write(steward, f"/console/group/{town.church}/team", name=" ").status_code == 400


def test_an_admin_begins_at_every_place(come, town):
    page = come("admin").get("/console").text
    assert f"/console/place/{town.larch}" in page and f"/console/place/{town.mere}" in page


def test_of_more_groups_than_a_page_holds_those_begun_here_come_first_and_any_is_found_by_a_word(
    come, town, monkeypatch
):
    monkeypatch.setattr("channels.console.place.SHOWN", 1)
    with session_scope() as session:
        session.get_one(m.Organisation, town.church).source = "Somebody's list"
    path = f"/console/place/{town.larch}"
    page = come("steward").get(path).text
    assert "Larch District Council" in page and "Larch Lane Church" not in page and f"{path}/groups" in page
    assert "Larch Lane Church" in come("steward").get(f"{path}/groups?words=church").text
    assert "No group is called that." in come("steward").get(f"{path}/groups?words=scouts").text


def test_a_group_changes_what_it_says_of_itself_but_not_whether_it_is_trusted(come, town):
    path = f"/console/group/{town.church}"
    changed = {"name": "Larch Church", "phone": "01632960111", "url": "larch.example.org", "trusted": "on"}
    assert write(come("editor"), path, **changed).status_code == 303
    with session_scope() as session:
        row = session.get_one(m.Organisation, town.church)
        assert (row.name, row.url, row.phones[0].number) == (
            "Larch Church", "https://larch.example.org", "01632 960111",
        )  # fmt: skip
        assert not looking_after.trusted(session, town.church)
    write(come("steward"), path, trusted="on")
    with session_scope() as session:
        assert looking_after.trusted(session, town.church)


@pytest.mark.parametrize("changed", [{"name": ""}, {"email": "nowhere"}, {"phone": "ask"}, {"url": "no address"}])
def test_what_is_wrong_with_a_group_is_said(come, town, changed):
    page = write(come("editor"), f"/console/group/{town.church}", **changed)
    assert page.status_code == 400 and "govuk-error-message" in page.text


def test_a_steward_who_knows_a_group_lets_it_publish_at_once(come, town):
    group = {"name": "Chess", "kind": "group", "trusted": "on"}
    assert write(come("steward"), f"/console/place/{town.larch}/group", **group).status_code == 303
    with session_scope() as session:
        made = session.query(m.Organisation).filter_by(name="Chess").one()
        assert looking_after.trusted(session, made.id)
