"""Two entries that are one: a choice a field, one revision, the lost address leads on, and back again."""

from __future__ import annotations

import pytest

from knowledge import looking_after
from knowledge import models as m
from knowledge.db import session_scope
from knowledge.editing import id_of
from knowledge.upkeep import Merged
from tests.channels.console.conftest import entry_of, filled
from tests.knowledge import making


@pytest.fixture
def twin(town, sentence_model):
    """The church's lunch club again, with another telephone, as somebody imported it."""
    with session_scope() as session:
        again = making.entry(session, "again", name="Lunch Club", place="larch", topics=["food"], phone="01632 960999")
        return again.id


def page_of(town, twin) -> str:
    return f"/console/entry/{town.lunch}/merge?other={twin}"


def merge(client, town, twin, **chosen):
    form = next(one for one in client.get(page_of(town, twin)).tree.iter("form"))
    return client.post(form.get("action"), data={**filled(form), "do": "merge", **chosen})


def test_the_other_is_found_by_its_name_and_shown_field_by_field(come, town, twin):
    client = come("steward")
    first = client.get(f"/console/entry/{town.lunch}/merge")
    assert f"other={twin}" in first.text and "Drumming" not in first.text
    page = client.get(page_of(town, twin))
    assert "01632 960999" in page.text and "01632 960123" in page.text


def test_what_was_chosen_is_published_and_the_other_leads_there(come, town, twin):
    client = come("steward")
    assert merge(client, town, twin, **{"take-phones": "theirs"}).status_code == 303
    kept = entry_of("lunch")
    with session_scope() as session:
        row = session.get_one(m.Service, kept.id)
        assert [one.number for one in row.phones] == ["01632 960999"] and row.name == "Lunch club"
        assert session.get_one(m.Service, twin).status == "inactive"
    answer = come("nobody").get(f"/entry/{twin}")
    assert (answer.status_code, answer.location) == (301, f"/entry/{town.lunch}")
    gone = come("nobody").get(f"/oruk/v3/services/{twin}")
    assert gone.status_code == 410


def test_it_is_undone(come, town, twin):
    client = come("steward")
    merge(client, town, twin, **{"take-phones": "theirs", "take-name": "theirs"})
    page = client.get(f"/console/entry/{town.lunch}/merge")
    form = next(one for one in page.tree.iter("form"))
    client.post(form.get("action"), data={**filled(form), "do": f"undo {twin}"})
    with session_scope() as session:
        row, other = session.get_one(m.Service, town.lunch), session.get_one(m.Service, twin)
        assert ([one.number for one in row.phones], row.name) == (["01632 960123"], "Lunch club")
        assert other.status == "active" and session.query(Merged).count() == 0
    assert come("nobody").get(f"/entry/{twin}").status_code == 200


def test_a_second_press_and_a_change_meanwhile_do_nothing(come, town, twin):
    client = come("steward")
    form = next(one for one in client.get(page_of(town, twin)).tree.iter("form"))
    sent = {**filled(form), "do": "merge", "take-phones": "theirs"}
    assert [client.post(form.get("action"), data=sent).status_code for _ in range(2)] == [303, 409]
    with session_scope() as session:
        assert session.get_one(m.Service, town.lunch).version == 2


def test_nobody_merges_what_is_not_theirs(come, town, twin):
    assert come("other steward").get(page_of(town, twin)).status_code == 403
    assert come("steward").get(f"/console/entry/{town.lunch}/merge?other={town.drums}").status_code == 403
    client = come("steward")
    form = next(one for one in client.get(page_of(town, twin)).tree.iter("form"))
    sent = {**filled(form), "do": "merge", "other": str(town.drums)}
    assert client.post(form.get("action"), data=sent).status_code == 403


def test_a_group_that_is_not_trusted_asks_a_steward(come, town, twin):
    page = come("editor").get(f"/console/entry/{town.lunch}/merge")
    assert "Please ask them" in page.text and not list(page.tree.iter("form"))
    with session_scope() as session:
        looking_after.trust(session, town.church, True)
    assert merge(come("editor"), town, twin).status_code == 303


def test_what_led_to_the_lost_one_leads_on(come, town, twin):
    with session_scope() as session:
        third = making.entry(session, "third", name="Lunch  club", place="larch", topics=["food"]).id
    client = come("steward")
    form = next(one for one in client.get(f"/console/entry/{twin}/merge?other={third}").tree.iter("form"))
    client.post(form.get("action"), data={**filled(form), "do": "merge"})
    merge(client, town, twin)
    assert come("nobody").get(f"/entry/{third}").location == f"/entry/{town.lunch}"


def test_namesakes_are_told_apart_and_what_is_kept_as_a_code_is_said_in_words(come, town, twin):
    with session_scope() as session:
        making.entry(
            session, "third", name="Lunch club", place="larch", topics=["food"], cost={"kind": "free"},
            schedule=[{"days": ["thu"], "from": "12:00", "every": "fortnight"}],
            location={"venue": "Mere Hall", "address": "2 Mere Lane", "postcode": "M33 7WR"},
        )  # fmt: skip
        third = id_of("service", "third")
    client = come("steward")
    assert "Mere Hall, 2 Mere Lane, M33 7WR" in client.get(f"/console/entry/{town.lunch}/merge").text
    page = client.get(f"/console/entry/{town.lunch}/merge?other={third}").text
    assert "Thursday, 12:00, Every two weeks" in page and "Free" in page and "False" not in page
    assert "Mere Hall, 2 Mere Lane, M33 7WR" in client.get("/console/entries").text
