"""What the form has no field for is not lost when somebody saves it: a season, breaks, a building's number."""

from __future__ import annotations

from channels.console.entry_form import fields_of
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
