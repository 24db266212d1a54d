"""`python -m bench.desk`: is a conversation ever two people's, does the bot ever speak over one, is anything lost?

Rounds of clerks who claim at the same moment while the resident writes, then of a hand-back and a message at the same
moment; now and then the resident takes it back meanwhile. The database itself writes down, in triggers, who owned the
conversation at the instant of each answer and each change. Then, unless --rounds-only: how long from a clerk's Send to
a resident's screen, with 100 conversations open (bench/screens.py).
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bench.timing import tell
from channels import conversations
from channels.handover import asking, clerking
from channels.handover.agreeing import Reader
from channels.handover.clerking import NotThere, NotYours
from channels.messages import Inbound, Reply
from channels.models import Conversation
from knowledge.db import engine_for, session_scope
from knowledge.desks import Desk
from knowledge.migrating import upgrade
from settings import settings, use

CLERKS, ROUNDS, TAKEN_BACK_EACH, TRIES = 6, 10_000, 7, 20
Did = TypeVar("Did")
TEAM = Desk(uuid.UUID(int=1), "The desk", uuid.UUID(int=2), "An organisation", "nowhere", "england")
WATCH = (
    "CREATE TABLE spoken (message INTEGER, owner TEXT)",
    "CREATE TABLE owned (conversation TEXT, version INTEGER, owner TEXT, clerk TEXT, before TEXT)",
    """CREATE TRIGGER answered AFTER UPDATE OF reply ON message
       WHEN NEW.reply IS NOT NULL AND json_extract(NEW.reply, '$.outcome') <> 'with_person'
       BEGIN INSERT INTO spoken SELECT NEW.id, owner FROM ownership WHERE conversation_id = NEW.conversation_id; END""",
    """CREATE TRIGGER changed AFTER UPDATE OF version ON ownership
       BEGIN INSERT INTO owned VALUES (NEW.conversation_id, NEW.version, NEW.owner, NEW.clerk, OLD.owner); END""",
)


@dataclass
class Found:
    """What went wrong, counted; all nothing is the only good result."""

    rounds: int = 0
    double_owners: int = 0
    spoken_while_owned: int = 0
    lost: int = 0
    nobody: int = 0
    busy: int = 0  # tries that waited too long for the one writer and were made again
    messages: int = 0
    replies: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing at all went wrong."""
        return not (self.double_owners or self.spoken_while_owned or self.lost or self.nobody)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the rounds, print what was found, keep it; 1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--rounds-only", action="store_true")
    parser.add_argument("--out", type=Path, default=settings().var / "bench-desk.json")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fingerpost-desk-") as folder:
        found = rounds(given.rounds, Path(folder))
    told: dict[str, Any] = {**found.__dict__, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}
    if not given.rounds_only:
        from bench import screens

        told["screens"] = screens.measure()
    given.out.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=2))
    return 0 if found.good else 1


def rounds(number: int, folder: Path) -> Found:
    """So many rounds on a conversations database of their own."""
    url = f"sqlite:///{folder / 'conversations.db'}"
    found = Found()
    with use(replace(settings(), conversations_url=url)), ThreadPoolExecutor(CLERKS + 2) as pool:
        upgrade("conversations", url)
        with session_scope(url) as session:
            for statement in WATCH:
                session.execute(text(statement))
        chance = random.Random(5)
        began = time.perf_counter()
        for one in range(number):
            _round(one, pool, found, chance)
        found.seconds = round(time.perf_counter() - began, 1)
        _count(url, found)
    engine_for(url).dispose()
    shutil.rmtree(folder, ignore_errors=True)
    return found


