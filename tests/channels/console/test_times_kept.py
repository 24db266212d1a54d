"""What the form has no field for is not lost when somebody saves it: a season, breaks, a building's number."""

from __future__ import annotations

import pytest

from channels.console import seasons
from channels.console.entry_form import SHORT_MONTHS, fields_of
from channels.console.entry_form import service_from as written
from knowledge.drafts import ServiceDraft, service_from

SEASON = {"starts": "2026-01-08", "ends": "2026-12-17", "breaks": [{"from": "08-01", "to": "08-31"}]}
ROW = {
    "key": "a", "organisation": "o", "tier": "community", "name": "Tea", "line": "Tea.", "topics": ["food"],
    "schedule": [{"days": ["thu"], "from": "14:00", "to": "16:30", **SEASON}],
    "location": {"venue": "Hall", "town": "Ashby", "postcode": "M33 7WR", "uprn": "77", "lat": 53.4, "lon": -2.3},
}  # fmt: skip


def saved(**changes: list[str]) -> ServiceDraft:
    """The entry after somebody changed these fields of its form."""
    draft = service_from(ROW)
    made, _ = written({**fields_of(draft), **changes}, draft, topics=("food",), languages=(), access=())
    return made


def test_a_change_of_hours_keeps_the_season_and_its_breaks():
    times = saved(**{"times-0-opens": ["13:00"]}).schedule[0]
    assert (times.opens, times.starts, times.ends) == ("13:00", "2026-01-08", "2026-12-17")
    assert times.breaks == (("08-01", "08-31"),)


def test_a_building_keeps_its_number_until_it_is_another_building():
    assert saved(line=["Tea and cake."]).spots[0].uprn == "77"
    moved = saved(postcode=["M33 4AB"]).spots[0]
    assert moved.uprn == "" and moved.latitude is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("24 Dec to 2 Jan", (("12-24", "01-02"),)),
        ("August", (("08-01", "08-31"),)),
        ("July to August", (("07-01", "08-31"),)),
        ("14 Feb 2027", (("2027-02-14", "2027-02-14"),)),
        ("14/2/2027, 1/5", (("2027-02-14", "2027-02-14"), ("05-01", "05-01"))),
        ("20th December - 5th January 2027", (("2026-12-20", "2027-01-05"),)),
        ("2026-08-03 to 2026-08-30; Christmas Day", None),
        ("31 February", None),
        ("3 Aug 2027 to 1 Aug 2027", None),
        ("Awst, 24 Rhag i 2 Ion", (("08-01", "08-31"), ("12-24", "01-02"))),
    ],
)
def test_breaks_are_read_as_people_write_them(said, kept):
    found, unread = seasons.breaks_in(said)
    assert (unread == "") is (kept is not None)
    assert kept is None or found == kept


def test_what_is_written_of_breaks_is_read_back_the_same():
    breaks = (("12-24", "01-02"), ("2026-08-03", "2026-08-30"), ("05-01", "05-01"))
    assert seasons.breaks_in(seasons.written(breaks, SHORT_MONTHS)) == (breaks, "")


def test_a_season_is_set_and_taken_away():
    times = saved(**{"times-0-breaks": ["August, 24 Dec to 2 Jan"], "times-0-ends": [""]}).schedule[0]
    assert times.breaks == (("08-01", "08-31"), ("12-24", "01-02")) and times.ends == ""
    assert saved(**{"times-0-breaks": [""], "times-0-starts": [""]}).schedule[0].breaks == ()


def test_what_cannot_be_read_of_breaks_is_said():
    draft = service_from(ROW)
    for field, given in (("breaks", "when it rains"), ("starts", "soon"), ("ends", "2020-01-01")):
        fields = {**fields_of(draft), f"times-0-{field}": [given]}
        _, wrong = written(fields, draft, topics=("food",), languages=(), access=())
        assert f"times-0-{field}" in wrong
