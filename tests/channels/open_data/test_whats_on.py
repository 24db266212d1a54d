"""What's on, by day and place, and the same as a calendar that other programs read."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar

from channels.open_data import feed as clock
from channels.open_data import pages, whats_on
from knowledge.desks import is_holiday
from tests.channels.open_data.conftest import HALL
from tests.channels.web.lint import words_of

MONDAY = date(2026, 3, 23)  # the week in which the clocks go forward
EVENING = {"from": "19:00", "to": "21:00"}


@pytest.fixture(autouse=True)
def on_a_monday(monkeypatch):
    for module in (clock, pages, whats_on):
        monkeypatch.setattr(module, "today", lambda: MONDAY)


@pytest.fixture
def on(client):
    """Names of what is on, in order, with the page."""

    def ask(path: str = "/p/ashby/whats-on", **query):
        page = client.get(path, query_string=query)
        assert page.status_code == 200
        found = [one for one in page.tree.iter("a") if one.get("class") == "happening-name"]
        return [words_of(one) for one in found]

    return ask


@pytest.fixture
def groups(keeper):
    keeper.keep("choir", place="ashby", area="place", location=HALL, schedule=[{"days": ["mon", "thu"], **EVENING}])
    keeper.keep("breakfast", place="ashby", area="place", location=HALL, cost={"kind": "free"},
                schedule=[{"days": ["mon"], "from": "07:30"}])  # fmt: skip
    keeper.keep("walk", place="ashby", area="place", location={"town": "Farley", "lat": 53.60, "lon": -2.32},
                schedule=[{"days": ["sun"], "from": "10:00", "to": "12:00", "note": "Boots."}])  # fmt: skip
    keeper.keep("stitch", place="ashby", area="place", location=HALL,
                schedule=[{"days": ["mon"], "from": "14:00", "every": "fortnight"}])  # fmt: skip
    keeper.keep("office", place="ashby", area="place", location=HALL,
                schedule=[{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00"}])  # fmt: skip
    keeper.keep("tip run", place="ashby", area="place", tier="statutory", location=HALL,
                schedule=[{"days": ["mon"], "from": "09:00"}])  # fmt: skip
    keeper.keep("stall", place="wenbury", area="place", location=HALL, schedule=[{"days": ["mon"], "from": "11:00"}])
    return keeper


def test_a_place_s_day_is_in_the_order_of_the_clock(groups, on):
    assert on() == ["breakfast", "stitch", "choir"]  # neither opening hours, nor the council's, nor another place's
    assert on(day="2026-03-26") == ["choir"]
    assert on(day="2026-03-29") == ["walk"]
    assert on(day="2026-03-24") == []


def test_what_nobody_wrote_down_is_said(groups, client):
    page = client.get("/p/ashby/whats-on").text
    assert "we do not know which. Ask first." in page and "From 07:30" in page and "19:00 to 21:00" in page
    assert "Nobody has told us about anything on this day" in client.get("/p/ashby/whats-on?day=2026-03-24").text


def test_near_somewhere_is_what_is_near_and_real(groups, on):
    assert on("/whats-on", near="M33 7WR") == ["breakfast", "stitch", "choir"]  # the invented stall is not offered
    assert on("/whats-on", near="Farley", day="2026-03-29") == ["walk"]
    assert on("/whats-on", near="LL57") == []
    assert on("/whats-on") == []


UNUSABLE = {
    "xyzzyx": {"en": "We do not know the place xyzzyx", "cy": "adnabod y lle"},
    "Wales": {"en": "Wales is a bit wide", "cy": "braidd yn eang"},
}


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("near", UNUSABLE)
def test_a_place_we_cannot_use_is_said_kindly(client, near, language):
    page = client.get("/whats-on", query_string={"near": near, "lang": language})
    assert page.status_code == 200 and UNUSABLE[near][language] in page.text and "govuk-error-message" in page.text


@pytest.mark.parametrize("day", ["yesterday", "2026-03-01", "2026-02-30", "9999-12-31", ""])
def test_a_day_that_cannot_be_shown_is_the_nearest_that_can(groups, client, day):
    page = client.get("/p/ashby/whats-on", query_string={"day": day})
    shown = "24 March 2027" if day == "9999-12-31" else "Monday 23 March 2026"
    assert page.status_code == 200 and shown in words_of(page.tree.find("body"))


def test_a_bank_holiday_is_said(groups, client):
    assert "It is a bank holiday" in client.get("/p/ashby/whats-on?day=2026-04-06").text  # Easter Monday
    assert "It is a bank holiday" not in client.get("/p/ashby/whats-on").text
    assert is_holiday(date(2026, 11, 30), "scotland") and not is_holiday(date(2026, 11, 30), "wales")


def test_a_break_takes_it_off_the_page_and_out_of_the_calendar(keeper, on, client):
    breaks = [{"from": "2026-03-30", "to": "2026-04-10"}, {"from": "08-01", "to": "08-31"}]
    times = {"days": ["mon"], "from": "10:00", "to": "11:00", "starts": "2026-01-05", "breaks": breaks}
    keeper.keep("toddlers", place="ashby", area="place", location=HALL, schedule=[times])
    assert on() == ["toddlers"] and on(day="2026-03-30") == [] and on(day="2026-04-13") == ["toddlers"]
    event = events(client.get("/p/ashby/whats-on.ics"))["toddlers"]
    missed = {moment.dt.date().isoformat() for moment in event["exdate"].dts}
    assert {"2026-08-03", "2026-08-31", "2027-08-02"} <= missed and "2026-09-07" not in missed
    assert all(moment.dt.hour == 10 for moment in event["exdate"].dts)


def events(answer):
    """A calendar's events by name."""
    assert answer.mimetype == "text/calendar", answer.status
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def test_a_calendar_holds_the_rules_in_londons_time(groups, client):
    answer = client.get("/p/ashby/whats-on.ics")
    found = events(answer)
    assert set(found) == {"choir", "breakfast", "walk"}  # the fortnight's weeks nobody knows
    choir = found["choir"]
    assert choir["rrule"].to_ical() == b"FREQ=WEEKLY;BYDAY=MO,TH"
    assert choir["dtstart"].params["TZID"] == "Europe/London" and choir["dtstart"].dt.hour == 19
    assert choir["location"].startswith("Ashby Hall, 1 Hall Lane") and "/entry/" in choir["url"]
    zone = next(iter(Calendar.from_ical(answer.data).walk("VTIMEZONE")))
    assert zone["tzid"] == "Europe/London" and len(zone.subcomponents) == 2
    offsets = zone.to_tz()
    winter, summer = datetime(2026, 1, 5, 19, tzinfo=offsets), datetime(2026, 7, 6, 19, tzinfo=offsets)
    assert (winter.utcoffset(), summer.utcoffset()) == (timedelta(0), timedelta(hours=1))


