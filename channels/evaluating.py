"""`make evaluate`: answer a file of questions, then measure it with a scorer if one is given, else count outcomes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from settings import settings


def main(arguments: Sequence[str]) -> int:
    """`questions.jsonl [scorer.py]`: the scorer is run as `scorer.py questions.jsonl answers.jsonl`."""
    questions = Path(arguments[0]).resolve()
    answers = settings().var / "answers.jsonl"
    with answers.open("w", encoding="utf-8") as file:
        asked = subprocess.run(  # noqa: S603  our own module
            [sys.executable, "-m", "channels.terminal", "--questions", str(questions)], stdout=file, check=False
        )
    if asked.returncode:
        return asked.returncode
    if len(arguments) > 1:
        scored = [sys.executable, str(Path(arguments[1]).resolve()), str(questions), str(answers), *arguments[2:]]
        return subprocess.run(scored, check=False).returncode  # noqa: S603  the scorer the caller named
    outcomes = Counter(json.loads(line)["outcome"] for line in answers.read_text(encoding="utf-8").splitlines())
    for outcome, number in outcomes.most_common():
        sys.stdout.write(f"{number:5d}  {outcome}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
