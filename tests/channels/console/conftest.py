"""A directory with two groups in two places, people with every role, and a linting client for each of them."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from channels.sms import workers
from channels.web import create_app
from knowledge import accounts, circles, following, looking_after, suggesting
from knowledge import models as m
from knowledge import people as p
from knowledge.db import engine_for, session_scope
from knowledge.feeds import Feed
from knowledge.upkeep import Suggestion
from settings import Mail, settings, use
from tests.channels.sms.conftest import OURS
from tests.channels.web.lint import LintingClient
from tests.knowledge import making

PASSWORD = "three words together"


@dataclass
class Town:
    """Two groups and two places, and who is who: `people` by what they are."""

    church: uuid.UUID
    scouts: uuid.UUID
    larch: uuid.UUID
    mere: uuid.UUID
    desk: uuid.UUID
    lunch: uuid.UUID
    drums: uuid.UUID
    proposal: uuid.UUID
    claim: uuid.UUID
    suggestion: uuid.UUID
    feed: uuid.UUID
    people: dict[str, uuid.UUID]


QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch):
    monkeypatch.setattr(accounts, "HASHER", QUICK)


@pytest.fixture(scope="session")
def built(migrated, tmp_path_factory) -> tuple[Path, Town]:
    """The town in a file, built once a run. Never written to; copy it."""
    path = tmp_path_factory.mktemp("town") / "knowledge.db"
    shutil.copy(migrated["knowledge"], path)
    url = f"sqlite:///{path}"
    with pytest.MonkeyPatch.context() as patched, use(replace(settings(), knowledge_url=url)):
        patched.setattr(accounts, "HASHER", QUICK)
        made = _town()
    engine_for(url).dispose()  # closing empties the write-ahead log into the file
    return path, made


@pytest.fixture
def town(built, knowledge_url) -> Town:
    """The church of Larch and the scouts of Mere; a council with a front desk at Larch."""
    shutil.copy(built[0], knowledge_url.removeprefix("sqlite:///"))
    return replace(built[1], people=dict(built[1].people))


def _town() -> Town:
    with session_scope() as session:
        larch, mere = making.place(session, "larch"), making.place(session, "mere")
        church = making.owner(session, "church", name="Larch Lane Church")
        scouts = making.owner(session, "scouts", name="Mere Scouts")
        council = making.owner(session, "council", name="Larch District Council", kind="public")
        church.place_id, scouts.place_id, council.place_id = larch.id, mere.id, larch.id
        desk = circles.team(session, council, larch, "Front desk")
        far = circles.team(session, council, mere, "Mere desk")
        roles = {
            "editor": (p.EDITOR, church.id, None, None),
            "other editor": (p.EDITOR, scouts.id, None, None),
            "steward": (p.STEWARD, None, larch.id, None),
            "other steward": (p.STEWARD, None, mere.id, None),
            "admin": (p.ADMIN, None, None, None),
            "staff": (p.STAFF, None, None, desk.id),
            "other staff": (p.STAFF, None, None, far.id),
        }
        people = {}
        for name, (role, organisation, place, team) in roles.items():
            email = f"{name.replace(' ', '-')}@example.org"
            token = accounts.invite(
                session, email, role, now=datetime.now(UTC), organisation=organisation, place=place, team=team,
                lead=name == "editor",
            )  # fmt: skip
            made = accounts.accept(session, token, datetime.now(UTC), name=name.title(), password=PASSWORD)
            people[name] = made.id
        making.topics(session, "food", "loneliness", "sport")
        lunch = making.entry(session, "lunch", name="Lunch club", place="larch", topics=["food"], phone="01632 960123")
        drums = making.entry(session, "drums", name="Drumming", place="mere", organisation="scouts", topics=["sport"])
        draft = looking_after.latest_draft(session, lunch)
        changed = replace(draft, name={"en": "Lunch and a chat"})
        proposal = looking_after.propose(session, changed, by=people["editor"], base=1)
        claim = p.Claim(organisation_id=church.id, email="vicar@example.org", said="I am the vicar")
        session.add(claim)
        suggesting.suggest(session, "correction", {"what": "It moved."}, datetime.now(UTC).date(), entry=lunch.id)
        session.flush()
        suggestion = session.query(Suggestion).one()
        following.remember(session, "https://feed.example.org/v3", source="Larch council", place="larch")
        found = (proposal.id, claim.id, suggestion.id, session.query(Feed).one().id)
        return Town(church.id, scouts.id, larch.id, mere.id, desk.id, lunch.id, drums.id, *found, people)


@pytest.fixture
def app(town, tmp_path, migrated):
    """The application on this directory, without limits."""
    shutil.copy(migrated["conversations"], tmp_path / "conversations.db")
    given = replace(
        settings(), rate_limits=False, secret_key="only for tests", public_url="", mail=Mail(),
        conversations_url=f"sqlite:///{tmp_path / 'conversations.db'}",
    )  # fmt: skip
    with use(given):
        yield create_app(given)


@pytest.fixture
def texting(app, monkeypatch):
    """The same application, where texts are carried too, at any hour, and only when a test says so."""
    any_hour = {"quiet_from": 0, "quiet_until": 0}
    carried = replace(settings().texting, providers=("console",), numbers=((OURS, "larch"),), **any_hour)
    given = replace(settings(), texting=carried)
    monkeypatch.setattr(workers, "wake", lambda: None)
    with use(given):
        yield create_app(given)


@pytest.fixture
def come(app, town) -> Callable[[str], LintingClient]:
    """A client signed in as one of the town's people; "nobody" is not signed in."""

    def make(name: str) -> LintingClient:
        client = app.test_client()
        if name != "nobody":
            with session_scope() as session:
                token = accounts.sign_in(session, session.get_one(p.Person, town.people[name]), datetime.now(UTC))
            client.get("/console/sign-in")
            with client.session_transaction("/console/sign-in") as cookie:
                cookie["sign_in"] = token
        return client

    app.test_client_class = LintingClient
    return make


