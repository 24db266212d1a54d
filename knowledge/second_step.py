"""An authenticator app as a second step: turned on with a code, asked at every signing in, spare codes for a lost one.

RFC 6238 with its usual half minute; one step earlier or later is taken, and no step twice. All flush; none commit.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete
from sqlalchemy.orm import Session

from knowledge.accounts import hashed
from knowledge.people import Authenticator, aware
from knowledge.sealing import CannotBeRead, seal, unseal

STEP = 30  # seconds
DRIFT = (0, -1, 1)  # steps by which a telephone's clock may be out
TRIES = 8
LOCKED_FOR = timedelta(minutes=15)
SPARE = 8
ISSUER = "Fingerpost"


def on(session: Session, person: uuid.UUID) -> bool:
    """Whether this person is asked for a second step."""
    row = session.get(Authenticator, person)
    return row is not None and row.proved_at is not None


def begin(session: Session, person: uuid.UUID) -> str:
    """A new secret for their app; nothing is asked until a code of it comes back. One in use stays: raises nothing,
    and gives ""."""
    if on(session, person):
        return ""
    row = session.get(Authenticator, person)
    if row is None:
        row = Authenticator(person_id=person, sealed=b"")
        session.add(row)
    secret = pyotp.random_base32()
    row.sealed, row.last_step, row.wrong_tries = seal(secret), 0, 0
    session.flush()
    return secret


def begun(session: Session, person: uuid.UUID) -> str:
    """The secret that waits for its first code, to be shown again; "" for none."""
    row = session.get(Authenticator, person)
    return _secret(row) if row is not None and row.proved_at is None else ""


def address_of(secret: str, email: str) -> str:
    """What the picture for the app's camera says."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER))


def confirm(session: Session, person: uuid.UUID, code: str, now: datetime) -> list[str]:
    """Turn it on with the first code; the spare codes, which nobody can show again. Empty for a wrong code."""
    row = session.get(Authenticator, person)
    if row is None or row.proved_at is not None or not _right(row, code, now):
        return []
    spare = [f"{secrets.token_hex(2)}-{secrets.token_hex(2)}" for _ in range(SPARE)]
    row.proved_at, row.spare = now, [_spare_hash(person, one) for one in spare]
    session.flush()
    return spare


def check(session: Session, person: uuid.UUID, code: str, now: datetime) -> bool:
    """Whether this code lets them in: of the app and not taken before, or a spare one, which is used up. After too many
    wrong ones none does for a while. Whoever calls this commits, also when it gives False."""
    row = session.get(Authenticator, person, with_for_update=True)
    if row is None or row.proved_at is None:
        return False
    if row.locked_until is not None and aware(row.locked_until) > now:
        return False
    tidy, spare = code.strip().lower(), _spare_hash(person, code.strip().lower())
    if spare in row.spare:
        row.spare = [one for one in row.spare if one != spare]
    elif not _right(row, tidy, now):
        row.wrong_tries += 1
        if row.wrong_tries >= TRIES:
            row.wrong_tries, row.locked_until = 0, now + LOCKED_FOR
        return False
    row.wrong_tries, row.locked_until = 0, None
    session.flush()
    return True


def off(session: Session, person: uuid.UUID) -> None:
    """No second step any more; the secret and the spare codes are gone."""
    session.execute(delete(Authenticator).where(Authenticator.person_id == person))


def _right(row: Authenticator, code: str, now: datetime) -> bool:
    """Whether the app shows this code about now, and it was not taken before; notes that it was."""
    secret, given = _secret(row), code.replace(" ", "")
    if not secret or not given.isascii():
        return False
    step = int(now.timestamp()) // STEP
    for one in (step + drift for drift in DRIFT):
        if one > row.last_step and secrets.compare_digest(pyotp.TOTP(secret).generate_otp(one), given):
            row.last_step = one
            return True
    return False


def _secret(row: Authenticator) -> str:
    try:
        return unseal(row.sealed) if row.sealed else ""
    except CannotBeRead:
        return ""


def _spare_hash(person: uuid.UUID, code: str) -> str:
    return hashed(f"{person}/{code}")
