"""The pretend telephone: texts for trying out, kept in this process's memory and nowhere else."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime

from channels.sms.provider import Arrived, Malformed, Post, Receipt, ToSend, Unproved

KEPT = 40  # texts a pretend telephone remembers


@dataclass(frozen=True)
class Bubble:
    """One text on the pretend telephone."""

    text: str
    mine: bool
    at: datetime


class Console:
    """A supplier that delivers at once, to a page."""

    name = "console"

    def __init__(self) -> None:
        """Nothing sent yet."""
        self._lock = threading.Lock()
        self._telephones: dict[str, deque[Bubble]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._taken: dict[str, str] = {}

    def shown(self, number: str) -> tuple[Bubble, ...]:
        """What stands on one pretend telephone, oldest first."""
        with self._lock:
            return tuple(self._telephones.get(number, ()))

    def wrote(self, number: str, text: str) -> None:
        """The person's own side of the conversation, for the page."""
        with self._lock:
            self._telephones[number].append(Bubble(text, True, datetime.now(UTC)))

    def proved(self, post: Post) -> None:
        """Nothing from outside is ever the pretend telephone's: its page hands texts over within the process."""
        raise Unproved

    def arrived(self, post: Post) -> Arrived:
        """A text typed into the page."""
        if not post.form.get("reference") or not post.form.get("number"):
            raise Malformed
        return Arrived(
            post.form["reference"], post.form["number"], post.form.get("ours", ""), post.form.get("text", "")
        )

    def receipt(self, post: Post) -> Receipt:
        """There are none: what is sent is shown."""
        raise Malformed

    def answers(self, arrived: Arrived) -> bool:
        """Never."""
        return False

    def send(self, text: ToSend) -> str:
        """Onto the page."""
        with self._lock:
            self._taken[text.reference] = text.reference
            self._telephones[text.number].append(Bubble(text.text, False, datetime.now(UTC)))
        return text.reference

    def find(self, text: ToSend) -> str:
        """By our reference."""
        with self._lock:
            return self._taken.get(text.reference, "")


CONSOLE = Console()
