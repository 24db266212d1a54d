"""Coming in by link, password and invitation; staying, leaving, being locked out; two cookies that never mix."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from channels import letters as post
from knowledge import accounts, letters
from knowledge import people as p
from knowledge.db import engine_for, session_scope
from tests.channels.console.conftest import PASSWORD, link_in, send

SIGN_IN = "/console/sign-in"


def ask_for_link(client, email="editor@example.org", **more):
    return send(client, SIGN_IN, email=email, how="link", **more)


def test_a_link_by_e_mail_signs_in_once(come, letters_owed):
    client = come("nobody")
    assert ask_for_link(client).location == "/console/sign-in/sent"
    path = link_in(letters_owed()[-1])
    assert "One more tap" in client.get(path).text
    assert "One more tap" in client.get(path).text  # looking uses nothing up: mail programs look first
    assert send(client, path).location == "/console"
    assert "Larch Lane Church" in client.get("/console").text
    other = come("nobody")
    assert other.get(path).status_code == 410 and "used up" in other.get(path).text


def test_a_link_leads_back_to_where_one_was_going(come, town, letters_owed):
    client = come("nobody")
    wanted = f"/console/group/{town.church}/people"
    ask_for_link(client, next=wanted)
    assert send(client, link_in(letters_owed()[-1])).location == wanted


@pytest.mark.parametrize("elsewhere", ["https://bad.example", "//bad.example", "/consoles", "/console//bad.example",
                                       "/console/\\bad.example", "/privacy"])  # fmt: skip
def test_a_link_never_leads_elsewhere(come, letters_owed, elsewhere):
    client = come("nobody")
    ask_for_link(client, next=elsewhere)
    assert send(client, link_in(letters_owed()[-1])).location == "/console"


def test_an_unknown_address_is_told_the_same_and_owed_nothing(come, letters_owed):
    client = come("nobody")
    assert ask_for_link(client, "stranger@example.org").location == "/console/sign-in/sent"
    assert letters_owed() == []


@pytest.fixture
def asked_of_the_directory(knowledge_url):
    """Every statement sent to the directory as they are sent."""
    sent: list[str] = []

    def keep(_connection, _cursor, statement, *_more):
        sent.append(statement)

    engine = engine_for(knowledge_url)
    event.listen(engine, "before_cursor_execute", keep)
    yield sent
    event.remove(engine, "before_cursor_execute", keep)


def test_asking_for_a_link_is_the_same_work_whoever_asks_so_that_the_time_tells_nothing(
    come, letters_owed, asked_of_the_directory
):
    client, work = come("nobody"), {}
    for who in ("stranger@example.org", "editor@example.org", *["steward@example.org"] * 7):
        token = next(client.get(SIGN_IN).tree.iter("form")).find(".//input[@name='csrf_token']").get("value")
        asked_of_the_directory.clear()
        client.post(SIGN_IN, data={"csrf_token": token, "email": who, "how": "link"})
        work[who] = list(asked_of_the_directory)
        letters_owed()
    assert work["stranger@example.org"] == work["editor@example.org"] == work["steward@example.org"] != []
    assert {letter.recipient for letter in letters_owed()} == {"editor@example.org", "steward@example.org"}


def test_a_wrong_password_is_counted_in_the_same_way_whether_the_address_is_known_or_not(come, asked_of_the_directory):
    client, written = come("nobody"), {}
    for who in ("stranger@example.org", "editor@example.org"):
        asked_of_the_directory.clear()
        assert send(client, SIGN_IN, email=who, how="password", password="wrong").status_code == 403
        written[who] = [one for one in asked_of_the_directory if not one.startswith("SELECT")]
    assert written["stranger@example.org"] == written["editor@example.org"] != []


def test_a_link_that_was_asked_for_is_sent_by_the_process_that_sends_letters(come, capsys):
    client = come("nobody")
    ask_for_link(client, " Editor@Example.org", next="/console/waiting")
    ask_for_link(client, "stranger@example.org")
    assert post.deliver(datetime.now(UTC)) == 1
    link = re.search(r"https?://\S+(/console/link/\S+)", capsys.readouterr().out)[1]
    assert send(client, link).location == "/console/waiting"
    with session_scope() as session:
        assert [one.recipient for one in session.query(p.Letter)] == [""]


def test_an_altered_or_old_link_is_over(come, letters_owed):
    client = come("nobody")
    ask_for_link(client)
    path = link_in(letters_owed()[-1])
    assert client.get(path.partition("?")[0][:-3] + "abc").status_code == 410
    with session_scope() as session:
        session.query(p.SignInLink).one().ends_at = datetime.now(UTC) - timedelta(seconds=1)
    page = client.get(path)
    assert page.status_code == 410 and "Ask for another" in page.text


def test_nobodys_inbox_can_be_filled(come, letters_owed):
    client = come("nobody")
    for _ in range(8):
        ask_for_link(client)
    assert len(letters_owed()) == accounts.LINKS_AT_ONCE


def test_a_password_signs_in_and_a_wrong_one_keeps_the_address(come):
    client = come("nobody")
    wrong = send(client, SIGN_IN, email="Editor@Example.org ", how="password", password="wrong")
    assert wrong.status_code == 403 and "do not go together" in wrong.text and "Editor@Example.org" in wrong.text
    assert "wrong" not in wrong.text.split("<form")[1].split("do not go")[0].replace("console", "")
    right = send(client, SIGN_IN, email="Editor@Example.org ", how="password", password=PASSWORD)
    assert right.location == "/console"


def test_enter_in_the_form_means_what_was_typed(come, letters_owed):
    client, given = come("nobody"), {"email": "editor@example.org"}
    assert send(client, "/console/sign-in", **given, password=PASSWORD).location == "/console"
    assert send(come("nobody"), "/console/sign-in", **given, password="").location.endswith("/sent")
    assert len(letters_owed()) == 1


def test_after_too_many_wrong_tries_even_the_right_password_waits_but_a_link_works(come, letters_owed):
    client = come("nobody")
    for _ in range(accounts.TRIES):
        send(client, SIGN_IN, email="editor@example.org", how="password", password="wrong")
    assert send(client, SIGN_IN, email="editor@example.org", how="password", password=PASSWORD).status_code == 403
    ask_for_link(client)
    assert send(client, link_in(letters_owed()[-1])).location == "/console"
    again = come("nobody")
    assert send(again, SIGN_IN, email="editor@example.org", how="password", password=PASSWORD).status_code == 303


def test_a_lock_opens_by_itself(town):
    now = datetime.now(UTC)
    with session_scope() as session:
        for _ in range(accounts.TRIES):
            accounts.check_password(session, "editor@example.org", "wrong", now)
        assert accounts.check_password(session, "editor@example.org", PASSWORD, now) is None
        later = now + accounts.LOCKED_FOR + timedelta(seconds=1)
        assert accounts.check_password(session, "editor@example.org", PASSWORD, later) is not None


def test_a_sign_in_ends_unseen_and_at_last_anyhow(town):
    now = datetime.now(UTC)
    with session_scope() as session:
        person = session.get_one(p.Person, town.people["editor"])
        token = accounts.sign_in(session, person, now)
        assert accounts.who(session, token, now + timedelta(hours=11)).id == person.id
        assert accounts.who(session, token, now + timedelta(hours=22)).id == person.id  # seen meanwhile
        assert accounts.who(session, token, now + timedelta(hours=35)) is None
        for hours in range(0, 24 * 7, 8):
            accounts.who(session, token := token, now + timedelta(hours=hours))
        assert accounts.who(session, token, now + timedelta(days=7, hours=1)) is None


def test_signing_out_everywhere_ends_every_browser(come):
    here, there = come("editor"), come("editor")
    assert there.get("/console").status_code == 200
    send(here, "/console/account/sign-out", where="everywhere")
    assert here.get("/console").status_code == 303 and there.get("/console").status_code == 303


def test_signing_out_here_leaves_the_other_browser_and_ends_a_copied_cookie(come, app):
    here, there, thief = come("editor"), come("editor"), app.test_client()
    thief.set_cookie("fp-staff", here.get_cookie("fp-staff").value)
    assert thief.get("/console").status_code == 200
    send(here, "/console/account/sign-out", where="here")
    assert there.get("/console").status_code == 200 and thief.get("/console").status_code == 303


def test_a_new_password_signs_out_the_others_but_not_this_one(come):
    here, there = come("editor"), come("editor")
    saved = send(here, "/console/account", name="Jean", language="cy", password="another three words")
    assert saved.status_code == 303 and here.get("/console").status_code == 200
    assert there.get("/console").status_code == 303
    assert here.get("/console").tree.get("lang") == "cy"


def test_a_weak_password_is_refused_and_nothing_typed_is_lost(come):
    page = send(come("editor"), "/console/account", name="Jean of the church", language="en", password="aaaaaaaaaaaa")
    assert page.status_code == 400 and "Jean of the church" in page.text and "Three words" in page.text


def test_an_invitation_makes_the_account_and_signs_in(come, town, letters_owed):
    sent = send(come("editor"), f"/console/group/{town.church}/people", email="new@example.org", do="invite")
    assert sent.status_code == 303
    letter, client = letters_owed()[-1], come("nobody")
    assert letter.kind == "invited_group" and letter.told["about"] == "Larch Lane Church"
    page = client.get(link_in(letter))
    assert "what Larch Lane Church tells people" in page.text and "new@example.org" in page.text
    nameless = send(client, link_in(letter), name="", password="")
    assert nameless.status_code == 400 and "what we should call you" in nameless.text
    assert send(client, link_in(letter), name="Ivy", password="").location == "/console"
    assert "Larch Lane Church" in client.get("/console").text
    assert client.get(link_in(letter)).status_code == 410


def test_an_invitation_to_somebody_with_an_account_adds_a_role_and_changes_nothing_else(come, town, letters_owed):
    send(come("steward"), f"/console/group/{town.church}/people", email="other-editor@example.org", do="invite")
    client = come("nobody")
    send(client, link_in(letters_owed()[-1]), name="Mallory", password="mallory was here")
    with session_scope() as session:
        person = session.get_one(p.Person, town.people["other editor"])
        assert person.name == "Other Editor" and len(person.memberships) == 2
        assert accounts.check_password(session, person.email, "mallory was here", datetime.now(UTC)) is None


def test_the_terminal_invites_too_and_its_link_opens(come, town, capsys, letters_owed):
    from knowledge.cli import main

    assert main(["invite", "first@example.org", "--role", "admin"]) == 0
    link = capsys.readouterr().out.strip().splitlines()[-1]
    assert link.endswith(link_in(letters_owed()[-1]))
    assert "whole installation" in come("nobody").get(link_in(letters_owed()[-1])).text
    staff = ["invite", "clerk@example.org", "--role", "staff", "--group", "council", "--place", "larch"]
    assert main([*staff, "--team", "Front desk"]) == 0
    assert "Front desk" in come("nobody").get(link_in(letters_owed()[-1])).text


@pytest.mark.parametrize("wrong", [["no-address", "--role", "admin"], ["a@b.org", "--role", "editor", "--group", "x"],
                                   ["a@b.org", "--role", "steward", "--place", "x"],
                                   ["a@b.org", "--role", "staff", "--place", "larch"]])  # fmt: skip
def test_the_terminal_says_what_it_does_not_know(town, capsys, wrong):
    from knowledge.cli import main

    assert main(["invite", *wrong]) == 1
    assert capsys.readouterr().err.strip()


def test_the_lead_is_handed_over_before_leaving(come, town):
    path = f"/console/group/{town.church}/people"
    lead = come("editor")
    with session_scope() as session:
        accounts.give_role(session.get_one(p.Person, town.people["other editor"]), p.EDITOR, town.church)
    stays = send(lead, path, do="leave")
    assert stays.status_code == 400 and "Hand over the lead first" in stays.text
    assert send(come("other editor"), path, email="x@example.org", do="invite").status_code == 403
    with session_scope() as session:
        second = session.query(p.Membership).filter_by(person_id=town.people["other editor"],
                                                       organisation_id=town.church).one().id  # fmt: skip
    assert send(lead, path, do=f"lead {second}").status_code == 303
    assert send(lead, path, do="leave").location == "/console"
    assert lead.get(path).status_code == 403


def test_nobody_is_taken_out_of_a_circle_by_way_of_another(come, town):
    with session_scope() as session:
        theirs = session.query(p.Membership).filter_by(person_id=town.people["other editor"]).one().id
    assert send(come("editor"), f"/console/group/{town.church}/people", do=f"out {theirs}").status_code == 404
    assert send(come("editor"), f"/console/group/{town.church}/people", do="out nonsense").status_code == 404


def test_an_account_that_is_deleted_leaves_nothing_and_the_lead_passes_on(come, town):
    with session_scope() as session:
        accounts.give_role(session.get_one(p.Person, town.people["other editor"]), p.EDITOR, town.church)
    client = come("editor")
    assert send(client, "/console/account/forget").status_code == 303
    with session_scope() as session:
        assert accounts.by_email(session, "editor@example.org") is None
        heir = session.query(p.Membership).filter_by(organisation_id=town.church).one()
        assert heir.person_id == town.people["other editor"] and heir.lead
    assert client.get("/console").status_code == 303


def test_the_only_admin_stays(come):
    page = send(come("admin"), "/console/account/forget")
    assert page.status_code == 409 and "Invite another first" in page.text


def test_what_is_over_is_forgotten(town):
    later = datetime.now(UTC) + timedelta(days=800)
    with session_scope() as session:
        accounts.link_for(session, "editor@example.org", datetime.now(UTC))
        assert accounts.forget_what_is_over(session, later) == len(town.people)
        assert session.query(p.Person).count() == session.query(p.SignInLink).count() == 0


def test_the_two_cookies_know_nothing_of_each_other(come, app):
    client = come("editor")
    client.get("/?lang=cy")
    assert client.get("/console").tree.get("lang") == "en"
    assert client.get("/").tree.get("lang") == "cy"
    with client.session_transaction("/") as resident:
        assert "sign_in" not in resident
    with client.session_transaction("/console") as staff:
        assert "door" not in staff
    swapped = app.test_client()
    swapped.set_cookie("fp", client.get_cookie("fp-staff").value)
    swapped.set_cookie("fp-staff", client.get_cookie("fp").value)
    assert swapped.get("/console").status_code == 303 and swapped.get("/").tree.get("lang") == "en"


def test_leaving_the_chat_does_not_sign_out_and_signing_out_keeps_the_chat(come):
    client = come("editor")
    with client.session_transaction("/") as resident:
        resident["token"] = "a resident's"
    send(client, "/console/account/sign-out", where="here")
    with client.session_transaction("/") as resident:
        assert resident["token"] == "a resident's"


def test_a_team_belongs_to_its_staff_alone(town):
    with session_scope() as session:
        clerk, admin = (accounts.plain(session.get_one(p.Person, town.people[who])) for who in ("staff", "admin"))
    assert clerk.answers_in(town.desk) and not admin.answers_in(town.desk)
    assert clerk.has("staff") and not admin.has("staff") and admin.has("steward", "editor")


def test_trouble_with_the_post_is_shown_to_whoever_can_mend_it(come, letters_owed):
    ask_for_link(come("nobody"))
    letters_owed()
    with session_scope() as session:
        (owed,) = letters.take(session, datetime.now(UTC))
        letters.failed(session, owed.id, "SMTPServerDisconnected")
    assert "SMTPServerDisconnected" in come("admin").get("/console").text
    assert "SMTPServerDisconnected" not in come("editor").get("/console").text
