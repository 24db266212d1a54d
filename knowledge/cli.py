"""`python -m knowledge …`: migrate, seed, import, new-place."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from knowledge.db import session_scope
from knowledge.errors import KnowledgeError
from knowledge.migrating import upgrade
from knowledge.seeding import seed
from settings import settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code and says what went wrong in a sentence."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="Look after the directory.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring both databases up to date")
    commands.add_parser("seed", help="load topics, the national layer and the demonstration places")
    given = parser.parse_args(arguments)
    try:
        return {"migrate": migrate, "seed": load_seed}[given.command](given)
    except KnowledgeError as wrong:
        print(wrong, file=sys.stderr)
        return 1


def migrate(_given: argparse.Namespace) -> int:
    """Both databases to the newest migration."""
    settings().var.mkdir(parents=True, exist_ok=True)
    upgrade("knowledge", settings().knowledge_url)
    upgrade("conversations", settings().conversations_url)
    return 0


def load_seed(_given: argparse.Namespace) -> int:
    """The seed, with progress; nothing is written where nothing changed."""
    began = time.monotonic()
    with session_scope() as session:
        counts = seed(
            session, today=datetime.now(UTC).date(), progress=lambda line: print(f"  {line}", file=sys.stderr, flush=True)
        )
    said = ", ".join(f"{number} {name}" for name, number in counts.items())
    print(f"Seed: {said} new or changed, in {time.monotonic() - began:.0f} s.", file=sys.stderr)
    return 0
