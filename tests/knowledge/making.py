"""Entries as the seed writes them, with usual values for whatever a test does not care about."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.drafts import organisation_from, service_from, tip_from
from knowledge.editing import id_of, save_organisation, save_service, save_tip, save_topic
from knowledge.indexing import publish
from nlu.places import Spot

TODAY = date(2025, 11, 3)
USUAL = {
    "organisation": "church",
    "tier": "community",
    "line": "Tea and company for anyone.",
    "description": "People sit together at one long table.",
    "topics": ["loneliness"],
    "area": "uk",
}


def topics(session: Session, *keys: str, kind: str = "community") -> None:
    """Topics by these keys, without phrases."""
    for position, key in enumerate(keys):
        save_topic(session, key, position, {"kind": kind, "name": {"en": key}, "definition": key}, [])


def owner(session: Session, key: str = "church", **more: Any) -> m.Organisation:
    """An organisation; its name is its key unless given."""
    return save_organisation(session, organisation_from({"key": key, "name": key, **more}))


def entry(session: Session, key: str, *, by: str = "an editor", find: bool = False, **more: Any) -> m.Service | None:
    """Save an entry; `find` makes it findable too. `place`: a slug; `checked_on`: a date; the rest as in the seed."""
    row = {**USUAL, "key": key, "name": key, **more}
    if session.get(m.Organisation, id_of("organisation", row["organisation"])) is None:
        owner(session, row["organisation"])
    for topic in row["topics"]:
        if session.get(m.Topic, topic) is None:
            topics(session, topic)
    draft = service_from(row, place=row.pop("place", None), checked_on=row.pop("checked_on", None))
    saved = save_service(session, draft, by=by)
    if saved is not None and find:
        publish(session, [saved])
    return saved


def tip(session: Session, key: str, place: str, *, find: bool = False, **more: Any) -> m.Tip | None:
    """Save a tip of a place."""
    row = {"key": key, "organisation": "church", "text": "Go to the second one.", "topics": ["loneliness"], **more}
    if session.get(m.Organisation, id_of("organisation", row["organisation"])) is None:
        owner(session, row["organisation"])
    saved = save_tip(session, tip_from(row, place=place, checked_on=row.pop("checked_on", None)), by="an editor")
    if saved is not None and find:
        publish(session, [saved])
    return saved


def place(session: Session, slug: str, *, invented: bool = False, nation: str = "england") -> m.Place:
    """A place with a front door."""
    made = m.Place(id=id_of("place", slug), slug=slug, name=slug.title(), nation=nation, invented=invented)
    session.add(made)
    session.flush()
    return made


def at(latitude: float, longitude: float, *, nation: str = "england", slug: str = "") -> Spot:
    """Somewhere a resident may be."""
    return Spot("somewhere", latitude, longitude, nation, "town", slug=slug)
