"""One entry from its editor's hands to everywhere that people and machines see it, through the real doors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from knowledge import looking_after
from knowledge import models as m
from knowledge.db import session_scope
from knowledge.indexing import phrase_rows
from tests.channels.console.conftest import WRITTEN, write
from tests.channels.web.lint import words_of

ASKED = "somebody to play whist and have tea with, she is lonely"


@pytest.fixture(autouse=True)
def understood(sentence_model, town):
    """Messages about company are understood, and the church needs nobody's leave."""
    with session_scope() as session:
        for text in ("I am lonely", "company for my mum", "tea and a chat"):
            session.add_all(phrase_rows(session, "loneliness", [(text, text)]))
        looking_after.trust(session, town.church, True)


def thursday() -> str:
    today = datetime.now(UTC).date()
    return (today + timedelta(days=(3 - today.weekday()) % 7)).isoformat()


def last_answer(resident) -> str:
    """What a resident of Larch is told who asks just now. No Rasa runs here: the gateway searches by itself."""
    page = resident.send(ASKED, path="/p/larch")
    page = resident.get(page.location) if page.status_code == 303 else page
    turns = [one for one in page.tree.iter() if "turn" in (one.get("class") or "").split()]
    return words_of(turns[-1])


PLACES = ("/oruk/v3/services", "/oruk/v3/services?search=cards", "/p/larch/whats-on?day={day}", "/p/larch/whats-on.ics")


def everywhere(resident, entry, day: str) -> dict[str, str]:
    """What each door says: the chat, the feed, the entry's page, the places that list it."""
    paths = [*PLACES, f"/entry/{entry}", f"/oruk/v3/services/{entry}", f"/entry/{entry}/calendar.ics"]
    said = {path: resident.get(path.format(day=day)).text for path in paths}
    return {**said, "chat": last_answer(resident)}


def test_an_edit_is_in_the_next_answer_and_in_every_list_and_a_withdrawal_is_gone_from_all(come, town):
    editor, resident, day = come("editor"), come("nobody"), thursday()
    assert "Tea and cards" not in last_answer(resident)
    write(editor, f"/console/group/{town.church}/new", **WRITTEN)
    with session_scope() as session:
        entry = session.query(m.Service).filter_by(name="Tea and cards").one().id
    for door, said in everywhere(resident, entry, day).items():
        assert "Tea and cards" in said, door
    assert str(entry) in resident.get("/sitemap/1.xml").text

    write(editor, f"/console/entry/{entry}", name="Tea, cards and cake")
    for door, said in everywhere(resident, entry, day).items():
        assert "cards and cake" in said.replace("\\,", ",") and "Tea and cards" not in said, door

    write(editor, f"/console/entry/{entry}/withdraw", do="withdraw")
    for door, said in everywhere(resident, entry, day).items():
        assert "cards and cake" not in said.replace("\\,", ","), door
    for path in (f"/entry/{entry}", f"/entry/{entry}/calendar.ics", f"/oruk/v3/services/{entry}"):
        assert resident.get(path).status_code == 410, path
    assert str(entry) not in resident.get("/sitemap/1.xml").text
