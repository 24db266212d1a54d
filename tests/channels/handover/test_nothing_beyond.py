"""Every page for people who sign in, everybody who might open it, everything a resident may have agreed to: what was
not agreed stands in no answer, and what was agreed stands in one. Pages come from the map of addresses, so that none is
forgotten; the quick run looks at those about residents, the whole run at all of them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from channels import conversations
from channels.handover import asking, clerking, letting
from channels.handover.agreeing import KEPT_AFTER, Reader
from channels.messages import Inbound, Reply
from channels.models import Agreement, Conversation, Handover, Keepsake, Letting
from channels.web.cookies import SIGNED_IN_PATHS
from knowledge import people as p
from knowledge.db import session_scope
from knowledge.desks import desk, desks
from tests.channels.console.conftest import app, built, come, quick_passwords, town  # noqa: F401  fixtures
from tests.channels.console.test_access import EVERYBODY, _value
from tests.channels.handover.conftest import opened

BEFORE, ANSWERED_BEFORE, AFTER, ANSWERED_AFTER = "zebra crossing", "yak butter", "walnut whip", "violet cream"
SUMMARY, RING, NOTES, CLERK, NOTE, PURPOSE = (
    "umbrella stand", "07700 900321", "treacle tart", "sherbet lemon", "rhubarb rock", "quince jelly",
)  # fmt: skip
ALL = {BEFORE, ANSWERED_BEFORE, AFTER, ANSWERED_AFTER, SUMMARY, RING, NOTES, CLERK, NOTE, PURPOSE}
FROM_NOW = {AFTER, ANSWERED_AFTER, CLERK, NOTE}
AGREED: dict[str, set[str]] = {  # what a clerk of the named team may see
    "nothing agreed": set(),
    "from now on": FROM_NOW,
    "from now on, with a way to call": FROM_NOW | {RING},
    "summary": FROM_NOW | {SUMMARY},
    "whole": FROM_NOW | {BEFORE, ANSWERED_BEFORE},
    "whole, taken back": set(),
    "whole, and 28 days after closing": set(),
    "whole, then passed on to another team": set(),
    "whole, deleted": set(),
}
SAID = {BEFORE, ANSWERED_BEFORE, AFTER, ANSWERED_AFTER, CLERK}
LET: dict[str, set[str]] = {  # what an advocate may see, by how far they are let in
    "not let in": set(),
    "list": {NOTES, PURPOSE},
    "conversation": {NOTES, PURPOSE} | SAID,
    "act": {NOTES, PURPOSE} | SAID,
    "ended": set(),
    "over": set(),
    "no longer vouched for": set(),
}
ADVOCATE = "editor"
NOW = datetime.now(UTC)
NEAR = ("/desk", "/console/with", "/console/list")
PAST_THIS_TEST = {("account.forget", "POST")}  # deletes whoever asks


def says(text: str, answer: str, reference: str, at: datetime) -> str:
    begun = conversations.begin(Inbound("web", "sender", text, reference, at, "larch"), text)
    if not begun.held:
        conversations.finish(begun, Reply("signposts", "en", before=(answer,)))
    return begun.conversation


@pytest.fixture
def wrote(app, town):  # noqa: F811
    """A resident who wrote, kept a note, and has agreed to nothing."""
    at = NOW - timedelta(minutes=30)
    talk = uuid.UUID(says(BEFORE, ANSWERED_BEFORE, "before", at))
    with opened() as session:
        session.add(Keepsake(conversation_id=talk, notes=NOTES, removed=[], added=[str(town.lunch)]))
    return talk


def agrees(town, talk: uuid.UUID, what: str) -> uuid.UUID:  # noqa: F811
    """The handover as far as the resident agreed, with a clerk who answered and took a note."""
    if what == "nothing agreed":
        return uuid.uuid4()
    scope = "from_now" if what.startswith("from") else "summary" if what == "summary" else "whole"
    with session_scope() as directory:
        here = desk(directory, town.desk)
    at, jo = NOW - timedelta(minutes=20), Reader(str(town.people["staff"]), "Jo", frozenset([town.desk]))
    wanted = asking.Wanted(scope, SUMMARY if scope == "summary" else "", RING if "call" in what else "")
    with opened() as session:
        handover = asking.ask(session, session.get_one(Conversation, talk), here, wanted, at)
    says(AFTER, ANSWERED_AFTER, "after", at + timedelta(minutes=1))
    with opened() as session:
        clerking.claim(session, handover, jo, here, at + timedelta(minutes=2))
        clerking.reply(session, handover, jo, CLERK, at + timedelta(minutes=3), reference="one")
        clerking.note(session, handover, jo, NOTE, at + timedelta(minutes=4))
    afterwards(town, handover, what)
    return handover


def afterwards(town, handover: uuid.UUID, what: str) -> None:  # noqa: F811
    if what == "whole, taken back":
        with opened() as session:
            asking.take_back(session, handover, NOW)
    if what == "whole, and 28 days after closing":
        with opened() as session:
            ended = NOW - KEPT_AFTER
            session.execute(update(Agreement).values(closed_at=ended))
            session.execute(update(Handover).values(closed_at=ended, ending="ended"))
    if what == "whole, then passed on to another team":
        with session_scope() as directory, opened() as session:
            other = next(one for one in desks(directory) if one.id != town.desk)
            row = session.get_one(Handover, handover)
            asking.agree_to_other(session, row, other, asking.Wanted("from_now"), NOW)
    if what == "whole, deleted":
        assert conversations.forget("sender")


def lets(town, talk: uuid.UUID, how: str) -> uuid.UUID:  # noqa: F811
    """The advocate, vouched for, let in so far; another advocate of theirs is never let in."""
    with session_scope() as session:
        made = [
            p.Vouching(
                person_id=town.people[who], organisation_id=town.church, place_id=town.larch, vouched_by="steward",
                trained_on=NOW.date() - timedelta(days=9), ends_on=NOW.date() + timedelta(days=90),
            )
            for who in (ADVOCATE, "other editor")
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        vouched = made[0].id
    may = how if how in letting.PARTS else "act"
    with opened() as session:
        code = letting.make(session, talk, may, PURPOSE, 7, NOW)
        if how == "not let in":
            return uuid.uuid4()
        let = letting.take(session, code, str(town.people[ADVOCATE]), "Ed", "Church", vouched, NOW)
        if how == "ended":
            letting.end(session, let, "sender", NOW)
        if how == "over":
            session.execute(update(Letting).values(accepted_at=NOW - timedelta(days=7)))
    if how == "no longer vouched for":
        with session_scope() as session:
            session.query(p.Vouching).filter_by(id=vouched).update({"ends_on": NOW.date() - timedelta(days=1)})
    return let


class Sweep:
    """Everybody at every address; each answer is looked through for each of the resident's words."""

    def __init__(self, app, come, town, ids, near: bool) -> None:  # noqa: F811
        self.app, self.come, self.town, self.ids, self.checks = app, come, town, ids, 0
        rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(SIGNED_IN_PATHS)]
        self.rules = [rule for rule in rules if not near or rule.rule.startswith(NEAR)]

    def seen(self, who: str, method: str, allowed: set[str]) -> set[str]:
        """What of the resident's stood in any answer; fails at once with where, if it is beyond what is allowed."""
        found: set[str] = set()
        client = self.come(who)
        for rule in self.rules:
            if method not in rule.methods or (rule.endpoint, method) in PAST_THIS_TEST:
                continue
            told = client.open(self._path(rule, method), method=method, data={} if method == "POST" else None)
            body = told.get_data(as_text=True) + str(told.headers)
            here = {words for words in ALL if words in body}
            self.checks += len(ALL)
            assert here <= allowed, f"{who}: {method} {rule.rule} shows {here - allowed}"
            found |= here
        return found

    def _path(self, rule, method: str) -> str:
        with self.app.test_request_context():
            given = {name: self._id(name) for name in rule.arguments}
            return self.app.url_map.bind("localhost").build(rule.endpoint, given, method=method)

    def _id(self, name: str) -> object:
        return self.ids[name] if name in self.ids else _value(self.town, (None, None), name)


