"""JSON from a stranger's server: never a private address, never too much or for ever, and again when it fails.

The address that was really connected to is looked at before anything is sent, so that neither a redirect nor a name
that changes its mind between two look-ups leads inside.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from knowledge.errors import ImportWrong
from knowledge.imports import bounded
from knowledge.imports.files import sound

SILENCE = 20.0  # seconds without a byte
DEADLINE = 90.0  # seconds for one answer, however slowly it drips
LARGEST = 50 * 1024 * 1024  # bytes of one answer, unpacked
ALL_TOGETHER = 1024 * 1024 * 1024  # bytes of a whole reading
TRIES = 3
PATIENCE = 60.0  # seconds we wait at most because we were asked to
AGAIN = (408, 425, 429, 500, 502, 503, 504)
REDIRECTS = 5
AGENT = "Fingerpost (reads Open Referral feeds)"


class Inside(OSError):
    """The connection leads to a private address."""


class NotNow(ImportWrong):
    """It did not answer, now and after trying again; another time it may."""


@dataclass
class Fetcher:
    """Fetches for one reading. `private`: addresses inside our own network are allowed."""

    private: bool = False
    pause: Callable[[float], None] = time.sleep
    total: int = 0
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.max_redirects = REDIRECTS
        self.session.headers.update({"Accept": "application/json", "User-Agent": AGENT})
        if not self.private:
            keep_outside(self.session)

    def json(self, address: str) -> Any:
        """What is there; raises `NotNow` when it does not answer, `ImportWrong` when it never will as it is."""
        if urlsplit(address).scheme not in ("http", "https"):
            raise ImportWrong(f"{address} is no web address.")
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(address)
            except _TryAgain as wrong:
                if attempt == TRIES:
                    raise NotNow(f"{address} did not answer with JSON ({wrong}).") from wrong
                self.pause(min(PATIENCE, wrong.wait or 2.0 ** (attempt - 1)))
        raise AssertionError("the loop above returns or raises")

    def _once(self, address: str) -> Any:
        try:
            with self.session.get(address, timeout=SILENCE, stream=True) as answer:
                if answer.status_code in AGAIN:
                    raise _TryAgain(str(answer.status_code), _seconds(answer.headers.get("Retry-After", "")))
                if answer.status_code != 200:
                    raise ImportWrong(f"{address} did not answer with JSON ({answer.status_code}).")
                return sound(json.loads(self._body(answer, address)))
        except bounded.TooSlow as wrong:
            raise _TryAgain(str(wrong)) from wrong
        except requests.RequestException as wrong:
            if led_inside(wrong):
                raise ImportWrong(f"{address} leads to a private address: it is not read.") from wrong
            if isinstance(wrong, requests.TooManyRedirects | requests.exceptions.InvalidURL):
                raise ImportWrong(f"{address} did not answer with JSON ({type(wrong).__name__}).") from wrong
            raise _TryAgain(type(wrong).__name__) from wrong
        except (ValueError, RecursionError) as wrong:
            raise ImportWrong(f"{address} did not answer with JSON ({type(wrong).__name__}).") from wrong

    def _body(self, answer: requests.Response, address: str) -> bytes:
        got, size = [], 0
        for part in bounded.parts(answer, DEADLINE):
            size += len(part)
            self.total += len(part)
            if size > LARGEST or self.total > ALL_TOGETHER:
                raise ImportWrong(f"{address} is larger than we read: {LARGEST // 1024 // 1024} MB an answer.")
            got.append(part)
        return b"".join(got)


class _TryAgain(Exception):
    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


def _seconds(said: str) -> float:
    return float(said) if said.isdecimal() else 0.0


def keep_outside(session: requests.Session) -> requests.Session:
    """The session, from now on connected to public addresses only; anything else fails, see `led_inside`."""
    session.trust_env = False  # a proxy of the environment would look for us, and not as carefully
    for scheme in ("http://", "https://"):
        session.mount(scheme, _OutsideOnly())
    return session


def led_inside(wrong: BaseException | None) -> bool:
    """Whether a failure is that the address is a private one: an `Inside` is somewhere among what led to it."""
    seen: set[int] = set()
    waiting = [wrong]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Inside):
            return True
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None)]
        waiting += [part for part in one.args if isinstance(part, BaseException)]
    return False


def is_private(address: str) -> bool:
    """Whether an IP address is anything but an ordinary public one."""
    one = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(one, "ipv4_mapped", None) or getattr(one, "sixtofour", None)
    return not one.is_global or one.is_multicast or (mapped is not None and not mapped.is_global)


def _checked(opened: socket.socket) -> socket.socket:
    peer = opened.getpeername()[0]
    if is_private(peer):
        opened.close()
        raise Inside(peer)
    return opened


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _OutsideOnly(HTTPAdapter):
    """Connections whose other end is a public address, looked at once they stand and before anything is sent."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The usual pools, with connections that look."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