def test_months_fortnights_and_seasons_become_rules(keeper, client):
    keeper.keep("monthly", place="ashby", area="place", location=HALL,
                schedule=[{"days": ["sat"], "every": "month", "week": -1, **EVENING}])  # fmt: skip
    one = keeper.keep("fortnightly", place="ashby", area="place", location=HALL,
                      schedule=[{"days": ["thu"], "every": "fortnight", **EVENING,
                                 "starts": "2026-01-08", "ends": "2026-07-23"}])  # fmt: skip
    found = events(client.get("/p/ashby/whats-on.ics"))
    assert found["monthly"]["rrule"].to_ical() == b"FREQ=MONTHLY;BYDAY=-1SA"
    assert found["fortnightly"]["rrule"].to_ical() == b"FREQ=WEEKLY;UNTIL=20260723T225959Z;INTERVAL=2;BYDAY=TH"
    assert found["fortnightly"]["dtstart"].dt.date() == date(2026, 1, 8)
    assert events(client.get(f"/entry/{one}/calendar.ics")).keys() == {"fortnightly"}


def test_a_calendar_unchanged_is_not_sent_twice_and_needs_a_place(groups, client):
    first = client.get("/p/ashby/whats-on.ics")
    assert client.get("/p/ashby/whats-on.ics", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    for path in ("/whats-on.ics", "/whats-on.ics?near=xyzzyx", "/p/nowhere/whats-on.ics", "/p/nowhere/whats-on"):
        assert client.get(path).status_code == 404, path
    assert events(client.get("/whats-on.ics?near=M33")).keys() == {"choir", "breakfast"}


def test_what_is_invented_says_so_in_a_calendar_too(groups, client):
    assert list(events(client.get("/p/wenbury/whats-on.ics"))) == ["stall (Invented for demonstration)"]


def test_the_entry_s_page_tells_the_next_days(groups, client):
    one = groups.keep("club", place="ashby", area="place", schedule=[{"days": ["wed"], **EVENING}])
    text = words_of(client.get(f"/entry/{one}").tree.find("body"))
    assert "25 March 2026; 1 April 2026; 8 April 2026" in text


def test_a_long_day_is_cut_and_says_how_many_more(groups, on, client, monkeypatch):
    monkeypatch.setattr(whats_on, "MOST", 2)
    assert on() == ["breakfast", "stitch"]
    assert "And 1 more. A town or postcode" in client.get("/p/ashby/whats-on").text


def test_a_calendar_is_made_once_until_anything_is_saved(groups, client, monkeypatch):
    first = client.get("/p/ashby/whats-on.ics").data
    made = []
    monkeypatch.setattr(whats_on.calendars, "calendar", lambda *_: made.append(1) or b"BEGIN:VCALENDAR")
    assert client.get("/p/ashby/whats-on.ics").data == first and not made
    groups.take_down("choir")
    client.get("/p/ashby/whats-on.ics")
    assert made == [1]
