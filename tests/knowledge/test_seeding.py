"""Loading the seed: everything becomes findable, twice changes nothing, and a mistake names its file and key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from knowledge import models as m
from knowledge import seeding
from knowledge.cli import main
from knowledge.db import session_scope
from knowledge.editing import id_of
from knowledge.errors import SeedWrong
from knowledge.reading import doors, entries, own_spots, place_spot
from tests.knowledge.making import TODAY

pytestmark = pytest.mark.usefixtures("sentence_model")

TOPICS = """
loneliness: {name: {en: Company, cy: Cwmni}, definition: Wants company., kind: community,
  examples: [I am lonely, nobody to talk to], examples_cy: [dwi'n unig]}
bins_waste: {name: {en: Bins, cy: Biniau}, definition: Rubbish., kind: statutory, examples: [my bin was missed],
  body: {england: [district]}}
"""
NATIONAL = """
organisations:
- {key: line, name: Friendship line, kind: charity}
- {key: council, name: Your council, kind: public_body}
services:
- {key: ring, organisation: line, tier: voluntary, name: Ring, topics: [loneliness], area: uk, source: theirs}
- {key: bins, organisation: council, tier: statutory, name: Bins, topics: [bins_waste], area: england, source: theirs}
"""
PLACE = """
slug: ashby
name: {en: Ashby, cy: Trefonnen}
nation: england
invented: true
languages: [en]
bodies: {district: ashby-council}
towns: [{name: {en: Ashby}, kind: town, lat: 53.0, lon: 1.0, alternates: [Ashbee]}]
outcodes: {ZZ9: {lat: 53.0, lon: 1.0, town: Ashby}}
"""
OWNERS = """
organisations:
- {key: church, name: The church}
- {key: ashby-council, name: Ashby council, kind: public_body, body: district}
"""
SERVICES = """
services:
- key: table
  organisation: church
  tier: community
  name: Tuesday table
  line: A long table.
  topics: [loneliness]
  area: place
  location: {venue: Hall, town: Ashby}
  checked_days_ago: 10
"""
TIPS = """
tips: [{key: early, organisation: church, topics: [loneliness], text: Go early., about: table, checked_days_ago: 5}]
"""


@pytest.fixture
def seed_files(tmp_path, monkeypatch) -> Path:
    """A seed of three entries and a tip, in the place of ours."""
    files = {
        "topics/living.yml": TOPICS,
        **{f"topics/{name}.yml": "{}" for name in seeding.TOPIC_FILES if name != "living"},
        "national/all.yml": NATIONAL,
        "places/ashby/place.yml": PLACE,
        "places/ashby/organisations.yml": OWNERS,
        "places/ashby/services.yml": SERVICES,
        "places/ashby/tips.yml": TIPS,
    }
    for name, content in files.items():
        (tmp_path / "seed" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "seed" / name).write_text(content, encoding="utf-8")
    monkeypatch.setattr(seeding, "SEED", tmp_path / "seed")
    return tmp_path / "seed"


def test_everything_is_loaded_and_findable(seed_files, session):
    counts = seeding.seed(session, today=TODAY)
    assert {name: counts[name] for name in ("entries", "tips")} == {"entries": 3, "tips": 1}
    assert counts["phrases"] == 6, "definitions are phrases too"
    assert session.scalar(select(func.count()).select_from(m.Findable)) == 4


def test_loading_twice_changes_nothing(seed_files, session):
    seeding.seed(session, today=TODAY)
    before = _state(session)
    again = seeding.seed(session, today=TODAY)
    assert not any(again.values()), f"the second time these were new or changed: {again}"
    assert _state(session) == before


def test_one_changed_line_is_one_changed_entry(seed_files, session):
    seeding.seed(session, today=TODAY)
    path = seed_files / "places/ashby/services.yml"
    path.write_text(SERVICES.replace("A long table.", "A longer table."), encoding="utf-8")
    counts = seeding.seed(session, today=TODAY)
    assert (counts["entries"], counts["tips"], counts["phrases"]) == (1, 0, 0)
    table = id_of("service", "table")
    assert entries(session, [table])[table].line == "A longer table."


def test_an_entry_lies_where_its_town_does_and_was_checked_days_before_loading(seed_files, session):
    seeding.seed(session, today=TODAY)
    table = session.get(m.Service, id_of("service", "table"))
    assert (table.locations[0].latitude, table.locations[0].longitude) == (53.0, 1.0)
    assert table.checked_on == TODAY - timedelta(days=10)
    assert session.get(m.Service, id_of("service", "ring")).checked_on is None


def test_the_place_has_a_door_towns_and_a_council(seed_files, session):
    seeding.seed(session, today=TODAY)
    session.commit()
    assert [(one.slug, one.name, one.invented) for one in doors("cy")] == [("ashby", "Trefonnen", True)]
    assert {spot.name: list(names) for spot, names in own_spots(session)} == {"Ashby": ["Ashbee"], "ZZ9": []}
    assert session.scalars(select(m.PlaceBody.organisation_id)).all() == [id_of("organisation", "ashby-council")]
    assert place_spot(session, "ashby").kind == "place" and place_spot(session, "nowhere") is None


def test_the_command_loads_it_and_fits_the_reading_of_needs_to_its_phrases(seed_files, knowledge_url, capsys):
    assert main(["seed"]) == 0
    assert "6 phrases, 3 entries, 1 tips new or changed" in capsys.readouterr().err
    with session_scope(knowledge_url) as session:
        kept = session.get(m.Learnt, "needs")
        assert kept is not None, "nobody called knowledge.learning.learn: needs would be read by nearness alone"
        newest = session.scalars(select(m.Stamp.value).where(m.Stamp.name == "phrase")).one()
        assert kept.stamp == newest, "phrases came after the fit"


def test_the_command_says_what_is_wrong_in_a_sentence(seed_files, knowledge_url, capsys):
    path = seed_files / "places/ashby/services.yml"
    path.write_text(SERVICES.replace("tier: community", "tier: nice"), encoding="utf-8")
    assert main(["seed"]) == 1
    assert "table: tier 'nice' is none of" in capsys.readouterr().err.splitlines()[-1]


def test_progress_is_told(seed_files, session):
    told: list[str] = []
    seeding.seed(session, today=TODAY, progress=told.append)
    assert "topics of living: 2 so far, 6 phrases" in told and "4 of 4 entries made findable" in told


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("places/ashby/services.yml", "town: Ashby", "town: Atlantis", "table: ashby has no town 'Atlantis'"),
        ("places/ashby/services.yml", "tier: community", "tier: nice", "table: tier 'nice'"),
        ("places/ashby/services.yml", "name: Tuesday table", "name:", "table: name is missing"),
        ("national/all.yml", "services:", "services: [", "all.yml: "),
    ],
)
def test_a_mistake_names_its_file_or_key_and_nothing_is_kept(seed_files, knowledge_url, file, old, new, said):
    path = seed_files / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SeedWrong, match=said), session_scope(knowledge_url) as session:
        seeding.seed(session, today=TODAY)
    with session_scope(knowledge_url) as session:
        assert session.scalar(select(func.count()).select_from(m.Service)) == 0


@pytest.mark.slow
def test_the_whole_seed_loads_and_twice_changes_nothing(session):
    first = seeding.seed(session, today=TODAY)
    assert first["entries"] > 300 and first["tips"] >= 60 and first["phrases"] > 2000
    before = _state(session)
    again = seeding.seed(session, today=TODAY)
    assert not any(again.values()), f"the second time these were new or changed: {again}"
    assert _state(session) == before


def _state(session) -> dict[str, object]:
    """How many rows each table has, and every counter that tells readers to look again."""
    session.flush()
    rows = {
        name: session.scalar(select(func.count()).select_from(table)) for name, table in m.Base.metadata.tables.items()
    }
    return {**rows, **{row.name: row.value for row in session.scalars(select(m.Stamp))}}
