"""What must never be in the feed: planted everywhere, looked for in every answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, update

from knowledge import models as m
from knowledge.answering import WITHHELD_AFTER
from knowledge.db import engine_for, session_scope
from knowledge.editing import id_of
from tests.channels.open_data.conftest import HALL

LISTS = ("/services", "/services?full=true", "/services?minimal=true", "/services?search=church", "/taxonomies")
LISTS += ("/taxonomy_terms", "/service_at_locations?full=true", "/service_at_locations?postcode=M33&proximity=90000")


def all_that_is_said(client) -> str:
    """Every list, every row by its own address, every page and the sitemap, as text."""
    said = []
    for path in LISTS:
        answer = client.get(f"/oruk/v3{path}{'&' if '?' in path else '?'}per_page=500")
        said.append(answer.text)
        root = path.split("?")[0]
        said += [client.get(f"/oruk/v3{root}/{row['id']}").text for row in answer.get_json()["contents"]]
    return "\n".join(said)


def test_no_masked_place_leaves_by_any_door(keeper, client):
    secret = {"venue": "Rowan House", "address": "9 Hidden Way", "town": "Hidtown", "postcode": "M33 2AA",
              "lat": 53.4321, "lon": -2.3456, "masked": True, "note": "Ring the green bell."}  # fmt: skip
    one = keeper.keep("refuge", place="ashby", area="place", location=secret)
    said = all_that_is_said(client)
    assert "refuge" in said, "the entry itself is published"
    for part in ("Rowan House", "Hidden Way", "Hidtown", "M33 2AA", "53.4321", "2.3456", "green bell"):
        assert part not in said, part
    assert client.get(f"/oruk/v3/services/{one}").get_json()["service_at_locations"] == []
    with session_scope(keeper.url) as session:
        hidden = session.get_one(m.Service, id_of("service", "refuge")).locations[0].id
    assert client.get(f"/oruk/v3/service_at_locations/{hidden}").status_code == 404
    near = client.get("/oruk/v3/service_at_locations?postcode=M33&proximity=100000").get_json()
    assert near["total_items"] == 0, "nor can it be found by asking from several sides"


def test_an_entry_with_one_masked_place_shows_none_of_its_places(keeper, client):
    keeper.keep("refuge", place="ashby", area="place", location={**HALL, "masked": True})
    with session_scope(keeper.url) as session:
        row = session.get_one(m.Service, id_of("service", "refuge"))
        row.locations.append(m.Location(name="Their front office", latitude=53.4, longitude=-2.3))
    assert "Their front office" not in all_that_is_said(client)
    assert client.get("/oruk/v3/service_at_locations").get_json()["total_items"] == 0


def test_no_persons_name_address_or_number(keeper, client):
    keeper.keep("tea", checked_by="Mrs Dot Cotter", checked_on=datetime.now(UTC).date())
    with session_scope(keeper.url) as session:
        row = session.get_one(m.Service, id_of("service", "tea"))
        row.contacts = [m.Contact(name="Jo Private", title="Kitchen lead", email="jo.private@example.org")]
        row.contacts[0].title = "Kitchen lead"
        session.flush()
        session.add(m.Phone(contact_id=row.contacts[0].id, number="07700 900555"))
        session.add(m.Flag(entry_id=row.id, kind="closed", day=date(2025, 1, 1)))
    said = all_that_is_said(client)
    assert "Kitchen lead" in said, "the role to ask for is published"
    for part in ("Jo Private", "jo.private", "07700 900555", "Dot Cotter", "vicar@", "01632 960777", "an editor"):
        assert part not in said, part


@pytest.mark.parametrize("status", ["inactive", "draft", "waiting", "defunct", "temporarily closed"])
def test_only_what_is_active_is_published(keeper, client, status):
    one = keeper.keep("secret supper", place="ashby", area="place", location=HALL)
    assert "secret supper" in all_that_is_said(client)
    with session_scope(keeper.url) as session:
        session.execute(update(m.Service).values(status=status))
    assert "secret supper" not in all_that_is_said(client)
    assert client.get(f"/oruk/v3/services/{one}").status_code in (404, 410)


def test_an_entry_nobody_answers_for_any_more_is_left_out_as_residents_see_it(keeper, client):
    today = datetime.now(UTC).date()
    keeper.keep("long unchecked", checked_on=today - timedelta(days=366) - WITHHELD_AFTER)
    keeper.keep("due for a check", checked_on=today - timedelta(days=366))
    said = all_that_is_said(client)
    assert "due for a check" in said and "long unchecked" not in said
    assert client.get("/oruk/v3/services").headers["Last-Modified"]


def test_a_suggested_topic_is_not_told_as_if_somebody_had_agreed(keeper, client):
    keeper.keep("tea", topics=["loneliness"])
    with session_scope(keeper.url) as session:
        session.execute(update(m.ServiceTopic).values(suggested=True))
    one = client.get("/oruk/v3/services?full=true").get_json()["contents"][0]
    assert "loneliness" not in {row["taxonomy_term"]["name"] for row in one["attributes"]}


def test_a_page_takes_no_more_queries_for_more_rows(keeper, client):
    asked = []
    for number in range(3):
        keeper.keep(f"entry {number}", place="ashby", area="place", location=HALL, phone="01632 960001",
                    schedule=[{"days": ["mon"], "from": "10:00"}], languages=["pl"], cost={"kind": "free"})  # fmt: skip
    engine = engine_for(keeper.url)
    count = lambda *_: asked.append(1)  # noqa: E731 - one line a statement
    event.listen(engine, "before_cursor_execute", count)
    for path in ("/services", "/services?full=true", "/service_at_locations", "/service_at_locations?full=true"):
        counts = []
        for rows in (1, 3):
            asked.clear()
            client.get(f"/oruk/v3{path}{'&' if '?' in path else '?'}per_page={rows}")
            counts.append(len(asked))
        assert counts[0] == counts[1] < 25, (path, counts)
    event.remove(engine, "before_cursor_execute", count)
