"""The assistant in a terminal, and its evaluation: the same gateway, a conversations database of its own.

python -m channels.terminal                                    chat, with Rasa started for it
python -m channels.terminal --questions q.jsonl > answers      one answer a line, each a new resident
python -m channels.terminal --dialogues d.jsonl > transcripts  one conversation a line
--rasa-down                                                    measure the path without Rasa on purpose
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channels.messages import Inbound, Reply
from settings import ROOT, Settings, free_port, settings, use

if TYPE_CHECKING:
    from channels.sms.simulated import Phone

RASA_STARTS_WITHIN = 120.0  # seconds; TensorFlow alone takes five
STOPS_WITHIN = 10.0


class RasaNeverReady(RuntimeError):
    """Rasa did not come up for us; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Chat, or answer a file; returns 1 if any answer came from the path without Rasa unasked."""
    given = _arguments(arguments)
    with tempfile.TemporaryDirectory() as here, rasa_for(Path(here), down=given.rasa_down):
        if given.questions:
            fallen = _questions(given.questions)
        elif given.dialogues:
            fallen = _dialogues(given.dialogues)
        else:
            return _chat()
    if fallen and not given.rasa_down:
        print(f"{fallen} answers came without Rasa.", file=sys.stderr)
        return 1
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m channels.terminal", description="Talk to Fingerpost in a terminal."
    )
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--dialogues", type=Path)
    parser.add_argument("--rasa-down", action="store_true")
    return parser.parse_args(arguments)


@contextmanager
def rasa_for(here: Path, *, down: bool) -> Iterator[Settings]:
    """Settings with a new conversations database in `here` and, unless `down`, a Rasa of their own until the end."""
    port = free_port()
    ours = replace(
        settings(),
        conversations_url=f"sqlite:///{here / 'conversations.db'}",
        rasa_url=f"http://127.0.0.1:{port}",
        rate_limits=False,
    )
    from knowledge.migrating import upgrade

    upgrade("conversations", ours.conversations_url)
    with use(ours):
        if down:
            yield ours
            return
        process = _start_rasa(ours)
        try:
            _wait_until_ready(process)
            yield ours
        finally:
            process.terminate()
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()


def _start_rasa(ours: Settings) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bot.serve"]
    return subprocess.Popen(command, cwd=ROOT, env=ours.environment(), stdout=sys.stderr)  # noqa: S603  fixed words


def _wait_until_ready(process: subprocess.Popen[bytes]) -> None:
    from channels.rasa_client import BotSilent, ready

    print("Starting Rasa…", file=sys.stderr, flush=True)
    until = time.monotonic() + RASA_STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RasaNeverReady("Rasa stopped while starting. Run `make train`, then try again.")
        try:
            if all(ready().values()):
                return
        except BotSilent:
            pass
        time.sleep(0.3)
    raise RasaNeverReady(f"Rasa was not ready after {RASA_STARTS_WITHIN:.0f} seconds.")


def _questions(path: Path) -> int:
    fallen = 0
    rows = _lines(path)
    for number, row in enumerate(rows, start=1):
        answered = _ask(row["text"], row["channel"], uuid.uuid4().hex, datetime.now(UTC))
        fallen += _by_search(answered)
        print(json.dumps({"id": row["id"], **as_contract(answered, row["channel"])}, ensure_ascii=False), flush=True)
        if number % 20 == 0:
            print(f"  {number} of {len(rows)}", file=sys.stderr, flush=True)
    return fallen


def _dialogues(path: Path) -> int:
    from channels.sms.simulated import Phone

    fallen = 0
    for row in _lines(path):
        sender, at, answers, phone = uuid.uuid4().hex, datetime.now(UTC), [], Phone()
        for turn in row["turns"]:
            at += timedelta(days=1) if turn.get("event_before") == "next day" else timedelta(seconds=20)
            answered = _ask(turn["resident"], row["channel"], sender, at, phone)
            fallen += _by_search(answered)
            answers.append(as_contract(answered, row["channel"]))
        print(json.dumps({"id": row["id"], "turns": answers}, ensure_ascii=False), flush=True)
    return fallen


def _chat() -> int:
    """Until an empty line or the end of input."""
    from channels.plain import as_text

    sender = uuid.uuid4().hex
    print(f"\n{as_text(_ask('hello', 'web', sender, datetime.now(UTC)))}\n")
    while said := _read_line():
        print(f"\n{as_text(_ask(said, 'web', sender, datetime.now(UTC)))}\n")
    return 0


def _read_line() -> str:
    try:
        return input("> ")
    except (EOFError, KeyboardInterrupt):
        return ""


def _ask(message: str, channel: str, sender: str, at: datetime, phone: Phone | None = None) -> Reply:
    from channels.gateway import handle
    from channels.sms.simulated import Phone

    inbound = Inbound(channel, sender, message, uuid.uuid4().hex, at)
    return (phone or Phone()).text(inbound) if channel == "sms" else handle(inbound)


def _by_search(reply: Reply) -> bool:
    """Whether an answer that Rasa should have given came from the plain search."""
    return (
        not reply.from_rasa and reply.own_words is None and reply.outcome in ("signposts", "council", "nothing_found")
    )


def as_contract(reply: Reply, channel: str = "web") -> dict[str, Any]:
    """An answer as evaluations read it: by text, what the one text holds, and what it costs."""
    from channels.plain import as_text
    from channels.sms.segments import cost
    from channels.sms.shaping import shown, text_of

    by_text, most = channel == "sms", settings().texting.segments
    text = text_of(reply, most) if by_text else as_text(reply)
    return {
        "outcome": reply.outcome,
        "needs": list(reply.needs),
        "place": reply.place,
        "wishes": dict(reply.wishes),
        "signposts": [
            {
                "entry": post.entry,
                "name": post.name,
                "tier": post.tier,
                "needs": list(post.needs),
                "phone": post.phones[0].number if post.phones else "",
                "url": post.url,
                "why": post.why,
                "checked_on": post.checked_on,
                "distance_km": post.distance_km,
            }
            for post in (shown(reply, most) if by_text else reply.signposts)
        ],
        "text": text,
        **({"segments": cost(text).segments} if by_text else {}),
        "language": reply.language,
        "ms": reply.ms,
    }


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    try:
        code = main()
    except RasaNeverReady as wrong:
        print(wrong, file=sys.stderr)
        code = 1
    sys.exit(code)
