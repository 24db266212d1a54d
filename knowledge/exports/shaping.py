"""One row as Open Referral UK writes it. Empty optional fields are left out; nested rows get stable ids of their own.

Beside the fields of UK 3.0 there are HSDS names that it dropped (`phones`, `languages[].code`,
`eligibility_description`) and a few of ours (`short_description`, `translations`, `breaks`, `term_time`,
`schedule_text`, and `origin_id`: its id at the feed it was first published by). Readers that do not know them pass them
by. People's names, owners' own e-mail addresses and numbers, who checked, and masked places are never read here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from knowledge import models as m
from knowledge.exports.vocabulary import ACCESS, TIERS, TOPICS, Names, Terms, Vocabulary, term, term_id

AREA_NAMES = {
    "uk": "United Kingdom", "gb": "Great Britain", "england_wales": "England and Wales", "england": "England",
    "wales": "Wales", "scotland": "Scotland", "northern_ireland": "Northern Ireland",
}  # fmt: skip
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
WEB = re.compile(r"https?://[^\s/?#]+", re.I)
REGISTERS = (("SC", "GB-SC"), ("NIC", "GB-NIC"), ("", "GB-CHC"))  # org-id.guide's names of the charity registers

Json = dict[str, Any]


@dataclass(frozen=True)
class Publisher:
    """Who publishes: the names of our lists, what costs are called, and the alert on what is invented."""

    names: Names
    costs: Mapping[str, str]
    invented: str


@dataclass
class Shaper:
    """Shapes rows whose parts are loaded already; reads nothing itself."""

    publisher: Publisher
    words: Vocabulary
    taxonomies: Mapping[uuid.UUID, str]  # names of imported lists

    def summary(self, row: m.Service) -> Json:
        """A service as lists show it: its own fields and its organisation's."""
        cost = row.costs[0] if row.costs else None
        fees = (cost.note or self.publisher.costs.get(cost.option, "")) if cost else ""
        told = {
            "id": str(row.id),
            "organization_id": str(row.organisation_id),
            "name": row.name,
            "status": "active",
            "description": row.description or row.line,
            "short_description": row.line if row.description else "",
            "url": as_uri(row.url),
            "email": as_email(row.email),
            "fees": fees,
            "minimum_age": row.minimum_age,
            "maximum_age": row.maximum_age,
            "eligibility_description": row.eligibility,
            "assured_date": row.checked_on.isoformat() if row.checked_on else "",
            "alert": self.publisher.invented if row.place is not None and row.place.invented else "",
            "last_modified": moment(changed_at(row)),
            "translations": _translations(row.translations),
            "organization": organisation(row.organisation),
        }
        return _said(told)

    def full(self, row: m.Service) -> Json:
        """A service with everything about it; its lists are there even when they are empty: then it has none."""
        places = published_places(row)
        return {
            **self.summary(row),
            **_said({"schedule_text": row.schedule_text, "source": row.source, "licence": row.licence}),
            **_said({"origin_id": row.source_row if _is_id(row.source_row) else ""}),
            "organization": organisation(row.organisation, whole=True),
            "schedules": [_schedule(row.id, at, times) for at, times in enumerate(row.schedules)],
            "service_areas": [_area(row, at, area) for at, area in enumerate(row.areas)],
            "service_at_locations": [self.at_location(place, row) for place in places],
            "languages": [_language(row.id, at, one) for at, one in enumerate(row.languages)],
            "funding": [],
            "cost_options": [_cost(row.id, at, cost) for at, cost in enumerate(row.costs)],
            "contacts": [_contact(row.id, at, one) for at, one in enumerate(row.contacts) if one.title],
            "phones": [
                _phone(row.id, at, one)
                for at, one in enumerate(sorted(row.phones, key=lambda phone: phone.position))
            ],
            "attributes": list(self._attributes(row)),
        }  # fmt: skip

    def at_location(
        self, place: m.Location, row: m.Service, *, service: Json | None = None, whole: bool = True
    ) -> Json:
        """A service at a place it happens at; with `service`, that comes inside it."""
        told: Json = {"id": str(place.id), "service_id": str(row.id), "location_id": location_id(place)}
        told["location"] = self._location(place, row, whole)
        return told | ({"service": service} if service else {})

    def _location(self, place: m.Location, row: m.Service, whole: bool) -> Json:
        told = _said(
            {
                "id": location_id(place),
                "location_type": "physical",
                "name": place.name,
                "description": place.note,
                "latitude": place.latitude,
                "longitude": place.longitude,
                "external_identifier": place.uprn,
                "external_identifier_type": "UPRN" if place.uprn else "",
                "translations": _translations(place.translations, {"note": "description"}),
            }
        )
        if not whole:
            return told
        in_and_about = self.publisher.names.terms[ACCESS]
        said = [in_and_about[key] for key in row.access if key in OF_A_PLACE and key in in_and_about]
        told["addresses"] = [_address(place, row, one) for one in place.addresses]
        told["accessibility"] = [_accessibility(place, at, words) for at, words in enumerate(said)]
        return told

    def _attributes(self, row: m.Service) -> Iterator[Json]:
        """Agreed topics, ways to get in, who runs it, and the terms it came with."""
        ours = [term_id(TOPICS, topic.topic_key) for topic in row.topics if not topic.suggested]
        ours += [term_id(ACCESS, key) for key in row.access]
        ours.append(term_id(TIERS, row.tier))
        for one in ours:
            if one in self.words.terms:
                yield _attribute(row.id, self.words.terms[one])
        for attribute in row.attributes:
            said = attribute.term
            name = self.taxonomies.get(said.taxonomy_id, "")
            yield _attribute(row.id, term(said.id, said.code, said.name, said.description, name, said.taxonomy_id))


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


