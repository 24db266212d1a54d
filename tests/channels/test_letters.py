"""Letters go out, wait for a mail server that is down, come no more than they must, and leave nothing behind."""

from __future__ import annotations

import smtplib
import socketserver
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from tempfile import NamedTemporaryFile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

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
        try:
            self._talk()
        except OSError:
            pass  # the other side would not go on

    def _talk(self) -> None:
        if self.server.from_the_start:
            self._into_tls()
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
            self.server.words.append(word)
            if word == b"EHLO" and self.server.tls and not self.server.from_the_start:
                self.wfile.write(b"250-here\r\n250 STARTTLS\r\n")
                continue
            if word == b"STAR":
                self.wfile.write(b"220 go on\r\n")
                return self._into_tls()
            body = word == b"DATA"
            answer = {b"DATA": b"354 go on", b"QUIT": b"221 goodbye"}.get(word, b"250 yes")
            self.wfile.write(answer + b"\r\n")

    def _into_tls(self) -> None:
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)


def _own_certificate() -> ssl.SSLContext:
    """What whoever stands between us and the server would show: a certificate that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile() as file:
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write(plain + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name)
    return context


@pytest.fixture
def post_office(knowledge_url):
    """A mail server that keeps what it is given."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp)
    server.daemon_threads = True
    server.lines, server.words, server.tls, server.from_the_start = [], [], None, False
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


def test_a_server_elsewhere_that_offers_no_tls_is_told_nothing_and_an_admin_sees_why(post_office, monkeypatch):
    monkeypatch.setattr(sending, "LOOPBACK", ())  # as if the server stood elsewhere
    owe()
    assert sending.deliver(NOW) == 0
    assert post_office.lines == [] and post_office.words == [b"EHLO", b"QUIT"]
    with session_scope() as session:
        assert list(letters.waiting(session).troubles) == ["NotPrivate"]


@pytest.mark.parametrize("from_the_start", [True, False])
def test_a_server_that_cannot_show_who_it_is_gets_neither_password_nor_letter(post_office, monkeypatch, from_the_start):
    host, _, port = settings().mail.server.rpartition(":")
    post_office.tls, post_office.from_the_start = _own_certificate(), from_the_start
    monkeypatch.setattr(sending, "TLS_FROM_THE_START", int(port) if from_the_start else 465)
    owe()
    with use(replace(settings(), mail=Mail(f"localhost:{port}", user="us", password="secret"))):
        assert sending.deliver(NOW) == 0
    assert row().trouble == "SSLCertVerificationError" and post_office.lines == []
    assert b"AUTH" not in post_office.words


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


def test_a_timer_sends_what_is_owed_and_hears_when_that_could_not_be_done(knowledge_url, monkeypatch, capsys, tmp_path):
    owe()
    monkeypatch.setattr(sending, "_kept_up_at", [])
    monkeypatch.setattr("sys.argv", ["letters", "--once"])
    with use(replace(settings(), mail=Mail())):
        assert sending.main() == 0
    assert "https://help.example.org/x" in capsys.readouterr().out
    with use(replace(settings(), knowledge_url=f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")):
        assert sending.main() == 1


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
