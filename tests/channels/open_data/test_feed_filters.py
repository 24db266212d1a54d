"""Every filter of the feed really filters, alone and together; what cannot be understood is refused with a sentence."""

from __future__ import annotations

import pytest

from knowledge.exports.vocabulary import list_id, term_id
from tests.channels.open_data.conftest import HALL

FAR = {"town": "Farley", "lat": 53.60, "lon": -2.32}
NEARBY = {"town": "Ashby", "lat": 53.43, "lon": -2.32}


@pytest.fixture
def names(keeper, feed):
    """Names of what a query finds, in the order it comes."""
    keeper.keep("choir", place="ashby", area="place", location=HALL, ages={"min": 18, "max": 60}, topics=["music"],
                schedule=[{"days": ["mon", "thu"], "from": "19:00", "to": "21:00"}], access=["step_free"],
                description="We sing at the old bakehouse.")  # fmt: skip
    keeper.keep("breakfast", place="ashby", area="Ashby", location=NEARBY, ages={"min": 5, "max": 11}, topics=["food"],
                schedule=[{"days": ["mon"], "from": "07:30", "to": "08:45"},
                          {"days": ["sat"], "from": "10:00", "to": "12:00"}])  # fmt: skip
    keeper.keep("walks", place="ashby", area="Farley", location=FAR, ages={"min": 50}, topics=["walking"],
                schedule=[{"days": ["sat"], "from": "14:00"}], tier="voluntary")  # fmt: skip
    keeper.keep("helpline", area="england", tier="voluntary", topics=["money"])
    keeper.keep("llinell", area="wales", tier="council", topics=["money"])

    def ask(path="/services", **query):
        answer = feed(path, query_string=query)
        assert answer.status_code == 200, answer.get_json()
        return [(row.get("service") or row)["name"] for row in answer.get_json()["contents"]]

    return ask


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "sing"}, {"choir"}),
        ({"search": "SING bake"}, {"choir"}),  # the last word may be a beginning
        ({"search": "bake sing"}, set()),  # another one may not
        ({"search": "choir walks"}, set()),
        ({"search": "church"}, {"choir", "breakfast", "walks", "helpline", "llinell"}),  # who runs it
        ({"search": '"; DROP TABLE service; -- *'}, set()),
        ({"search": "-*()"}, set()),
        ({"minimum_age": "18"}, {"choir", "walks"}),
        ({"maximum_age": "60"}, {"choir", "breakfast"}),
        ({"minimum_age": "10", "maximum_age": "60"}, {"choir"}),
        ({"day": "MO"}, {"choir", "breakfast"}),
        ({"day": "saturday"}, {"breakfast", "walks"}),
        ({"day": "sun"}, set()),
        ({"start_time": "13:00"}, {"choir", "walks"}),
        ({"end_time": "12:00"}, {"breakfast"}),  # walks say no end
        ({"day": "MO", "end_time": "12:00"}, {"breakfast"}),
        ({"day": "MO", "start_time": "9:30", "end_time": "12:30"}, set()),  # Saturday's hours are not Monday's
        ({"day": "SA", "start_time": "9:30", "end_time": "12:30:00"}, {"breakfast"}),
        ({"taxonomy_term_id": str(term_id("topics", "music"))}, {"choir"}),
        ({"taxonomy_term_id": f"{term_id('topics', 'music')},{term_id('topics', 'food')}"}, {"choir", "breakfast"}),
        ({"taxonomy_term_id": str(term_id("access", "step_free"))}, {"choir"}),
        ({"taxonomy_term_id": str(term_id("tiers", "council"))}, {"llinell"}),
        ({"taxonomy_term_id": str(term_id("topics", "nothing"))}, set()),
        ({"taxonomy_id": str(list_id("access"))}, {"choir"}),
        ({"taxonomy_id": str(list_id("topics"))}, {"choir", "breakfast", "walks", "helpline", "llinell"}),
        ({"search": "church", "day": "MO", "minimum_age": "18"}, {"choir"}),
        ({"modified_after": "2999-01-01"}, set()),
        ({"modified_after": "2001-01-01T00:00:00+01:00"}, {"choir", "breakfast", "walks", "helpline", "llinell"}),
        ({"modified_after": "", "search": ""}, {"choir", "breakfast", "walks", "helpline", "llinell"}),
        ({"something_else": "1", "search": "sing"}, {"choir"}),
    ],
)
def test_services_are_narrowed_down(names, query, found):
    assert set(names(**query)) == found
    assert set(names("/service_at_locations", **query)) == found - {"helpline", "llinell"}  # these two have no place


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"postcode": "M33 7WR"}, ["breakfast", "choir"]),  # Farley's own people are not asked to come
        ({"postcode": "m33"}, ["breakfast", "choir"]),
        ({"postcode": "LL57"}, []),
        ({"postcode": "M33", "proximity": "500"}, ["choir"]),
        ({"postcode": "M33", "proximity": "2000"}, ["choir", "breakfast"]),  # the nearest first
        ({"postcode": "M33", "proximity": "25000"}, ["choir", "breakfast", "walks"]),
        ({"postcode": "M33", "proximity": "25000", "day": "SA"}, ["breakfast", "walks"]),
        ({"postcode": "M33", "proximity": "25000", "per_page": "2", "page": "2"}, ["walks"]),
    ],
)
def test_near_a_postcode(names, query, found):
    got = names("/service_at_locations", **query)
    assert (got if "proximity" in query else sorted(got)) == found


