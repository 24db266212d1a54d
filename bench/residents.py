"""Residents on the web page, and the same loop over REST: who sends, how long it took, and whether it came back."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TypeVar
from urllib.parse import urljoin

import requests

from bench.timing import Times, at_once, timed
from channels.web.chat import RECENT

WAITS = 60.0  # seconds; the gateway answers in five, so this is only for a page that never comes
FIELDS = {name: re.compile(rf'name="{name}" value="([^"]+)"') for name in ("csrf_token", "reference")}
SAID = re.compile(r'<div class="said">.*?<p[^>]*>(.*?)</p>', re.DOTALL)
ANSWER = re.compile(r'<div class="answer" id="answer-\d+"')
MARK = re.compile(r"\(note (\d{6})\)")
_marks = count(100000)

T = TypeVar("T")
AskRest = Callable[[requests.Session, str, str], None]  # sender, message; raises when there was no answer


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    idle_turns: int
    busy_turns: int
    entries: tuple[int, ...]
    searches: int


FULL = Size(idle_turns=60, busy_turns=15, entries=(1_000, 100_000), searches=100)
QUICK = Size(idle_turns=12, busy_turns=3, entries=(10_000,), searches=30)


@dataclass
class Turns:
    """The turns of one or many residents: each whole, its two halves, and what was wrong with any page."""

    whole: Times = field(default_factory=Times)
    post: Times = field(default_factory=Times)
    page: Times = field(default_factory=Times)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Turns) -> None:
        """Take another's turns in."""
        for mine, theirs in ((self.whole, other.whole), (self.post, other.post), (self.page, other.page)):
            mine.seconds += theirs.seconds
        self.wrong += other.wrong

    def told(self) -> dict[str, object]:
        """For the table and the file."""
        parts = {"turn": self.whole.told(), "post": self.post.told(), "page": self.page.told()}
        return {**parts, "wrong": self.wrong}


class Resident:
    """One browser: a cookie jar, the page it looks at, and the marks it has written so far."""

    def __init__(self, url: str) -> None:
        """Nothing is asked for before `open`."""
        self._url = f"{url}/"
        self._client = requests.Session()
        self._client.trust_env = False
        self.page = ""
        self.written: list[str] = []
        self.turns = Turns()

    def open(self) -> None:
        """The page, as anybody opens it before writing."""
        self.page = self._client.get(self._url, timeout=WAITS).text

    def write(self, message: str) -> None:
        """One whole turn: the post, the redirect it must answer with, and the page that shows it."""
        mark = str(next(_marks))
        self.written.append(mark)
        form = {name: _hidden(self.page, name) for name in FIELDS} | {"message": f"{message} (note {mark})"}
        answered, posting = timed(lambda: self._client.post(self._url, form, allow_redirects=False, timeout=WAITS))
        if answered.status_code != 303:
            self.turns.wrong.append(f"a post was answered with {answered.status_code}")
        next_page = urljoin(self._url, answered.headers.get("Location", "/"))
        page, getting = timed(lambda: self._client.get(next_page, timeout=WAITS))
        self.page = page.text
        self.turns.post.seconds.append(posting)
        self.turns.page.seconds.append(getting)
        self.turns.whole.seconds.append(posting + getting)
        self.check()

    def write_by_script(self, message: str) -> float:
        """One whole turn as our script sends it, in seconds: one post, answered with the new turn alone."""
        mark = str(next(_marks))
        self.written.append(mark)
        form = {name: _hidden(self.page, name) for name in FIELDS} | {"message": f"{message} (note {mark})"}
        wanted = {"Accept": "application/json"}
        answered, seconds = timed(lambda: self._client.post(self._url, form, headers=wanted, timeout=WAITS))
        piece = answered.json() if answered.ok else {"html": "", "reference": ""}
        if MARK.findall(html.unescape(piece["html"])) != [mark] or not ANSWER.search(piece["html"]):
            self.turns.wrong.append(f"wrote {mark}, the script was not given it with its answer")
        self.page = self.page.replace(form["reference"], piece["reference"])
        return seconds

    def check(self) -> None:
        """The last of what was written here, in order, each answered: nothing lost, nothing of anybody else."""
        shown, written = MARK.findall(html.unescape(" ".join(SAID.findall(self.page)))), self.written[-RECENT:]
        if shown != written:
            self.turns.wrong.append(f"wrote {written[-3:]}, the page shows {shown[-3:]}")
        if len(ANSWER.findall(self.page)) != len(written):
            self.turns.wrong.append(f"after {written[-1]} an answer is missing")


def on_the_web(url: str, conversations: Sequence[Sequence[str]], *, together: bool = False) -> Turns:
    """Every conversation by a resident of its own; one after the other, or all together."""
    done, seconds = _all([partial(_converse, url, conversation) for conversation in conversations], together)
    turns = Turns()
    for one in done:
        turns.add(one)
    turns.whole.together = seconds
    return turns


def over_rest(
    conversations: Sequence[Sequence[str]],
    ask: AskRest,
    *,
    together: bool = False,
    sender: Callable[[], str] = lambda: uuid.uuid4().hex,
) -> Times:
    """The same loop against a Rasa itself, where a turn is one request. `sender` begins a conversation."""
    jobs = [partial(_exchange, ask, sender(), conversation) for conversation in conversations]
    done, seconds = _all(jobs, together)
    return Times([one for times in done for one in times], seconds)


def _all(jobs: Sequence[Callable[[], T]], together: bool) -> tuple[list[T], float]:
    return at_once(jobs) if together else timed(lambda: [job() for job in jobs])


def _converse(url: str, conversation: Sequence[str]) -> Turns:
    resident = Resident(url)
    resident.open()
    for message in conversation:
        resident.write(message)
    return resident.turns


def _exchange(ask: AskRest, sender: str, conversation: Sequence[str]) -> list[float]:
    client = requests.Session()
    client.trust_env = False
    return [timed(partial(ask, client, sender, message))[1] for message in conversation]


def _hidden(page: str, name: str) -> str:
    found = FIELDS[name].search(page)
    assert found, f"the page has no {name}"
    return found[1]
