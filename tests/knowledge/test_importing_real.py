"""The real lists of a real place: over a thousand entries, and somebody in Sale is pointed to some of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from knowledge import models as m
from knowledge.answering import answer, knowing
from knowledge.db import session_scope
from knowledge.importing import import_directory
from knowledge.imports.mapping import load_mapping
from knowledge.imports.new_place import make_place
from knowledge.learning import learn
from knowledge.migrating import upgrade
from knowledge.reading import entries
from knowledge.seeding import seed
from settings import ROOT

SHARED = ROOT.parent / "shared" / "data"
TRAFFORD = ["M16", "M17", "M31", "M32", "M33", "M41", "WA13", "WA14", "WA15"]
FILES = {
    "gm_food_banks": "food_banks/gm_food_banks.csv",
    "trafford_mental_health_services": "mental_health/trafford_mental_health_services.csv",
    "sports_clubs": "sports_clubs/sports_clubs.csv",
    "gm_libraries": "libraries/gm_libraries.csv",
    "charities": "charities/charities_trafford_no_personal_data.csv",
    "trafford_allotments": "allotments/trafford_allotments.csv",
}


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real lists are not at {SHARED}")
def test_trafford_is_filled_from_open_data_and_answers(tmp_path):
    url, today = f"sqlite:///{tmp_path / 'knowledge.db'}", datetime.now(UTC).date()
    upgrade("knowledge", url)
    with session_scope(url) as session:
        seed(session, today=today)
        learn(session)
        make_place(session, "trafford", name="Trafford", nation="england", outcodes=TRAFFORD)
    for name, file in FILES.items():
        path = str(SHARED / "uk-trafford-gm-open-data" / file)
        import_directory(lambda: session_scope(url), path, load_mapping(name), today=today, place="trafford")
    with session_scope(url) as session:
        imported = m.Service.key.startswith("import-")
        assert session.scalar(select(func.count()).select_from(m.Service).where(imported)) > 1000
        spot = knowing(session).gazetteer.find("M33", alone=True)
        for said, topic in (
            ("I need a food bank", "food"),
            ("I want to play badminton", "sport_fitness"),
            ("I would like an allotment", "gardening_allotments"),
            ("I feel anxious all the time", "mental_wellbeing"),
        ):
            found = answer(session, said, today=today, spot=spot)
            facts = entries(session, [post.entry for post in found.plan.posts if post.local])
            assert any("Trafford Data Lab" in entry.source and topic in entry.topics for entry in facts.values()), said
        contacts = session.scalar(
            select(func.count()).select_from(m.Service).where(m.Service.email.contains("hotmail"))
        )
        assert contacts == 0
