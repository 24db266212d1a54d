"""`python -m bench.sms`: 10,000 texts from 500 people, with repeats, disorder, a bad supplier, and processes killed.

A simulated supplier on loopback speaks Twilio's and GOV.UK Notify's formats. The installation is real: the web process
with its workers, and Rasa unless --plain. Its processes are killed with SIGKILL at random and started again. What is
counted: nothing lost, nothing doubled, order kept, nothing after STOP but its two exceptions, and how long it took.

--texts, --people     how many of each
--kills               how often a process is killed
--most-waiting        no new texts while so many wait: on a machine that is busy otherwise (0: they come regardless)
--minutes             write no more after so long, and judge what was written (0: all of them)
--plain               without Rasa: the plain search answers
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import requests

from bench import suppliers as simulated
from bench.processes import NeverReady
from bench.sms_judging import Figures, Sent, judged
from bench.timing import tell
from knowledge.migrating import upgrade
from settings import ROOT, Settings, free_port, from_environment, settings

OURS = "+441632960001"
REPEATED, REORDERED, STOPS = 0.05, 0.05, 0.01
LATE_SECONDS = 20.0  # how far behind an out-of-order text is delivered
QUIET_FOR = 60.0  # seconds without a new text after which the run is over
WITHIN = 1800.0
ACKNOWLEDGE_TRIES = 60
READY_WITHIN = 180.0
ASKED = ("where can I meet people", "my bin was missed", "help with rent in Wenbury", "a lunch club for my dad",
         "I am lonely since my wife died", "somewhere warm to sit", "food bank please", "hello", "more",
         "thank you")  # fmt: skip


@dataclass(frozen=True)
class Pace:
    """How fast people write."""

    a_second: float
    most_waiting: int = 0
    minutes: float = 0.0

    def hold_back(self, made: Installation, written: Sequence[Sent]) -> None:
        """Wait while too many wait for us or for their answer, and tell how far it has come."""
        while self.most_waiting:
            undelivered = sum(not row.acknowledged and not row.late for row in written)
            if (waiting := undelivered + _open(made.ours)) <= self.most_waiting:
                return
            tell(f"{len(written)} texts written, {waiting} wait; killed so far: {dict(made.killed)}")
            time.sleep(5.0)


class Installation:
    """The web process and Rasa, killed and started again."""

    def __init__(self, ours: Settings, plain: bool) -> None:
        """Not started yet."""
        self.ours, self.killed = ours, Counter[str]()
        self._commands = {"web": "channels.web"} | ({} if plain else {"rasa": "bot.serve"})
        self._up: dict[str, subprocess.Popen[bytes]] = {}
        self.down: list[tuple[float, float]] = []

    def start(self, name: str) -> None:
        """One process."""
        command = [sys.executable, "-W", "ignore", "-m", self._commands[name]]
        log = (self.ours.var / f"{name}.log").open("ab")
        self._up[name] = subprocess.Popen(command, cwd=ROOT, env=self.ours.environment(), stdout=log, stderr=log)

    def start_all(self) -> None:
        """Both, and wait for the web to answer."""
        for name in self._commands:
            self.start(name)
        until = time.monotonic() + READY_WITHIN
        while not self.answers():
            if time.monotonic() > until or self._up["web"].poll() is not None:
                said = (self.ours.var / "web.log").read_text(errors="replace")[-600:]
                raise NeverReady(f"the web process did not come up. The last it said:\n{said}")
            time.sleep(0.5)

    def answers(self) -> bool:
        """Whether the web process answers."""
        try:
            return requests.get(f"{self.ours.address}/health/live", timeout=2).ok
        except requests.RequestException:
            return False

    def kill(self, name: str) -> None:
        """Without warning, and start it again."""
        self._up[name].send_signal(signal.SIGKILL)
        self._up[name].wait()
        self.killed[name] += 1
        began = time.monotonic()
        self.start(name)
        while name == "web" and not self.answers() and time.monotonic() - began < READY_WITHIN:
            time.sleep(0.2)
        self.down.append((began, time.monotonic()))

    def was_up(self, at: float, took: float) -> bool:
        """Whether the web process was up for all of a request."""
        return not any(at < end and at + took > began for began, end in self.down)

    @property
    def names(self) -> list[str]:
        """What may be killed."""
        return list(self._commands)

    def stop(self) -> None:
        """The end."""
        for process in self._up.values():
            process.kill()
            process.wait()


@contextmanager
def installed(suppliers: simulated.Suppliers, *, plain: bool) -> Iterator[Installation]:
    """An installation of its own with both suppliers, no ceilings in the way, its directory this one's."""
    with tempfile.TemporaryDirectory() as here:
        environment = {
            **suppliers.environment(f"{OURS}=wenbury"), "FINGERPOST_VAR": here, "PORT": str(free_port()),
            "RASA_URL": f"http://127.0.0.1:{free_port()}", "SECRET_KEY": "only a simulation",
            "KNOWLEDGE_URL": settings().knowledge_url, "SENTENCE_MODEL_DIR": str(settings().model_dir),
            "SMS_PER_NUMBER": "1000", "SMS_PER_DAY": "1000000", "RATE_LIMITS": "off",
        }  # fmt: skip
        ours = from_environment(environment)
        for learnt in [*settings().var.glob("urgent-*"), *settings().var.glob("*.npz"), settings().var / "rasa"]:
            if learnt.exists() and not (Path(here) / learnt.name).exists():
                (Path(here) / learnt.name).symlink_to(learnt)
        upgrade("conversations", ours.conversations_url)
        made = Installation(ours, plain)
        try:
            made.start_all()
            yield made
        finally:
            made.stop()


