"""To an outside inbox only after a yes that names it, each line once, and gone there too; against a fake Chatwoot."""

from __future__ import annotations

import http.server
import json
import threading
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from channels import conversations, retention
from channels.handover import forwarding, looking
from channels.handover.gate import look_words
from channels.handover.outside import OutsideSilent, chatwoot
from channels.models import Forwarded
from settings import Outside, use
from tests.channels.handover.conftest import opened
from words import say

NUMBER = "07700 900321"


class FakeChatwoot:
    """Speaks the part of Chatwoot's application API that we use, over real HTTP."""

    def __init__(self) -> None:
        self.contacts: dict[int, str] = {}
        self.talks: dict[int, int] = {}
        self.messages: list[dict] = []
        self.notes: list[dict] = []
        self.breaks: list[str] = []  # what does its work and is then not heard to have done it, or fails at once
        self.status = 200
        self.deleted: list[int] = []

    def answer(self, method: str, path: str, body: dict) -> tuple[int, dict]:
        if self.status != 200:
            return self.status, {}
        what = path.removeprefix("/api/v1/accounts/1/").partition("?")[0].split("/")
        if f"{method} {what[-1]}" in self.breaks:
            self.breaks.remove(f"{method} {what[-1]}")
            return 500, {}
        status, answered = self.done(method, path, what, body)
        if f"late {method} {what[-1]}" in self.breaks:
            self.breaks.remove(f"late {method} {what[-1]}")
            return 504, {}
        return status, answered

    def done(self, method: str, path: str, what: list[str], body: dict) -> tuple[int, dict]:
        if method == "GET":
            return 200, {"payload": self.known(path, what)}
        if method == "DELETE":
            known = int(what[1]) in self.contacts
            self.contacts.pop(int(what[1]), None)
            self.deleted.append(int(what[1]))
            return (200, {}) if known else (404, {})
        if what == ["contacts"]:
            if body["identifier"] in self.contacts.values():
                return 422, {"message": "Identifier has already been taken"}
            number = len(self.contacts) + 7
            self.contacts[number] = body["identifier"]
            return 200, {"payload": {"contact": {"id": number}, "contact_inbox": {"source_id": f"source-{number}"}}}
        if what == ["conversations"]:
            assert body["source_id"] == f"source-{body['contact_id']}" and body["inbox_id"] == 2
            self.talks[40 + body["contact_id"]] = body["contact_id"]
            return 200, {"id": 40 + body["contact_id"]}
        assert what[0] == "conversations" and what[2] == "messages"
        (self.notes if body["private"] else self.messages).append({"talk": what[1], **body})
        return 200, {"id": len(self.messages)}

    def known(self, path: str, what: list[str]) -> list | dict:
        """What is there, as Chatwoot shows it."""
        inboxes = {n: [{"source_id": f"source-{n}", "inbox": {"id": 2}}] for n in self.contacts}
        if what == ["contacts", "search"]:
            wanted = path.partition("?q=")[2]
            return [{"id": n, "identifier": one} for n, one in self.contacts.items() if wanted in one]
        if what[2:] == ["conversations"]:
            return [{"id": talk, "inbox_id": 2} for talk, contact in self.talks.items() if str(contact) == what[1]]
        if what[0] == "contacts":
            return {"id": int(what[1]), "contact_inboxes": inboxes[int(what[1])]}
        return [
            {"id": number, "content": one["content"], "message_type": 0,
             "content_attributes": {"external_created_at": one["external_created_at"]}}
            for number, one in enumerate(self.messages, start=1) if one["talk"] == what[1]
        ][-20:]  # fmt: skip


@pytest.fixture
def outside(home, here):
    """The fake inbox, and this installation set to forward the listening desk's to it."""
    fake = FakeChatwoot()

    class Handler(http.server.BaseHTTPRequestHandler):
        def _do(self) -> None:
            assert self.headers["api_access_token"] == "secret"
            length = int(self.headers.get("Content-Length") or 0)
            status, body = fake.answer(self.command, self.path, json.loads(self.rfile.read(length) or b"{}"))
            written = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        do_GET = do_POST = do_DELETE = _do

        def log_message(self, *_given) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    fake.address = f"http://127.0.0.1:{server.server_address[1]}/accounts/1/inboxes/2"
    with use(replace(home, outside=Outside(fake.address, "secret", str(here[0].id)))):
        yield fake
    server.shutdown()
    server.server_close()


