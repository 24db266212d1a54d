"""Sending the letters that are owed: `python -m channels.letters` runs until stopped, `--once` for a timer of your own.

Without MAIL_SERVER they are printed to this process's output, links and all: that is for trying it on one machine.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import sys
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy.exc import SQLAlchemyError

from channels.sms import reminding
from knowledge import accounts, letters, suggesting, telephones, vouching
from knowledge.db import session_scope
from knowledge.demand import monthly_notes
from knowledge.freshness import remind
from knowledge.letters import Owed
from knowledge.looking_after import carry_out_plans
from settings import LOOPBACK, Settings, settings
from words import say

logger = logging.getLogger(__name__)

EVERY_SECONDS = 3
PATIENCE = 20  # seconds for the mail server
TLS_FROM_THE_START = 465


class NotPrivate(smtplib.SMTPException):
    """The mail server offers no TLS: a link that signs somebody in would travel for all to read."""


def deliver(now: datetime) -> int:
    """Send what is due. What does not go is tried again later, and a letter is never lost: it may come twice if we
    stop between sending and noting it, under the same Message-ID. How many went."""
    with session_scope() as session:
        accounts.send_links(session, now, settings().address)
        due = letters.take(session, now)
    gone = 0
    for owed in due:
        trouble = _try(owed, now)
        with session_scope() as session:
            if trouble:
                given_up = letters.failed(session, owed.id, trouble)
                logger.error("letter not sent kind=%s why=%s given_up=%s", owed.kind, trouble, given_up)
            else:
                letters.sent(session, owed.id, now)
                gone += 1
    return gone


def message(owed: Owed, given: Settings) -> EmailMessage:
    """The letter as it is sent, in its reader's language."""
    made = EmailMessage()
    made["Subject"] = " ".join(say(f"letters.{owed.kind}.subject", owed.language, **owed.told).split())
    made["From"], made["To"] = given.mail.sender, owed.recipient
    made["Message-ID"] = f"<{owed.id}@{given.mail.sender.rpartition('@')[2] or 'localhost'}>"
    made["Date"] = format_datetime(datetime.now(UTC))
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(say(f"letters.{owed.kind}.text", owed.language, **owed.told))
    return made


def _try(owed: Owed, now: datetime) -> str:
    """Send one; the kind of trouble met, "" when it went. Never what the server said: it repeats addresses."""
    given = settings()
    if owed.by == "text":
        return reminding.send(owed, now)
    try:
        if given.mail.server:
            _send(message(owed, given), given)
        else:
            _print(message(owed, given))
    except (smtplib.SMTPException, OSError, ValueError) as wrong:
        return type(wrong).__name__
    return ""


def _send(made: EmailMessage, given: Settings) -> None:
    host, _, port = given.mail.server.rpartition(":")
    with _connected(host, int(port)) as server:
        _over_tls(server, host)
        if given.mail.user:
            server.login(given.mail.user, given.mail.password)
        server.send_message(made)


def _connected(host: str, port: int) -> smtplib.SMTP:
    if port == TLS_FROM_THE_START:
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=PATIENCE)


def _over_tls(server: smtplib.SMTP, host: str) -> None:
    """From here on nobody listens, and the server has shown who it is; without that only on this machine."""
    server.ehlo()
    if isinstance(server, smtplib.SMTP_SSL):
        return
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    elif host not in LOOPBACK:
        raise NotPrivate


def _print(made: EmailMessage) -> None:
    lines = ["", f"  To {made['To']}: {made['Subject']}", *made.get_content().splitlines(), ""]
    sys.stdout.write("\n  | ".join(lines) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Look every few seconds; a database that is busy or gone is tried again. With `--once`: 1 when it was."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    while True:
        looked = _looked()
        if "--once" in sys.argv:
            return 0 if looked else 1
        time.sleep(EVERY_SECONDS)


def _looked() -> bool:
    try:
        if gone := deliver(datetime.now(UTC)):
            logger.info("letters sent: %d", gone)
        upkeep(datetime.now(UTC))
    except SQLAlchemyError as wrong:
        logger.error("could not look for letters: %s", type(wrong).__name__)
        return False
    return True


_kept_up_at: list[datetime] = []


def upkeep(now: datetime) -> None:
    """Once an hour: what is over goes, what was planned for today happens, and whoever is due is asked whether their
    entries are still right."""
    if _kept_up_at and (now - _kept_up_at[-1]).total_seconds() < 3600:
        return
    with session_scope() as session:
        accounts.forget_what_is_over(session, now)
        letters.forget_old(session, now)
        telephones.forget_unproved(session, now)
        suggesting.forget_old(session, now.date())
        vouching.forget_ended(session, now.date())
        carry_out_plans(session, now.date())
        monthly_notes(session, now, settings().address)
        remind(session, now, settings().address)
    _kept_up_at[:] = [now]


if __name__ == "__main__":
    sys.exit(main())
