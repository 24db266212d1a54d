"""All nine endpoints of Open Referral UK 3.0: each answer keeps the standard's rules, written here in our own words."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta

import fastjsonschema
import pytest

from channels.open_data.description import ENDPOINTS
from settings import ROOT
from tests.channels.open_data.conftest import HALL

SHARED = ROOT.parent / "shared" / "oruk" / "uk-profile-3.0" / "schema"
FORMATS = {
    "uuid": r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z",
    "uri": r"^https?://[!-~]+\Z",
    "email": r"^[!-~]+@[!-~]+\.[!-~]+\Z",
    "date": r"^\d{4}-\d\d-\d\d\Z",
    "date-time": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z",
}
STATUS = {"active", "inactive", "defunct", "temporarily closed"}
NEEDED = {
    "services": {"id", "name", "status", "organization_id"},
    "taxonomies": {"id", "name", "description"},
    "taxonomy_terms": {"id", "name", "description"},
    "service_at_locations": {"id"},
}
LISTS = tuple(f"/{name}" for name in NEEDED)
RICH = {
    "name": {"en": "Tea & talk", "cy": "Te a sgwrs"},
    "description": {"en": "Tea for anyone. <b>Cake</b> too.", "cy": "Te i bawb."},
    "place": "ashby",
    "area": ["place", "england"],
    "location": {**HALL, "note": "Round the back."},
    "schedule": [
        {"days": ["tue"], "from": "10:00", "to": "12:00", "every": "month", "week": 2, "note": "not in August",
         "breaks": [{"from": "08-01", "to": "08-31"}]},
        {"days": ["thu"], "from": "14:00", "every": "fortnight", "starts": "2026-01-08", "ends": "2026-12-17"},
    ],
    "phone": "01632 960001",
    "email": "tea@example.org",
    "url": "https://example.org/té?a=[1]",
    "cost": {"kind": "free", "note": "There is a pot for pennies."},
    "ages": {"min": 50, "max": 90},
    "who": "Anyone over 50",
    "languages": ["en", "pl"],
    "access": ["step_free", "by_phone"],
    "source": "Ashby list",
    "licence": "OGL v3.0",
}  # fmt: skip


@pytest.fixture
def rows(keeper):
    keeper.keep("tea", **RICH)
    keeper.keep("line", tier="voluntary", area="uk")
    keeper.keep("lunch", place="ashby", area="Ashby", location=HALL, cost={"kind": "paid", "amount": 4.5})
    keeper.keep("stall", place="wenbury", area="place", location={"town": "Wenbury"})
    return keeper


def everything(feed):
    """Each list's pages and every one of its rows by its own address, with the endpoint's path."""
    for path in LISTS:
        page = feed(f"{path}?per_page=500").get_json()
        yield path, page
        for row in page["contents"]:
            yield f"{path}/{{id}}", feed(f"{path}/{row['id']}").get_json()


def test_the_root_names_the_standard(feed):
    about = feed("/").get_json()
    assert about["version"] == "HSDS-UK-3.0"
    assert re.match(FORMATS["uri"], about["profile"]) and about["openapi_url"].endswith("/oruk/v3/openapi.json")


def test_every_answer_is_as_our_own_openapi_document_says(rows, feed):
    document = feed("/openapi.json").get_json()
    assert {one.path for one in ENDPOINTS} == set(document["paths"]) and len(ENDPOINTS) == 9
    checks = {}
    for path, operations in document["paths"].items():
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {"allOf": [schema], "components": document["components"]}
        checks[path] = fastjsonschema.compile(whole, formats=FORMATS)
    checks["/"](feed("/").get_json())
    answers = list(everything(feed))
    assert len(answers) > 30
    for path, answer in answers:
        checks[path](answer)
    for more in ("full=true", "minimal=true"):
        checks["/services"](feed(f"/services?{more}").get_json())
    checks["/service_at_locations"](feed("/service_at_locations?full=true").get_json())


def test_the_standards_own_rules_hold(rows, feed):
    for path, answer in everything(feed):
        kind = path.split("/")[1]
        for row in answer.get("contents", [answer]) if "{" not in path else [answer]:
            assert NEEDED[kind] <= set(row), path
            _sound(row, path)


def _sound(node, path):
    """Ids are UUIDs, nothing is null or an empty text where a format holds, a status is one of four."""
    if isinstance(node, list):
        for one in node:
            _sound(one, path)
    elif isinstance(node, dict):
        for name, value in node.items():
            assert value is not None, (path, name)
            if name == "id" or name.endswith("_id"):
                assert str(uuid.UUID(value)) == value, (path, name)
            if name == "status":
                assert value in STATUS
            if name in ("url", "website", "uri"):
                assert re.match(FORMATS["uri"], value), (path, name, value)
            if isinstance(value, str) and not value:
                assert name in ("address_1", "city", "state_province", "postal_code"), (path, name)
            _sound(value, path)


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the standard's schemas are not at {SHARED}")
def test_every_answer_meets_the_standards_published_schemas(rows, feed):
    names = {
        "/services": "compiled/service_list", "/services/{id}": "compiled/service",
        "/taxonomies": "taxonomy", "/taxonomies/{id}": "taxonomy", "/taxonomy_terms": "taxonomy_term",
        "/taxonomy_terms/{id}": "taxonomy_term", "/service_at_locations": "compiled/service_at_location_list",
        "/service_at_locations/{id}": "compiled/service_at_location",
    }  # fmt: skip
    checks = {path: _published(name) for path, name in names.items()}
    for path, answer in everything(feed):
        for row in [answer] if "{" in path else answer["contents"]:
            checks[path](row)
    for row in feed("/services?full=true").get_json()["contents"]:
        checks["/services/{id}"](row)


def _published(name):
    schema = json.loads((SHARED / f"{name}.json").read_text())
    schema.pop("$schema", None)
    formats = {**FORMATS, "binary": r"^.*\Z"}
    return fastjsonschema.compile(schema, formats=formats, handlers={"": _sibling})


def _sibling(uri):
    return json.loads((SHARED / uri).read_text())


def test_a_service_in_full_says_all_that_was_written(rows, feed):
    one = feed(f"/services/{rows.keep('tea', **RICH)}").get_json()
    assert one["name"] == "Tea & talk" and one["translations"]["cy"]["name"] == "Te a sgwrs"
    assert one["url"] == "https://example.org/t%C3%A9?a=%5B1%5D"
    assert (one["minimum_age"], one["maximum_age"], one["eligibility_description"]) == (50, 90, "Anyone over 50")
    monthly, fortnightly = one["schedules"]
    assert (monthly["freq"], monthly["byday"], monthly["opens_at"]) == ("MONTHLY", "2TU", "10:00")
    assert monthly["breaks"] == [{"from": "08-01", "to": "08-31"}] and monthly["notes"] == "not in August"
    assert (fortnightly["freq"], fortnightly["interval"], fortnightly["dtstart"]) == ("WEEKLY", 2, "2026-01-08")
    assert (fortnightly["valid_from"], fortnightly["valid_to"]) == ("2026-01-08", "2026-12-17")
    assert [area["name"] for area in one["service_areas"]] == ["Ashby", "England"]
    place = one["service_at_locations"][0]["location"]
    assert place["addresses"][0]["postal_code"] == "M33 7WR" and place["latitude"] == 53.42
    assert [row["description"] for row in place["accessibility"]] == ["No steps"]
    assert one["cost_options"][0]["amount"] == 0 and one["fees"] == "There is a pot for pennies."
    assert [row["number"] for row in one["phones"]] == ["01632 960001"]
    assert [row["code"] for row in one["languages"]] == ["en", "pl"]
    identifier = one["organization"]["organization_identifiers"][0]
    assert (identifier["identifier_scheme"], identifier["identifier"]) == ("GB-CHC", "1234567")
    terms = {row["taxonomy_term"]["taxonomy"] + ": " + row["taxonomy_term"]["name"] for row in one["attributes"]}
    assert {
        "Fingerpost topics: loneliness",
        "Fingerpost access: No steps",
        "Fingerpost kinds of help: Local group",
    } <= terms


def test_what_is_invented_says_so(rows, feed):
    alerts = {row["name"]: row.get("alert") for row in feed("/services").get_json()["contents"]}
    assert alerts == {"Tea & talk": None, "line": None, "lunch": None,
                      "stall": "Invented for demonstration. There is no such service."}  # fmt: skip


def test_ids_stay_when_an_entry_is_saved_again(rows, feed):
    before = feed(f"/services/{rows.keep('tea', **RICH)}").get_json()
    rows.keep("tea", **{**RICH, "who": "Anyone over 55"})
    after = feed(f"/services/{before['id']}").get_json()
    assert after["eligibility_description"] == "Anyone over 55"
    for part in ("schedules", "service_at_locations", "phones", "attributes", "cost_options", "service_areas"):
        assert [row["id"] for row in before[part]] == [row["id"] for row in after[part]], part


def test_pages_hold_every_row_once(rows, feed):
    first = feed("/services?per_page=3").get_json()
    assert (first["total_items"], first["total_pages"], first["size"]) == (4, 2, 3)
    assert (first["first_page"], first["last_page"], first["empty"]) == (True, False, False)
    second = feed("/services?per_page=3&page=2").get_json()
    assert (second["size"], second["first_page"], second["last_page"]) == (1, False, True)
    ids = [row["id"] for page in (first, second) for row in page["contents"]]
    assert len(set(ids)) == 4
    past = feed("/services?per_page=3&page=9").get_json()
    assert past["empty"] and past["contents"] == [] and past["size"] == 0
    links = feed("/services?per_page=3&search=a&page=1").headers["Link"]
    assert 'per_page=3&search=a&page=1>; rel="first"' in links


def test_never_more_than_the_most_rows_a_page(rows, feed):
    assert feed("/services?per_page=9999").get_json()["size"] == 4
    assert feed("/taxonomy_terms?per_page=1&page=2").get_json()["page_number"] == 2


def test_an_unchanged_list_is_not_sent_twice_and_a_changed_one_is(rows, feed):
    first = feed("/services")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = feed("/services", headers=tag)
    assert again.status_code == 304 and not again.data and again.headers["ETag"] == first.headers["ETag"]
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert feed("/services", headers=since).status_code == 304
    rows.take_down("lunch")
    assert feed("/services", headers=tag).status_code == 200
    assert len(feed("/services").get_json()["contents"]) == 3


def test_last_modified_moves_with_a_withdrawal_and_an_owners_new_name(rows, feed, keeper):
    from knowledge.db import session_scope
    from tests.knowledge.making import owner

    def told():
        return datetime.fromisoformat(feed("/services").get_json()["contents"][0]["last_modified"])

    before = told()
    later = (datetime.now(UTC) + timedelta(seconds=-1)).isoformat()
    with session_scope(keeper.url) as session:
        owner(session, "church", name="Larch Lane Church", charity_number="1234567")
    assert told() >= before
    changed = feed("/services", query_string={"modified_after": later}).get_json()
    assert {row["organization"]["name"] for row in changed["contents"]} == {"Larch Lane Church"}


def test_what_is_withdrawn_is_gone_at_once_everywhere(rows, feed):
    ids = {name: row["id"] for name in ("services", "service_at_locations")
           for row in feed(f"/{name}?search=lunch").get_json()["contents"]}  # fmt: skip
    rows.take_down("lunch")
    assert feed(f"/services/{ids['services']}").status_code == 410
    assert feed(f"/service_at_locations/{ids['service_at_locations']}").status_code == 404
    for path in LISTS[:1] + LISTS[3:]:
        assert feed(f"{path}?search=lunch").get_json()["empty"]


UNKNOWN = "8b1f1b0a-7f5b-4d63-9d0f-0c0f6a2d9a11"
ABSENT = ["/nowhere", "/services/1", f"/services/{UNKNOWN}", "/taxonomies/x", f"/taxonomies/{UNKNOWN}", "/a/b/c"]
ABSENT += [f"/taxonomy_terms/{UNKNOWN}", f"/service_at_locations/{UNKNOWN}"]


@pytest.mark.parametrize("path", ABSENT)
def test_what_is_not_there_is_told_in_json(feed, path):
    answer = feed(path)
    assert answer.status_code == 404 and answer.get_json()["message"] == "There is nothing here by that address."


def test_only_reading_is_answered(client):
    for method in ("post", "put", "delete", "patch"):
        answer = getattr(client, method)("/oruk/v3/services")
        assert answer.status_code in (400, 405), method
    asked_first = client.options("/oruk/v3/services")
    assert asked_first.status_code == 200 and asked_first.headers["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in asked_first.headers["Access-Control-Allow-Headers"]


def test_with_the_directory_down_a_harvester_is_told_to_come_back(feed, monkeypatch):
    from channels.open_data import feed as module

    def broken():
        raise OSError("the directory's password is hunter2")

    monkeypatch.setattr(module, "session_scope", broken)
    answer = feed("/services")
    assert answer.status_code == 503 and answer.headers["Retry-After"] and b"hunter2" not in answer.data


def test_reading_the_feed_leaves_no_cookie(feed):
    assert "Set-Cookie" not in feed("/services").headers