SLOW = pytest.mark.slow
QUICK = ("from now on", "whole, taken back", "conversation", "over")


def ways(of: dict[str, set[str]]) -> list:
    """Each thing agreed, at the pages about residents and at all pages; a few of the first in the quick run."""
    near = [pytest.param(one, True, marks=() if one in QUICK else SLOW, id=f"{one}, near") for one in of]
    return near + [pytest.param(one, False, marks=SLOW, id=f"{one}, all") for one in of]


@pytest.mark.parametrize(("what", "near"), ways(AGREED))
def test_nothing_beyond_what_was_agreed(app, come, town, wrote, what, near, record_property):  # noqa: F811
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = FlaskClient
    handover = agrees(town, wrote, what)
    sweep = Sweep(app, come, town, {"handover": handover, "letting": uuid.uuid4()}, near)
    theirs = {who: AGREED[what] if who == "staff" else set() for who in EVERYBODY}
    for who in EVERYBODY:
        assert sweep.seen(who, "GET", theirs[who]) == theirs[who], "what was agreed is there to be read"
    for who in EVERYBODY:
        sweep.seen(who, "POST", theirs[who])
        sweep.seen(who, "GET", theirs[who])  # with whatever that changed
    print(f"{what}: {sweep.checks} checks, nothing beyond")
    record_property("checks", sweep.checks)
    assert sweep.checks > (1000 if near else 9000)


@pytest.mark.parametrize(("how", "near"), ways(LET))
def test_an_advocate_sees_what_they_were_let_in_to_and_nobody_else_does(
    app, come, town, wrote, how, near, record_property  # noqa: F811
):  # fmt: skip
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = FlaskClient
    agreed = AGREED["from now on"]
    handover = agrees(town, wrote, "from now on")
    let = lets(town, wrote, how)
    sweep = Sweep(app, come, town, {"handover": handover, "letting": let}, near)
    for who in EVERYBODY:
        theirs = LET[how] if who == ADVOCATE else agreed if who == "staff" else set()
        assert sweep.seen(who, "GET", theirs) == theirs
        sweep.seen(who, "POST", theirs)
    print(f"advocate {how}: {sweep.checks} checks, nothing beyond")
    record_property("checks", sweep.checks)
    assert sweep.checks > (500 if near else 6000)
