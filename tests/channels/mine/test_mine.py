"""A resident's own record: seen, changed, taken away whole, brought back, and a list that travels without a name."""

from __future__ import annotations

import io
import json
import re

import fastjsonschema
import pytest

from channels.mine import listing
from channels.mine.record import SCHEMA, RecordWrong, from_json
from channels.models import Keepsake
from knowledge.answering import answer
from knowledge.db import session_scope
from knowledge.replying import payload
from settings import settings
from tests.channels.conftest import START
from tests.channels.handover.conftest import press
from tests.channels.handover.test_journeys import shares, takes
from words import say

ASKED = "my mum is on her own and would like a lunch club"


@pytest.fixture
def talked(at_home, rasa):
    """Somebody who was pointed to two or three places in Wenbury."""

    def signposts(asked):
        with session_scope() as session:
            found = answer(session, asked["message"], today=START.date())
            return {"messages": [payload("signposts", before=[("signposts.more", {})], answer=found)]}

    rasa.answer = signposts
    at_home.send(ASKED, path="/p/wenbury")
    return at_home


def record(client) -> dict:
    return json.loads(client.get("/mine/record.json").text)


def test_a_stranger_is_told_that_nothing_is_held(at_home):
    page = at_home.get("/mine")
    assert page.status_code == 200 and say("mine.nothing", "en") in page.text
    assert record(at_home)["conversation"] == []


def test_everything_held_is_shown(talked, at_desk):
    shares(talked)
    takes(at_desk())
    talked.send("something private", path="/p/wenbury")
    page = talked.get("/mine").text
    assert ASKED in page and "something private" in page and say("mine.list", "en") in page
    assert say("handed.look.nobody", "en") in page, "claiming shows nothing that was written before"


def test_the_file_keeps_to_its_published_schema(talked):
    published = json.loads(talked.get("/mine/schema.json").text)
    assert published == json.loads(SCHEMA.read_text(encoding="utf-8"))
    check = fastjsonschema.compile({**published, "$schema": "http://json-schema.org/draft-07/schema#"})
    whole = record(talked)
    check(whole)
    assert whole["asked"] == ASKED and len(whole["list"]) >= 2
    with pytest.raises(fastjsonschema.JsonSchemaException):
        check({**whole, "name": "somebody"})


def test_notes_are_kept_and_an_entry_is_taken_off(talked):
    kept = press(talked, talked.get("/mine"), "mine", notes="ring on Tuesday")
    assert "ring on Tuesday" in kept.text and say("mine.done.notes", "en") in kept.text
    first = record(talked)["list"][0]["entry"]
    press(talked, kept, "mine", remove=first)
    after = record(talked)
    assert first not in [one["entry"] for one in after["list"]] and after["notes"] == "ring on Tuesday"


def test_only_an_entry_can_be_taken_off(talked):
    press(talked, talked.get("/mine"), "mine", remove="x" * 60_000)
    with session_scope(settings().conversations_url) as session:
        assert [row.removed for row in session.query(Keepsake)] in ([], [[]])
    assert len(record(talked)["list"]) >= 2


def test_brought_back_somewhere_else_it_picks_up_with_place_and_need(talked, app, rasa):
    press(talked, talked.get("/mine"), "mine", notes="ring on Tuesday")
    taken = talked.get("/mine/record.json").data
    elsewhere = app.test_client()
    elsewhere.get("/p/morwerydd")
    form = elsewhere.get("/mine/back")
    token = re.search(r'name="csrf_token" value="([^"]+)"', form.text).group(1)
    back = elsewhere.post(
        "/mine/back", data={"csrf_token": token, "file": (io.BytesIO(taken), "fingerpost.json")},
        content_type="multipart/form-data", follow_redirects=True,
    )  # fmt: skip
    assert back.status_code == 200 and ASKED in back.text
    assert rasa.asked[-1]["message"].startswith(ASKED)
    again = record(elsewhere)
    assert again["notes"] == "ring on Tuesday"
    assert {one["entry"] for one in json.loads(taken)["list"]} <= {one["entry"] for one in again["list"]}


@pytest.mark.parametrize(
    "written",
    ["", "{", "[]", '{"format": "something"}', '{"format": "fingerpost-record", "version": 2}', "[" * 10000,
     '{"format": "fingerpost-record", "version": 1, "list": 7}',
     '{"format": "fingerpost-record", "version": 1, "notes": ["a"]}'],
    ids=range(8),
)  # fmt: skip
def test_what_is_no_record_is_refused_in_a_sentence(at_home, written):
    with pytest.raises(RecordWrong):
        from_json(written)
    page = press(at_home, at_home.get("/mine/back"), "bring", record=written)
    assert page.status_code == 400 and say("mine.back.wrong", "en").split('"')[0] in page.text.replace("&#34;", '"')


def test_ids_that_are_none_and_words_without_end_are_cut():
    found = from_json(json.dumps({
        "format": "fingerpost-record", "version": 1, "notes": "x" * 9000, "asked": "y" * 9000,
        "list": [{"entry": "no id"}, {"entry": "7d5f2d6e-0000-4000-8000-000000000000"}, 7] * 100,
    }))  # fmt: skip
    assert len(found.entries) == 1 and len(found.notes) == 4000 and len(found.asked) == 300


def test_a_list_in_an_address_is_only_entries_and_only_behind_the_sign(talked):
    entries = [one["entry"] for one in record(talked)["list"]]
    code = listing.code_of(entries)
    assert listing.entries_in(f"https://example.org/mine/list#{code}") == tuple(entries)
    assert listing.entries_in("anything else") == ()
    page = talked.get("/mine")
    assert "<svg" in page.text and code not in page.text, "the code is in the picture, not in an address of the page"


def test_a_list_from_a_code_is_shown_to_anybody_and_kept_for_nobody(talked, app):
    entries = record(talked)["list"]
    other = app.test_client()
    shown = press(other, other.get("/mine/list"), "code-form", code=listing.code_of(one["entry"] for one in entries))
    assert all(one["name"] in shown.text for one in entries)
    assert say("mine.nothing", "en") in other.get("/mine").text


def test_after_danger_nothing_is_offered_to_be_kept_on_the_device(at_home):
    at_home.send("hello", path="/p/wenbury")
    assert 'id="device"' in at_home.get("/mine").text
    at_home.send("my husband hits me and I am scared", path="/p/wenbury")
    assert 'id="device"' not in at_home.get("/mine").text


def test_a_librarian_makes_a_list_with_somebody_and_nothing_stays(at_desk, home, held):
    jo = at_desk()
    page = jo.get("/console/list")
    next(page.tree.iter("form")).set("id", "list")
    found = press(jo, page, "list", q="lunch club", place="wenbury", do="find")
    entry = re.search(r'name="entry" id="found-1" value="([0-9a-f-]{36})"', found.text).group(1)
    next(found.tree.iter("form")).set("id", "list")
    made = press(jo, found, "list", entry=entry, do="make")
    assert "<svg" in made.text and listing.code_of([entry]) in made.text and "sms:?" in made.text
    assert not any(rows for rows in held().values())
