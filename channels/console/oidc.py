"""An organisation's own sign-in: OpenID Connect's code flow with state, nonce and PKCE, by Authlib. Pure of pages.

The issuer's papers are read when somebody signs in and remembered for a while; keys that are not known are asked for
anew, once. Everything that goes wrong outside is `NotThere`; everything that is not what it says it is, `NotTrue`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from hmac import compare_digest
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]  # as above
from authlib.common.security import generate_token  # type: ignore[import-untyped]  # it has no stubs of its own
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]  # as above
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from knowledge.imports import bounded
from settings import Settings

PATIENCE = 6.0  # seconds for each of the three calls, from first to last
REMEMBERED = 3600.0  # seconds an issuer's papers are kept
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]  # signed with the issuer's own key; never "none", never a shared one
LEEWAY = 60  # seconds by which two clocks may differ
LARGEST = 512 * 1024  # bytes an answer may have, unpacked


class NotThere(Exception):
    """The issuer does not answer, or not as one does."""


class NotTrue(Exception):
    """What came back is not what we asked for, or not signed by whom it says."""


@dataclass(frozen=True)
class Begun:
    """What the browser carries while its owner is away."""

    state: str
    nonce: str
    verifier: str


_papers: dict[str, tuple[float, dict[str, Any]]] = {}


def begin(given: Settings, back: str) -> tuple[str, Begun]:
    """Where to send the browser, and what to remember of it. Raises `NotThere`."""
    begun = Begun(generate_token(32), generate_token(32), generate_token(48))
    with _client(given, back) as client:
        address, _ = client.create_authorization_url(
            _paper(given, "authorization_endpoint"), state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
        )
    return str(address), begun


def finish(given: Settings, back: str, begun: Begun, returned: str) -> str:
    """The address of whoever came back, as their organisation vouches for it. `returned`: the address they came to.

    Raises `NotThere` or `NotTrue`.
    """
    came = parse_qs(urlsplit(returned).query)
    if not compare_digest(came.get("state", [""])[0].encode(), begun.state.encode()) or not came.get("code"):
        raise NotTrue("state")
    try:
        with _client(given, back) as client:
            token = client.fetch_token(
                _paper(given, "token_endpoint"), authorization_response=returned, state=begun.state,
                code_verifier=begun.verifier,
            )  # fmt: skip
    except requests.RequestException as wrong:
        raise NotThere(type(wrong).__name__) from wrong
    except (AuthlibBaseError, ValueError) as wrong:
        raise NotTrue(type(wrong).__name__) from wrong
    return _email_in(given, str(token.get("id_token") or ""), begun.nonce)


class _Bounded(requests.adapters.HTTPAdapter):
    """Answers are read no further than LARGEST and no longer than PATIENCE, whatever the other end goes on to send."""

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As requests does, with the whole body at hand; raises `requests.RequestException`."""
        answer = super().send(*args, **{**kwargs, "stream": True, "timeout": PATIENCE})
        body = b""
        with answer:
            for part in bounded.parts(answer, PATIENCE):
                body += part
                if len(body) > LARGEST:
                    raise requests.exceptions.ContentDecodingError("more than we read")
        answer.raw = BytesIO(body)
        return answer


def _bounded(session: requests.Session) -> requests.Session:
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Bounded())
    return session


def _client(given: Settings, back: str) -> OAuth2Session:
    client = OAuth2Session(
        given.own_accounts.client, given.own_accounts.secret or None, scope="openid email", redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if given.own_accounts.secret else "none",
    )  # fmt: skip
    _bounded(client)
    return client


def _email_in(given: Settings, token: str, nonce: str) -> str:
    claims = _claims(given, token)
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": _paper(given, "issuer")},
        aud={"essential": True, "value": given.own_accounts.client},
        nonce={"essential": True, "value": nonce},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        rules.validate(claims)
    except JoseError as wrong:
        raise NotTrue(type(wrong).__name__) from wrong
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != given.own_accounts.client:
        raise NotTrue("azp")
    if claims.get("email_verified") is not True or not isinstance(claims.get("email"), str):
        raise NotTrue("email")  # an address that anybody may write into their account is no proof of anything
    return str(claims["email"])


def _claims(given: Settings, token: str) -> dict[str, Any]:
    for fresh in (False, True):
        try:
            keys = KeySet.import_key_set(_keys(given, fresh=fresh))
            return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, KeyError, TypeError) as wrong:
            if fresh:
                raise NotTrue(type(wrong).__name__) from wrong
    raise AssertionError("the loop above returns or raises")


def _paper(given: Settings, name: str) -> str:
    found = _read(f"{given.own_accounts.issuer}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != given.own_accounts.issuer:
        raise NotThere("another issuer")
    if not isinstance(found.get(name), str):
        raise NotThere(name)
    return str(found[name])


def _keys(given: Settings, *, fresh: bool) -> Any:
    return _read(_paper(given, "jwks_uri"), fresh=fresh)


def _read(address: str, *, fresh: bool = False) -> dict[str, Any]:
    when, held = _papers.get(address, (0.0, {}))
    if held and not fresh and time.monotonic() - when < REMEMBERED:
        return held
    try:
        with _bounded(requests.Session()) as session:
            answer = session.get(address)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as wrong:
        raise NotThere(type(wrong).__name__) from wrong
    if not isinstance(found, dict):
        raise NotThere("no papers")
    _papers[address] = (time.monotonic(), found)
    return found
