"""Writing entries: published at the next message, nothing lost, two at once told apart, tried and taught before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from knowledge import accounts, answering, keeping, looking_after
from knowledge import models as m
from knowledge import people as p
from knowledge.db import session_scope
from knowledge.indexing import phrase_rows
from knowledge.reading import entries, place_spot
from tests.channels.console.conftest import WRITTEN, filled, send, write
from tests.channels.web.lint import words_of

TODAY = datetime.now(UTC).date()
ASKED = "somebody to play whist and have tea with, she is lonely"


@pytest.fixture(autouse=True)
def talk(sentence_model, town):
    """The topics have phrases, so that messages are understood."""
    phrases = {
        "food": ["I need something to eat", "a cheap hot dinner", "lunch club"],
        "loneliness": ["I am lonely", "she has nobody to talk to", "company for my mum", "tea and a chat"],
        "sport": ["football for kids", "somewhere to run", "drumming"],
    }
    with session_scope() as session:
        for topic, texts in phrases.items():
            session.add_all(phrase_rows(session, topic, [(text, text) for text in texts]))
        looking_after.trust(session, town.church, True)


def new_of(town) -> str:
    return f"/console/group/{town.church}/new"


def found(question: str = ASKED) -> list[str]:
    """Names of the entries a resident of Larch would be shown."""
    with session_scope() as session:
        told = answering.answer(session, question, today=TODAY, spot=place_spot(session, "larch"))
        shown = entries(session, [post.entry for post in told.plan.posts])
        return [shown[post.entry].name for post in told.plan.posts if post.entry in shown]


def made(name: str) -> m.Service:
    with session_scope() as session:
        return session.query(m.Service).filter_by(name=name).one()


def errors_of(page) -> str:
    return " ".join(words_of(one) for one in page.tree.iter() if "govuk-error-message" in (one.get("class") or ""))


def test_what_is_published_is_found_at_the_next_message_and_withdrawn_is_gone_at_once(come, town):
    client = come("editor")
    assert "Tea and cards" not in found()
    assert write(client, new_of(town), **WRITTEN).location.endswith("done=published")
    assert "Tea and cards" in found()
    entry = made("Tea and cards")
    assert entry.checked_by == "Larch Lane Church" and entry.checked_on == TODAY and entry.tier == "community"
    assert send(client, f"/console/entry/{entry.id}/withdraw", on="", reason="stopped").status_code == 303
    assert "Tea and cards" not in found()


def test_a_change_is_found_at_the_next_message(come, town):
    client = come("editor")
    write(client, new_of(town), **WRITTEN)
    entry = made("Tea and cards")
    changed = write(client, f"/console/entry/{entry.id}", name="Whist and tea")
    assert changed.status_code == 303 and "Whist and tea" in found() and "Tea and cards" not in found()


def test_what_people_write_is_understood(come, town):
    more = {"amount": "£2.50", "cost": "low", "age_from": "60", "languages": ["cy", "pl"], "access": ["step_free"]}
    write(come("editor"), new_of(town), **{**WRITTEN, **more, "url": "example.org"})
    with session_scope() as session:
        entry = entries(session, [made("Tea and cards").id]).popitem()[1]
    assert (entry.when[0].opens, entry.when[0].closes, entry.when[0].byday) == ("14:00", "16:30", ("TH",))
    assert entry.phones[0].number == "01632 960144" and entry.url == "https://example.org"
    assert (entry.amount, entry.cost, entry.minimum_age) == (2.5, "low", 60.0)
    assert set(entry.languages) == {"cy", "pl"} and entry.access == ("step_free",)


WRONG = [
    ({"name": ""}, "Give it a name"), ({"line": "x" * 141}, "141"), ({"times-0-opens": "teatime"}, "Write a time"),
    ({"times-0-closes": "1pm"}, "end later"), ({"phone-0-number": "ask Jean"}, "telephone number"),
    ({"email": "jean at church"}, "e-mail address"), ({"postcode": "XX99 9XX"}, "postcode"),
    ({"age_from": "old"}, "age"),
    ({"age_from": "60", "age_to": "50"}, "higher"), ({"amount": "a bit", "cost": "low"}, "number"),
    ({"phone-0-number": "", "venue": ""}, "one way to reach"), ({"publish_on": "soon"}, "date"),
    ({"times-0-days": []}, "Tick the days"), ({"url": "not an address"}, "web address"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "told"), WRONG, ids=[next(iter(one)) + " " + told for one, told in WRONG])
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(come, town, changed, told):
    page = write(come("editor"), new_of(town), **{**WRITTEN, "name_cy": "Te a chardiau", **changed})
    assert page.status_code == 400 and told in errors_of(page)
    for value in ({**WRITTEN, "name_cy": "Te a chardiau"} | changed).values():
        assert not value or value == "publish" or str(value) in page.text
    with session_scope() as session:
        assert session.query(m.Service).filter_by(name="Tea and cards").count() == 0


def test_topics_are_suggested_from_what_it_says_and_taken_with_one_more_press(come, town):
    client = come("editor")
    written = {**WRITTEN, "line": "I am lonely.", "description": "Tea and a chat, company for my mum.", "topics": []}
    page = write(client, new_of(town), **written)
    assert page.status_code == 400 and "We ticked what seems to fit" in page.text
    form = next(one for one in page.tree.iter("form"))

    assert filled(form)["topics"] == ["loneliness"]
    assert client.post(form.get("action"), data={**filled(form), "do": "publish"}).status_code == 303


def test_looking_it_over_shows_the_card_the_place_in_the_answer_and_what_is_hard_to_read(come, town):
    hard = {"description": "We facilitate holistic interventions for socially isolated service users."}
    page = write(come("editor"), new_of(town), "look", **{**WRITTEN, **hard, "question": ASKED})
    assert page.status_code == 200 and "It would come as number 1" in page.text
    assert "Instead of &#34;service users&#34; you could say &#34;people&#34;" in page.text
    assert "Tea and cards" not in found()


def test_looking_it_over_shows_the_text_and_what_each_letter_costs(come, town):
    page = write(come("editor"), new_of(town), "look", **WRITTEN)
    assert "It costs 1 of the pieces" in page.text or "It costs 2 of the pieces" in page.text
    dear = write(come("editor"), new_of(town), "look", **{**WRITTEN, "line": "Paned yn Nhŷ'r Ŵyl."})
    assert "cost double" in dear.text and "ŷ Ŵ" in dear.text


def test_looking_it_over_leaves_nothing_behind_for_anybody_else(come, town):
    before = found()
    write(come("editor"), new_of(town), "look", **{**WRITTEN, "question": ASKED})
    assert found() == before
    with session_scope() as session:
        assert session.query(m.Service).filter_by(name="Tea and cards").count() == 0


def test_the_second_of_two_editors_is_shown_both_texts_and_neither_is_lost(come, town):
    first, second = come("editor"), come("steward")
    path = f"/console/entry/{town.lunch}"
    page = second.get(path)
    write(first, path, name="Lunch and games")

    form = next(one for one in page.tree.iter("form"))
    clash = second.post(path, data={**filled(form), "line": "Soup on Fridays.", "do": "publish"})
    assert clash.status_code == 409 and "Somebody else saved" in clash.text
    assert "Lunch and games" in clash.text and "Soup on Fridays." in clash.text
    assert made("Lunch and games").line != "Soup on Fridays."
    again = next(one for one in clash.tree.iter("form"))
    assert second.post(path, data={**filled(again), "do": "publish"}).status_code == 303
    assert made("Lunch club").line == "Soup on Fridays."


def test_a_draft_is_kept_and_comes_back(come, town):
    client = come("editor")
    assert write(client, new_of(town), "keep", **WRITTEN).location.endswith("done=kept")
    assert "What you wrote on" in client.get("/console/entries").text
    page = client.get(new_of(town))
    assert "Six of us play whist" in page.text and "did not send" in page.text
    assert "Six of us" not in come("steward").get(new_of(town)).text
    write(client, new_of(town))
    assert "Six of us" not in client.get(new_of(town)).text and "Tea and cards" in found()


def test_a_sign_in_that_ran_out_while_writing_loses_nothing(come, town):
    client = come("editor")
    form = next(one for one in client.get(new_of(town)).tree.iter("form"))

    with session_scope() as session:
        session.query(p.SignIn).one().seen_at = datetime.now(UTC) - timedelta(hours=13)
    late = client.post(new_of(town), data={**filled(form), **WRITTEN, "do": "publish"})
    assert late.status_code == 303 and "/console/sign-in" in late.location
    with session_scope() as session:
        kept = keeping.kept_forms(session, town.people["editor"])
        assert [one.fields["name"] for one in kept] == [["Tea and cards"]]
        token = accounts.sign_in(session, session.get_one(p.Person, town.people["editor"]), datetime.now(UTC))
    with client.session_transaction("/console") as cookie:
        cookie["sign_in"] = token
    assert "Six of us play whist" in client.get(new_of(town)).text


def test_a_page_open_for_days_loses_nothing(come, town):
    client = come("editor")
    late = client.post(new_of(town), data={**WRITTEN, "csrf_token": "long gone", "do": "publish"})
    assert late.status_code == 303 and late.location.endswith("done=stale")
    page = client.get(late.location)
    assert "press the button once more" in page.text and "Six of us play whist" in page.text


def test_sending_twice_makes_one(come, town):
    client = come("editor")
    form = next(one for one in client.get(f"/console/entry/{town.lunch}").tree.iter("form"))

    sent = {**filled(form), "name": "Lunch at noon", "do": "publish"}
    assert [client.post(form.get("action"), data=sent).status_code for _ in range(2)] == [303] * 2
    assert made("Lunch at noon").version == 2


def test_a_new_entry_sent_twice_is_one_and_changed_in_between_is_shown(come, town):
    client = come("editor")
    form = next(one for one in client.get(new_of(town)).tree.iter("form"))
    sent = {**filled(form), **WRITTEN, "postcode": "M33 2AA", "do": "publish"}
    assert [client.post(form.get("action"), data=sent).location[-9:] for _ in range(2)] == ["published"] * 2
    assert made("Tea and cards").version == 1, "and one() found no second"
    assert client.post(form.get("action"), data={**sent, "line": "Tea for all."}).status_code == 409


def test_a_new_group_waits_for_a_steward(come, town):
    with session_scope() as session:
        looking_after.trust(session, town.church, False)
    client = come("editor")
    assert "A steward looks at this" in client.get(new_of(town)).text
    assert write(client, new_of(town), **WRITTEN).location.endswith("done=proposed")
    assert "Tea and cards" not in found()
    assert write(come("steward"), new_of(town), **WRITTEN).location.endswith("done=published")


def test_a_day_to_come_is_waited_for(come, town):
    on = (TODAY + timedelta(days=3)).isoformat()
    assert write(come("editor"), new_of(town), **{**WRITTEN, "publish_on": on}).location.endswith("done=planned")
    with session_scope() as session:
        assert looking_after.carry_out_plans(session, TODAY + timedelta(days=2)) == []
    assert "Tea and cards" not in found()
    with session_scope() as session:
        assert len(looking_after.carry_out_plans(session, TODAY + timedelta(days=3))) == 1
        assert looking_after.carry_out_plans(session, TODAY + timedelta(days=3)) == []
    assert "Tea and cards" in found()


def test_a_plan_whose_entry_changed_meanwhile_goes_back_to_its_author(come, town):
    client, path = come("editor"), f"/console/entry/{town.lunch}"
    write(client, path, name="Lunch from May", publish_on=(TODAY + timedelta(days=3)).isoformat())
    write(come("steward"), path, name="Lunch today")
    with session_scope() as session:
        looking_after.carry_out_plans(session, TODAY + timedelta(days=3))
    assert made("Lunch today").id == town.lunch
    assert "Sent back to you" in client.get("/console/entries").text


def test_another_like_it_is_another(come, town):
    page = write(come("editor"), f"{new_of(town)}?copy={town.lunch}&kind=service", name="Supper club")
    assert page.status_code == 303 and made("Supper club").id != town.lunch
    assert made("Lunch club").id == town.lunch


def test_what_it_said_before_is_seen_and_brought_back(come, town):
    client, path = come("editor"), f"/console/entry/{town.lunch}"
    write(client, path, name="Lunch and games", reason="we have games now")
    page = client.get(f"{path}/history?at=2")
    assert "we have games now" in page.text and "Lunch club" in page.text and "Editor" in page.text
    assert send(client, f"{path}/history", number="1").status_code == 303
    assert made("Lunch club").id == town.lunch
    assert "Save 3" in client.get(f"{path}/history").text


def test_whoever_left_is_no_longer_named(come, town):
    client, path = come("editor"), f"/console/entry/{town.lunch}"
    write(client, path, name="Lunch and games")
    send(client, "/console/account/forget")
    page = come("steward").get(f"{path}/history")
    assert "somebody who has left" in page.text and ", Editor" not in page.text


def test_an_example_counts_at_the_next_message(come, town):
    write(come("editor"), f"/console/entry/{town.lunch}")
    said, path = "my tummy is rumbling something awful", f"/console/entry/{town.lunch}/teach"
    client = come("editor")
    tried = send(client, path, phrase=said, topic="food", do="try")
    assert tried.status_code == 200 and "With your example" in tried.text
    with session_scope() as session:
        assert "food" not in [need.key for need in answering.read_needs(session, said).needs]
    assert send(client, path, phrase=said, topic="food", do="add").location.endswith("done=taught")
    with session_scope() as session:
        assert "food" in [need.key for need in answering.read_needs(session, said).needs]


def test_an_example_for_a_topic_that_is_not_the_entrys_is_refused(come, town):
    path = f"/console/entry/{town.lunch}/teach"
    assert send(come("editor"), path, phrase="anything", topic="sport", do="add").status_code == 400


def test_a_group_that_is_not_trusted_may_try_an_example_but_not_add_it(come, town):
    with session_scope() as session:
        looking_after.trust(session, town.church, False)
    client, path = come("editor"), f"/console/entry/{town.lunch}/teach"
    assert send(client, path, phrase="a bite", topic="food", do="try").status_code == 200
    assert send(client, path, phrase="a bite", topic="food", do="add").status_code == 403


def test_the_list_says_how_each_is_doing_and_shows_nobody_elses(come, town):
    with session_scope() as session:
        session.add(m.Flag(entry_id=town.lunch, kind="closed", day=TODAY))
    page = come("editor").get("/console/entries")
    assert "Somebody says it is wrong" in page.text and "Drumming" not in page.text
    assert "Drumming" in come("admin").get("/console/entries").text
    assert "Drumming" not in come("steward").get("/console/entries").text
    assert "Lunch club" in come("steward").get("/console/entries?words=lunch&state=wrong").text
    assert "Lunch club" not in come("steward").get("/console/entries?words=100%25").text


@pytest.mark.parametrize(
    ("review", "state"), [(None, "never"), (-200, "hidden"), (-1, "overdue"), (10, "soon"), (90, "fine")]
)
def test_a_state_at_a_glance(town, review, state):
    with session_scope() as session:
        row = session.get_one(m.Service, town.lunch)
        row.review_by = None if review is None else TODAY + timedelta(days=review)
        assert keeping.state_of(row, 0, TODAY) == state


def test_a_masked_address_is_only_ever_its_district(come, town):
    write(come("editor"), new_of(town), **{**WRITTEN, "venue": "The Refuge", "postcode": "M1 1AE", "masked": "on"})
    row = made("Tea and cards")
    with session_scope() as session:
        spot = session.get_one(m.Service, row.id).locations[0]
        draft = looking_after.latest_draft(session, session.get_one(m.Service, row.id))
        whole = looking_after.lookup("M1 1AE", answering.knowing(session).gazetteer)
        assert (spot.latitude, spot.longitude) != (whole.latitude, whole.longitude) and draft.spots[0].masked
    with session_scope() as session:
        assert entries(session, [row.id]).popitem()[1].where == ()


def test_a_tip_is_written_too(come, town):
    tip = {
        "text": "Go to the second one, the first is just tea.",
        "who": "A widower",
        "topics": "loneliness",
        "about": "lunch",
    }
    assert write(come("editor"), f"{new_of(town)}?kind=tip", **tip).status_code == 303
    with session_scope() as session:
        row = session.query(m.Tip).one()
        assert row.about_id == town.lunch and row.checked_by == "Larch Lane Church"
    assert write(come("editor"), f"/console/entry/{row.id}", text="Go twice.").status_code == 303


def test_an_editor_cannot_make_theirs_the_councils(come, town):
    write(come("editor"), new_of(town), **{**WRITTEN, "tier": "statutory"})
    assert made("Tea and cards").tier == "community"


def test_seeding_again_leaves_what_the_group_wrote(come, town):
    from knowledge.history import edited_here

    with session_scope() as session:
        assert not edited_here(session, town.lunch)
    write(come("editor"), f"/console/entry/{town.lunch}", name="Ours")
    with session_scope() as session:
        assert edited_here(session, town.lunch)


def test_a_draft_survives_being_written_down_and_read_back(town):
    from knowledge.drafts import plain
    from knowledge.history import draft_from, latest_draft

    with session_scope() as session:
        draft = latest_draft(session, session.get_one(m.Service, town.lunch))
        assert draft_from("service", plain(draft)) == draft


def test_welsh_stands_beside_the_english_where_it_is_spoken_read_or_begun(come, town):
    client, path = come("editor"), f"/console/entry/{town.lunch}"
    assert "name_cy" not in client.get(path).text
    assert "name_cy" in client.get(f"{path}?lang=cy").text
    with session_scope() as session:
        session.get_one(m.Place, town.larch).languages = ["en", "cy"]
    assert "name_cy" in client.get(f"{path}?lang=en").text
    write(client, path, name_cy="Clwb cinio")
    with session_scope() as session:
        session.get_one(m.Place, town.larch).languages = ["en"]
    assert "Clwb cinio" in client.get(path).text


def test_a_form_that_is_looked_over_grows_no_empty_lines_until_they_are_asked_for(come, town):
    client, path = come("editor"), new_of(town)
    for asked, lines in (("look", 1), ("publish", 1), ("more", 2)):
        page = write(client, path, asked, **{**WRITTEN, "topics": []})
        assert page.text.count('-opens" name') == lines, asked
    again = client.post(path, data={**filled(page.tree.find(".//form")), "do": "look"})
    assert again.text.count('-opens" name') == 1, "the second was left empty"
