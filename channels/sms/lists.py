"""A list between channels: one-time codes that carry entry ids and nothing else, and a number confirmed before use."""

from __future__ import annotations

import hmac
import json
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from channels.conversations import keyed
from channels.messages import Reply, Signpost
from channels.models import TextCode, Texter, aware
from channels.saying import signpost
from channels.sms import outbox
from channels.sms.control import code_in
from channels.sms.numbers import CannotBeRead, person_of, seal, unseal
from channels.sms.outbox import changed
from channels.sms.shaping import list_of
from knowledge.answering import in_full, knowing
from knowledge.db import session_scope
from settings import settings
from words import say

MINUTES = timedelta(minutes=15)
A_WHILE = timedelta(minutes=5)
TRIES = 5
MOST = 6  # entries a list may hold
SENT, WRONG, NOT_SENT = "sent", "wrong", "not_sent"
DIGITS, CAPITALS = "23456789", "ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another


def listed(reply: Reply | None) -> tuple[str, ...]:
    """The entries of an answer that may be taken elsewhere: none after danger, when a telephone may be looked at."""
    if reply is None or reply.danger:
        return ()
    return tuple(post.entry for post in reply.signposts if post.tier != "emergency")[:MOST]


def make_code(session: Session, entries: Sequence[str], at: datetime) -> str:
    """A new code for these entries, as it is typed: eight letters and digits with a dash."""
    letters = [secrets.choice(CAPITALS), *(secrets.choice(DIGITS + CAPITALS) for _ in range(6)), secrets.choice(DIGITS)]
    code = "".join(letters)
    session.add(TextCode(code_hash=_of_code(code), sealed=seal(json.dumps(list(entries))), tries=0, until=at + MINUTES))
    return f"{code[:4]}-{code[4:]}"


def still_good(session: Session, code: str, entries: Sequence[str], at: datetime) -> bool:
    """Whether this code stands for these entries, and will for a while: then no other is needed."""
    row = session.get(TextCode, _of_code(code)) if code else None
    try:
        return row is not None and aware(row.until) > at + A_WHILE and json.loads(unseal(row.sealed)) == list(entries)
    except CannotBeRead:
        return False


def use_code(session: Session, code: str, at: datetime) -> tuple[str, ...]:
    """The entries a code stands for, once; () for a code that is wrong, used or too old."""
    row = session.get(TextCode, _of_code(code))
    fresh = delete(TextCode).where(TextCode.code_hash == _of_code(code), TextCode.until > at)
    if row is None or not changed(session, fresh):
        return ()
    return tuple(json.loads(unseal(row.sealed)))


def code_for_page(session: Session, reply: Reply | None, language: str, at: datetime) -> str:
    """A code for our own page, only because it was asked for: the last answer goes with it by its ids."""
    entries = listed(reply)
    if not entries:
        return say("sms.no_list", language)
    address = settings().address.removeprefix("https://")
    return say("sms.web", language, address=address, code=make_code(session, entries, at))


def list_for(session: Session, text: str, language: str, at: datetime) -> str:
    """The list that a code from our page stands for, as one text; "" for what is no code of ours: an ordinary text."""
    code = code_in(text)
    entries = use_code(session, code, at) if code else ()
    return list_of(posts_of(entries, language), language) if entries else ""


def posts_of(entries: Sequence[str], language: str) -> tuple[Signpost, ...]:
    """These entries ready to show, those withdrawn meanwhile left out. Raises `SQLAlchemyError`."""
    with session_scope() as session:
        known, names = in_full(session, [uuid.UUID(one) for one in entries]), knowing(session).names
        found = (known.get(uuid.UUID(one)) for one in entries)
        return tuple(signpost(entry, {}, language, names) for entry in found if entry is not None)


def ask_to_confirm(session: Session, number: str, entries: Sequence[str], language: str, at: datetime) -> str:
    """Send a code to the number, if it may have texts; the token with which the page asks for the list afterwards."""
    token, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**6):06d}"
    held = json.dumps({"number": number, "entries": list(entries), "code": code, "language": language})
    session.add(TextCode(code_hash=keyed(f"confirm/{token}"), sealed=seal(held), tries=0, until=at + MINUTES))
    _write(session, number, say("sms.code", language, code=code), "code", at)
    return token


def confirmed(session: Session, token: str, code: str, at: datetime) -> str:
    """SENT: the code was right, the list is on its way and the number used up. WRONG, at most five times. NOT_SENT: it
    was right, and STOP or a ceiling forbids the list; the code stays good for as long as it would have been."""
    mine = (TextCode.code_hash == keyed(f"confirm/{token}"), TextCode.until > at, TextCode.tries < TRIES)
    if not changed(session, update(TextCode).where(*mine).values(tries=TextCode.tries + 1)):
        return WRONG
    row = select(TextCode).where(TextCode.code_hash == keyed(f"confirm/{token}"))
    try:
        held = json.loads(unseal(session.scalars(row).one().sealed))
    except CannotBeRead:
        return WRONG
    if not hmac.compare_digest("".join(code.split()).encode(), held["code"].encode()):
        return WRONG
    text = list_of(posts_of(held["entries"], held["language"]), held["language"])
    if not _write(session, held["number"], text, "list", at):
        changed(session, update(TextCode).where(mine[0]).values(tries=TextCode.tries - 1))
        return NOT_SENT
    changed(session, delete(TextCode).where(mine[0]))
    return SENT


def _write(session: Session, number: str, text: str, kind: str, at: datetime) -> bool:
    """To a number that has not written to us; held until the text has left."""
    person = person_of(number)
    texter = session.get(Texter, person, with_for_update=True)
    if texter is None:
        texter = Texter(person=person, provider=settings().texting.providers[0], ours=settings().texting.our_number)
        session.add(texter)
    texter.number, texter.seen_at = seal(number), at
    session.flush()
    written = outbox.write(session, texter, text, kind, at)
    session.flush()
    outbox.let_go(session, person)
    return written


def _of_code(code: str) -> str:
    return keyed(f"code/{code.replace('-', '').upper()}")
