"""A second import writes only what changed, leaves what people edited, and doubles nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from knowledge import models as m
from knowledge.drafts import ServiceDraft
from knowledge.editing import save_service, withdraw
from tests.knowledge.import_samples.kit import Directory, said

HEAD = "Name,About,Postcode,Phone\n"
ROWS = HEAD + "Pantry,Food parcels,M33 7WR,\nLarder,Food bags,M33 7WS,\n"


@pytest.fixture
def directory(tmp_path) -> Directory:
    return Directory(tmp_path)


def revisions(directory: Directory) -> int:
    with directory.scope() as session:
        return session.scalar(select(func.count()).select_from(m.Revision))


def test_the_same_file_twice_changes_nothing(directory):
    directory.csv(ROWS, {"topics": "suggest"})
    assert directory.csv(ROWS, {"topics": "suggest"}).counts == {"unchanged": 2}
    assert revisions(directory) == 2


def test_only_what_changed_is_written_and_ids_stay(directory):
    directory.csv(ROWS, {"topics": "suggest"})
    with directory.services() as found:
        ids = {name: entry.id for name, entry in found.items()}
    report = directory.csv(ROWS.replace("Food bags", "Bags of food on Mondays"), {"topics": "suggest"})
    assert report.counts == {"changed": 1, "unchanged": 1} and revisions(directory) == 3
    with directory.services() as found:
        assert {name: entry.id for name, entry in found.items()} == ids
        assert found["Larder"].description == "Bags of food on Mondays" and found["Larder"].version == 2


def test_another_phone_keeps_the_suggested_topics(directory):
    directory.csv(ROWS, {"topics": "suggest"})
    directory.csv(ROWS.replace("M33 7WR,", "M33 7WR,01632 960001"), {"topics": "suggest"})
    with directory.services() as found:
        assert found["Pantry"].phones and [topic.topic_key for topic in found["Pantry"].topics] == ["food"]


def edit(directory: Directory, name: str, **fields) -> None:
    with directory.scope() as session:
        row = session.scalars(select(m.Service).where(m.Service.name == name)).one()
        draft = ServiceDraft(
            key=row.key, organisation=row.organisation.key, tier="community", name={"en": name}, line={"en": "Ours"},
            description={"en": "Ours"}, topics=("food",), place="ashby", **fields,
        )  # fmt: skip
        save_service(session, draft, by="editor@ashby.example")


def test_what_a_person_edited_is_left_and_said_so_when_the_source_changes(directory):
    directory.csv(ROWS)
    edit(directory, "Pantry")
    assert directory.csv(ROWS).counts == {"unchanged": 2}
    report = directory.csv(ROWS.replace("Food parcels", "Other words"))
    assert report.counts == {"kept": 1, "unchanged": 1}
    assert "editor@ashby.example edited it here" in said(report, "kept")[0]
    with directory.services() as found:
        assert found["Pantry"].description == "Ours"


def test_what_a_person_took_down_stays_down(directory):
    directory.csv(ROWS)
    with directory.scope() as session:
        row = session.scalars(select(m.Service).where(m.Service.name == "Pantry")).one()
        withdraw(session, row, by="editor@ashby.example")
    assert directory.csv(ROWS).counts == {"kept": 1, "unchanged": 1}
    assert directory.names() == ["Larder"]


def test_rows_gone_from_the_file_are_told_and_stay(directory):
    directory.csv(ROWS)
    report = directory.csv(HEAD + "Pantry,Food parcels,M33 7WR,\n")
    assert said(report, "gone") == ["in this directory (Larder): the file does not have it any more"]
    assert directory.names() == ["Larder", "Pantry"]


def test_a_dry_run_writes_nothing(directory):
    assert directory.csv(ROWS, dry_run=True).counts == {"new": 2}
    assert directory.names() == [] and revisions(directory) == 0


def test_duplicates_inside_the_file_are_reported_and_the_first_is_kept(directory):
    rows = (
        HEAD
        + "The Pantry Ltd,First,M33 7WR,\nPantry,Second,m337wr,\nPantry,Elsewhere,M33 7WS,\nPantry,Third,M33 7WS,\n"
    )
    report = directory.csv(rows)
    assert report.counts == {"new": 2, "duplicate": 2}
    assert said(report, "duplicate") == [
        "line 3 (Pantry): the same name and postcode as line 2", "line 5 (Pantry): the same row as line 4",
    ]  # fmt: skip


def test_duplicates_of_the_directory_are_reported_by_where_they_came_from(directory):
    directory.csv(ROWS)
    report = directory.csv(ROWS, {"source": "Another list"})
    assert report.counts == {"duplicate": 2}
    assert said(report, "duplicate")[0] == "line 2 (Pantry): the same name and postcode as 'Pantry' of Test list"


def test_the_same_charity_number_is_the_same_charity(directory):
    mapping = {"columns": {"name": "Name", "charity_number": "Phone", "postcode": "Postcode"}, "key": ["Name"]}
    report = directory.csv(HEAD + "Aid,,M33 7WR,1234567\nAid (Sale),,M33 7WS,1234567\n", mapping)
    assert said(report, "duplicate") == ["line 3 (Aid (Sale)): the same charity number as line 2"]
    again = directory.csv(HEAD + "Aid for all,,M33 7WT,1234567\n", {**mapping, "source": "Another list"})
    assert said(again, "duplicate") == ["line 2 (Aid for all): the same charity number as 'Aid' of Test list"]
    assert directory.csv(HEAD + "Aid,,M33 7WR,1234567\n", mapping).counts == {"unchanged": 1}


def test_several_services_of_one_provider_at_one_address_where_the_mapping_says_so(directory):
    rows = HEAD + "Hub,Food,M33 7WR,\nHub,Advice,M33 7WR,\nHub,Food,M33 7WR,\n"
    report = directory.csv(rows, {"several": True, "key": ["Name", "About"]})
    assert report.counts == {"new": 2, "duplicate": 1}
