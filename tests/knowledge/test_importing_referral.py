"""Open Referral UK 3.0 and 1.0, nested HSDS, JSON lines, folders and live feeds; and Ohana's two shapes."""

from __future__ import annotations

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from knowledge.errors import ImportWrong
from knowledge.imports.mapping import load_mapping
from tests.knowledge.import_samples.kit import SAMPLES, Directory, open_referral, said


@pytest.fixture
def directory(tmp_path) -> Directory:
    return Directory(tmp_path)


def test_a_page_of_version_3(directory):
    report = directory.load(SAMPLES / "uk_3_0.json", open_referral())
    assert report.counts == {"new": 2, "over": 1}
    with directory.services() as found:
        entry = found["Ashby talking group"]
        assert (
            entry.description == "Support for your mental health when you feel anxious & low."
            and entry.tier == "voluntary"
        )
        assert (entry.organisation.name, entry.organisation.charity_number) == ("Ashby Minds", "1234567")
        assert [phone.number for phone in entry.phones] == ["01632 960001"]
        assert [(row.freq, row.byday, row.bysetpos, row.opens_at) for row in entry.schedules] == [
            ("WEEKLY", "TH,FR", None, "10:00"), ("MONTHLY", "MO", 2, "19:00"),
        ]  # fmt: skip
        assert (entry.minimum_age, entry.eligibility, entry.costs[0].option) == (18, "Anyone over 18", "free")
        assert sorted(row.code for row in entry.languages) == ["pl", "ur"] and entry.access == ["step_free"]
        assert [(row.term.name, row.term.code) for row in entry.attributes] == [("Counselling", "600")]
        assert entry.locations[0].addresses[0].postal_code == "M33 7WR"
        assert [topic.topic_key for topic in entry.topics] == ["mental_wellbeing"]
        assert found["Missed bins"].tier == "council" and entry.source_row.endswith("000000000001")


def test_nobodys_name_is_kept(directory):
    directory.load(SAMPLES / "uk_3_0.json", open_referral())
    directory.load(SAMPLES / "feed_pages", open_referral("Pages"))
    assert b"Person" not in (directory.folder / "knowledge.db").read_bytes()


def test_a_folder_of_pages_of_version_1(directory):
    report = directory.load(SAMPLES / "feed_pages", open_referral())
    assert report.counts == {"new": 2, "left_out": 1}
    with directory.services() as found:
        entry = found["Walking football"]
        assert (entry.url, entry.minimum_age, entry.eligibility) == (
            "http://www.walk.example.org", 50, "Men and women over 50",
        )  # fmt: skip
        assert [(row.byday, row.interval, row.opens_at) for row in entry.schedules] == [("TU", 2, "18:00")]
        assert entry.schedule_text == "Tuesdays, every other week" and entry.costs[0].note == "£2.50 a session"
        assert entry.phones[0].number == "01632 960003" and entry.access == ["step_free"]
        assert [row.term.name for row in entry.attributes] == ["Sport"]
        assert found["Pantry"].place.slug == "ashby"


def test_json_lines_with_organisations_that_hold_services(directory):
    report = directory.load(SAMPLES / "nested.jsonl", open_referral())
    assert report.counts == {"new": 1, "rejected": 2}
    assert [line.split(":")[0] for line in said(report, "rejected")] == ["line 2", "line 3, item 1"]
    with directory.services() as found:
        entry = found["Badminton"]
        assert entry.organisation.name == "Fair Group" and entry.schedules[0].byday == "MO"
        assert entry.phones[0].number == "01632 960009"


def test_again_changes_nothing_and_a_service_that_ends_is_taken_down(directory, tmp_path):
    path = shutil.copy(SAMPLES / "uk_3_0.json", tmp_path / "feed.json")
    directory.load(path, open_referral())
    assert directory.load(path, open_referral()).counts == {"unchanged": 2, "over": 1}
    text = path.read_text().replace('"status": "active"', '"status": "inactive"', 1)
    path.write_text(text)
    assert directory.load(path, open_referral()).counts == {"ended": 1, "unchanged": 1, "over": 1}
    assert directory.names() == ["Missed bins"]
    path.write_text(text.replace('"status": "inactive"', '"status": "active"', 1))
    assert directory.load(path, open_referral()).counts["changed"] == 1
    assert directory.names() == ["Ashby talking group", "Missed bins"]


def test_what_is_no_json_says_where(directory, tmp_path):
    (tmp_path / "bad.json").write_text('{"contents": [\n{"id": 1,}\n]}')
    with pytest.raises(ImportWrong, match="bad.json is not JSON: .* on line 2"):
        directory.load(tmp_path / "bad.json", open_referral())
    (tmp_path / "none").mkdir()
    with pytest.raises(ImportWrong, match="holds no .json files"):
        directory.load(tmp_path / "none", open_referral())


