"""Deleting reaches every store: both databases table by table, their files, the queue, the log, a backup made after."""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels import conversations, receipts
from channels.handover import asking, clerking, letting
from channels.models import Base, Conversation
from channels.sms import sending, workers
from channels.sms.numbers import person_of
from knowledge.db import engine_for, session_scope
from settings import use
from tests.channels.handover.conftest import opened, press
from tests.channels.handover.test_journeys import shares, takes
from tests.channels.sms.conftest import OURS, Carrier, Clock, Telephone, work
from words import say

SAID, SUMMARY, NOTES, CLERK, STAFF_NOTE, PURPOSE, RING, NUMBER = THEIRS = (
    "marmalade zeppelin", "quagmire turnip", "walrus bassoon", "gooseberry trombone", "flugelhorn parsnip",
    "kazoo for the form", "07700 900321", "+447700900654",
)  # fmt: skip
FORMS = (*THEIRS, "07700900321", "7700900321", "07700900654", "7700900654", "7700 900654")
# By table: what may be left, each of it in the docstring of channels/models.py; all ids, hashes and times.
LEFT = {"tombstone", "receipt", "agreement", "look", "presence", "texter", "text_out", "text_count"}


@pytest.fixture
def home(home, tmp_path):
    """This test's installation with the directory, the queue and a log in its own folder too."""
    shutil.copy(home.knowledge_url.removeprefix("sqlite:///"), tmp_path / "knowledge.db")
    url = f"sqlite:///{tmp_path / 'knowledge.db'}"
    texting = replace(home.texting, providers=("console",), numbers=((OURS, "wenbury"),))
    written = logging.FileHandler(tmp_path / "everything.log")
    root = logging.getLogger()
    level = root.level
    root.addHandler(written)
    root.setLevel(logging.DEBUG)
    with use(replace(home, knowledge_url=url, texting=texting)) as ours:
        yield ours
    root.removeHandler(written)
    root.setLevel(level)
    written.close()
    engine_for(url).dispose()


@pytest.fixture
def files(home, tmp_path):
    """Everything on disk in which these words stand, the backup included."""

    def found(words: str) -> list[str]:
        return sorted(
            path.name for path in tmp_path.rglob("*") if path.is_file() and words.encode() in path.read_bytes()
        )

    return found


def rows(url: str) -> dict[str, list[tuple]]:
    """Every row of every table there is, also those no model knows (search, migrations)."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


def back_up(url: str, to: Path) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as here, closing(sqlite3.connect(to)) as there:
        here.backup(there)


@pytest.fixture
def on_the_web(at_home, at_desk, home):
    """Somebody who did everything there is to do, with a clerk in the middle of it."""
    at_home.send(SAID, path="/p/wenbury")
    press(at_home, at_home.get("/mine"), "mine", notes=NOTES)
    press(at_home, at_home.get("/mine/advocate"), "let", may="act", purpose=PURPOSE)
    shares(at_home, "summary", summary=SUMMARY, may_call="yes", callback=RING)
    jo = at_desk("Jo")
    path, page = takes(jo)
    press(jo, page, "answer", text=CLERK, do="say")
    press(jo, jo.get(path), "answer", text=STAFF_NOTE, do="note")
    at_home.send(f"{SAID} and ring {RING}", path="/p/wenbury")
    jo.get(path)
    return at_home


@pytest.fixture
def by_text(home, monkeypatch, here):
    """Somebody who texts, shared everything, and has a clerk's answer on its way."""
    carrier, clock = Carrier(), Clock(datetime.now(UTC))
    monkeypatch.setattr(sending, "provider", lambda _name: carrier)
    monkeypatch.setattr(workers, "_where", lambda: str(Path(home.conversations_url[10:]).parent / "wake.db"))
    ann = Telephone(NUMBER, carrier, clock)
    ann.texts(SAID)
    workers.wake()
    work(clock)
    with opened() as session:
        talk = session.query(Conversation).filter_by(sender=person_of(NUMBER)).one()
        handover = asking.ask(session, talk, here[0], asking.Wanted("whole"), clock())
        code = letting.make(session, talk.id, "act", PURPOSE, 7, clock())
        assert code
    from channels.handover.agreeing import Reader

    jo = Reader("jo", "Jo", frozenset([here[0].id]))
    with opened() as session:
        clerking.claim(session, handover, jo, here[0], clock())
        clerking.reply(session, handover, jo, CLERK, clock(), reference="one")
        clerking.note(session, handover, jo, STAFF_NOTE, clock())
    ann.clock.on(seconds=1)
    return ann