OF_A_PLACE = frozenset(
    "step_free accessible_toilet hearing_loop parking blue_badge_parking bus_stop quiet guide_dogs large_print".split()
)


def changed_at(row: m.Service) -> datetime:
    """When what is said of a service last changed, its organisation's own words among it."""
    own, owners = row.changed_at, row.organisation.changed_at
    return max(_aware(own), _aware(owners)) if owners else _aware(own)


def moment(when: datetime) -> str:
    """A moment as the standard's date-time."""
    return _aware(when).isoformat(timespec="seconds")


def _aware(when: datetime) -> datetime:
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


def published_places(row: m.Service) -> list[m.Location]:
    """Where it happens, unless any of it is masked: then nothing."""
    return [] if any(place.masked for place in row.locations) else list(row.locations)


def location_id(place: m.Location) -> str:
    """The location's own id; the row's is that of the service at it."""
    return part_id(place.id, "location")


def part_id(owner: uuid.UUID, kind: str, at: object = "") -> str:
    """A stable id for a nested row, by what it belongs to and where it stands."""
    return str(uuid.uuid5(owner, f"{kind}/{at}"))


def organisation(row: m.Organisation, *, whole: bool = False) -> Json:
    """Who runs it. Its own e-mail address and telephone are not published: an entry's are the ones to use."""
    told = _said(
        {
            "id": str(row.id),
            "name": row.name,
            "description": row.description or row.name,
            "website": as_uri(row.url),
            "translations": _translations(row.translations),
        }
    )
    if whole:
        told["organization_identifiers"] = [_identifier(row, row.charity_number)] if row.charity_number else []
    return told


def _identifier(row: m.Organisation, number: str) -> Json:
    scheme = next(scheme for start, scheme in REGISTERS if number.upper().startswith(start))
    told = {"id": part_id(row.id, "identifier"), "organization_id": str(row.id), "identifier_scheme": scheme}
    return told | {"identifier_type": "charity number", "identifier": number}


def _schedule(service: uuid.UUID, at: int, row: m.Schedule) -> Json:
    return _said(
        {
            "id": part_id(service, "schedule", at),
            "service_id": str(service),
            "valid_from": row.starts_on.isoformat() if row.starts_on else "",
            "valid_to": row.ends_on.isoformat() if row.ends_on else "",
            "dtstart": row.starts_on.isoformat() if row.starts_on else "",
            "freq": row.freq,
            "interval": row.interval,
            "byday": _byday(row),
            "opens_at": row.opens_at,
            "closes_at": row.closes_at,
            "notes": row.note,
            "term_time": row.term_time or None,
            "breaks": [{"from": first, "to": last} for first, last in row.breaks] or None,
            "translations": _translations(row.translations, {"note": "notes"}),
        }
    )


