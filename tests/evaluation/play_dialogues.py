"""Plays written dialogues through the gateway and the trained Rasa, and counts the turns in which every check held.

python -m tests.evaluation.play_dialogues             counts by half; failed checks of the dev half in words
python -m tests.evaluation.play_dialogues --held-out  those of the held-out half: only when reporting
python -m tests.evaluation.play_dialogues --shared    the dialogues of ../shared/eval, where they are
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from channels.messages import Inbound, Reply
from nlu.urgent_report import wilson
from settings import ROOT, settings, use
from tests.evaluation.dialogue_checks import Heard, failed

HERE = Path(__file__).parent
SHARED = ROOT.parent / "shared/eval/dialogues.jsonl"  # only ever read, never copied; not everybody has it
STARTS = datetime(2025, 11, 20, 10, 0, tzinfo=UTC)  # a Thursday
SPLITS = ("dev", "held_out")
PATIENCE = 30.0  # seconds for Rasa: these measure what is answered, not how fast

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Dialogue:
    """Somebody's messages, and what each reply should be like."""

    name: str
    split: str
    turns: Sequence[Mapping[str, Any]]
    door: str = ""
    channel: str = "web"


@dataclass(frozen=True)
class Played:
    """One turn that was played: `wrong` is empty where every check held."""

    dialogue: Dialogue
    turn: int
    said: str
    reply: Reply
    wrong: Sequence[str]


def ours() -> list[Dialogue]:
    """The dialogues of dialogues.yml."""
    rows = yaml.safe_load((HERE / "dialogues.yml").read_text(encoding="utf-8"))
    return [Dialogue(name, row["split"], row["turns"], row.get("door", "")) for name, row in rows.items()]


def shared() -> list[Dialogue]:
    """The dialogues beside the project, with our checks of shared_dialogues.yml; raises where they are missing."""
    checks = yaml.safe_load((HERE / "shared_dialogues.yml").read_text(encoding="utf-8"))
    found = []
    for row in map(json.loads, SHARED.read_text(encoding="utf-8").splitlines()):
        turns = [
            {"said": turn["resident"], "next_day": "event_before" in turn, **checks[row["id"]].get(number, {})}
            for number, turn in enumerate(row["turns"], start=1)
        ]
        found.append(Dialogue(row["id"], "dev", turns, channel=row["channel"]))
    return found


def play(dialogue: Dialogue) -> list[Played]:
    """The whole dialogue with somebody new; needs a Rasa that is up and the settings that lead to it."""
    from channels.gateway import handle
    from channels.sms.simulated import Phone

    answer = Phone().text if dialogue.channel == "sms" else handle
    sender, at = f"dialogue-{next(_numbers):06d}-{time.monotonic_ns()}", STARTS
    earlier: list[Reply] = []
    played = []
    for number, turn in enumerate(dialogue.turns, start=1):
        at += timedelta(days=1) if turn.get("next_day") else timedelta(seconds=20)
        inbound = Inbound(dialogue.channel, sender, turn["said"], f"{sender}-{number:03d}", at, dialogue.door)
        reply = answer(inbound)
        wrong = failed(turn, Heard(reply, tuple(earlier)))
        played.append(Played(dialogue, number, turn["said"], reply, wrong))
        earlier.append(reply)
    return played


def play_all(dialogues: Iterable[Dialogue]) -> list[Played]:
    """All of them, with a Rasa started for it."""
    from channels.terminal import rasa_for

    patient = replace(settings(), rasa_deadline=PATIENCE, secret_key="only for dialogues")
    with tempfile.TemporaryDirectory() as here, use(patient), rasa_for(Path(here), down=False):
        return [one for dialogue in dialogues for one in play(dialogue)]


def counted(played: Sequence[Played], what: str) -> str:
    """How many turns and whole dialogues are right, with the interval for turns."""
    right = sum(not one.wrong for one in played)
    names = {one.dialogue.name for one in played}
    whole = len(names - {one.dialogue.name for one in played if one.wrong})
    low, high = wilson(right, len(played))
    turns = f"{right} of {len(played)} turns ({100 * low:.0f} to {100 * high:.0f}%)"
    return f"{what:9} {turns}, {whole} of {len(names)} whole dialogues"


def in_words(played: Iterable[Played]) -> str:
    """Every turn that went wrong: the dialogue, what was said, what failed."""
    lines = []
    for one in played:
        if one.wrong:
            lines.append(f"{one.dialogue.name}, turn {one.turn}: {one.said!r}")
            lines += [f"    {sentence}" for sentence in one.wrong]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the counts, and what failed in one half."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.play_dialogues", description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="print what failed in the held-out half instead")
    parser.add_argument("--shared", action="store_true", help="play the dialogues of ../shared/eval instead")
    given = parser.parse_args(arguments)
    played = play_all(shared() if given.shared else ours())
    shown = "held_out" if given.held_out else "dev"
    print(in_words(one for one in played if one.dialogue.split == shown))
    for split in SPLITS:
        if half := [one for one in played if one.dialogue.split == split]:
            print(counted(half, split))
    print(counted(played, "together"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
