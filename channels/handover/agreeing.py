"""What a resident agreed to, and the one function that decides what a reader may see. Pure: no database, no clock."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from words import say

SCOPES = ("from_now", "summary", "whole")  # each holds the one before it
KEPT_AFTER = timedelta(days=28)  # after closing; then what was shared is gone from the desk
THEIRS = ("message", "answer")  # the conversation itself: what they said, what the assistant answered
KINDS = (*THEIRS, "clerk", "notice", "emergency", "note", "summary", "callback")
STAFF_ONLY = ("note",)


@dataclass(frozen=True)
class Agreed:
    """One yes: to which team of which organisation, how much, when, and whether it still holds."""

    team: uuid.UUID
    team_name: str
    organisation_id: uuid.UUID
    organisation: str
    scope: str
    callback: bool
    agreed_at: datetime
    outside: bool = False
    taken_back_at: datetime | None = None
    closed_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Not taken back, and not longer than 28 days after closing."""
        return self.taken_back_at is None and (self.closed_at is None or now < self.closed_at + KEPT_AFTER)


@dataclass(frozen=True)
class Reader:
    """Somebody signed in: who they are and at which desks they sit."""

    id: str
    name: str
    teams: frozenset[uuid.UUID]


def may_see(agreed: Agreed | None, reader: Reader, kind: str, at: datetime, now: datetime) -> bool:
    """Whether this reader may see a thing of this kind that was said at this moment. Everything unsaid is no.

    The one place where it is decided: every page, stream and search of the desk asks here, thing by thing.
    """
    if agreed is None or not agreed.holds(now) or agreed.team not in reader.teams:
        return False
    if kind == "callback":
        return agreed.callback
    if kind == "summary":
        return agreed.scope == "summary"
    if kind not in KINDS:
        return False
    return at >= agreed.agreed_at or (agreed.scope == "whole" and kind not in STAFF_ONLY)


def may_open(agreed: Agreed | None, reader: Reader, now: datetime) -> bool:
    """Whether the handover is this reader's business at all; if not, it does not exist for them."""
    return agreed is not None and agreed.holds(now) and agreed.team in reader.teams


@dataclass(frozen=True)
class Wording:
    """The sentences a resident says yes to, and a version that changes with any letter of them."""

    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """As kept with the agreement."""
        return "\n".join(self.sentences)

    @property
    def version(self) -> str:
        """The first twelve hex digits of its SHA-256."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


def wording(
    language: str, team: str, organisation: str, scope: str, *, callback: bool, outside: bool = False
) -> Wording:
    """Who will see what, for how long, how to take it back, and the limit: the same words on every channel."""
    parts = [
        say("handed.agree.who", language, team=team, organisation=organisation),
        say(f"handed.agree.{scope}", language),
        *([say("handed.agree.callback", language)] if callback else []),
        *([say("handed.agree.outside", language, organisation=organisation)] if outside else []),
        say("handed.agree.how_long", language, days=KEPT_AFTER.days),
        say("handed.agree.looks", language),
        say("handed.agree.take_back", language),
        say("handed.agree.limit", language),
    ]
    return Wording(tuple(parts))
