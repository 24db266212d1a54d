"""A spreadsheet of a group: shown before it happens, done once, undone; never another group's rows."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from knowledge import looking_after
from knowledge import models as m
from knowledge.db import session_scope
from tests.channels.console.conftest import filled


@pytest.fixture(autouse=True)
def trusted(sentence_model, town):
    with session_scope() as session:
        looking_after.trust(session, town.church, True)


def at(town) -> str:
    return f"/console/group/{town.church}/sheet"


def upload(client, town, text: str | bytes, name: str = "entries.csv"):
    form = next(iter(client.get(at(town)).tree.iter("form")))
    body = text if isinstance(text, bytes) else text.encode()
    sent = {**filled(form), "do": "try", "file": (io.BytesIO(body), name)}
    return client.post(at(town), data=sent, content_type="multipart/form-data")


def press(client, page, town, what: str):
    form = next(one for one in page.tree.iter("form"))
    button = next(one for one in form.iter("button") if (one.get("value") or "").startswith(what))
    return client.post(at(town), data={**filled(form), "do": button.get("value")})


def names(town) -> dict[str, str]:
    with session_scope() as session:
        return {row.name: row.status for row in session.query(m.Service).filter_by(organisation_id=town.church)}


def changed(client, town) -> str:
    """The group's sheet with its one entry renamed and a new one added."""
    text = client.get(f"/console/group/{town.church}/entries.csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    rows[0]["name"] = "Lunch and games"
    rows.append({**dict.fromkeys(rows[0], ""), "name": "Whist", "line": "Cards on a Monday.", "topics": "loneliness"})
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_every_change_is_shown_before_it_happens_then_done_then_undone(come, town):
    client = come("editor")
    page = upload(client, town, changed(client, town))
    assert page.status_code == 200 and "New: 1. Changed: 1." in page.text
    assert "<del>Lunch club</del>" in page.text and "<ins>Lunch and games</ins>" in page.text
    assert names(town) == {"Lunch club": "active"}
    assert press(client, page, town, "do").status_code == 303
    assert names(town) == {"Lunch and games": "active", "Whist": "active"}
    press(client, page, town, "do")
    assert len(names(town)) == 2
    assert press(client, client.get(at(town)), town, "undo").status_code == 303
    assert names(town) == {"Lunch club": "active", "Whist": "inactive"}


def test_what_somebody_changed_meanwhile_is_left_alone(come, town):
    client = come("editor")
    page = upload(client, town, changed(client, town))
    with session_scope() as session:
        draft = looking_after.latest_draft(session, session.get_one(m.Service, town.lunch))
        moved = looking_after.replace(draft, name={"en": "Theirs"})
        who, day = town.people["steward"], datetime.now(UTC).date()
        looking_after.put_out(session, moved, by=who, base=1, today=day, checked_by="")
    assert press(client, page, town, "do").location.endswith("done=left")
    assert "Theirs" in names(town) and "Lunch and games" not in names(town)


def test_the_same_file_again_changes_nothing(come, town):
    client = come("editor")
    page = upload(client, town, client.get(f"/console/group/{town.church}/entries.csv").get_data())
    assert "New: 0. Changed: 0. The same: 1." in page.text


def test_another_groups_row_is_refused(come, town):
    page = upload(come("editor"), town, "key,name,line,topics\ndrums,Ours now,Drums.,food\n")
    assert "Cannot be read: 1" in page.text and "Line 2, key: drums" in page.text


FILES = [
    ("entries.xlsx", b"PK", "save it as CSV"), ("evil.html", b"<h1>", "save it as CSV"),
    ("entries.csv", b"PK\x03\x04", "save it as CSV"), ("entries.csv", b"title\nx", "must name the columns"),
    ("entries.csv", b"name,line,topics\n\x81\x8d\x9d,Tea,food\n", "Save it as CSV UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "said"), FILES)
def test_what_is_no_csv_is_refused_with_a_sentence(come, town, name, body, said):
    page = upload(come("editor"), town, body, name)
    assert page.status_code == 400 and "govuk-error-message" in page.text and said in page.text


def test_too_large_a_file_is_a_kind_page(come, town):
    page = upload(come("editor"), town, b"name,line,topics\n" + b"x" * 1_000_000)
    assert page.status_code == 413


def test_a_group_that_is_not_trusted_cannot_read_in(come, town):
    with session_scope() as session:
        looking_after.trust(session, town.church, False)
    page = upload(come("editor"), town, "name,line,topics\nTea,All.,food\n")
    assert page.status_code == 400 and "A steward looks first" in page.text


def test_json_is_read_like_a_sheet(come, town):
    client = come("editor")
    given = [{"name": "Whist", "line": "Cards on a Monday.", "topics": ["loneliness"], "pounds": 2.5, "email": None}]
    page = upload(client, town, json.dumps(given), "entries.json")
    assert "New: 1. Changed: 0." in page.text
    press(client, page, town, "do")
    assert names(town) == {"Lunch club": "active", "Whist": "active"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("{}", "must be a list"), ("[1]", "must be a list"), ("[", "neither CSV nor JSON"), ("[" * 9999, "neither CSV")],
)
def test_json_that_is_no_list_of_entries_is_told_so(come, town, text, said):
    page = upload(come("editor"), town, text, "entries.json")
    assert page.status_code == 400 and said in page.text
