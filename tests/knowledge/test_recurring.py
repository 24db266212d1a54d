"""On which days a timetable's line happens: weeks, fortnights, months, breaks, and the clocks going back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from knowledge.recurring import Rule, by_the_clock, days_from, on, sure

TUESDAYS = Rule(("TU",), opens="10:00", closes="12:00")


def days(rule: Rule, first: str, last: str, answer: str = "yes") -> list[str]:
    """The days from `first` to `last` for which the answer is `answer`."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    every = (start + timedelta(days=ahead) for ahead in range((end - start).days + 1))
    return [day.isoformat() for day in every if on(rule, day) == answer]


def test_a_weekly_line_is_on_its_days_within_its_season():
    assert days(TUESDAYS, "2026-03-01", "2026-03-31") == [
        "2026-03-03", "2026-03-10", "2026-03-17", "2026-03-24", "2026-03-31",
    ]  # fmt: skip
    season = Rule(("TU",), starts=date(2026, 3, 10), ends=date(2026, 3, 24))
    assert days(season, "2026-03-01", "2026-03-31") == ["2026-03-10", "2026-03-17", "2026-03-24"]


@pytest.mark.parametrize(
    ("week", "found"),
    [
        (1, "2026-08-04"),
        (2, "2026-08-11"),
        (3, "2026-08-18"),
        (4, "2026-08-25"),
        (-1, "2026-08-25"),
        (-2, "2026-08-18"),
    ],
)
def test_a_week_of_the_month(week, found):
    assert days(Rule(("TU",), "MONTHLY", week=week), "2026-08-01", "2026-08-31") == [found]


def test_the_last_of_a_month_with_five_is_the_fifth_and_there_is_a_fifth_only_then():
    assert days(Rule(("MO",), "MONTHLY", week=-1), "2026-06-01", "2026-06-30") == ["2026-06-29"]
    assert days(Rule(("MO",), "MONTHLY", week=4), "2026-06-01", "2026-06-30") == ["2026-06-22"]


def test_a_fortnight_goes_on_counting_over_new_year_and_leap_days():
    rule = Rule(("TH",), interval=2, starts=date(2027, 12, 16))
    assert days(rule, "2027-12-01", "2028-01-31") == ["2027-12-16", "2027-12-30", "2028-01-13", "2028-01-27"]
    assert days(rule, "2028-02-20", "2028-03-12") == ["2028-02-24", "2028-03-09"]


def test_a_fortnight_counts_weeks_from_monday_as_calendars_do():
    both = Rule(("MO", "FR"), interval=2, starts=date(2026, 1, 9))  # a Friday
    assert days(both, "2026-01-05", "2026-01-26") == ["2026-01-09", "2026-01-19", "2026-01-23"]


def test_what_nobody_wrote_down_may_be_on_and_is_not_told_as_sure():
    fortnight, month = Rule(("TU",), interval=2), Rule(("TU",), "MONTHLY")
    for rule in (fortnight, month):
        assert days(rule, "2026-03-01", "2026-03-31") == [] and not sure(rule)
        assert days(rule, "2026-03-01", "2026-03-10", "maybe") == ["2026-03-03", "2026-03-10"]
        assert list(days_from(rule, date(2026, 3, 1), 3)) == []


def test_breaks_leave_days_out_in_one_year_or_in_every_year_and_over_new_year():
    rule = Rule(("TU",), breaks=(("08-01", "08-31"), ("12-20", "01-05"), ("2026-02-17", "2026-02-17")))
    assert days(rule, "2026-07-28", "2026-09-02") == ["2026-07-28", "2026-09-01"]
    assert days(rule, "2026-12-14", "2027-01-12") == ["2026-12-15", "2027-01-12"]
    assert days(rule, "2026-02-10", "2026-02-24") == ["2026-02-10", "2026-02-24"]
    assert days(rule, "2027-02-16", "2027-02-16") == ["2027-02-16"]


def test_ten_oclock_stays_ten_oclock_when_the_clocks_change():
    before, after = (by_the_clock(TUESDAYS, date(2026, 10, day))[0] for day in (20, 27))
    assert (before.hour, after.hour) == (10, 10)
    assert (before.utcoffset(), after.utcoffset()) == (timedelta(hours=1), timedelta(0))
    begins, ends = by_the_clock(Rule(("SA",), opens="22:00", closes="02:00"), date(2026, 10, 24))
    assert (ends.date(), ends.hour) == (date(2026, 10, 25), 2)
    assert by_the_clock(Rule(("SA",), opens="20:00", closes="24:00"), date(2026, 10, 24))[1].hour == 0


def test_an_end_that_nobody_wrote_down_is_none():
    assert by_the_clock(Rule(("SA",), opens="20:00"), date(2026, 10, 24))[1] is None
    assert by_the_clock(Rule(("SA",), opens="late"), date(2026, 10, 24))[0].hour == 0


def test_the_next_days_are_found_past_a_long_break():
    rule = Rule(("TU",), breaks=(("06-01", "12-31"),))
    assert [day.isoformat() for day in days_from(rule, date(2026, 5, 27), 2)] == ["2027-01-05", "2027-01-12"]
    over = Rule(("TU",), ends=date(2026, 1, 1))
    assert list(days_from(over, date(2026, 5, 27), 2)) == []
