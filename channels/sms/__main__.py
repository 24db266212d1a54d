"""`python -m channels.sms`: what waits and what has become of texts, in numbers; nobody's words, nobody's number."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from channels.sms.watching import figures
from settings import SettingWrong


def main() -> int:
    """Print the figures; 1 with a sentence when the settings are wrong."""
    try:
        for line in figures(datetime.now(UTC)):
            sys.stdout.write(line + "\n")
    except SettingWrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
