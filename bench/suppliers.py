"""A simulated Twilio and GOV.UK Notify on loopback: their formats, their proofs, their bad days. For tests too."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import random
import re
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

ACCOUNT, TOKEN = "AC" + "0" * 32, "only-a-simulation"
BEARER = "a-simulated-bearer-token"
KEY = f"sim-{'1' * 8}-1111-1111-1111-{'1' * 12}-{'2' * 8}-2222-2222-2222-{'2' * 12}"
TEMPLATE = "33333333-3333-3333-3333-333333333333"
TWILIO_PATH = re.compile(r"/2010-04-01/Accounts/(\w+)/Messages\.json\Z")
SECONDS = 10.0


@dataclass(frozen=True)
class Taken:
    """A text that a simulated supplier has taken."""

    id: str
    supplier: str
    number: str
    ours: str
    text: str
    reference: str
    callback: str
    at: datetime


@dataclass
class Suppliers:
    """Both of them. `wrong` holds what goes wrong next: a status to answer with, or "lost" (taken, never answered)."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    wrong: list[int | str] = field(default_factory=list)
    chances: dict[int | str, float] = field(default_factory=dict)  # the same at random, by chance in 1
    refuses: set[str] = field(default_factory=set)  # numbers that Twilio refuses with 21610
    delay: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def url(self) -> str:
        """Where they are."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, numbers: str) -> dict[str, str]:
        """The settings of an installation that uses both."""
        return {
            "SMS_PROVIDERS": "twilio,notify", "SMS_NUMBERS": numbers,
            "TWILIO_ACCOUNT": ACCOUNT, "TWILIO_TOKEN": TOKEN, "TWILIO_API": self.url, "TWILIO_OPT_OUTS": "off",
            "NOTIFY_KEY": KEY, "NOTIFY_TEMPLATE": TEMPLATE, "NOTIFY_BEARER": BEARER, "NOTIFY_API": self.url,
        }  # fmt: skip

    def goes_wrong(self) -> int | str:
        """What goes wrong with this one; "" for nothing."""
        with self.lock:
            if self.wrong:
                return self.wrong.pop(0)
            roll = self.dice.random()
            for what, chance in self.chances.items():
                if roll < chance:
                    return what
                roll -= chance
        return ""

    def take(self, **given: str) -> Taken:
        """Keep a text."""
        made = Taken(
            id=f"{'SM' if given['supplier'] == 'twilio' else ''}{uuid.uuid4().hex}", at=datetime.now(UTC), **given
        )
        with self.lock:
            self.taken.append(made)
        return made


@contextmanager
def serving() -> Iterator[Suppliers]:
    """Both suppliers, listening on a free port until the end."""
    suppliers = Suppliers()
    handler = type("Handler", (_Handler,), {"suppliers": suppliers})
    server = _Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    suppliers.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield suppliers
    finally:
        server.shutdown()
        server.server_close()


def signed(url: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    """Twilio's signature: HMAC-SHA1 over the address and the fields in order (its page on webhook security)."""
    said = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


def twilio_form(reference: str, number: str, ours: str, text: str, **more: str) -> dict[str, str]:
    """A text as Twilio posts it."""
    return {
        "MessageSid": reference, "SmsSid": reference, "AccountSid": ACCOUNT, "From": number, "To": ours, "Body": text,
        "NumMedia": "0", "NumSegments": "1", "ApiVersion": "2010-04-01", **more,
    }  # fmt: skip


def notify_body(reference: str, number: str, ours: str, text: str, at: datetime) -> dict[str, str]:
    """A text as GOV.UK Notify posts it."""
    return {
        "id": reference, "source_number": number.lstrip("+"), "destination_number": ours.lstrip("+"),
        "message": text, "date_received": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }  # fmt: skip


def post_twilio(address: str, form: Mapping[str, str], session: requests.Session | None = None) -> requests.Response:
    """Deliver a text as Twilio does."""
    url = f"{address}/sms/twilio"
    return (session or requests).post(
        url, data=dict(form), headers={"X-Twilio-Signature": signed(url, form)}, timeout=SECONDS
    )


def post_notify(address: str, body: Mapping[str, str], session: requests.Session | None = None) -> requests.Response:
    """Deliver a text as GOV.UK Notify does."""
    headers = {"Authorization": f"Bearer {BEARER}"}
    return (session or requests).post(f"{address}/sms/notify", json=dict(body), headers=headers, timeout=SECONDS)


