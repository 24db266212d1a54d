"""Entries here that a row of another source may be: by telephone, building or charity number together with the name.

A telephone or a charity has many services, and a building many groups: none of them alone makes a duplicate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.drafts import OrganisationDraft, ServiceDraft
from knowledge.imports.clean import same_name

ALIKE = 88  # rapidfuzz's ratio of two names' words, of 100, from which they may be one, at the same postcode
NUMBER = 10  # last digits of a telephone number that tell it: +44 161 and 0161 are the same


@dataclass
class Neighbour:
    """An entry of the directory, as far as it can give a duplicate away."""

    key: str
    name: str
    source: str
    marks: set[str] = field(default_factory=set)
    postcodes: set[str] = field(default_factory=set)


@dataclass
class Neighbours:
    """Entries by their marks."""

    by_mark: dict[str, list[Neighbour]] = field(default_factory=dict)

    def same_as(self, draft: ServiceDraft, owner: OrganisationDraft) -> str:
        """Why a row is likely to be here already under another source, in words; "" when it is not."""
        name, postcodes = same_name(draft.name["en"]), {spot.postcode for spot in draft.spots if spot.postcode}
        for mark in marks_of(draft, owner):
            for one in self.by_mark.get(mark, ()):
                if one.source == draft.source or one.key == draft.key:
                    continue
                apart = bool(one.postcodes and postcodes and not one.postcodes & postcodes)
                together = bool(one.postcodes & postcodes)
                theirs = same_name(one.name)
                if (theirs == name and not apart) or (together and fuzz.token_set_ratio(theirs, name) >= ALIKE):
                    kind = {"tel": "telephone", "uprn": "building", "charity": "charity number"}[mark.split(":")[0]]
                    return f"the same {kind} and name as {one.name!r} of {one.source or 'this directory'}"
        return ""


def marks_of(draft: ServiceDraft, owner: OrganisationDraft) -> Iterator[str]:
    """What of a row may give a duplicate away."""
    yield from (f"tel:{digits}" for phone in draft.phones if (digits := tail(phone.number)))
    yield from (f"uprn:{spot.uprn}" for spot in draft.spots if spot.uprn)
    if owner.charity_number:
        yield f"charity:{owner.charity_number}"


def tail(number: str) -> str:
    """The digits that tell a telephone number; "" for one too short to tell anything."""
    digits = re.sub(r"\D", "", number)[-NUMBER:]
    return digits if len(digits) >= NUMBER - 1 else ""


def neighbours(session: Session) -> Neighbours:
    """Every active entry, by its marks."""
    active = m.Service.status == "active"
    rows = session.execute(
        select(m.Service.id, m.Service.key, m.Service.name, m.Service.source, m.Organisation.charity_number)
        .join(m.Organisation, m.Organisation.id == m.Service.organisation_id)
        .where(active)
    )
    found = {}
    for one, key, name, source, charity in rows:
        found[one] = Neighbour(key, name, source, {f"charity:{charity}"} if charity else set())
    phones = select(m.Phone.service_id, m.Phone.number).join(m.Service, m.Service.id == m.Phone.service_id)
    for one, number in session.execute(phones.where(active)):
        if one is not None and (digits := tail(number)):
            found[one].marks.add(f"tel:{digits}")
    places = (
        select(m.Location.service_id, m.Location.uprn, m.Address.postal_code)
        .join(m.Service, m.Service.id == m.Location.service_id)
        .outerjoin(m.Address, m.Address.location_id == m.Location.id)
    )
    for one, uprn, postcode in session.execute(places.where(active)):
        found[one].marks |= {f"uprn:{uprn}"} if uprn else set()
        found[one].postcodes |= {postcode} if postcode else set()
    made = Neighbours()
    for neighbour in found.values():
        for mark in neighbour.marks:
            made.by_mark.setdefault(mark, []).append(neighbour)
    return made