def _byday(row: m.Schedule) -> str:
    """Days as RFC 5545 writes them: "TU", and "2TU" for the second Tuesday of the month."""
    if row.freq != "MONTHLY" or row.bysetpos is None:
        return row.byday
    return ",".join(f"{row.bysetpos}{day}" for day in row.byday.split(",") if day)


def _area(row: m.Service, at: int, area: m.ServiceArea) -> Json:
    place = row.place.name if row.place else area.name
    name = AREA_NAMES.get(area.name) or (place if area.extent == "place" else area.name)
    told = {"id": part_id(row.id, "area", at), "service_id": str(row.id), "name": name}
    return told | {"extent_type": area.extent, "service_area": name}


def _language(service: uuid.UUID, at: int, row: m.Language) -> Json:
    return {"id": part_id(service, "language", at), "service_id": str(service), "code": row.code}


def _cost(service: uuid.UUID, at: int, row: m.CostOption) -> Json:
    return _said(
        {
            "id": part_id(service, "cost", at),
            "service_id": str(service),
            "option": row.option,
            "amount": 0 if row.option == "free" and row.amount is None else row.amount,
            "currency": row.currency,
            "amount_description": row.note,
            "translations": _translations(row.translations, {"note": "amount_description"}),
        }
    )


def _contact(service: uuid.UUID, at: int, row: m.Contact) -> Json:
    """The role to ask for; the person's name and address stay here."""
    return {"id": part_id(service, "contact", at), "service_id": str(service), "title": row.title}


def _phone(service: uuid.UUID, at: int, row: m.Phone) -> Json:
    return _said(
        {
            "id": part_id(service, "phone", at),
            "service_id": str(service),
            "number": row.number,
            "type": row.kind,
            "description": row.note,
            "translations": _translations(row.translations, {"note": "description"}),
        }
    )


def _address(place: m.Location, row: m.Service, address: m.Address) -> Json:
    """All its fields are required by the standard; one that we do not know is an empty text."""
    return {
        "id": part_id(place.id, "address"),
        "location_id": location_id(place),
        "address_1": address.address_1,
        "city": address.city,
        "state_province": address.state_province or (row.place.name if row.place else ""),
        "postal_code": address.postal_code,
        "country": address.country,
        "address_type": address.address_type,
    }


def _accessibility(place: m.Location, at: int, words: str) -> Json:
    return {"id": part_id(place.id, "access", at), "location_id": location_id(place), "description": words}


def _attribute(service: uuid.UUID, said: Terms) -> Json:
    told = {"id": part_id(service, "attribute", said["id"]), "link_id": str(service), "link_type": "service"}
    return told | {"taxonomy_term_id": said["id"], "taxonomy_term": said}


FIELDS = {"line": "short_description", "eligibility": "eligibility_description"}


def _translations(rows: m.Translations, names: Mapping[str, str] = FIELDS) -> Json | None:
    """Other languages' words under the names that the feed gives the fields."""
    told = {
        language: {names.get(name, name): text for name, text in fields.items() if text}
        for language, fields in rows.items()
    }
    return {language: fields for language, fields in told.items() if fields} or None


def _said(told: Json) -> Json:
    """Without what is not known: an empty text or null breaks a format."""
    return {name: value for name, value in told.items() if value is not None and value != ""}


def as_uri(url: str | None) -> str:
    """A web address as the standard's `uri` wants it, odd letters escaped; "" for what is none."""
    if not url or not WEB.match(url):
        return ""
    return quote(url.strip(), safe="%:/?#@!$&'()*+,;=~-._")


def as_email(address: str | None) -> str:
    """An e-mail address, or ""."""
    return address if address and EMAIL.fullmatch(address) else ""
