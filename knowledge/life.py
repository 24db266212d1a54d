"""Life events as a way in: what usually helps first, in the order people meet it, each step with real entries.

Read from knowledge/seed/life_events.yml alone; only the entries come from the directory.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from knowledge.answering import Answer, answer, in_full, overdue, withheld
from knowledge.editing import id_of
from knowledge.replying import Said, payload, posts_of
from knowledge.search import Ask, Candidate, find, newest
from knowledge.signposting import Plan, Post
from nlu.embedding import Vectors, embed_one
from nlu.events import NONE, event_of
from nlu.kept_vectors import embed_kept
from nlu.needs import Need, Reading
from nlu.places import Spot
from nlu.welsh import gloss, in_english

FILE = Path(__file__).resolve().parent / "seed" / "life_events.yml"
ON_A_PAGE, IN_TALK = 2, 1  # entries a step
LIKE = 0.38  # cosine of a local entry with the step, below which it is of the same topic only
WIDE = 1000  # candidates among which the named entries must be
REMEMBERED = 200  # answers kept until anything in the directory is saved


@dataclass(frozen=True)
class Step:
    """One thing that helps: its topic ("" where no entry is needed), a title, when or why, words to search with, and
    national entries that are known to be right for it, each for its own nation."""

    topic: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    ask: str
    entries: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class LifeEvent:
    """One event with its steps in order. `name` stands alone, `after` within a sentence; `asks` asks for the steps."""

    key: str
    name: Mapping[str, str]
    after: Mapping[str, str]
    asks: Mapping[str, str]
    phrases: tuple[str, ...]
    phrases_cy: tuple[str, ...]
    steps: tuple[Step, ...]


Steps = tuple[tuple[Step, list[dict[str, Any]]], ...]
_remembered: dict[Any, Steps] = {}


@lru_cache(maxsize=1)
def life_events() -> dict[str, LifeEvent]:
    """Every event by its key, in the file's order."""
    return {row["key"]: _event(row) for row in _file()["events"]}


def event_in(message: str) -> LifeEvent | None:
    """The life event that a message clearly tells of, in English or Welsh."""
    keys, vectors = _phrases()
    return life_events().get(event_of(embed_one(in_english(message)), keys, vectors))


def asked_for(message: str) -> LifeEvent | None:
    """The event whose steps are asked for, in the words of the choice that offers them."""
    said = _plain(message)
    return next((one for one in life_events().values() if said in map(_plain, one.asks.values())), None)


def steps_with_posts(
    session: Session, event: LifeEvent, *, spot: Spot | None, today: date, most: int = ON_A_PAGE
) -> Steps:
    """Each step with at most `most` signposts near `spot` or national, as JSON; nothing is shown twice."""
    near = replace(spot, said="", also=()) if spot else None  # what is remembered holds no resident's words
    key = (str(session.get_bind().engine.url), newest(session), event.key, near, today, most)
    if key not in _remembered:
        if len(_remembered) >= REMEMBERED:
            _remembered.clear()
        _remembered[key] = _looked_up(session, event, near, today, most)
    return _remembered[key]


def _looked_up(session: Session, event: LifeEvent, spot: Spot | None, today: date, most: int) -> Steps:
    shown: list[uuid.UUID] = []
    found = []
    for step in event.steps:
        posts = _posts(session, step, shown, spot, today) if step.topic else []
        if most == 1:  # a tip by itself has no telephone number
            posts = sorted(posts, key=lambda post: post.tier == "friend")
        shown += [post.entry for post in posts[:most]]
        found.append((step, posts_of(Answer((), Plan(tuple(posts[:most]))))))
    return tuple(found)


def steps_told(session: Session, event: LifeEvent, *, spot: Spot | None, today: date) -> dict[str, Any]:
    """The steps as a reply: a sentence for each, then the best entry for each that has one."""
    steps = steps_with_posts(session, event, spot=spot, today=today, most=IN_TALK)
    numbered = list(enumerate(steps, start=1))
    before: list[Said] = [("life.intro", {"event": event.key})]
    before += [("life.step", {"number": at, "step": f"{event.key}/{at}"}) for at, _ in numbered]
    posts = [{**post, "step": at} for at, (_, posts) in numbered for post in posts]
    topics = list(dict.fromkeys(step.topic for step, _ in steps if step.topic))
    return payload("signposts", before=before, posts=posts, needs=topics[:3], spot=spot)


def step_named(name: str) -> Step:
    """The step that `steps_told` calls `event/number`."""
    key, _, number = name.partition("/")
    return life_events()[key].steps[int(number) - 1]


def _posts(session: Session, step: Step, shown: Sequence[uuid.UUID], spot: Spot | None, today: date) -> list[Post]:
    """What is near and about this step, then the entries the step names for this nation; else the search's best."""
    likely = Ask(vector=embed_one(step.ask), words="", topics={step.topic: 1.0}, spot=spot)
    here = {one.entry: one for one in find(session, likely, limit=WIDE)}
    need = Reading((Need(step.topic, 1.0, 1.0, ""),), {step.topic: 1.0}, 1.0)
    found = answer(session, step.ask, today=today, spot=spot, needs=need, without=shown).plan.posts
    near = [post for post in found if post.local and post.entry in here and here[post.entry].meaning >= LIKE]
    facts = in_full(session, [one for one in step.entries if one in here and one not in shown])
    named = [_named(here[one], late=overdue(facts[one], today)) for one in facts if not withheld(facts[one], today)]
    chosen = {post.entry: post for post in (*near, *named)} or {post.entry: post for post in found}
    return [replace(post, need="") for post in chosen.values()]  # nobody asked, so none says "you asked about"


def _named(one: Candidate, *, late: bool) -> Post:
    return Post(one.entry, one.tier, "", one.distance_km, one.local, late, ())


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, ...], Vectors]:
    rows = list(_rows())
    return tuple(key for key, _ in rows), embed_kept([text for _, text in rows])


def _rows() -> Iterator[tuple[str, str]]:
    for event in life_events().values():
        yield from ((event.key, text) for text in event.phrases)
        yield from ((event.key, gloss(text)) for text in event.phrases_cy)
    yield from ((NONE, in_english(text)) for text in _file()["not"])


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    read: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return read


def _event(row: Mapping[str, Any]) -> LifeEvent:
    return LifeEvent(
        key=row["key"],
        name=row["name"],
        after=row["after"],
        asks={tongue: text.format(after=row["after"][tongue]) for tongue, text in _file()["asks"].items()},
        phrases=tuple(row["phrases"]),
        phrases_cy=tuple(row["phrases_cy"]),
        steps=tuple(_step(step) for step in row["steps"]),
    )


def _step(row: Mapping[str, Any]) -> Step:
    ask = row.get("ask") or f"{row['title']['en']}. {row['text']['en']}"
    named = tuple(id_of("service", key) for key in row.get("entries", ()))
    return Step(topic=row.get("topic", ""), title=row["title"], text=row["text"], ask=ask, entries=named)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