def event(talk: str, text: str, number: int = 1, **more) -> dict:
    return {
        "event": "message_created", "id": number, "content": text, "message_type": "outgoing", "private": False,
        "conversation": {"id": int(talk)}, "sender": {"name": "Mo"}, **more,
    }  # fmt: skip


def test_nothing_goes_without_a_yes_that_names_it(resident, waiting, outside):
    resident.says("something private")
    assert forwarding.carry(resident.at) == 0 and outside.contacts == {} and outside.messages == []


@pytest.fixture
def agreed(resident, here, outside):
    resident.says("said before", door="wenbury")
    handover = resident.asks(here[0], callback=NUMBER, outside=True)
    resident.says("said after")
    return handover


def test_what_was_agreed_goes_each_line_once_and_no_more(resident, agreed, outside):
    assert forwarding.carry(resident.at) > 0
    assert forwarding.carry(resident.at) == 0
    sent = [one["content"] for one in outside.messages]
    assert NUMBER in sent and "said after" in sent and "said before" not in " ".join(sent)
    assert all(one["message_type"] == "incoming" for one in outside.messages)
    with opened() as session:
        (look,) = [look_words(one, "en") for one in looking.looks_at(session, [agreed])]
    assert look.startswith("The listening desk of Wenbury Advice Centre looked at a copy in their own inbox")
    assert resident.sender not in str(outside.contacts) + str(outside.messages)


def test_a_timer_carries_it_and_tells_those_whom_nobody_came_for(resident, here, agreed, outside, monkeypatch):
    late = resident.at + timedelta(minutes=here[0].nobody_after)
    monkeypatch.setattr("sys.argv", ["retention", "--once"])
    monkeypatch.setattr(retention, "datetime", SimpleNamespace(now=lambda _zone: late))
    assert retention.main() == 0
    assert "said after" in [one["content"] for one in outside.messages]
    assert resident.told == [say("handed.notice.nobody", "en", minutes=here[0].nobody_after)]


def test_an_answer_from_there_reaches_the_resident_once(resident, agreed, outside):
    forwarding.carry(resident.at)
    talk = outside.messages[0]["talk"]
    assert forwarding.heard(event(talk, "Hello from Mo"), resident.at)
    forwarding.heard(event(talk, "Hello from Mo"), resident.at)
    assert resident.told.count("Hello from Mo") == 1 and resident.owner.clerk_name == "Mo"
    for other in (event(talk, "a note", 2, private=True), event(talk, "theirs", 3, message_type="incoming"),
                  event("999", "nobody's", 4), {"event": "conversation_created"}):  # fmt: skip
        assert not forwarding.heard(other, resident.at)
    assert resident.says("thank you").outcome == "with_person"


@pytest.mark.parametrize("how", ["taken back", "deleted"])
def test_deletion_is_asked_of_it_until_it_is_done(resident, agreed, outside, how):
    forwarding.carry(resident.at)
    if how == "deleted":
        assert conversations.forget(resident.sender)
    else:
        resident.takes_back(agreed)
    outside.status = 500
    assert forwarding.carry(resident.at) == 0 and outside.contacts
    outside.status = 200
    later = resident.at + timedelta(hours=2)
    assert forwarding.carry(later) == 1 and outside.contacts == {}
    with opened() as session:
        assert session.query(Forwarded).count() == 0
    assert not forwarding.heard(event("47", "too late"), later)


def test_what_could_not_be_sent_is_sent_later_and_once(resident, agreed, outside):
    outside.status = 503
    assert forwarding.carry(resident.at) == 0
    outside.status = 200
    assert forwarding.carry(resident.at) == 0, "not at once again"
    forwarding.carry(resident.at + timedelta(minutes=5))
    assert [one["content"] for one in outside.messages].count("said after") == 1