@pytest.fixture
def letters_owed() -> Callable[[], list[p.Letter]]:
    def owed() -> list[p.Letter]:
        with session_scope() as session:
            accounts.send_links(session, datetime.now(UTC), settings().address)  # as the letters' process looks first
            return list(session.query(p.Letter).order_by(p.Letter.made_at))

    return owed


@pytest.fixture
def waiting(app, town) -> tuple[uuid.UUID, uuid.UUID]:
    """Somebody who waits at the front desk of Larch, and has let the church's editor, a vouched advocate, in."""
    from channels import conversations
    from channels.handover import letting
    from channels.handover.asking import Wanted, ask
    from knowledge.desks import desk

    now = datetime.now(UTC)
    with session_scope() as session:
        here = desk(session, town.desk)
        ends = now.date() + timedelta(days=90)
        vouched = p.Vouching(
            person_id=town.people["editor"], organisation_id=town.church, place_id=town.larch,
            trained_on=now.date(), ends_on=ends, vouched_by="steward",
        )  # fmt: skip
        session.add(vouched)
    with session_scope(settings().conversations_url) as session:
        talk = conversations.started(session, "sender", "web", "larch", "en", now)
        handover = ask(session, talk, here, Wanted("from_now"), now)
        code = letting.make(session, talk.id, "act", "the form", 7, now)
        let = letting.take(session, code, str(town.people["editor"]), "Ed", "Church", vouched.id, now)
    return handover, let


def link_in(letter: p.Letter) -> str:
    """The path of the link in a letter."""
    return re.sub(r"^https?://[^/]+", "", letter.told["link"])


def send(client: LintingClient, path: str, **values: str):
    """Load a page and post its form with these values, as a browser does."""
    page = client.get(path)
    form = next(iter(page.tree.iter("form")))
    hidden = {one.get("name"): one.get("value") or "" for one in form.iter("input") if one.get("type") == "hidden"}
    return client.post(form.get("action"), data={**hidden, **values})


WRITTEN = {
    "name": "Tea and cards",
    "line": "Tea, cards and company on a Thursday.",
    "description": "Six of us play whist. Nobody minds if you cannot.",
    "topics": "loneliness",
    "times-0-days": "thu",
    "times-0-opens": "2pm",
    "times-0-closes": "4.30 pm",
    "phone-0-number": "01632960144",
    "postcode": "",
}


def write(client: LintingClient, path: str, do: str = "publish", **changed):
    """Open an entry's form, change these fields, and press a button. A field that is a list is ticked several times."""
    page = client.get(path)
    form = next(one for one in page.tree.iter("form") if one.get("method") == "post")
    return client.post(form.get("action"), data={**filled(form), **changed, "do": do})


def filled(form) -> dict[str, list[str]]:
    """Everything in a form as a browser would send it."""
    found: dict[str, list[str]] = {}
    for one in form.iter():
        name, kind = one.get("name"), one.get("type", "text")
        if not name or one.tag == "button":
            continue
        if one.tag == "textarea":
            found.setdefault(name, []).append("".join(one.itertext()).removeprefix("\n"))
        elif one.tag == "select":
            chosen = [option for option in one.iter("option") if option.get("selected") is not None]
            first = next(iter(one.iter("option")), None)
            found.setdefault(name, []).append((chosen or [first])[0].get("value") or "")
        elif kind not in ("checkbox", "radio") or one.get("checked") is not None:
            found.setdefault(name, []).append(one.get("value") or "")
    return found


def entry_of(key: str) -> m.Service:
    """An entry as it is now."""
    from knowledge.editing import id_of

    with session_scope() as session:
        return session.get_one(m.Service, id_of("service", key))