def _round(number: int, pool: ThreadPoolExecutor, found: Found, chance: random.Random) -> None:
    if number and number % 500 == 0:
        tell(f"{number} rounds")
    sender = f"sender-{number}"
    _says(sender, f"{number}-first", found)
    handover = _patiently(lambda: _asks(sender), found)
    clerks = [Reader(f"{number}-{at}", f"Clerk {at}", frozenset([TEAM.id])) for at in range(CLERKS)]
    taken_back = number % TAKEN_BACK_EACH == 0
    jobs: list[Callable[[], Any]] = [lambda one=one: _claims(handover, one, found) for one in clerks]  # type: ignore[misc]
    jobs.append(lambda: _says(sender, f"{number}-second", found))
    if taken_back:
        jobs.append(lambda: _patiently(lambda: _takes_back(handover), found))
    won = [one for one in _at_once(pool, jobs, chance) if isinstance(one, Reader)]
    found.double_owners += len(won) > 1
    found.nobody += not won and not taken_back
    if won and not taken_back:
        _patiently(lambda: _replies(handover, won[0], f"{number}-reply"), found)
        found.replies += 1
        ends = [lambda: _patiently(lambda: _ends(handover, won[0]), found)]
        _at_once(pool, [*ends, lambda: _says(sender, f"{number}-third", found)], chance)
        found.lost += not _says(sender, f"{number}-fourth", found)  # the bot answers again
    found.rounds += 1


def _at_once(pool: ThreadPoolExecutor, jobs: list[Callable[[], Any]], chance: random.Random) -> list[Any]:
    """All at the same instant, in any order."""
    ready = Barrier(len(jobs))
    chance.shuffle(jobs)

    def go(job: Callable[[], Any]) -> Any:
        ready.wait()
        return job()

    return [one.result() for one in [pool.submit(go, job) for job in jobs]]


def _says(sender: str, reference: str, found: Found) -> bool:
    """A message stored and answered by the bot, as the gateway does; whether the bot spoke."""
    inbound = Inbound("web", sender, "words", reference, datetime.now(UTC))
    begun = _patiently(lambda: conversations.begin(inbound, f"words {reference}"), found)
    found.messages += 1
    answer = conversations.silence("en") if begun.held else Reply("signposts", "en", before=("an answer",))
    return _patiently(lambda: conversations.finish(begun, answer), found).outcome == "signposts"


def _patiently(do: Callable[[], Did], found: Found) -> Did:
    """Once more where a crowded machine kept a writer waiting longer than it waits: nothing was written then."""
    for _ in range(TRIES):
        try:
            return do()
        except OperationalError:
            found.busy += 1
    return do()


def _asks(sender: str) -> uuid.UUID:
    with session_scope(settings().conversations_url) as session:
        talk = session.query(Conversation).filter_by(sender=sender).one()
        made = asking.ask(session, talk, TEAM, asking.Wanted("whole"), datetime.now(UTC))
        if made is None:
            raise RuntimeError("nobody was waited for, and yet it could not be asked")
        return made


def _claims(handover: uuid.UUID, clerk: Reader, found: Found) -> Reader | None:
    def take() -> Reader:
        with session_scope(settings().conversations_url) as session:
            clerking.claim(session, handover, clerk, TEAM, datetime.now(UTC))
        return clerk

    try:
        return _patiently(take, found)
    except (NotYours, NotThere):
        return None


def _replies(handover: uuid.UUID, clerk: Reader, reference: str) -> None:
    with session_scope(settings().conversations_url) as session:
        clerking.reply(session, handover, clerk, "a reply", datetime.now(UTC), reference=reference)


def _ends(handover: uuid.UUID, clerk: Reader) -> None:
    with session_scope(settings().conversations_url) as session:
        clerking.finish(session, handover, clerk, "handed_back", datetime.now(UTC))


def _takes_back(handover: uuid.UUID) -> None:
    with session_scope(settings().conversations_url) as session:
        asking.take_back(session, handover, datetime.now(UTC))


def _count(url: str, found: Found) -> None:
    """What the database wrote down: answers under a clerk, owners without a queue between, things missing."""
    counts = {
        "spoken_while_owned": "SELECT count(*) FROM spoken WHERE owner = 'clerk'",
        "double_owners": "SELECT count(*) FROM owned WHERE owner = 'clerk' AND before <> 'waiting'",
        "unanswered": "SELECT count(*) FROM message WHERE reply IS NULL",
        "kept": "SELECT count(*) FROM message",
        "said": "SELECT count(*) FROM handover_item WHERE kind = 'clerk'",
    }
    with session_scope(url) as session:
        number = {name: int(session.execute(text(asked)).scalar_one()) for name, asked in counts.items()}
    found.spoken_while_owned += number["spoken_while_owned"]
    found.double_owners += number["double_owners"]
    found.lost += number["unanswered"] + (found.messages - number["kept"]) + (found.replies - number["said"])


if __name__ == "__main__":
    sys.exit(main())