def written(texts: int, people: int, dice: random.Random) -> list[Sent]:
    """What people write: each by one supplier, some STOP, each text with a mark of its own."""
    numbers = [f"+4477009{at:05d}" for at in range(people)]
    began, rows, stopped = datetime.now(UTC), [], set[str]()
    for at in range(texts):
        number = dice.choice(numbers)
        supplier = "twilio" if int(number[-1]) % 2 else "notify"
        what = "stop" if number not in stopped and dice.random() < STOPS else "text"
        if what == "stop":
            stopped.add(number)
        text = "STOP" if what == "stop" else dice.choice(ASKED)
        row = Sent(f"{'SM' if supplier == 'twilio' else ''}{uuid.uuid4().hex}", number, supplier, text, what, began)
        rows.append(replace(row, at=began + timedelta(milliseconds=at)))
    for row in dice.sample(rows, round(texts * REORDERED)):
        row.late = LATE_SECONDS if row.supplier == "notify" else 0.0
    return rows


def deliver(address: str, row: Sent) -> None:
    """Post one text until it is acknowledged, as suppliers do; each attempt's time is kept."""
    for _ in range(ACKNOWLEDGE_TRIES):
        began = time.monotonic()
        try:
            if row.supplier == "twilio":
                answered = simulated.post_twilio(
                    address, simulated.twilio_form(row.reference, row.number, OURS, row.text)
                )
            else:
                body = simulated.notify_body(row.reference, row.number, OURS, row.text, row.at)
                answered = simulated.post_notify(address, body)
            if answered.ok:
                row.took.append((began, time.monotonic() - began))
                row.acknowledged = row.acknowledged or time.time()
                return
        except requests.RequestException:
            pass
        time.sleep(1.0)


