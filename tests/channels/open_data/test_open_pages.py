"""A page an entry with its linked data, the sitemap, robots, the page about the feed, as strangers see them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from knowledge import models as m
from knowledge.answering import WITHHELD_AFTER
from knowledge.db import session_scope
from knowledge.editing import id_of
from tests.channels.open_data.conftest import HALL
from tests.channels.web.lint import words_of
from tests.knowledge.making import tip

PUBLIC = {"demand", "demand.csv", "entry", "life", "open-data", "oruk", "p", "robots.txt", "sitemap", "sitemap.xml",
          "static", "suggest", "whats-on", "whats-on.ics"}  # fmt: skip
CHOIR = {
    "name": {"en": "Ashby choir", "cy": "Côr Ashby"},
    "line": {"en": "Sing with us.", "cy": "Canwch gyda ni."},
    "description": "We sing <loudly> & </script> well.",
    "place": "ashby", "area": "place", "location": HALL, "phone": "01632 960001", "email": "choir@example.org",
    "url": "https://example.org/choir", "cost": {"kind": "free"}, "ages": {"min": 18}, "access": ["step_free"],
    "schedule": [{"days": ["thu"], "from": "19:00", "to": "21:00"}], "source": "Ashby list", "licence": "OGL v3.0",
}  # fmt: skip


def linked(page):
    """The page's JSON-LD."""
    blocks = [one for one in page.tree.iter("script") if one.get("type") == "application/ld+json"]
    return json.loads(blocks[0].text) if blocks else None


@pytest.mark.parametrize("language", ["en", "cy"])
def test_an_entry_has_a_page_of_its_own(keeper, client, language):
    one = keeper.keep("choir", **CHOIR)
    page = client.get(f"/entry/{one}?lang={language}")
    text = words_of(page.tree.find("body"))
    assert page.status_code == 200 and page.tree.get("lang") == language
    for said in ("01632 960001", "1 Hall Lane", "church", "<loudly>", "OGL v3.0"):
        assert said in text, said
    assert ("Ashby choir" if language == "en" else "Côr Ashby") in page.tree.findtext("head/title")
    assert f"/oruk/v3/services/{one}" in page.text and f"/entry/{one}/calendar.ics" in page.text


def test_search_engines_are_told_who_where_and_when(keeper, client):
    told = linked(client.get(f"/entry/{keeper.keep('choir', **CHOIR)}"))
    assert (told["@context"], told["@type"], told["name"]) == ("https://schema.org", "Service", "Ashby choir")
    assert told["description"] == "We sing <loudly> & </script> well.", "nothing breaks out of the block"
    assert told["provider"]["name"] == "church" and told["offers"]["price"] == 0
    channel = told["availableChannel"]
    assert channel["servicePhone"][0]["telephone"] == "01632 960001"
    assert channel["serviceLocation"][0]["address"]["postalCode"] == "M33 7WR"
    hours = told["hoursAvailable"][0]
    assert (hours["dayOfWeek"], hours["opens"], hours["closes"]) == (["Thursday"], "19:00", "21:00")
    assert told["audience"]["suggestedMinAge"] == 18 and told["@id"].endswith(f"/entry/{id_of('service', 'choir')}")


def test_a_councils_service_is_a_governments(keeper, client):
    told = linked(client.get(f"/entry/{keeper.keep('bins', tier='statutory')}"))
    assert (told["@type"], told["provider"]["@type"]) == ("GovernmentService", "GovernmentOrganization")


def test_what_is_invented_is_marked_and_kept_from_search_engines(keeper, client):
    one = keeper.keep("stall", place="wenbury", area="place")
    page = client.get(f"/entry/{one}")
    assert "Invented for demonstration" in page.text and 'content="noindex"' in page.text and linked(page) is None
    assert one not in client.get("/sitemap/1.xml").text


def test_a_masked_place_is_on_no_page(keeper, client):
    secret = {"venue": "Rowan House", "address": "9 Hidden Way", "town": "Hidtown", "postcode": "M33 2AA",
              "lat": 53.4321, "lon": -2.3456, "masked": True}  # fmt: skip
    one = keeper.keep("refuge", place="ashby", area="place", location=secret,
                      schedule=[{"days": ["mon"], "from": "10:00", "to": "11:00"}])  # fmt: skip
    said = [client.get(path).text for path in (f"/entry/{one}", "/p/ashby/whats-on", "/whats-on?near=M33",
                                               "/p/ashby/whats-on.ics", "/sitemap/1.xml")]  # fmt: skip
    assert "The address is kept private" in said[0]
    for part in ("Rowan House", "Hidden Way", "Hidtown", "M33 2AA", "53.43", "2.3456"):
        assert not any(part in text for text in said), part
    assert client.get(f"/entry/{one}/calendar.ics").status_code == 404


