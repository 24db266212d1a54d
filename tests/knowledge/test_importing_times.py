"""Timetables as other people's feeds say them: when they end, what cannot be a time, what we cannot say."""

from __future__ import annotations

import json
from datetime import date

import pytest

from knowledge.imports.files import csv_rows, json_documents
from knowledge.imports.schedules import clock, from_referral

TODAY = date(2026, 11, 23)
MONDAYS = {"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "closes_at": "11:00"}


@pytest.mark.parametrize(("said", "meant"), [
    ("9:30", "09:30"), ("2026-01-01T10:15:00", "10:15"), ("24:00", "24:00"), ("10:75", ""), ("24:30", ""),
    ("25:00", ""),
])  # fmt: skip
def test_a_time_is_one_that_a_clock_shows(said, meant):
    assert clock(said) == meant


def test_the_last_day_is_kept_whichever_way_it_is_said():
    (until,) = from_referral([{**MONDAYS, "until": "2026-12-14T00:00:00"}], TODAY)
    assert until.ends == "2026-12-14"
    assert from_referral([{**MONDAYS, "until": "2026-11-16"}], TODAY) == ()


def test_every_second_day_is_no_fortnight():
    daily = {**MONDAYS, "freq": "DAILY", "byday": ""}
    assert from_referral([{**daily, "interval": 2}], TODAY) == ()
    assert from_referral([{**daily, "interval": 1}], TODAY)[0].every == "week"


def test_a_break_that_ends_before_it_begins_hides_nothing():
    told = [("2026-12-31", "2026-01-01"), ("2026-12-20", "2027-01-04"), ("12-20", "01-04")]
    breaks = [{"from": first, "to": last} for first, last in told]
    assert from_referral([{**MONDAYS, "breaks": breaks}], TODAY)[0].breaks == tuple(told[1:])


def test_only_the_end_of_a_line_ends_a_line(tmp_path):
    parted = "Tea\u2028and\x0bcake\x85"
    (tmp_path / "rows.csv").write_text(f"Name,About\r\nClub,{parted}\r\n", encoding="utf-8", newline="")
    (tmp_path / "rows.jsonl").write_text(
        "".join(json.dumps({"name": parted, "id": at}, ensure_ascii=False) + "\n" for at in (1, 2)), encoding="utf-8"
    )
    _, rows = csv_rows(tmp_path / "rows.csv")
    assert list(rows) == [(2, {"Name": "Club", "About": parted})]
    assert [found["name"] for _, found in json_documents(tmp_path / "rows.jsonl")] == [parted, parted]