def test_the_hook_wants_its_key(app, agreed, outside, resident):
    forwarding.carry(resident.at)
    app.config["WTF_CSRF_ENABLED"] = True
    client, told = app.test_client(), event(outside.messages[0]["talk"], "By the hook")
    for wrong in ("wrong", "%C3%A9"):
        assert client.post(f"/outside/heard?key={wrong}", json=told).status_code == 400
    assert client.post(f"/outside/heard?key={forwarding.key()}", data="x").status_code == 400
    assert client.post(f"/outside/heard?key={forwarding.key()}", json=told).status_code == 200
    assert "By the hook" in resident.told


@pytest.mark.parametrize(
    "address", ["", "ftp://x/accounts/1/inboxes/2", "https://x/accounts/a/inboxes/2", "https://x/"]
)
def test_an_address_that_is_no_inbox_is_refused(address):
    with pytest.raises(ValueError, match=r"not like|numbers"):
        chatwoot(address, "t")


def test_an_inbox_that_is_gone_is_silent(nobody):
    with pytest.raises(OutsideSilent):
        chatwoot(f"{nobody}/accounts/1/inboxes/2", "t").contact("x")


@pytest.mark.parametrize(
    "broken", ["POST conversations", "late POST conversations", "late POST contacts", "GET conversations"]
)
def test_a_call_that_fails_on_the_way_strands_nothing_and_doubles_nothing(resident, agreed, outside, broken):
    outside.breaks = [broken]
    assert forwarding.carry(resident.at) == 0 and outside.breaks == []
    assert forwarding.carry(resident.at + timedelta(minutes=5)) > 0
    assert len(outside.contacts) == len(outside.talks) == 1
    assert [one["content"] for one in outside.messages].count("said after") == 1


def test_a_contact_whose_talk_was_never_begun_is_deleted_there_too(resident, agreed, outside):
    outside.breaks = ["POST conversations"]
    forwarding.carry(resident.at)
    assert outside.contacts
    resident.takes_back(agreed)
    forwarding.carry(resident.at + timedelta(minutes=5))
    assert outside.contacts == {}


def test_a_line_that_went_and_was_not_heard_to_have_gone_is_not_sent_again(resident, agreed, outside):
    outside.breaks = ["late POST messages"]
    forwarding.carry(resident.at)
    forwarding.carry(resident.at + timedelta(minutes=5))
    sent = [one["content"] for one in outside.messages]
    assert len(sent) == len(set(sent)) and "said after" in sent


def test_the_same_words_said_twice_go_twice(resident, agreed, outside):
    resident.says("yes")
    forwarding.carry(resident.at)
    resident.says("yes", later=timedelta(minutes=5))
    forwarding.carry(resident.at)
    assert [one["content"] for one in outside.messages].count("yes") == 2


def test_a_reply_from_there_that_reaches_nobody_is_answered_there(resident, agreed, outside, clerk, caplog):
    forwarding.carry(resident.at)
    talk = outside.messages[0]["talk"]
    clerk().claims(agreed, resident.at)
    assert not forwarding.heard(event(talk, "We can see you at 3"), resident.at)
    assert "We can see you at 3" not in resident.told
    assert [one["talk"] for one in outside.notes] == [talk]
    assert say("staff.outside.not_delivered", "en") in outside.notes[0]["content"]
    assert f"talk={talk}" in caplog.text and "We can see" not in caplog.text


def test_a_reply_from_there_is_kept_once_the_database_is_free_and_refused_aloud_where_it_never_is(
    app, resident, agreed, outside, monkeypatch
):
    forwarding.carry(resident.at)
    told, said, tries = event(outside.messages[0]["talk"], "At last"), forwarding._said, []

    def busy(*given):
        tries.append(1)
        if len(tries) < 3 or len(tries) > 3:
            raise OperationalError("locked", {}, Exception())
        return said(*given)

    monkeypatch.setattr(forwarding, "_said", busy)
    monkeypatch.setattr(forwarding, "WAITS", (0, 0))
    post = app.test_client().post
    assert post(f"/outside/heard?key={forwarding.key()}", json=told).status_code == 200
    assert resident.told.count("At last") == 1
    assert post(f"/outside/heard?key={forwarding.key()}", json=told).status_code == 503
