"""Desks, residents who wait at them and clerks who sit there, over a real conversations database."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from channels.handover import asking, clerking, items, looking, owning
from channels.handover.agreeing import Reader
from channels.models import Conversation
from knowledge.db import session_scope
from knowledge.desks import Desk, desks
from settings import settings
from tests.channels.conftest import Person

_numbers = itertools.count(1)


@pytest.fixture
def here(home) -> tuple[Desk, ...]:
    """The desks of Wenbury: the listening desk of a charity, then the county's contact team."""
    with session_scope() as session:
        return desks(session, place="wenbury")


@dataclass
class Clerk:
    """Somebody at a desk; every method is one press of a button at `at`."""

    reader: Reader
    desk: Desk

    def claims(self, handover, at) -> None:
        with opened() as session:
            clerking.claim(session, handover, self.reader, self.desk, at)

    def says(self, handover, text, at, **more) -> None:
        with opened() as session:
            more.setdefault("reference", f"press-{next(_numbers)}")
            clerking.reply(session, handover, self.reader, text, at, **more)

    def sees(self, handover, at, after=0):
        with opened() as session:
            return looking.seen(session, handover, self.reader, at, after=after)[1]

    def does(self, what, handover, *given):
        with opened() as session:
            return what(session, handover, self.reader, *given)


def opened():
    return session_scope(settings().conversations_url)


@pytest.fixture
def clerk(here):
    """A clerk of a desk (the first, unless another is given)."""

    def make(name: str = "Jo", desk: Desk | None = None) -> Clerk:
        at = desk or here[0]
        return Clerk(Reader(f"clerk-{next(_numbers)}", name, frozenset([at.id])), at)

    return make


@dataclass
class Resident(Person):
    """A person who may ask for another person."""

    def asks(self, desk: Desk, scope: str = "from_now", **more: str) -> uuid.UUID | None:
        self.at += timedelta(seconds=5)
        with opened() as session:
            conversation = session.scalars(select(Conversation).where(Conversation.sender == self.sender)).one()
            return asking.ask(session, conversation, desk, asking.Wanted(scope, **more), self.at)

    def takes_back(self, handover) -> None:
        with opened() as session:
            asking.take_back(session, handover, self.at)

    @property
    def told(self) -> list[str]:
        """What was said to them from outside the bot, oldest first."""
        with opened() as session:
            mine = [row.id for row in asking.handovers_of(session, self.sender)]
            return [item.text for item in items.items_of(session, mine) if item.kind in items.SAID_TO_RESIDENT]

    @property
    def owner(self) -> owning.Owner:
        with opened() as session:
            found = session.scalars(select(Conversation.id).where(Conversation.sender == self.sender)).one()
            return owning.owner_of(session, found)


@pytest.fixture
def resident(home) -> Resident:
    return Resident(f"resident-{next(_numbers):08d}")


@pytest.fixture
def waiting(resident, here):
    """The resident has said something before, asked for a person from now on, and waits."""
    resident.says("I do not know where to turn", door="wenbury")
    return resident.asks(here[0])


@pytest.fixture
def without_hours(here):
    """The same desk, never open."""
    return replace(here[0], hours={})


@pytest.fixture
def app(home):
    """The real application, with this test's databases."""
    from channels.web import create_app
    from tests.channels.web.lint import LintingClient

    made = create_app(replace(home, rate_limits=False, public_url=""))
    made.test_client_class = LintingClient
    return made


@pytest.fixture
def at_home(app):
    """A resident's browser."""
    return app.test_client()


@pytest.fixture
def at_desk(app, here):
    """A browser of somebody signed in who sits at this desk."""
    from knowledge import accounts
    from knowledge import people as p

    def make(name: str = "Jo", desk: Desk | None = None):
        client, number, now = app.test_client(), next(_numbers), datetime.now(UTC)
        with session_scope() as session:
            who = p.Person(email=f"{name.lower()}-{number}-{uuid.uuid4().hex[:6]}@example.org", name=name)
            who.memberships = [p.Membership(role=p.STAFF, team_id=(desk or here[0]).id)]
            session.add(who)
            session.flush()
            token = accounts.sign_in(session, who, now)
        client.get("/console/sign-in")
        with client.session_transaction("/console/sign-in") as cookie:
            cookie["sign_in"] = token
        return client

    return make


def press(client, page, form: str, path: str = "", **values):
    """Send a form of this page as a browser does: its hidden fields, what is filled in, and where the button points."""
    found = next(one for one in page.tree.iter("form") if one.get("id") == form)
    kept = {}
    for one in found.iter("input"):
        kind = one.get("type", "text")
        if kind == "hidden" or (kind in ("radio", "checkbox") and one.get("checked") is not None):
            kept[one.get("name")] = one.get("value") or ""
        elif kind not in ("radio", "checkbox"):
            kept[one.get("name")] = one.get("value") or ""
    for one in found.iter("textarea"):
        kept[one.get("name")] = (one.text or "").strip()
    return client.post(path or found.get("action"), data={**kept, **values}, follow_redirects=True)