def test_what_is_withdrawn_is_gone_at_once_from_page_calendar_sitemap_and_whats_on(keeper, client):
    one = keeper.keep("choir", **CHOIR)
    day = _next(3)
    paths = ("/sitemap/1.xml", f"/p/ashby/whats-on?day={day}", "/p/ashby/whats-on.ics", "/oruk/v3/services")
    assert all(one in client.get(path).text for path in paths)
    keeper.take_down("choir")
    assert not any(one in client.get(path).text for path in paths)
    page = client.get(f"/entry/{one}")
    assert page.status_code == 410 and "This has been taken down" in page.text and "choir" not in page.text
    assert client.get(f"/entry/{one}/calendar.ics").status_code == 410


def _next(weekday: int) -> str:
    today = datetime.now(UTC).date()
    return (today + timedelta(days=(weekday - today.weekday()) % 7)).isoformat()


def test_what_was_never_there_or_is_too_old_or_is_a_tip_has_no_page(keeper, client):
    today = datetime.now(UTC).date()
    old = keeper.keep("old", checked_on=today - timedelta(days=366) - WITHHELD_AFTER)
    keeper.keep("draft")
    with session_scope(keeper.url) as session:
        a_tip = tip(session, "a tip", "ashby").id
        session.get_one(m.Service, id_of("service", "draft")).status = "draft"
    for one in (old, a_tip, id_of("service", "draft"), id_of("service", "nothing")):
        assert client.get(f"/entry/{one}").status_code == 404
    assert client.get("/entry/nothing").status_code == 404


def test_one_that_is_due_for_a_check_says_so(keeper, client):
    today = datetime.now(UTC).date()
    one = keeper.keep("due", checked_on=today - timedelta(days=366))
    assert "This may be out of date" in client.get(f"/entry/{one}").text


def test_the_sitemap_leads_to_every_entry_with_its_day(keeper, client):
    ids = {keeper.keep(name) for name in ("choir", "band")}
    index = client.get("/sitemap.xml")
    assert index.mimetype == "application/xml" and "/sitemap/1.xml</loc>" in index.text
    part = client.get("/sitemap/1.xml").text
    assert all(f"/entry/{one}</loc><lastmod>20" in part for one in ids)
    assert "/p/ashby/whats-on" in part and "/p/wenbury" not in part
    none = ("0", "2", "-1", "one", "99999", "9" * 20, "9" * 5000)
    assert {client.get(f"/sitemap/{number}.xml").status_code for number in none} == {404}


def test_robots_may_read_all_but_conversations(client):
    told = client.get("/robots.txt")
    assert told.mimetype == "text/plain" and "Sitemap: http://localhost/sitemap.xml" in told.text
    refused = {line.split("/")[1] for line in told.text.splitlines() if line.startswith("Disallow")}
    first = {rule.rule.split("/")[1] for rule in client.application.url_map.iter_rules()}
    plain = {name for name in first if name and not name.startswith("<")}
    assert plain - refused == PUBLIC, "say of a new address whether search engines may read it"


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_page_about_the_feed_names_every_endpoint_and_parameter(client, language):
    page = client.get(f"/open-data?lang={language}").text
    for said in ("/services/{id}", "/taxonomy_terms", "modified_after", "proximity", "http://localhost/oruk/v3"):
        assert said in page, said


def test_every_route_is_for_everybody_and_none_takes_anything(keeper, client):
    one = keeper.keep("choir", **CHOIR)
    for rule in client.application.url_map.iter_rules():
        if rule.endpoint.split(".")[0] not in ("feed", "entry", "whats_on"):
            continue
        path = rule.rule.replace("<uuid:entry>", one).replace("<given>", one).replace("<slug>", "ashby")
        path = path.replace("<int:part>", "1").replace("<path:_nothing>", "nothing")
        assert client.get(path).status_code in (200, 404), path
        assert rule.methods == {"GET", "HEAD", "OPTIONS"}, path
        for method in ("POST", "PUT", "DELETE"):
            assert client.open(path, method=method).status_code in (400, 405), (method, path)


def test_with_a_public_address_that_is_the_one_given_out(keeper, client):
    from dataclasses import replace

    app = client.application
    app.config["FINGERPOST"] = replace(app.config["FINGERPOST"], public_url="https://help.example.org")
    one = keeper.keep("choir", **CHOIR)
    assert client.get("/oruk/v3/").get_json()["openapi_url"] == "https://help.example.org/oruk/v3/openapi.json"
    assert linked(client.get(f"/entry/{one}"))["url"] == f"https://help.example.org/entry/{one}"
    assert "<loc>https://help.example.org/sitemap/1.xml</loc>" in client.get("/sitemap.xml").text
