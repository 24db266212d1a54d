"""Do the links and numbers of entries still lead anywhere? `python -m knowledge check` tries them and marks what does
not. Nothing is changed or taken away: a site may be down for a day, and people decide.

A link is never followed to an address inside a network of ours: entries are written by many hands.
"""

from __future__ import annotations

import ipaddress
import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin, urlsplit

import phonenumbers
import requests
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.upkeep import Reach

DEADLINE = 10  # seconds for one answer
HOPS = 5
TROUBLES = ("gone", "silent", "inside", "no_number")
AGENT = "Fingerpost link check"


@dataclass(frozen=True)
class Trouble:
    """A link or number of an entry that did not do when last tried."""

    kind: str
    value: str
    trouble: str
    since: date


def check_all(session: Session, today: date, *, look: Callable[[str], str] | None = None) -> int:
    """Try every link and number of published entries and note how each did; how many are in trouble. One address is
    asked once however many entries name it."""
    seen: dict[str, str] = {}
    found: set[tuple[uuid.UUID, str, str]] = set()
    for row_id, kind, value in _of_entries(session):
        found.add((row_id, kind, value))
        if kind == "url" and value not in seen:
            seen[value] = (look or link_trouble)(value)
        _keep(session, row_id, kind, value, seen[value] if kind == "url" else phone_trouble(value), today)
    for gone in session.scalars(select(Reach)).all():
        if (gone.row_id, gone.kind, gone.value) not in found:
            session.delete(gone)
    session.flush()
    return len(session.scalars(select(Reach.id).where(Reach.trouble != "")).all())


def troubles_of(session: Session, row_id: uuid.UUID) -> list[Trouble]:
    """What of an entry was in trouble when it was last tried."""
    rows = session.scalars(select(Reach).where(Reach.row_id == row_id, Reach.trouble != "").order_by(Reach.kind))
    return [Trouble(one.kind, one.value, one.trouble, one.since) for one in rows]


def forget(session: Session, row_id: uuid.UUID) -> None:
    """An entry was saved: what was noted of its old links and numbers says nothing now."""
    session.execute(delete(Reach).where(Reach.row_id == row_id))


def phone_trouble(number: str) -> str:
    """ "no_number" for what cannot be rung from Britain; short numbers such as 111 are right as they are."""
    digits = "".join(one for one in number if one.isdigit() or one == "+")
    if digits.isdecimal() and 3 <= len(digits) <= 6:
        return ""
    try:
        return "" if phonenumbers.is_possible_number(phonenumbers.parse(digits, "GB")) else "no_number"
    except phonenumbers.NumberParseException:
        return "no_number"


def link_trouble(address: str) -> str:
    """ "gone" when the site says the page is not there, "silent" when nothing answers, "inside" when the address is in
    a private network, which is never asked; "" when it leads somewhere."""
    at = address
    for _ in range(HOPS):
        if not is_public(at):
            return "inside"
        try:
            headers = {"User-Agent": AGENT}
            answer = requests.get(at, timeout=DEADLINE, allow_redirects=False, stream=True, headers=headers)
            answer.close()
        except requests.RequestException:
            return "silent"
        if answer.is_redirect:
            at = urljoin(at, answer.headers.get("Location", ""))
            continue
        return "gone" if answer.status_code in (404, 410) else ""
    return "silent"


def is_public(address: str) -> bool:
    """Whether a web address leads out into the world: every address its name stands for is a public one."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    try:
        told = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except (OSError, ValueError, UnicodeError):
        return True  # no such name: asking will say so
    return all(ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_global for one in told)


def _of_entries(session: Session) -> Iterator[tuple[uuid.UUID, str, str]]:
    live = m.Service.status == "active"
    for row_id, url in session.execute(select(m.Service.id, m.Service.url).where(live, m.Service.url.is_not(None))):
        if url:
            yield row_id, "url", url
    numbers = select(m.Phone.service_id, m.Phone.number).join(m.Service, m.Service.id == m.Phone.service_id).where(live)
    for row_id, number in session.execute(numbers):
        if row_id is not None:
            yield row_id, "phone", number


def _keep(session: Session, row_id: uuid.UUID, kind: str, value: str, trouble: str, today: date) -> None:
    same = (Reach.row_id == row_id, Reach.kind == kind, Reach.value == value)
    row = session.scalars(select(Reach).where(*same)).first()
    if row is None:
        row = Reach(row_id=row_id, kind=kind, value=value, trouble="", since=today, tried_on=today)
        session.add(row)
    if row.trouble != trouble:
        row.trouble, row.since = trouble, today
    row.tried_on = today
    session.flush()
