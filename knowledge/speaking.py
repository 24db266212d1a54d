"""Who speaks a language, or gets an interpreter: for somebody who writes in one we do not read, or asks for it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from knowledge.answering import in_full, overdue, withheld
from knowledge.reading import Entry
from knowledge.search import Ask, Candidate, find
from knowledge.signposting import ORDER, Plan, Post
from nlu.embedding import embed_one
from nlu.languages import ANY
from nlu.places import Spot

NEWCOMERS = {"esol": 1.0, "refugees_newcomers": 1.0, "faith_culture": 0.8}
WANTED = "help for people new here, English lessons, an interpreter, people of your own language to talk to"
READ = 300  # candidates: few entries speak any one language
SPEAKERS, INTERPRETERS = 3, 2  # at most


@dataclass(frozen=True)
class Speaking:
    """Signposts in order. `speakers`: those of them that speak the language itself."""

    plan: Plan
    speakers: tuple[uuid.UUID, ...]


def speaking(session: Session, language: str, *, today: date, spot: Spot | None = None) -> Speaking:
    """Groups that speak `language` first, friends before the council, then whoever gets an interpreter for any."""
    ask = Ask(vector=embed_one(WANTED), words="", topics=NEWCOMERS, spot=spot)
    found = find(session, ask, limit=READ)
    facts = in_full(session, [one.entry for one in found])
    able = [(one, facts[one.entry]) for one in found if one.entry in facts and _current(facts[one.entry], today)]
    spoken = [pair for pair in able if language in pair[1].languages]
    # What people new here look for; a line for one trouble only (abuse, debt) where nothing else speaks it.
    speakers = _first([pair for pair in spoken if set(NEWCOMERS) & set(pair[1].topics)] or spoken, SPEAKERS)
    others = [pair for pair in able if ANY in pair[1].languages and pair not in speakers]
    through = _first(others, INTERPRETERS)
    posts = tuple(_post(one, entry, today) for one, entry in (*speakers, *through))
    return Speaking(Plan(posts, local_found=any(post.local for post in posts)), tuple(one.entry for one, _ in speakers))


def _current(entry: Entry, today: date) -> bool:
    return entry.tier in ORDER and not withheld(entry, today)


def _first(pairs: Sequence[tuple[Candidate, Entry]], most: int) -> list[tuple[Candidate, Entry]]:
    """The likeliest few, local ones before any other; shown in the order of every answer: the council last."""
    likeliest = sorted(pairs, key=lambda pair: (not pair[0].local, -pair[0].relevance))[:most]
    return sorted(likeliest, key=lambda pair: (ORDER[pair[1].tier], not pair[0].local, -pair[0].relevance))


def _post(one: Candidate, entry: Entry, today: date) -> Post:
    return Post(entry.id, entry.tier, "", one.distance_km, one.local, overdue(entry, today), ())
