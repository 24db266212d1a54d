"""An organisation's sign-in on loopback that tests can make lie: discovery, keys, a token for whoever comes."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """What it says next: `claims` over the usual ones, `key` to sign with, `papers` over the usual ones."""

    def __init__(self) -> None:
        self.key = self.published = RSAKey.generate_key(2048, {"kid": "one"})
        self.email = "editor@example.org"
        self.claims: dict[str, object] = {}
        self.papers: dict[str, object] = {}
        self.down: set[str] = set()
        self.header: dict[str, str] = {"alg": "RS256", "kid": "one"}
        self.asked: dict[str, str] = {}
        self.used: set[str] = set()
        self.endless: dict[str, Callable[[], Iterator[bytes]]] = {}  # by path: what is sent in place of an answer

    def discovery(self) -> dict[str, object]:
        at = self.url
        return {"issuer": at, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/keys", **self.papers}  # fmt: skip

    def agree(self, location: str) -> str:
        """Somebody signs in there: where their browser is sent back to."""
        self.asked = {name: value[0] for name, value in parse_qs(urlsplit(location).query).items()}
        return f"/console/oidc/back?code=the-code-{len(self.used)}&state={self.asked['state']}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if challenge.rstrip("=") != self.asked["code_challenge"] or form["code"] in self.used:
            return 400, {"error": "invalid_grant"}
        self.used.add(form["code"])
        now = int(time.time())
        claims = {"iss": self.url, "aud": "fingerpost", "sub": "1", "iat": now, "exp": now + 60,
                  "nonce": self.asked["nonce"], "email": self.email, "email_verified": True, **self.claims}  # fmt: skip
        made = jwt.encode(self.header, claims, self.key)
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": made}


@pytest.fixture
def provider():
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = {"/.well-known/openid-configuration": made.discovery,
                     "/keys": lambda: {"keys": [made.published.as_dict(private=False)]}}  # fmt: skip
            self._say(200, known[self.path]())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*made.token({name: value[0] for name, value in parse_qs(body).items()}))

        def _say(self, status: int, body: object) -> None:
            self.send_response(503 if self.path in made.down else status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            for part in made.endless.get(self.path, lambda: [json.dumps(body).encode()])():
                try:
                    self.wfile.write(part)
                except OSError:
                    return  # whoever asked has hung up

        def log_message(self, *_) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()
