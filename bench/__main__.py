"""`python -m bench`: turns, search, memory and a stock Rasa beside ours. One table; the figures in var/bench.json too.

--quick      a few turns and 10,000 entries, no stock Rasa: that it works, in two minutes
--no-stock   everything else
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench import installation, searching, stock
from bench.processes import NeverReady
from bench.residents import FULL, QUICK
from bench.table import table
from bench.timing import tell
from knowledge.db import session_scope
from knowledge.models import Findable
from settings import Settings, settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, keep; 1 when something did not start or a turn was lost or crossed."""
    given = _arguments(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that every block ends and stops what it started
    try:
        found = _measured(settings(), quick=given.quick, with_stock=not (given.quick or given.no_stock))
    except NeverReady as wrong:
        print(wrong, file=sys.stderr)
        return 1
    given.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(table(found))
    wrong_turns = found["turns"]["idle"]["wrong"] + found["turns"]["eight"]["wrong"]
    for line in wrong_turns:
        tell(f"wrong: {line}")
    return 1 if wrong_turns or found["turns"]["answers"]["unanswered"] else 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure turns, search, memory.")
    parser.add_argument("--quick", action="store_true", help="few turns, 10,000 entries, no stock Rasa")
    parser.add_argument("--no-stock", action="store_true", help="without the stock Rasa beside ours")
    parser.add_argument("--out", type=Path, default=settings().var / "bench.json", help="where the figures go")
    return parser.parse_args(arguments)


def _measured(ours: Settings, *, quick: bool, with_stock: bool) -> dict[str, Any]:
    """One after the other, so that nothing measured shares the machine with anything else of ours."""
    size = QUICK if quick else FULL
    _check(ours)
    before = _load()
    with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as folder:
        here = Path(folder)
        found: dict[str, Any] = {
            "turns": installation.measure(ours, size, here),
            "search": searching.measure(ours, size, here),
        }
        if with_stock:
            found["stock"] = stock.measure(ours, size)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    made_at = datetime.now(UTC).strftime("%d %B %Y %H:%M UTC")
    return {"made_at": made_at, "machine": {**machine, "load_before": before, "load_after": _load()}, **found}


def _check(ours: Settings) -> None:
    """A new installation, or one that is being seeded this moment, would answer fast and find nothing."""
    if not list(ours.rasa_models.glob("*.tar.gz")):
        raise NeverReady("There is no trained Rasa model. Run `make train`.")
    with session_scope(ours.knowledge_url) as session:
        if not session.scalar(select(func.count()).select_from(Findable)):
            raise NeverReady("The directory is empty. Run `make setup`, or wait until it is seeded.")


def _load() -> float:
    """How busy the machine is: figures taken beside other work are not worth much."""
    return round(os.getloadavg()[0], 1)


if __name__ == "__main__":
    sys.exit(main())