def deliver_all(made: Installation, rows: Sequence[Sent], pace: Pace, dice: random.Random) -> int:
    """How many were written: each person's in order but for those made late; one in twenty delivered twice."""
    until, address = time.monotonic() + (pace.minutes * 60 or WITHIN * 1000), made.ours.address
    by_person: dict[str, Any] = {}
    with ThreadPoolExecutor(16) as pool:
        for at, row in enumerate(rows):
            if at % 20 == 0:
                pace.hold_back(made, rows[:at])
            if time.monotonic() > until:
                rows = rows[:at]
                break
            row.at = datetime.now(UTC)
            if row.late:
                threading.Timer(row.late, deliver, (address, row)).start()
            else:
                before = by_person.get(row.number)
                again = dice.random() * LATE_SECONDS if dice.random() < REPEATED else 0.0
                by_person[row.number] = pool.submit(_after, before, address, row, again)
            time.sleep(1.0 / pace.a_second)
    time.sleep(LATE_SECONDS + 2)
    return len(rows)


def _after(before: Any, address: str, row: Sent, again: float) -> None:
    """Once the person's text before it has been acknowledged; and then perhaps a second time, as suppliers do."""
    if before is not None:
        before.result()
    deliver(address, row)
    if again:
        threading.Timer(again, deliver, (address, row)).start()


def kill_at_random(made: Installation, suppliers: simulated.Suppliers, kills: int, every: float, *,
                   over: threading.Event, dice: random.Random) -> None:  # fmt: skip
    """So many kills, of any process, some time apart; something is answered in between, however slow the machine."""
    for _ in range(kills):
        before = len(suppliers.taken)
        if over.wait(every * (0.5 + dice.random())):
            return
        while len(suppliers.taken) == before and not over.wait(0.5):
            pass
        made.kill(dice.choice(made.names))


def wait_until_quiet(suppliers: simulated.Suppliers, made: Installation) -> None:
    """Until nothing has been sent for a while and nothing waits."""
    until, last, since = time.monotonic() + WITHIN, -1, time.monotonic()
    while time.monotonic() < until:
        if len(suppliers.taken) != last:
            last, since = len(suppliers.taken), time.monotonic()
        if time.monotonic() - since > QUIET_FOR or (time.monotonic() - since > 3 and not _open(made.ours)):
            return
        time.sleep(1.0)


def _open(ours: Settings) -> int:
    from sqlalchemy import func, select

    from channels.models import TextIn, TextOut
    from knowledge.db import session_scope

    with session_scope(ours.conversations_url) as session:
        waiting = session.scalar(select(func.count()).select_from(TextIn)) or 0
        unsent = select(func.count()).select_from(TextOut).where(TextOut.state.in_(("waiting", "sending")))
        return waiting + (session.scalar(unsent) or 0)


def run(texts: int, people: int, kills: int, pace: Pace, *, plain: bool, seed: int = 7) -> Figures:
    """The whole of it."""
    dice = random.Random(seed)
    with simulated.serving() as suppliers, installed(suppliers, plain=plain) as made:
        suppliers.chances = {429: 0.01, 500: 0.005, "lost": 0.005, "taken_500": 0.005}
        rows, over, began = written(texts, people, dice), threading.Event(), time.monotonic()
        every = (pace.minutes * 60 or texts / pace.a_second) / (kills + 1)
        kill = partial(kill_at_random, made, suppliers, kills, every, over=over, dice=dice)
        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        rows = rows[: deliver_all(made, rows, pace, dice)]
        over.set()
        killer.join()
        wait_until_quiet(suppliers, made)
        return judged(rows, suppliers, made, time.monotonic() - began)


def main() -> int:
    """Run and tell; 1 when something was lost, doubled, out of order or sent after STOP."""
    parser = argparse.ArgumentParser(prog="python -m bench.sms")
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--a-second", type=float, default=20.0)
    parser.add_argument("--most-waiting", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--plain", action="store_true")
    given = parser.parse_args()
    pace = Pace(given.a_second, given.most_waiting, given.minutes)
    found = run(given.texts, given.people, given.kills, pace, plain=given.plain)
    print("\n".join(found.lines()))
    (settings().var / "bench-sms.json").write_text(json.dumps(found.counted, indent=1, default=str))
    return 0 if found.good else 1


if __name__ == "__main__":
    sys.exit(main())
