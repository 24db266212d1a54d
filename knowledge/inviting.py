"""Inviting from a terminal: the names given there become rows, or a sentence says which is not known."""

from __future__ import annotations

import argparse
import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import circles, letters
from knowledge import models as m
from knowledge.accounts import looks_like_email, tidy
from knowledge.errors import NotFound

PATH = "/console/invitation/"  # of channels/console/signing_in.py; a test holds the two together
BY = "Fingerpost"


def invite_from_terminal(session: Session, given: argparse.Namespace, *, now: datetime, address: str) -> str:
    """Invite `given.email`; the link, which is owed to them as a letter too. Raises `NotFound` with a sentence."""
    if not looks_like_email(given.email):
        raise NotFound(f"{given.email!r} is no e-mail address.")
    kind, about = _about(session, given)
    of = circles.circle(session, kind, about)
    link = address + PATH + circles.ask_in(session, of, given.email, now, language=given.language)
    told = {"link": link, "by": BY, "about": of.name or BY}
    letters.write(session, f"invited_{kind}", tidy(given.email), given.language, now, told)
    return link


def _about(session: Session, given: argparse.Namespace) -> tuple[str, uuid.UUID | None]:
    if given.role == "admin":
        return "admins", None
    if given.role == "editor":
        return "group", _organisation(session, given.group).id
    place = session.scalars(select(m.Place).where(m.Place.slug == (given.place or ""))).first()
    if place is None:
        raise NotFound(f"There is no place {given.place!r}: say one with --place SLUG.")
    if given.role == "steward":
        return "place", place.id
    if not given.team:
        raise NotFound("Say which team with --team NAME, and whose it is with --group KEY.")
    return "team", circles.team(session, _organisation(session, given.group), place, given.team).id


def _organisation(session: Session, key: str | None) -> m.Organisation:
    row = session.scalars(select(m.Organisation).where(m.Organisation.key == (key or ""))).first()
    if row is None:
        raise NotFound(f"There is no organisation {key!r}: say one with --group KEY.")
    return row