def receipt_for(address: str, taken: Taken, status: str) -> requests.Response:
    """Tell the installation what became of a text."""
    if taken.supplier == "twilio":
        form = {"MessageSid": taken.id, "AccountSid": ACCOUNT, "MessageStatus": status, "To": taken.number}
        headers = {"X-Twilio-Signature": signed(taken.callback, form)}
        return requests.post(taken.callback, data=form, headers=headers, timeout=SECONDS)
    body = {"id": taken.id, "reference": taken.reference, "to": taken.number, "status": status}
    headers = {"Authorization": f"Bearer {BEARER}"}
    return requests.post(f"{address}/sms/notify/receipt", json=body, headers=headers, timeout=SECONDS)


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked was killed: nothing to tell."""


class _Handler(http.server.BaseHTTPRequestHandler):
    suppliers: Suppliers
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """A text handed over."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        time.sleep(self.suppliers.delay)
        if TWILIO_PATH.match(self.path):
            self._twilio(body)
        else:
            self._notify(json.loads(body))

    def do_GET(self) -> None:
        """A question about texts handed over before."""
        path, asked = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if isinstance(wrong := self.suppliers.goes_wrong() if self.suppliers.wrong else "", int) and wrong:
            self._answer(wrong, {"status": wrong, "message": "on purpose"})
        elif TWILIO_PATH.match(path):
            fit = [one for one in self.suppliers.taken if one.number == asked["To"][0] and one.supplier == "twilio"]
            self._answer(
                200, {"messages": [_twilio_json(one) for one in reversed(fit)], "next_page_uri": None, "page": 0}
            )
        else:
            fit = [one for one in self.suppliers.taken if one.reference == asked["reference"][0]]
            self._answer(
                200, {"notifications": [{"id": one.id, "reference": one.reference} for one in fit], "links": {}}
            )

    def _twilio(self, body: str) -> None:
        form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {basic}":
            self._answer(401, {"status": 401, "code": 20003, "message": "Authenticate"})
        elif form["To"] in self.suppliers.refuses:
            self._answer(400, {"status": 400, "code": 21610, "message": f"{form['To']} has stopped"})
        else:
            self._take(
                lambda: self.suppliers.take(
                    supplier="twilio", number=form["To"], ours=form["From"], text=form["Body"],
                    reference=parse_qs(urlsplit(form["StatusCallback"]).query)["ref"][0],
                    callback=form["StatusCallback"],
                ),
                201,
            )  # fmt: skip

    def _notify(self, said: Mapping[str, Any]) -> None:
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            self._answer(403, {"errors": [{"error": "AuthError", "message": "Invalid token"}], "status_code": 403})
            return
        self._take(
            lambda: self.suppliers.take(
                supplier="notify", number=said["phone_number"], ours="", text=said["personalisation"]["text"],
                reference=said["reference"], callback="",
            ),
            201,
        )  # fmt: skip

    def _take(self, take: Any, status: int) -> None:
        wrong = self.suppliers.goes_wrong()
        if isinstance(wrong, int):
            self._answer(wrong, {"status": wrong, "code": wrong, "message": "on purpose", "status_code": wrong})
            return
        taken = take()
        if wrong == "lost":
            self.close_connection = True
            self.connection.close()
            return
        if wrong == "taken_500":
            self._answer(500, {"status": 500, "message": "on purpose", "status_code": 500})
            return
        self._answer(status, _twilio_json(taken) if taken.supplier == "twilio" else {"id": taken.id})

    def _answer(self, status: int, said: Mapping[str, Any]) -> None:
        body = json.dumps(said).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # whoever asked was killed meanwhile

    def log_message(self, *_given: Any) -> None:
        """Quiet."""


def _twilio_json(one: Taken) -> dict[str, Any]:
    at = format_datetime(one.at)
    return {
        "sid": one.id, "to": one.number, "from": one.ours, "body": one.text, "status": "queued", "date_created": at,
        "date_updated": at, "date_sent": None, "account_sid": ACCOUNT, "num_segments": "1", "uri": "",
        "error_code": None,
    }  # fmt: skip


def as_form(form: Mapping[str, str]) -> str:
    """A form's body."""
    return urlencode(form)
