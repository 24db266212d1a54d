"""Letters go out, wait for a mail server that is down, come no more than they must, and leave nothing behind."""

from __future__ import annotations

import smtplib
import socketserver
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels import letters as sending
from knowledge import letters
from knowledge import people as p
from knowledge.db import session_scope
from settings import Mail, free_port, settings, use

NOW = datetime.now(UTC)


def owe(**told: str) -> None:
    with session_scope() as session:
        letters.write(session, "sign_in", "jean@example.org", "cy", NOW, {"link": "https://help.example.org/x", **told})


def row() -> p.Letter:
    with session_scope() as session:
        return session.query(p.Letter).one()


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        body = False
        for line in self.rfile:
            if body:
                self.server.lines.append(line.decode())
                if line == b".\r\n":
                    body = False
                    self.wfile.write(b"250 taken\r\n")
                continue
            word = line[:4].upper()
            body = word == b"DATA"
            answer = {b"DATA": b"354 go on", b"QUIT": b"221 goodbye"}.get(word, b"250 yes")
            self.wfile.write(answer + b"\r\n")


@pytest.fixture
def post_office(knowledge_url):
    """A mail server that keeps what it is given."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp)
    server.daemon_threads = True
    server.lines = []
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    with use(replace(settings(), mail=Mail(f"127.0.0.1:{server.server_address[1]}", sender="us@example.org"))):
        yield server
    server.shutdown()
    server.server_close()


def test_a_letter_goes_in_its_readers_language_and_leaves_no_address_here(post_office):
    owe()
    assert sending.deliver(NOW) == 1
    sent = "".join(post_office.lines)
    assert "To: jean@example.org" in sent and "Message-ID: <" in sent
    assert row().sent_at and row().recipient == "" and row().told == {}
    assert sending.deliver(NOW + timedelta(days=2)) == 0


def test_a_server_that_is_down_is_tried_again_later_and_nothing_is_lost(knowledge_url):
    owe()
    with use(replace(settings(), mail=Mail(f"127.0.0.1:{free_port()}"))):
        assert sending.deliver(NOW) == 0
        assert row().trouble == "ConnectionRefusedError" and row().recipient == "jean@example.org"
        assert sending.deliver(NOW + timedelta(seconds=30)) == 0 and row().tries == 1
        assert sending.deliver(NOW + timedelta(seconds=61)) == 0 and row().tries == 2


def test_after_the_last_try_it_is_given_up_and_said(knowledge_url):
    owe()
    at = NOW
    with use(replace(settings(), mail=Mail(f"127.0.0.1:{free_port()}"))):
        for _ in range(len(letters.AGAIN) + 1):
            sending.deliver(at)
            at += timedelta(days=1, seconds=1)
    assert row().due_at is None and row().recipient == ""
    with session_scope() as session:
        assert letters.waiting(session).given_up == 1


def test_without_a_server_it_is_printed(knowledge_url, capsys):
    owe()
    with use(replace(settings(), mail=Mail())):
        assert sending.deliver(NOW) == 1
    assert "https://help.example.org/x" in capsys.readouterr().out


def test_what_the_server_says_is_never_logged(knowledge_url, monkeypatch, caplog):
    def refuse(*_):
        raise smtplib.SMTPRecipientsRefused({"jean@example.org": (550, b"no such person")})

    owe()
    monkeypatch.setattr(sending, "_send", refuse)
    with use(replace(settings(), mail=Mail("127.0.0.1:25"))):
        sending.deliver(NOW)
    assert "SMTPRecipientsRefused" in caplog.text and "jean" not in caplog.text


def test_a_value_with_line_breaks_makes_no_second_header(knowledge_url):
    owed = letters.Owed(
        row_id(), "invited_group", "a@example.org", "en", {"about": "X\r\nBcc: b@example.org", "by": "Y", "link": "Z"}
    )
    made = sending.message(owed, settings())
    assert "Bcc" not in made and "Bcc" in made["Subject"]


def row_id():
    owe()
    return row().id
