"""A steward looks first, and the author hears; groups are claimed; residents propose and look the answer up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from knowledge import accounts, looking_after, suggesting
from knowledge import models as m
from knowledge import people as p
from knowledge.db import session_scope
from knowledge.upkeep import Interest, Proposal, Suggestion
from tests.channels.console.conftest import WRITTEN, filled, link_in, send, write
from tests.knowledge import making

TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def model(sentence_model):
    """Publishing makes a vector."""


def name_of_lunch(town) -> str:
    with session_scope() as session:
        return session.get_one(m.Service, town.lunch).name


def test_a_steward_sees_field_by_field_and_publishes_as_the_authors_save(come, town, letters_owed):
    client = come("steward")
    assert "Lunch and a chat" in client.get("/console/waiting").text
    page = client.get(f"/console/proposal/{town.proposal}")
    changed = page.text.split("compare")[1].split("</dl>")[0]
    assert "<del>Lunch club</del>" in changed and "<ins>Lunch and a chat</ins>" in changed
    assert "Description" not in changed
    assert send(client, f"/console/proposal/{town.proposal}", do="publish").location.endswith("done=published")
    assert name_of_lunch(town) == "Lunch and a chat"
    with session_scope() as session:
        last = session.query(m.Revision).filter_by(row_id=town.lunch).order_by(m.Revision.number.desc()).first()
        assert last.made_by == f"person:{town.people['editor']}"
    assert letters_owed()[-1].kind == "published" and letters_owed()[-1].recipient == "editor@example.org"
    assert client.get(f"/console/proposal/{town.proposal}").status_code == 404


def test_sent_back_with_a_note_the_author_goes_on_where_they_were(come, town, letters_owed):
    path = f"/console/proposal/{town.proposal}"
    assert send(come("steward"), path, do="back", note="").status_code == 400
    assert send(come("steward"), path, do="back", note="Please say which day.").status_code == 303
    letter = letters_owed()[-1]
    assert letter.kind == "sent_back" and letter.told["note"] == "Please say which day."
    author = come("editor")
    assert "Please say which day." in author.get("/console/waiting").text
    page = author.get(link_in(letter))
    assert "Please say which day." in page.text and 'value="Lunch and a chat"' in page.text


def test_a_steward_may_change_it_first(come, town):
    client = come("steward")
    assert write(client, f"/console/entry/{town.lunch}?from={town.proposal}", line="Soup.").status_code == 303
    assert name_of_lunch(town) == "Lunch and a chat"
    assert "Lunch and a chat" not in client.get("/console/waiting").text


def test_what_changed_while_the_steward_looked_is_shown_anew(come, town):
    client, path = come("steward"), f"/console/proposal/{town.proposal}"
    form = next(iter(client.get(path).tree.iter("form")))
    with session_scope() as session:
        draft = looking_after.latest_draft(session, session.get_one(m.Service, town.lunch))
        moved = looking_after.replace(draft, line={"en": "Stew."})
        looking_after.put_out(session, moved, by=town.people["admin"], base=1, today=TODAY, checked_by="")
    clash = client.post(path, data={**filled(form), "do": "publish"})
    assert clash.status_code == 409 and "Stew." in clash.text
    again = next(iter(clash.tree.iter("form")))
    assert client.post(path, data={**filled(again), "do": "publish"}).status_code == 303


def test_a_new_entry_waits_and_comes_back_too(come, town, letters_owed):
    new = f"/console/group/{town.church}/new"
    write(come("editor"), new, **WRITTEN)
    with session_scope() as session:
        proposal = session.query(Proposal).filter_by(name="Tea and cards").one().id
    page = come("steward").get(f"/console/proposal/{proposal}")
    assert "A new entry." in page.text and "Six of us play whist." in page.text
    send(come("steward"), f"/console/proposal/{proposal}", do="back", note="Which Thursday?")
    author = come("editor")
    assert write(author, link_in(letters_owed()[-1]), name="Tea and whist").location.endswith("done=proposed")
    with session_scope() as session:
        rows = session.query(Proposal).filter(Proposal.name.like("Tea and%")).all()
        assert [(row.name, row.state) for row in rows] == [("Tea and whist", "waiting")]
        proposal = rows[0].id
    assert send(come("steward"), f"/console/proposal/{proposal}", do="publish").status_code == 303
    with session_scope() as session:
        assert session.query(m.Service).filter_by(name="Tea and whist").one().status == "active"


def test_a_proposal_of_somebody_else_fills_nobodys_form(come, town):
    with session_scope() as session:
        accounts.give_role(session.get_one(p.Person, town.people["other editor"]), p.EDITOR, town.church)
    page = come("other editor").get(f"/console/entry/{town.lunch}?from={town.proposal}")
    assert 'value="Lunch club"' in page.text


def claim_page(come, town):
    return come("nobody"), f"/claim/{town.drums}"


def test_a_group_is_claimed_by_the_address_already_on_it(come, town, letters_owed):
    with session_scope() as session:
        session.get_one(m.Organisation, town.scouts).email = "akela@scouts.example.org"
        session.query(p.Membership).filter_by(organisation_id=town.scouts).delete()
    client, path = claim_page(come, town)
    assert "a…@scouts.example.org" in client.get(path).text and "akela@" not in client.get(path).text
    assert send(client, path, do="address").location == "/claim/sent"
    letter = letters_owed()[-1]
    assert letter.kind == "claimed" and letter.recipient == "akela@scouts.example.org"
    send(client, link_in(letter), name="Akela")
    assert client.get(f"/console/entry/{town.drums}").status_code == 200


def test_a_group_that_is_looked_after_is_not_handed_out_again(come, town, letters_owed):
    with session_scope() as session:
        session.get_one(m.Organisation, town.scouts).email = "akela@scouts.example.org"
    client, path = claim_page(come, town)
    assert "Somebody looks after it already" in client.get(path).text
    assert send(client, path, do="address").location == "/claim/theirs" and letters_owed() == []


def test_whoever_presses_again_and_again_neither_fills_the_groups_post_nor_ends_its_invitation(
    come, town, letters_owed
):
    with session_scope() as session:
        session.get_one(m.Organisation, town.scouts).email = "akela@scouts.example.org"
        session.query(p.Membership).filter_by(organisation_id=town.scouts).delete()
    client, path = claim_page(come, town)
    for _ in range(5):
        assert send(client, path, do="address").location == "/claim/sent"
    (letter,) = letters_owed()
    assert come("nobody").get(link_in(letter)).status_code == 200
    with session_scope() as session:
        session.query(p.Invitation).one().ends_at -= timedelta(days=1, seconds=1)
    assert send(client, path, do="address").location == "/claim/sent"
    assert len(letters_owed()) == 2 and come("nobody").get(link_in(letters_owed()[-1])).status_code == 200


def test_a_steward_decides_where_there_is_no_address(come, town, letters_owed):
    client, path = claim_page(come, town)
    bad = send(client, path, do="steward", email="nope", said="I lead the drums")
    assert bad.status_code == 400 and "I lead the drums" in bad.text
    assert send(client, path, do="steward", email="Drummer@example.org", said="I lead").location == "/claim/asked"
    with session_scope() as session:
        claim = session.query(p.Claim).filter_by(email="drummer@example.org").one().id
    steward = come("other steward")
    assert "drummer@example.org" in steward.get("/console/waiting").text
    assert "drummer@example.org" not in come("steward").get("/console/waiting").text
    form = next(one for one in steward.get("/console/waiting").tree.iter("form"))
    assert steward.post(f"/console/claim/{claim}", data={**filled(form), "do": "yes"}).status_code == 303
    assert letters_owed()[-1].kind == "invited_group"
    with session_scope() as session:
        assert session.get(p.Claim, claim) is None
    owed = len(letters_owed())
    again = steward.post(f"/console/claim/{claim}", data={**filled(form), "do": "no"})
    assert again.location.endswith("done=decided") and len(letters_owed()) == owed
    assert "decided already" in steward.get(again.location).text


def test_a_proposal_decided_twice_is_decided_once(come, town, letters_owed):
    first, second = come("steward"), come("admin")
    path = f"/console/proposal/{town.proposal}"
    forms = [filled(next(one for one in client.get(path).tree.iter("form"))) for client in (first, second)]
    assert first.post(path, data={**forms[0], "do": "publish"}).location.endswith("done=published")
    owed = len(letters_owed())
    late = second.post(path, data={**forms[1], "do": "back", "note": "No, please wait."})
    assert late.location.endswith("done=decided") and len(letters_owed()) == owed


def test_a_group_without_an_address_is_claimed_by_the_one_on_its_entries(come, town, letters_owed):
    with session_scope() as session:
        drums = session.get_one(m.Service, town.drums)
        drums.organisation.email, drums.email = None, "Drums@example.org"
        other = making.entry(session, "other drums")
        other.organisation, other.email = drums.organisation, "elsewhere@example.org"
        session.query(p.Membership).filter_by(organisation_id=town.scouts).delete()
    client, path = claim_page(come, town)
    assert "@example.org" not in client.get(path).text, "of two addresses nobody knows which"
    with session_scope() as session:
        session.get_one(m.Service, other.id).email = "drums@example.org"
    assert "d…@example.org" in client.get(path).text
    assert send(client, path, do="address").location == "/claim/sent"
    (letter,) = letters_owed()
    assert letter.kind == "claimed" and letter.recipient == "drums@example.org"


def test_no_more_than_some_claims_of_a_group_wait(come, town):
    client, path = claim_page(come, town)
    done = [send(client, path, do="steward", email=f"p{at}@example.org").location for at in range(6)]
    assert done == ["/claim/asked"] * 5 + ["/claim/enough"]


def test_a_resident_proposes_and_looks_the_answer_up_and_no_number_is_kept(come, town):
    client = come("nobody")
    client.get("/p/mere")
    group = {"name": "Knit and natter", "what": "Ring Jean on 07700 900123", "where": "The library"}
    assert send(client, "/suggest", **group).location == "/suggest/thanks"
    page = client.get("/suggest/thanks")
    code = next(one.text for one in page.tree.iter("p") if one.get("class") == "receipt")
    with session_scope() as session:
        kept = session.query(Suggestion).filter_by(kind="group").one()
        assert kept.place_id == town.mere and "07700" not in str(kept.body) and kept.body["name"] == "Knit and natter"
        suggestion = kept.id
    steward = come("other steward")
    waiting = steward.get("/console/waiting")
    assert "Knit and natter" in waiting.text and "Knit and natter" not in come("steward").get("/console/waiting").text
    form = next(one for one in waiting.tree.iter("form"))
    answered = {**filled(form), f"note-{suggestion}": "They meet on Fridays.", "do": "taken"}
    assert steward.post(f"/console/suggestion/{suggestion}", data=answered).status_code == 303
    told = send(client, "/suggest/answer", code=code.lower().replace("-", " "))
    assert "It was taken up" in told.text and "They meet on Fridays." in told.text
    assert send(client, "/suggest/answer", code="AAAAA-AAAAA").status_code == 404


def test_a_correction_reaches_whoever_keeps_the_entry(come, town):
    client, path = come("nobody"), f"/suggest?entry={town.lunch}"
    assert send(client, path, kind="correction", what="").status_code == 400
    assert send(client, path, kind="correction", what="They moved to the hall.").status_code == 303
    assert "They moved to the hall." in come("editor").get("/console/waiting").text
    assert "They moved to the hall." not in come("other editor").get("/console/waiting").text


def test_i_would_come_is_a_number_the_group_sees(come, town):
    client, path = come("nobody"), f"/suggest?entry={town.lunch}"
    form = next(one for one in client.get(path).tree.iter("form"))
    for what in ("come", "come", "help"):
        assert client.post("/suggest/interest", data={**filled(form), "do": what}).status_code == 303
    assert client.post("/suggest/interest", data={**filled(form), "do": "nonsense"}).status_code == 404
    page = come("editor").get(f"/console/entry/{town.lunch}")
    assert "2 would come" in page.text and "1 would help" in page.text
    with session_scope() as session:
        assert {(row.kind, row.times) for row in session.query(Interest)} == {("come", 2), ("help", 1)}


def test_suggestions_go_after_half_a_year(town):
    with session_scope() as session:
        code = suggesting.suggest(session, "group", {"name": "Chess"}, TODAY)
        assert suggesting.look_up(session, code, TODAY + timedelta(days=180)) is not None
        assert suggesting.look_up(session, code, TODAY + timedelta(days=181)) is None
        suggesting.forget_old(session, TODAY + timedelta(days=181))
        assert session.query(Suggestion).count() == 0


@pytest.mark.parametrize("entry", ["nonsense", "6f0c2f9e-6a55-4a83-9d2c-3d6d3f8f7d11"])
def test_an_entry_that_is_not_there_is_not_found(come, entry):
    assert come("nobody").get(f"/suggest?entry={entry}").status_code == (200 if entry == "nonsense" else 404)
    assert come("nobody").get("/claim/6f0c2f9e-6a55-4a83-9d2c-3d6d3f8f7d11").status_code == 404


def test_a_steward_publishes_and_trusts_the_group_from_now_on(come, town, sentence_model):
    page = come("steward").get(f"/console/proposal/{town.proposal}")
    assert "trust this group from now on" in page.text
    form = next(one for one in page.tree.iter("form") if one.get("method") == "post")
    come("steward").get("/console")
    answer = come("steward").post(form.get("action"), data={"do": "trust"})
    assert answer.status_code == 400  # without the form's own proof
    write(come("steward"), f"/console/proposal/{town.proposal}", "trust")
    with session_scope() as session:
        assert looking_after.trusted(session, town.church)
