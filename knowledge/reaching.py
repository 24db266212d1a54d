"""Do the links and numbers of entries still lead anywhere? `python -m knowledge check` tries them and marks what does
not. Nothing is changed or taken away: a site may be down for a day, and people decide.

A link is never followed to an address inside a network of ours: entries are written by many hands.
"""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin, urlsplit

import phonenumbers
import requests
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.imports.fetching import is_private, keep_outside, led_inside
from knowledge.upkeep import Reach

DEADLINE = 10  # seconds for one answer
HOPS = 5
TROUBLES = ("gone", "silent", "inside", "no_number")
BATCH = 250  # marks a transaction: who is writing an entry hardly waits
AGENT = "Fingerpost link check"

Scope = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Trouble:
    """A link or number of an entry that did not do when last tried."""

    kind: str
    value: str
    trouble: str
    since: date


def check_all(scope: Scope, today: date, *, look: Callable[[str], str] | None = None) -> int:
    """Try every link and number of published entries and note how each did; how many are in trouble. One address is
    asked once however many entries name it. While anything is asked nobody waits: the directory is closed."""
    with scope() as session:
        found = sorted(set(_of_entries(session)))
    links = dict.fromkeys(value for _, kind, value in found if kind == "url")
    seen = {link: (look or link_trouble)(link) for link in links}
    for at in range(0, len(found), BATCH):
        with scope() as session:
            _keep_batch(session, found[at : at + BATCH], seen, today)
    with scope() as session:
        still = set(_of_entries(session))
        for gone in session.scalars(select(Reach)).all():
            if (gone.row_id, gone.kind, gone.value) not in still:
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
    with keep_outside(requests.Session()) as session:
        session.headers["User-Agent"] = AGENT
        return _trouble(session, address)


def _trouble(session: requests.Session, address: str) -> str:
    at = address
    for _ in range(HOPS):
        if not is_public(at):
            return "inside"
        try:
            answer = session.get(at, timeout=DEADLINE, allow_redirects=False, stream=True)
            answer.close()
            at = urljoin(at, answer.headers.get("Location", "")) if answer.is_redirect else at
        except (requests.RequestException, ValueError) as wrong:  # what is no address at all, too
            return "inside" if led_inside(wrong) else "silent"
        if not answer.is_redirect:
            return "gone" if answer.status_code in (404, 410) else ""
    return "silent"


def is_public(address: str) -> bool:
    """Whether a web address leads out into the world: every address its name stands for is a public one. What it
    stands for when it is asked is looked at again then."""
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return False
        told = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except (OSError, ValueError, UnicodeError):
        return True  # no such name: asking will say so
    return not any(is_private(str(one[4][0])) for one in told)


def _of_entries(session: Session) -> Iterator[tuple[uuid.UUID, str, str]]:
    live = m.Service.status == "active"
    for row_id, url in session.execute(select(m.Service.id, m.Service.url).where(live, m.Service.url.is_not(None))):
        if url:
            yield row_id, "url", url
    numbers = select(m.Phone.service_id, m.Phone.number).join(m.Service, m.Service.id == m.Phone.service_id).where(live)
    for row_id, number in session.execute(numbers):
        if row_id is not None:
            yield row_id, "phone", number


def _keep_batch(
    session: Session, rows: Sequence[tuple[uuid.UUID, str, str]], seen: Mapping[str, str], today: date
) -> None:
    """What was found of these, but for links and numbers that somebody changed while we asked."""
    still = set(_of_entries(session))
    for row_id, kind, value in rows:
        if (row_id, kind, value) in still:
            _keep(session, row_id, kind, value, seen[value] if kind == "url" else phone_trouble(value), today)


def _keep(session: Session, row_id: uuid.UUID, kind: str, value: str, trouble: str, today: date) -> None:
    same = (Reach.row_id == row_id, Reach.kind == kind, Reach.value == value)
    row = session.scalars(select(Reach).where(*same)).first()
    if row is None:
        row = Reach(row_id=row_id, kind=kind, value=value, trouble="", since=today, tried_on=today)
        session.add(row)
    if row.trouble != trouble:
        row.trouble, row.since = trouble, today
    row.tried_on = today
