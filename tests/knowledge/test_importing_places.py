"""An empty real place from the gazetteer, and both commands as they are typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from knowledge import models as m
from knowledge.answering import knowing
from knowledge.cli import main
from knowledge.errors import ImportWrong
from knowledge.imports.new_place import make_place
from settings import settings, use
from tests.knowledge.import_samples.kit import SAMPLES, Directory


@pytest.fixture
def directory(tmp_path) -> Directory:
    return Directory(tmp_path)


def test_a_place_has_its_districts_and_the_towns_in_them(directory):
    with directory.scope() as session:
        made = make_place(session, "trafford", name="Trafford", nation="england", outcodes=["m41", "WA15"])
    assert made.new and made.outcodes == ("M41", "WA15") and {"Urmston", "Timperley"} <= set(made.towns)
    with directory.scope() as session:
        place = session.scalars(select(m.Place).where(m.Place.slug == "trafford")).one()
        assert not place.invented and place.languages == ["en"] and place.nation == "england"
        assert knowing(session).gazetteer.find("Urmston", alone=True).slug == "trafford"


def test_twice_changes_nothing_and_more_adds(directory):
    def make(**more):
        with directory.scope() as session:
            return make_place(session, "trafford", name="Trafford", nation="england", **more)

    first = make(outcodes=["M41"])
    assert replace(first, new=False) == make(outcodes=["M41"])
    assert set(make(outcodes=["WA15"]).outcodes) == {"M41", "WA15"}


def test_a_welsh_place_speaks_both_and_towns_are_found_by_name(directory):
    with directory.scope() as session:
        made = make_place(
            session, "gwynedd", name="Gwynedd", name_cy="Gwynedd", nation="wales", towns=["Bangor", "Bala"]
        )
        place = session.scalars(select(m.Place).where(m.Place.slug == "gwynedd")).one()
        assert place.languages == ["cy", "en"] and place.translations["cy"]["name"] == "Gwynedd"
    assert {"Bangor", "Bala"} <= set(made.towns) and "LL57" in made.outcodes


def test_a_town_is_found_by_the_places_own_name(directory):
    with directory.scope() as session:
        assert "Oldham" in make_place(session, "oldham", name="Oldham", nation="england").towns


@pytest.mark.parametrize(
    ("slug", "more", "told"),
    [
        ("Tra fford", {}, "cannot be an address"),
        ("x1", {"nation": "france"}, "is no nation"),
        ("x1", {"outcodes": ["ZZ99"]}, "no postcode district"),
        ("x1", {"outcodes": ["M33"]}, "M33 belongs to Ashby"),
        ("x1", {"towns": ["Atlantis"]}, "has no Atlantis in England"),
        ("x1", {"name": " "}, "needs a --name"),
    ],
)
def test_what_cannot_be_made_says_why(directory, slug, more, told):
    with pytest.raises(ImportWrong, match=told), directory.scope() as session:
        make_place(session, slug, **{"name": "X", "nation": "england", **more})


def test_an_invented_place_is_left_alone(directory):
    with directory.scope() as session:
        session.add(m.Place(slug="wenbury", name="Wenbury", nation="england", invented=True))
    with pytest.raises(ImportWrong, match="invented"), directory.scope() as session:
        make_place(session, "wenbury", name="Wenbury", nation="england")
    with pytest.raises(ImportWrong, match="real rows do not belong"):
        directory.csv("Name,About,Postcode,Phone\n", place="wenbury")


def test_the_commands_say_what_they_did_and_where_the_list_is(directory, capsys):
    with use(replace(settings(), knowledge_url=directory.url, var=directory.folder)):
        assert main(["new-place", "oldham", "--name", "Oldham", "--nation", "england", "--outcodes", "OL9,OL8"]) == 0
        told = capsys.readouterr().out
        assert "Oldham is made: its front door is /p/oldham." in told and "Next: python -m knowledge import" in told
        feed = [str(SAMPLES / "uk_3_0.json"), "--mapping", "open_referral", "--source", "Feed", "--place", "ashby"]
        assert main(["import", *feed]) == 0
        told = capsys.readouterr()
        assert "open_referral: 3 rows: 2 new, 1 left out, not active at their source." in told.out
        assert "No licence is named" in told.err
        assert main(["import", *feed, "--dry-run"]) == 0
        assert "dry run, nothing written" in capsys.readouterr().out
        assert (directory.folder / "import-open_referral.txt").is_file()
        assert main(["import", "/nowhere", *feed[1:]]) == 1
        assert capsys.readouterr().err == "There is no file or folder /nowhere.\n"


def test_the_first_twenty_problems_are_shown_and_all_are_in_the_file(directory, capsys):
    path = directory.folder / "bad.csv"
    path.write_text(
        "Name,Referral method,Opening times,Address,Postcode,Contact,Website,Area name\n" + ",,,,,,,\nx\n" * 30
    )
    with use(replace(settings(), knowledge_url=directory.url, var=directory.folder)):
        assert main(["import", str(path), "--mapping", "gm_food_banks", "--place", "ashby"]) == 0
    told = capsys.readouterr().out
    assert "30 rejected" in told and "30 things to look at, the first 20:" in told and told.count("line ") == 20
    assert (directory.folder / "import-gm_food_banks.txt").read_text().count("  line ") == 30