def test_half_a_character_anywhere_in_a_row_stops_nothing(directory, tmp_path):
    """JSON may hold one half of an emoji; SQLite and the tokeniser both refuse it."""
    row = {"id": "\ud83d", "name": "Pantry \ud83d", "description": "Food \ud83d parcels", "status": "active"}
    row |= {"organization": {"name": "O\ud83d"}, "locations": [{"addresses": [{"postal_code": "M33 7WR"}]}]}
    row |= {"attributes": [{"taxonomy_term": {"name": "t\ud83d"}}]}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n" + json.dumps({**row, "id": "2", "name": "Larder"}))
    assert directory.load(tmp_path / "rows.jsonl", open_referral()).counts == {"new": 2}
    assert directory.names() == ["Larder", "Pantry ?"]


def test_a_line_nested_without_end_is_reported(directory, tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"name": "a", "status": "closed"}\n' + "[" * 200_000 + "]" * 200_000)
    report = directory.load(tmp_path / "rows.jsonl", open_referral())
    assert said(report, "rejected") == ["line 2: it has lists within lists without end"]


class Feed(BaseHTTPRequestHandler):
    """One page of summaries, each service in full at its own address, one of them broken."""

    def do_GET(self) -> None:
        page = json.loads((SAMPLES / "uk_3_0.json").read_text())
        wanted = self.path.rsplit("/", 1)[1]
        if wanted.startswith("services?"):
            body = {**page, "contents": [{"id": row["id"], "name": row["name"]} for row in page["contents"]]}
        else:
            body = next((row for row in page["contents"] if row["id"] == wanted and not wanted.endswith("2")), None)
        self.send_response(200 if body else 500)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_) -> None:
        """Quiet."""


def test_a_live_feed_is_read_page_by_page_and_each_service_in_full(directory):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        report = directory.load(f"http://127.0.0.1:{server.server_port}/v3/services", open_referral())
    finally:
        server.shutdown()
        server.server_close()
    assert report.counts == {"new": 1, "rejected": 1, "over": 1}
    assert directory.names() == ["Ashby talking group"]


def test_a_feed_that_does_not_answer_says_so(directory):
    with pytest.raises(ImportWrong, match="did not answer with JSON"):
        directory.load("http://127.0.0.1:9/v3", open_referral())
    with pytest.raises(ImportWrong, match="Only an Open Referral feed"):
        directory.load("http://127.0.0.1:9/v3", {})


def test_ohana_lines_nested_and_flat(directory):
    report = directory.load(SAMPLES / "ohana.jsonl", load_mapping("san_mateo"), place=None)
    assert report.counts == {"new": 3}
    with directory.services() as found:
        lunch, stall = found["Lunch"], found["Farm stall"]
        assert lunch.organisation.name == "Peninsula Family" and lunch.costs[0].option == "free"
        assert lunch.locations[0].latitude == 37.48 and lunch.eligibility == "" and lunch.access == ["step_free"]
        assert stall.tier == "council" and stall.phones[0].number == "650 555-0101"
        assert stall.locations[0].addresses[0].postal_code == "94025" and stall.attributes[0].term.name == "FOOD"


def test_an_ohana_organisation_without_a_location_is_reported(directory, tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"name": "Nowhere", "locations": []}\n' * 2)
    report = directory.load(tmp_path / "rows.jsonl", load_mapping("san_mateo"), place=None)
    assert said(report, "rejected") == [f"line {at} (Nowhere): it has no location" for at in (1, 2)]


@pytest.mark.parametrize(("file", "column"), [("services", "id"), ("locations", "name"), ("phones", "number")])
def test_an_ohana_file_without_a_column_it_needs_says_so(directory, tmp_path, file, column):
    folder = shutil.copytree(SAMPLES / "ohana", tmp_path / "ohana")
    header, rows = (folder / f"{file}.csv").read_text().split("\n", 1)
    header = ",".join("other" if name == column else name for name in header.split(","))
    (folder / f"{file}.csv").write_text(f"{header}\n{rows}")
    with pytest.raises(ImportWrong, match=f"{file}.csv has no column '{column}'"):
        directory.load(folder, load_mapping("ohana_sample"), place=None)


def test_ohana_folder_of_csv_files(directory):
    report = directory.load(SAMPLES / "ohana", load_mapping("ohana_sample"), place=None)
    assert report.counts == {"new": 1, "over": 1, "rejected": 1}
    with directory.services() as found:
        entry = found["Food bags"]
        assert [(row.byday, row.opens_at) for row in entry.schedules] == [("MO,TU", "08:00")]
        assert [phone.number for phone in entry.phones] == ["650 780-7525"]
        assert entry.access == ["step_free", "accessible_toilet"] and entry.locations[0].addresses[0].city
    with pytest.raises(ImportWrong, match="no organizations.csv"):
        directory.load(SAMPLES / "feed_pages", load_mapping("ohana_sample"))
