"""All at the same moment, on SQLite and on PostgreSQL: one owner, one answer, nothing left of what was deleted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from channels import conversations
from channels.handover import clerking, owning
from channels.handover.clerking import NotThere, NotYours
from channels.messages import Inbound, Reply
from channels.models import Base
from settings import use
from tests.channels.handover.conftest import Resident, opened
from tests.postgres_server import postgres  # noqa: F401  fixture

ROUNDS = 12


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request, home):
    """This test's installation on either database."""
    if request.param == "sqlite":
        yield home
        return
    with use(replace(home, conversations_url=request.getfixturevalue("postgres")("conversations"))) as ours:
        yield ours


def at_once(*jobs: Callable[[], object]) -> tuple[list[object], list[BaseException]]:
    """All at one instant; what came back, and what was raised besides "not yours" and "not there"."""
    ready, came, wrong = threading.Barrier(len(jobs)), [], []

    def go(job: Callable[[], object]) -> None:
        ready.wait()
        try:
            came.append(job())
        except (NotYours, NotThere):
            pass
        except BaseException as raised:  # noqa: BLE001  told by the test below, whatever it is
            wrong.append(raised)

    threads = [threading.Thread(target=go, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came, wrong


@pytest.mark.slow
def test_two_hundred_claim_at_once_round_after_round_and_exactly_one_has_it(clerk, here, home):
    clerks = [clerk(f"Clerk {number}") for number in range(200)]
    for number in range(ROUNDS):
        resident = Resident(f"claimed-{number:08d}")
        resident.says("hello", door="wenbury")
        handover = resident.asks(here[0])

        def claims(one, handover=handover, at=resident.at):
            one.claims(handover, at)
            return one.reader.id

        won, wrong = at_once(*[lambda one=one: claims(one) for one in clerks])
        assert wrong == [] and won == [resident.owner.clerk]
        assert len(resident.told) == 1, "the resident is told of one"


@pytest.mark.parametrize("round_", range(3))
def test_a_claim_as_the_resident_takes_back_leaves_nobody_there(clerk, here, home, round_):
    clerks = [clerk(f"Clerk {number}") for number in range(6)]
    resident = Resident(f"taken-{round_:08d}")
    resident.says("hello", door="wenbury")
    handover = resident.asks(here[0], "whole")
    claims = [lambda one=one: one.claims(handover, resident.at) for one in clerks]
    _, wrong = at_once(*claims, lambda: resident.takes_back(handover))
    assert wrong == [] and resident.owner.owner == owning.BOT
    for one in clerks:
        assert one.sees(handover, resident.at) == ()
        with pytest.raises((NotThere, NotYours)):
            one.says(handover, "hello?", resident.at)


@pytest.mark.parametrize("round_", range(3))
def test_a_message_at_the_moment_of_hand_back_is_answered_by_one_or_read_by_the_other(clerk, here, home, round_):
    resident, jo = Resident(f"handed-{round_:08d}"), clerk()
    resident.says("hello", door="wenbury")
    handover = resident.asks(here[0])
    jo.claims(handover, resident.at)
    came, wrong = at_once(
        lambda: jo.does(clerking.finish, handover, "handed_back", resident.at),
        lambda: resident.says("at that very moment"),
    )
    reply = next(one for one in came if isinstance(one, Reply))
    seen = [item.text for item in jo.sees(handover, resident.at) if item.kind == "message"]
    assert wrong == []
    assert reply.outcome != "with_person" or seen == ["at that very moment"], "silence only where it was read"


@pytest.mark.parametrize("before", ["never asked for a person", "somebody was there before"])
def test_nobody_joins_between_the_look_at_the_owner_and_the_keeping_of_an_answer(clerk, here, home, before):
    resident, jo = Resident(f"joined-{len(before):08d}"), clerk()
    resident.says("hello", door="wenbury")
    if before != "never asked for a person":
        first = resident.asks(here[0])
        jo.claims(first, resident.at)
        jo.does(clerking.finish, first, "handed_back", resident.at)
    begun = conversations.begin(Inbound("web", resident.sender, "again", f"joined-{len(before)}", resident.at), "again")
    joins = threading.Thread(target=lambda: jo.claims(resident.asks(here[0]), resident.at))

    def meanwhile(_session, _reply) -> None:
        """In the answer's own transaction, after it has looked who owns the conversation."""
        joins.start()
        joins.join(0.4)
        assert joins.is_alive(), "it waits for the answer to be kept"

    kept = conversations.finish(begun, Reply("signposts", "en", before=("an answer",)), meanwhile)
    joins.join()
    assert kept.outcome == "signposts" and resident.owner.owner == owning.CLERK
    assert conversations.turns(resident.sender)[-1].reply.outcome == "signposts"


@pytest.mark.parametrize("round_", range(3))
def test_everything_at_once_while_they_delete_and_nothing_is_left(clerk, here, home, round_):
    resident, jo = Resident(f"deleted-{round_:08d}"), clerk()
    resident.says("a secret", door="wenbury")
    handover = resident.asks(here[0], "whole", callback="07700 900321")
    jo.claims(handover, resident.at)
    begun = conversations.begin(Inbound("web", resident.sender, "and more", f"r{round_}", resident.at), "and more")
    _, wrong = at_once(
        lambda: conversations.forget(resident.sender),
        lambda: conversations.finish(begun, conversations.silence("en")),
        lambda: jo.says(handover, "typing as they delete", resident.at),
        lambda: jo.does(clerking.note, handover, "a note", resident.at),
        lambda: jo.does(clerking.finish, handover, "ended", resident.at),
        lambda: resident.takes_back(handover),
    )
    assert wrong == []
    with opened() as session:
        left = {
            name for name in Base.metadata.tables if session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
        }
    assert left <= {"tombstone", "agreement", "look", "receipt"}
