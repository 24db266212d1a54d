"""CSV files become entries; a bad row is reported with its line and stops nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from knowledge import indexing
from knowledge import models as m
from knowledge.errors import ImportWrong
from knowledge.imports import topics
from knowledge.imports.clean import calm, postcode, tidy, url
from knowledge.imports.mapping import load_mapping, mapping_from
from knowledge.reading import directories
from nlu.embedding import embed, embed_one
from settings import settings, use
from tests.knowledge.import_samples.kit import SAMPLES, Directory, said


@pytest.fixture
def directory(tmp_path) -> Directory:
    return Directory(tmp_path)


def test_a_row_becomes_an_entry_with_source_licence_row_place_and_coordinates(directory):
    report = directory.csv("Name,About,Postcode,Phone\nPantry,Food parcels,m337wr,01632 960001\n")
    assert report.counts == {"new": 1}
    with directory.services() as found:
        entry = found["Pantry"]
        assert (entry.tier, entry.source, entry.licence, entry.source_row) == (
            "community", "Test list", "OGL v3.0", "Pantry | m337wr",
        )  # fmt: skip
        assert entry.place.slug == "ashby" and entry.locations[0].addresses[0].postal_code == "M33 7WR"
        assert round(entry.locations[0].latitude, 1) == 53.4
        assert [phone.number for phone in entry.phones] == ["01632 960001"]
        assert [(topic.topic_key, topic.suggested) for topic in entry.topics] == [("food", False)]
        assert entry.checked_on is None


def test_the_directory_is_named_with_its_licence_once(directory):
    directory.csv("Name,About,Postcode,Phone\nPantry,Food,M33 7WR,\nLarder,Food,M33 7WS,\n")
    with use(replace(settings(), knowledge_url=directory.url)):
        assert directories() == (("Test list", "OGL v3.0"),)


def test_bad_rows_are_reported_with_their_line_and_the_others_come_in(directory):
    text = (
        "Name,About,Postcode,Phone\n"
        ",No name,M33 7WR,\n"  # 2
        "Short,row\n"  # 3
        '"Two\nlines",Food,M33 7WS,\n'  # 4 and 5
        "Odd,Food,WA154 1HF,\n"  # 6
        "\n"
        '"Open quote,Food,M33 7WT,\n'  # 8
        "Comma,Food, hot,M33 7WU,\n"  # an unquoted comma shifts everything after it, even if the last cell is empty
        "Last,Food,M33 7WU,\n"
    )
    report = directory.csv(text)
    assert directory.names() == ["Last", "Odd", "Two lines"]
    assert said(report, "rejected") == [
        "line 2: it has no name",
        "line 3: it has 2 columns and the header has 4",
        "line 8: a quotation mark is opened and never closed",
        "line 9: it has 5 columns and the header has 4",
    ]
    assert said(report, "warning") == ["line 6 (Odd): 'WA154 1HF' is no postcode: kept without it"]
    with directory.services() as found:
        assert not found["Odd"].locations and found["Odd"].place.slug == "ashby"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_found_out(directory, encoding, delimiter):
    lines = [["Name", "About", "Postcode", "Phone"], ["Café Siân – £2", "Food, hot", "M33 7WR", ""]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    directory.csv(text.encode(encoding))
    assert directory.names() == ["Café Siân – £2"]


def test_html_is_taken_off_and_nothing_words_are_empty(directory):
    about = "<p>Tea &amp; cake</p><script>alert(1)</script> <b>Mon</b><br>Tue &lt;i&gt;5&lt;/i&gt;"
    directory.csv(f"Name,About,Postcode,Phone\n<b>Jo&#39;s</b>,{about},M33 7WR,Not known\nB,n/a,M33 7WS,-\n")
    with directory.services() as found:
        assert found["Jo's"].description == "Tea & cake Mon Tue 5"
        assert found["B"].description == "" and not found["B"].phones and not found["Jo's"].phones


def test_dropped_columns_never_reach_the_database(directory):
    text = "Name,About,Postcode,Phone,Contact\nPantry,Food,M33 7WR,,jo.bloggs@hotmail.com\n"
    directory.csv(text, {"drop": ["Contact"]})
    assert b"bloggs" not in (directory.folder / "knowledge.db").read_bytes()
    with pytest.raises(ImportWrong, match="both dropped and used"):
        mapping_from("x", {"columns": {"name": "Name", "email": "Contact"}, "drop": ["Contact"]})


def test_skip_if_leaves_rows_out_by_emptiness_or_words(directory):
    mapping = {"skip_if": {"About": ["empty", "no longer open"]}}
    text = "Name,About,Postcode,Phone\nA,NA,M33 7WR,\nB,It is no longer open.,M33 7WS,\nC,Food,M33 7WT,\n"
    assert directory.csv(text, mapping).counts == {"left_out": 2, "new": 1}


def test_sentences_of_columns_fixed_words_and_calm_capitals(directory):
    mapping = {
        "calm": True,
        "columns": {"name": "Name", "line": "{About} for {Phone}.", "postcode": "Postcode"},
        "fixed": {"description": "Ask there."},
    }
    directory.csv("Name,About,Postcode,Phone\nTHE 14TH SALE CLUB (PTA),judo,M33 7WR,all\nB,judo,M33 7WS,NA\n", mapping)
    with directory.services() as found:
        assert found["The 14th Sale Club (PTA)"].line == "Judo for all."
        assert found["B"].line == "Ask there." == found["B"].description


def test_plain_opening_times_become_a_timetable_and_others_stay_words(directory):
    mapping = {"columns": {"name": "Name", "opening": "About", "postcode": "Postcode"}}
    text = (
        "Name,About,Postcode,Phone\n"
        "A,Monday 10:00-17:00; Tuesday 10:00-17:00; Friday 9:00-12:00,M33 7WR,\n"
        "B,Tuesdays & Fridays 12pm - 3pm,M33 7WS,\n"
    )
    directory.csv(text, mapping)
    with directory.services() as found:
        assert [(row.byday, row.opens_at, row.closes_at) for row in found["A"].schedules] == [
            ("MO,TU", "10:00", "17:00"), ("FR", "09:00", "12:00"),
        ]  # fmt: skip
        assert not found["B"].schedules and found["B"].schedule_text == "Tuesdays & Fridays 12pm - 3pm"


def test_topics_are_suggested_from_meaning_and_marked_so(directory):
    text = (
        "Name,About,Postcode,Phone\n"
        "Rovers,Join our football club and play football,M33 7WR,\n"
        "Calm space,Support for your mental health when you feel anxious,M33 7WS,\n"
        "Bin men,When your bin was missed and the recycling not collected,M33 7WT,\n"
    )
    directory.csv(text, {"topics": "suggest"})
    with directory.services() as found:
        given = {name: [(t.topic_key, t.suggested) for t in entry.topics] for name, entry in found.items()}
    assert given["Rovers"][0] == ("sport_fitness", True)
    assert given["Calm space"][0] == ("mental_wellbeing", True)
    assert "bins_waste" not in dict(given["Bin men"])  # a statutory topic, and the mapping does not allow it


def test_what_is_read_for_topics_is_not_read_again_to_be_found(directory, monkeypatch):
    read: list[str] = []
    for module in (indexing, topics):
        monkeypatch.setattr(module, "embed", lambda texts: (read.extend(texts), embed(texts))[1])
    directory.csv("Name,About,Postcode,Phone\nPantry,Food. For all,M33 7WR,\nB,Judo,M33 7WS,\n", {"topics": "suggest"})
    assert sorted(read) == ["B. Judo", "Pantry. Food. For all"]
    with directory.scope() as session, directory.services() as found:
        kept = np.frombuffer(session.get(m.Findable, found["Pantry"].id).vector, dtype=np.float32)
    assert kept @ embed_one("Pantry. Food. For all") > 0.999


def test_statutory_topics_are_suggested_where_the_mapping_allows_them(directory):
    text = "Name,About,Postcode,Phone\nBin men,My bin was missed,M33 7WT,\n"
    directory.csv(text, {"topics": "suggest", "suggest_from": ["community", "statutory"], "tier": "statutory"})
    with directory.services() as found:
        assert [topic.topic_key for topic in found["Bin men"].topics] == ["bins_waste"]


def test_json_records_by_dotted_columns(directory):
    report = directory.load(SAMPLES / "providers.json", load_mapping("streetsupport_providers"))
    assert report.counts == {"new": 1, "left_out": 1, "rejected": 1}
    with directory.services() as found:
        entry = found["The Men's Room"]
        assert [(row.byday, row.opens_at) for row in entry.schedules] == [("MO,FR", "10:00"), ("MO", "13:30")]
        assert entry.eligibility == "Men; over 18" and entry.locations[0].addresses[0].city == "Sale"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"columns": {}}, "which column is the name"),
        ({"columns": {"name": "Name"}, "tier": "friend"}, "tier 'friend'"),
        ({"columns": {"name": "Name"}, "topics": "guess"}, "topics is either"),
        ({"columns": {"name": "Name"}, "colour": "red"}, "'colour' means nothing"),
        ({"columns": {"name": "Name", "fax": "Fax"}}, "'fax' is nothing an entry has"),
        ({"columns": {"name": "Name"}, "suggest_from": ["danger"]}, "danger is never suggested"),
        ({"format": "xml"}, "format 'xml'"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(content, told):
    with pytest.raises(ImportWrong, match=told):
        mapping_from("mine", content)


def test_a_file_that_cannot_be_used_at_all_says_so(directory):
    with pytest.raises(ImportWrong, match="no column 'About'. It has: Name, Postcode"):
        directory.csv("Name,Postcode\nA,M33 7WR\n")
    with pytest.raises(ImportWrong, match="is empty"):
        directory.csv("")
    with pytest.raises(ImportWrong, match="There is no file or folder"):
        directory.load("/nowhere.csv", {})
    with pytest.raises(ImportWrong, match="no place 'nowhere'"):
        directory.csv("Name,About,Postcode,Phone\n", place="nowhere")
    with pytest.raises(ImportWrong, match="no topic 'knitting'"):
        directory.csv("Name,About,Postcode,Phone\n", {"topics": ["knitting"]})
    with pytest.raises(ImportWrong, match="There is no mapping 'nothing'. There are: charities"):
        load_mapping("nothing")
    with pytest.raises(ImportWrong, match="--source"):
        load_mapping("open_referral").given(source=None, licence=None)


def test_every_mapping_of_ours_can_be_read():
    names = [path.stem for path in (SAMPLES.parents[2] / "knowledge/mappings").glob("*.yml")]
    assert len(names) >= 11 and all(load_mapping(name).tier for name in names)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("m33 7wr", "M33 7WR"),
        ("M337WR", "M33 7WR"),
        ("m33", "M33"),
        ("EC1A1BB", "EC1A 1BB"),
        ("WA154 1HF", ""),
        ("x", ""),
    ],
)
def test_postcodes_are_written_as_they_are_written(given, wanted):
    assert postcode(given) == wanted


def test_words_are_cleaned():
    assert [tidy(text) for text in ("NA", "Not known.", " – ", "National", None)] == ["", "", "", "National", ""]
    assert [url(text) for text in ("www.a.org.", "a.eu/b", "javascript:alert(1)", "see http://b.org/x)")] == [
        "http://www.a.org", "http://a.eu/b", "", "http://b.org/x",
    ]  # fmt: skip
    assert calm("ST ANN'S HOSPICE LTD") == "St Ann's Hospice Ltd" and calm("BBC fan") == "BBC fan"
