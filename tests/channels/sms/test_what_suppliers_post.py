"""The doors suppliers knock at: nothing unproved gets in, whatever it looks like; nothing proved is lost or doubled."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime

import pytest

from bench import suppliers as simulated
from channels.sms import workers
from channels.web import create_app
from settings import from_environment, use

PUBLIC = "https://help.example.org"
NUMBER, OURS = "+447700901234", "+441632960001"
PROXIED = {"X-Forwarded-Proto": "https"}
FORM = simulated.twilio_form("SM1", NUMBER, OURS, "where is the food bank")
TYPES = ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "text/plain",
         "application/xml", "application/octet-stream", ""]  # fmt: skip


@pytest.fixture
def woken(monkeypatch):
    calls: list[int] = []
    monkeypatch.setattr(workers, "wake", lambda: calls.append(1))
    return calls


@pytest.fixture
def installation(home, tmp_path, woken):
    """Both suppliers, behind a proxy, at a public address."""
    environment = {**simulated.Suppliers(port=9).environment(f"{OURS}=wenbury"), "PUBLIC_URL": PUBLIC}
    ours = from_environment(
        {"FINGERPOST_VAR": str(tmp_path), "SECRET_KEY": "only for tests", **environment,
         "CONVERSATIONS_URL": home.conversations_url, "KNOWLEDGE_URL": home.knowledge_url}
    )  # fmt: skip
    with use(ours):
        yield ours


@pytest.fixture
def client(installation):
    return create_app(installation).test_client()


def twilio(client, form=FORM, *, path="/sms/twilio", signature=None, url=None, token=simulated.TOKEN, **more):
    made = signature if signature is not None else simulated.signed(url or f"{PUBLIC}{path}", form, token)
    headers = {"X-Twilio-Signature": made, **PROXIED, **more.pop("headers", {})}
    return client.post(path, data=more.pop("data", form), headers=headers, **more)


def notify(client, body=None, *, path="/sms/notify", bearer=simulated.BEARER, **more):
    said = body or simulated.notify_body("n-1", NUMBER, OURS, "hello", datetime.now(UTC))
    return client.post(path, json=said, headers={"Authorization": f"Bearer {bearer}", **PROXIED}, **more)


def waiting(rows_of) -> int:
    from sqlalchemy import func, select

    from channels.models import TextIn
    from knowledge.db import session_scope

    with session_scope(rows_of.conversations_url) as session:
        return session.scalar(select(func.count()).select_from(TextIn))


def test_a_text_by_twilio_is_taken_and_the_workers_are_woken(client, installation, woken):
    assert twilio(client).status_code == 204 and waiting(installation) == 1 and woken == [1]


def test_a_text_by_notify_is_taken(client, installation, woken):
    assert notify(client).status_code == 204 and waiting(installation) == 1 and woken == [1]


@pytest.mark.parametrize("path", ["/sms/twilio", "/sms/notify", "/sms/twilio/status", "/sms/notify/receipt"])
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(
    "body", [b"", b"Body=hello&From=%2B447700900123&MessageSid=SM1", b'{"id": "1"}', b"\xff\xfe", b"x" * 200_000]
)
def test_nothing_unproved_gets_in_whatever_it_looks_like(client, installation, path, kind, body):
    given = client.post(path, data=body, content_type=kind or None, headers=PROXIED)
    assert given.status_code == 403 and given.data == b"" and waiting(installation) == 0
    assert "Set-Cookie" not in given.headers


@pytest.mark.parametrize("path", ["/sms/twilio", "/sms/notify", "/sms/twilio/status", "/sms/notify/receipt"])
def test_a_supplier_that_is_not_configured_is_a_stranger(home, tmp_path, path):
    with use(from_environment({"FINGERPOST_VAR": str(tmp_path), "SMS_PROVIDERS": "off"})) as ours:
        client = create_app(ours).test_client()
        empty = {
            "X-Twilio-Signature": simulated.signed(f"http://127.0.0.1:8000{path}", FORM, ""),
            "Authorization": "Bearer ",
        }
        assert client.post(path, data=FORM, headers=empty).status_code == 403
        assert client.post(path, json={}, headers=empty).status_code == 403


@pytest.mark.parametrize(
    "altered",
    [
        {"signature": ""}, {"signature": "bm9uc2Vuc2U="}, {"signature": "é"}, {"token": "another"},
        {"url": "http://help.example.org/sms/twilio"}, {"url": "https://elsewhere.example.org/sms/twilio"},
        {"url": "http://localhost/sms/twilio"}, {"data": {**FORM, "Body": "something else"}},
        {"data": {**FORM, "Extra": "1"}}, {"data": {**FORM, "From": "+447700900999"}},
        {"form": {**FORM, "AccountSid": "AC9"}}, {"path": "/sms/twilio?x=1", "url": f"{PUBLIC}/sms/twilio"},
        {"content_type": "multipart/form-data"},
    ],
    ids=range(13),
)  # fmt: skip
def test_an_altered_request_or_signature_is_refused(client, installation, altered):
    assert twilio(client, **altered).status_code == 403 and waiting(installation) == 0


@pytest.mark.parametrize("bearer", ["", "wrong", simulated.BEARER[:-1], simulated.BEARER + "x", "é"])
def test_another_token_is_refused(client, installation, bearer):
    assert notify(client, bearer=bearer).status_code == 403 and waiting(installation) == 0


def test_the_address_is_ours_whatever_the_proxy_or_the_caller_says_it_is(client, installation):
    said = {"Host": "evil.example.org", "X-Forwarded-Host": "evil.example.org"}
    assert twilio(client, headers=said).status_code == 204
    forged = simulated.signed("https://evil.example.org/sms/twilio", FORM)
    assert twilio(client, signature=forged, headers=said).status_code == 403


def test_a_repeat_and_a_replay_are_acknowledged_and_taken_once(client, installation, woken):
    assert [twilio(client).status_code for _ in range(3)] == [204] * 3
    assert [
        notify(client, simulated.notify_body("n-9", NUMBER, OURS, "a", datetime.now(UTC))).status_code for _ in (1, 2)
    ] == [204, 204]
    assert waiting(installation) == 2 and woken == [1, 1]


def test_a_body_may_be_missing_and_a_picture_is_counted(client, installation):
    form = {name: value for name, value in FORM.items() if name != "Body"} | {"NumMedia": "2", "MediaUrl0": "https://x"}
    assert twilio(client, form).status_code == 204 and waiting(installation) == 1


@pytest.mark.parametrize("text", ["a" * 1600, "😀🏴󠁧󠁢󠁷󠁬󠁳󠁿 Llanfairpwll ŵŷ", "+ & = % \r\n ?", " "])
def test_any_words_come_through_as_they_were_written(client, installation, text):
    from channels.models import TextIn
    from channels.sms.numbers import unseal
    from knowledge.db import session_scope

    assert twilio(client, {**FORM, "Body": text}).status_code == 204
    with session_scope(installation.conversations_url) as session:
        (row,) = session.query(TextIn).all()
        assert json.loads(unseal(row.sealed))["text"] == text


@pytest.mark.parametrize("number", ["60006", "NHSNoReply", "+", "anonymous", "+449098790000"])
def test_a_shortcode_or_a_name_is_acknowledged_and_left(client, installation, number):
    assert twilio(client, {**FORM, "From": number}).status_code == 204 and waiting(installation) == 0


@pytest.mark.parametrize("body", [{}, {"id": 5}, {"id": "1", "source_number": None}, [], "text"])
def test_a_proved_request_that_is_no_text_is_acknowledged_and_left(client, installation, body):
    given = client.post("/sms/notify", data=json.dumps(body), content_type="application/json",
                        headers={"Authorization": f"Bearer {simulated.BEARER}", **PROXIED})  # fmt: skip
    assert given.status_code == 204 and waiting(installation) == 0


def test_what_cannot_be_written_down_is_to_be_sent_again(client, installation):
    from dataclasses import replace

    with use(replace(installation, conversations_url="sqlite:////nowhere/at/all.db")):
        assert twilio(client).status_code == 503 and notify(client).status_code == 503
    assert twilio(client).status_code == 204


def test_a_queue_that_cannot_be_woken_loses_nothing(home, tmp_path, monkeypatch):
    environment = simulated.Suppliers(port=9).environment(OURS)
    given = {"FINGERPOST_VAR": str(tmp_path), **environment, "CONVERSATIONS_URL": home.conversations_url}
    with use(from_environment(given)) as ours:
        monkeypatch.setattr(workers, "_where", lambda: "/nowhere/at/all.db")
        form = {**FORM}
        signature = simulated.signed("http://127.0.0.1:8000/sms/twilio", form)
        client = create_app(ours).test_client()
        assert client.post("/sms/twilio", data=form, headers={"X-Twilio-Signature": signature}).status_code == 204
        assert waiting(ours) == 1


def test_it_answers_at_once_whatever_rasa_does(client, installation, rasa):
    rasa.delay = 30
    twilio(client)  # what the first one loads
    began = time.perf_counter()
    for number in range(20):
        twilio(client, {**FORM, "MessageSid": f"SMq{number}"})
    assert (time.perf_counter() - began) / 20 < 0.5


def test_a_receipt_of_each_supplier_reaches_its_text(client, installation):
    from channels.models import TextOut, now
    from knowledge.db import session_scope

    with session_scope(installation.conversations_url) as session:
        for reference, name in (("ref-1", "twilio"), ("ref-2", "notify")):
            session.add(TextOut(reference=reference, person="", provider=name, kind="answer", segments=1, state="sent",
                                supplier_id=f"id-{name}", not_before=now(), made_at=now()))  # fmt: skip
    path = "/sms/twilio/status?ref=ref-1"
    form = {
        "MessageSid": "id-twilio",
        "AccountSid": simulated.ACCOUNT,
        "MessageStatus": "undelivered",
        "ErrorCode": "30003",
    }
    assert twilio(client, form, path=path).status_code == 204
    said = {"id": "id-notify", "reference": "ref-2", "to": NUMBER, "status": "delivered"}
    assert notify(client, said, path="/sms/notify/receipt").status_code == 204
    with session_scope(installation.conversations_url) as session:
        found = {row.reference: (row.receipt, row.error) for row in session.query(TextOut)}
    assert found == {"ref-1": ("failed", "30003"), "ref-2": ("delivered", "")}


def test_a_forged_receipt_changes_nothing(client, installation):
    form = {"MessageSid": "id-twilio", "AccountSid": simulated.ACCOUNT, "MessageStatus": "delivered"}
    assert (
        twilio(
            client, form, path="/sms/twilio/status?ref=ref-2", url=f"{PUBLIC}/sms/twilio/status?ref=ref-1"
        ).status_code
        == 403
    )


def test_looking_is_not_allowed(client):
    assert client.get("/sms/twilio", headers=PROXIED).status_code == 405
    assert client.get("/sms/console", headers=PROXIED).status_code == 404


def test_no_number_and_no_words_are_logged(client, caplog):
    caplog.set_level(logging.DEBUG)
    twilio(client)
    twilio(client)
    twilio(client, {**FORM, "From": "60006", "MessageSid": "SM7"})
    notify(client)
    assert "7700901234" not in caplog.text and "food bank" not in caplog.text and "60006" not in caplog.text