def test_a_postcode_asks_services_for_who_serves_people_there(names):
    assert set(names(postcode="M33")) == {"choir", "breakfast", "helpline"}
    assert set(names(postcode="LL57")) == {"llinell"}
    assert set(names(postcode="M33", proximity="2000")) == {"choir", "breakfast"}


def test_imported_terms_are_listed_and_filter_while_an_entry_has_them(keeper, feed):
    from knowledge import models as m
    from knowledge.db import session_scope
    from knowledge.editing import id_of

    one = keeper.keep("choir", place="ashby", area="place")
    keeper.keep("other", place="ashby", area="place")
    with session_scope(keeper.url) as session:
        needs = m.Taxonomy(name="Needs list", uri="https://example.org/needs")
        session.add(needs)
        session.flush()
        term = m.TaxonomyTerm(taxonomy_id=needs.id, code="n7", name="Company")
        unused = m.TaxonomyTerm(taxonomy_id=needs.id, code="n8", name="Nobody has it")
        session.add_all([term, unused])
        session.get_one(m.Service, id_of("service", "choir")).attributes = [m.Attribute(term=term)]
        list_of, term_of, unused_of = str(needs.id), str(term.id), str(unused.id)
    shown = feed(f"/services/{one}").get_json()["attributes"]
    assert any(row["taxonomy_term"]["name"] == "Company" for row in shown)
    for query in ({"taxonomy_term_id": term_of}, {"taxonomy_id": list_of}):
        assert [row["name"] for row in feed("/services", query_string=query).get_json()["contents"]] == ["choir"]
    assert feed(f"/taxonomies/{list_of}").get_json()["uri"] == "https://example.org/needs"
    assert feed(f"/taxonomy_terms/{term_of}").get_json()["code"] == "n7"
    assert feed(f"/taxonomy_terms?taxonomy_id={list_of}").get_json()["total_items"] == 1
    assert feed(f"/taxonomy_terms/{unused_of}").status_code == 404
    keeper.take_down("choir")
    assert feed(f"/taxonomies/{list_of}").status_code == 404
    assert feed(f"/taxonomy_terms/{term_of}").status_code == 404


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("page=0", "page must be a number."),
        ("page=-1", "page must be a number."),
        ("page=two", "page must be a number."),
        ("per_page=1.5", "per_page must be a number."),
        ("page=99999999999", "page must be a number."),
        ("minimum_age=old", "minimum_age must be a number."),
        ("day=someday", "day must be a day such as MO or Monday."),
        ("start_time=25:00", "start_time must be a time such as 14:30."),
        ("end_time=noon", "end_time must be a time such as 14:30."),
        ("taxonomy_term_id=music", "taxonomy_term_id must be a UUID."),
        ("taxonomy_id=1", "taxonomy_id must be a UUID."),
        ("organization_id=1", "organization_id must be a UUID."),
        ("modified_after=lately", "modified_after must be a moment in ISO form, date and time."),
        (
            "modified_after=0001-01-01T00:00:00%2B23:00",
            "modified_after must be a moment in ISO form, date and time.",
        ),
        ("full=perhaps", "full must be true or false."),
        ("postcode=ZZ99 9ZZ", "postcode must be a postcode or its first half, and one that exists."),
        ("postcode=Ashby", "postcode must be a postcode or its first half, and one that exists."),
        ("proximity=100", "proximity must be metres, and needs a postcode to measure from."),
        ("postcode=M33&proximity=0", "proximity must be metres, and needs a postcode to measure from."),
        ("postcode=M33&proximity=near", "proximity must be a number."),
    ],
)
def test_what_cannot_be_understood_is_refused(feed, query, sentence):
    answer = feed(f"/service_at_locations?{query}")
    assert answer.status_code == 400 and answer.get_json()["message"] == sentence
    assert answer.get_json()["parameter"] == sentence.split()[0]


def test_only_one_organisations_services(keeper, feed):
    keeper.keep("choir")
    keeper.keep("band", organisation="school")
    owner = feed("/services?search=band").get_json()["contents"][0]["organization_id"]
    assert [row["name"] for row in feed(f"/services?organization_id={owner}").get_json()["contents"]] == ["band"]


def test_a_minimal_list_is_ids_and_when_they_changed(keeper, feed):
    keeper.keep("choir")
    assert set(feed("/services?minimal=true").get_json()["contents"][0]) == {"id", "name", "status", "last_modified"}


def test_a_full_list_says_of_each_what_its_own_address_says(keeper, feed):
    keeper.keep("choir", place="ashby", area="place", location=HALL)
    row = feed("/services?full=true").get_json()["contents"][0]
    assert row == feed(f"/services/{row['id']}").get_json()
    at = feed("/service_at_locations?full=true").get_json()["contents"][0]
    assert at == feed(f"/service_at_locations/{at['id']}").get_json()
