"""Entries as a spreadsheet: out and back is the same; what cannot be read is named; nothing in it runs."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import replace

import pytest

from knowledge.drafts import Number, Times, service_from
from knowledge.sheets import COLUMNS, NotASheet, Wrong, as_sheet, draft_of, rows_of, text_of

TOPICS = {"food": "Food", "loneliness": "Company"}
BY_NAME = {name.casefold(): key for key, name in TOPICS.items()}
WHOLE = service_from(
    {
        "key": "lunch", "organisation": "church", "tier": "community", "name": {"en": "Lunch", "cy": "Cinio"},
        "line": "A hot dinner.", "description": "Jean is at the door.\nNo need to book; just come.", "who": "Anyone",
        "topics": ["food", "loneliness"], "area": "uk", "email": "a@example.org", "url": "https://example.org",
        "location": {"venue": {"en": "Hall", "cy": "Neuadd"}, "town": "Larch", "postcode": "M1 1AE", "lat": 53.4,
                     "lon": -2.2},
        "schedule": [{"days": ["tue", "thu"], "from": "12:00", "to": "14:00", "every": "month", "week": -1,
                      "note": {"en": "not in August", "cy": "nid ym mis Awst"}}],
        "phone": "01632 960123", "phone_note": "ask for Jean", "phones": [{"number": "07700 900123"}],
        "cost": {"kind": "low", "amount": 4, "note": "£4"}, "ages": {"min": 60}, "languages": ["en", "cy"],
        "access": ["step_free"],
    }
)  # fmt: skip


def back(text: str, base=WHOLE):
    return [draft_of(cells, base, BY_NAME, line) for line, cells in rows_of(text)]


def row(**cells: str) -> str:
    out = io.StringIO()
    full = {"name": "Tea", "line": "Tea for all.", "topics": "Company", **cells}
    writer = csv.DictWriter(out, full)
    writer.writeheader()
    writer.writerow(full)
    return out.getvalue()


def test_out_and_back_is_the_same_and_keeps_what_a_sheet_cannot_say():
    assert back(text_of(as_sheet([WHOLE], TOPICS).encode())) == [WHOLE]


def test_a_column_that_is_not_there_changes_nothing():
    (made,) = back(row(name="Dinner", line="A hot dinner.", topics="food; Company"))
    assert made.name == {"en": "Dinner", "cy": "Cinio"} and made.schedule == WHOLE.schedule


def test_what_is_written_is_read():
    times = "mon wed 10:00-11:30 fortnight (not in May); sat"
    (made,) = back(row(times=times, phones="01632 960111 (mornings)", cost="free", age_from="18", masked="yes"))
    assert [(one.days, one.opens, one.closes, one.every, one.note["en"]) for one in made.schedule] == [
        (("mon", "wed"), "10:00", "11:30", "fortnight", "not in May"), (("sat",), "", "", "week", ""),
    ]  # fmt: skip
    assert made.phones[0].number == "01632 960111" and made.phones[0].note == {"en": "mornings"}
    assert made.cost == {"kind": "free"} and made.minimum_age == 18 and made.spots[0].masked


SEASON = {"starts": "2026-09-01", "ends": "2027-05-31", "breaks": (("12-20", "01-04"),)}


def test_new_hours_keep_the_season_the_breaks_and_the_welsh_note():
    base = replace(WHOLE, schedule=(Times(("mon",), "10:00", "11:00"), replace(WHOLE.schedule[0], **SEASON)))
    again, mon = back(row(times="tue thu 12:30-14:30 month -1 (not in August); mon 09:00-10:00"), base)[0].schedule
    assert again == replace(base.schedule[1], opens="12:30", closes="14:30")
    assert mon == Times(("mon",), "09:00", "10:00")
    moved = back(row(times="mon 10:00-11:00; wed 12:00-14:00 month -1 (in the garden)"), base)[0].schedule[1]
    assert (moved.starts, moved.breaks, moved.note) == ("2026-09-01", SEASON["breaks"], {"en": "in the garden"})
    assert back(row(times="sat 10:00-11:00"), base)[0].schedule == (Times(("sat",), "10:00", "11:00"),)


def test_a_telephones_welsh_note_and_what_else_is_said_of_a_cost_are_kept():
    note = {"en": "ask for Jean", "cy": "gofynnwch am Jean"}
    base = replace(WHOLE, phones=(Number("01632 960123", note),), cost={"kind": "low", "amount": 4, "note": note})
    (made,) = back(row(phones="01632 960124 (ask for Jean)", pounds="5"), base)
    assert made.phones == (Number("01632 960124", note),) and made.cost == {"kind": "low", "amount": 5, "note": note}
    (made,) = back(row(phones="07700 900123; 01632 960123 (ask for Jean)", cost_note="about £4"), base)
    assert made.phones[1].note == note and made.cost == {"kind": "low", "amount": 4, "note": "about £4"}


@pytest.mark.parametrize(("column", "cell"), [
    ("name", ""), ("topics", "juggling"), ("times", "whenever"), ("phones", "ask Jean"), ("email", "nobody"),
    ("cost", "cheap"), ("age_from", "old"), ("postcode", "nowhere at all"), ("line", "x" * 141), ("url", "no address"),
])  # fmt: skip
def test_a_cell_that_cannot_be_read_is_named_with_its_line(column, cell):
    assert back(row(**{column: cell})) == [Wrong(2, column, cell[:80])]


def test_formulas_and_markup_are_only_words():
    evil = '=HYPERLINK("http://bad.example")'
    (made,) = back(row(name=evil, line="<script>alert(1)</script>Tea <b>and</b> cake"))
    assert made.name["en"] == evil and "<" not in made.line["en"]
    cells = next(csv.reader(io.StringIO(as_sheet([made], TOPICS).split("\n", 1)[1])))
    assert cells[COLUMNS.index("name")] == "'" + evil
    assert back(as_sheet([made], TOPICS).lstrip("\ufeff"), made) == [made]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_whatever_a_spreadsheet_program_puts_between(separator):
    assert back(f"name{separator}line{separator}topics\nTea{separator}All.{separator}food\n")[0].name["en"] == "Tea"


def test_what_windows_writes_is_read():
    assert "Café" in text_of("name,line,topics\nCafé,All.,food\n".encode("cp1252"))


FILES = [(b"PK\x03\x04...", "kind"), (b"a\x00b", "kind"), (b"\x81\x8d\x9d", "encoding")]


@pytest.mark.parametrize(("file", "why"), FILES)
def test_what_is_no_text_is_refused(file, why):
    with pytest.raises(NotASheet, match=why):
        text_of(file)


def test_columns_are_asked_for():
    with pytest.raises(NotASheet, match="columns"):
        list(rows_of("title,text\nTea,All.\n"))


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_tried_in_under_two_minutes():
    text = "name,line,topics,times\n" + "Tea,Tea for all.,Company,tue 12:00-14:00\n" * 100_000
    began = time.monotonic()
    assert len(back(text)) == 100_000
    assert time.monotonic() - began < 120
    with pytest.raises(NotASheet, match="rows"):
        list(rows_of(text + "Tea,All.,food,\n"))