def test_both_delete_and_not_a_byte_of_theirs_is_left(on_the_web, by_text, home, files, tmp_path, monkeypatch):
    on_disk = {words for words in THEIRS if files(words)}
    assert on_disk == set(THEIRS) - {NUMBER}, "the test would otherwise find nothing for ever; the number is sealed"
    sender = conversations.sender_of(_token(on_the_web))
    assert files(sender) and (tmp_path / "wake.db").exists() and (tmp_path / "everything.log").stat().st_size
    before = {name: len(found) for name, found in rows(home.knowledge_url).items()}

    asked = on_the_web.get("/delete")
    next(asked.tree.iter("form")).set("id", "delete")
    gone = press(on_the_web, asked, "delete")
    by_web = re.search(r'class="receipt">([0-9A-F]{10})<', gone.text).group(1)
    said = by_text.asks("DELETE")
    by_sms = re.search(r"\b[0-9A-F]{10}\b", said).group(0)

    for url, name in ((home.conversations_url, "conversations"), (home.knowledge_url, "knowledge")):
        back_up(url, tmp_path / f"backup-{name}.db")
    assert {words: files(words) for words in (*FORMS, sender) if files(words)} == {}, "bytes of theirs left"
    held, directory = rows(home.conversations_url), rows(home.knowledge_url)
    assert set(Base.metadata.tables) <= set(held)
    ours = {name for name, found in held.items() if found} - {"alembic_version", "sqlite_sequence"}
    assert ours <= LEFT, ours - LEFT
    everything = str(held) + str(directory)
    assert not [words for words in (*FORMS, sender) if words in everything]
    grown = {name for name, found in directory.items() if len(found) != before.get(name)}
    assert not {name for name in grown if not name.startswith("demand")}, "deleting writes nothing into the directory"
    for receipt in (by_web, by_sms):
        assert files(receipt) == [], "kept by its hash"
        assert receipts.look_up(receipt, datetime.now(UTC))


def _token(client) -> str:
    with client.session_transaction("/") as cookie:
        return cookie["token"]


def test_a_receipt_can_be_looked_up_by_whoever_holds_it_for_seven_days(on_the_web, app):
    receipt = conversations.forget(conversations.sender_of(_token(on_the_web)))
    other = app.test_client()
    found = press(other, other.get("/mine/receipt"), "receipt", reference=f" {receipt[:5].lower()} {receipt[5:]} ")
    assert say("mine.receipt.left", "en") in found.text
    for line in say("mine.receipt.what", "en").split("\n"):
        assert line in found.text
    unknown = press(other, other.get("/mine/receipt"), "receipt", reference="0000000000")
    assert say("mine.receipt.unknown", "en") in unknown.text and say("mine.receipt.left", "en") not in unknown.text
    now = datetime.now(UTC)
    assert receipts.look_up(receipt, now + receipts.KEPT) is None
    with session_scope(conversations.settings().conversations_url) as session:
        receipts.forget(session, now + receipts.KEPT * 2)
    assert receipts.look_up(receipt, now) is None, "forgotten"


def test_nothing_held_gives_no_receipt(at_home, home):
    assert conversations.forget("nobody") == ""
    assert rows(home.conversations_url)["receipt"] == []
