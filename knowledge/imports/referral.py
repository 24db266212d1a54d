"""Open Referral: UK 3.0 and 1.0 services, HSDS organisations with services inside. People's names are never read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from math import isfinite
from typing import Any

from knowledge.imports import schedules
from knowledge.imports.found import Plain, PlainSpot, Refused
from knowledge.imports.told import is_ours, told_of

LISTS = ("contents", "content", "services", "organizations", "organisations", "items", "records")
SERVICE = ("status", "organization", "organization_id", "organisation", "service_at_locations", "locations")
CHARITY = re.compile(r"GB-(CHC|SC|NIC)|charity", re.I)
ACCESS = {
    "step_free": re.compile(r"wheelchair|step.?free|\bramp|level access|\blift\b", re.I),
    "accessible_toilet": re.compile(r"(accessible|disabled|adapted) toilet|restroom|changing places", re.I),
    "hearing_loop": re.compile(r"(hearing|induction) loop", re.I),
    "blue_badge_parking": re.compile(r"(disabled|blue badge|accessible).parking", re.I),
    "bsl": re.compile(r"\bBSL\b|british sign language", re.I),
    "guide_dogs": re.compile(r"(guide|assistance) dogs?", re.I),
    "large_print": re.compile(r"large print", re.I),
}
NOT = re.compile(r"\b(no|not|without|limited|partial\w*|unable|un\w*able)\b", re.I)

Item = Mapping[str, Any]


def read(documents: Iterable[tuple[str, Any] | Refused], today: date) -> Iterator[tuple[str, Plain] | Refused]:
    """Every service in the documents: pages of a feed, lists, lines, or organisations with services inside."""
    for document in documents:
        if isinstance(document, Refused):
            yield document
            continue
        where, content = document
        for at, item in enumerate(_items(content), 1):
            yield from _services(item, f"{where.rstrip(', ')}, item {at}" if where else f"item {at}", today)


def _items(content: Any) -> list[Any]:
    if isinstance(content, list):
        return content
    if not isinstance(content, Mapping) or _is_service(content):
        return [content]
    if content.get("name"):
        return [content]  # an organisation, its services inside
    inside = next((content[name] for name in LISTS if isinstance(content.get(name), list)), None)
    return inside if inside is not None else [content]


def _is_service(item: Item) -> bool:
    return bool(item.get("name")) and any(name in item for name in SERVICE) and not _nested(item)


def _nested(item: Item) -> bool:
    return isinstance(item.get("services"), list)


def _services(item: Any, where: str, today: date) -> Iterator[tuple[str, Plain] | Refused]:
    if not isinstance(item, Mapping):
        yield Refused(where, "it is not a record")
    elif _nested(item):
        for at, service in enumerate(item["services"], 1):
            yield from _services({**service, "organization": item} if isinstance(service, Mapping) else service,
                                 f"{where}, service {at}", today)  # fmt: skip
    elif any(name in item for name in SERVICE):
        yield _understood(item, where, today)
    else:
        yield Refused(where, "it is not a service", _text(item, "name"), "left_out")


def _understood(item: Item, where: str, today: date) -> tuple[str, Plain] | Refused:
    """Feeds hold surprises (a list where a text should be): one of them spoils its own service only."""
    try:
        return where, plain(item, today)
    except (TypeError, ValueError, AttributeError, ArithmeticError) as wrong:
        return Refused(where, f"it cannot be understood ({wrong})", _text(item, "name"))


def plain(service: Item, today: date) -> Plain:
    """A service of any of the versions as a plain row."""
    owner = _one(service, "organization", "organisation")
    places = _places(service)
    eligibility = _first(service, "eligibilitys", "eligibility_list", "eligibility")
    timetable = [*_list(service, "schedules", "regular_schedules", "regular_schedule")]
    timetable += [
        row for place, _ in places for row in _list(place, "schedules", "regular_schedules", "regular_schedule")
    ]
    told = told_of(service, [location for _, location in places], today)
    fallback = {} if told.ours else owner  # our own feeds say of each service what is its own
    short, long = _text(service, "short_description"), _text(service, "description")
    return Plain(
        row=_text(service, "id"),
        name=_text(service, "name"),
        description=long or short,
        line=short if long else "",
        organisation=_text(owner, "name"),
        organisation_row=_text(owner, "id") or _text(service, "organization_id"),
        organisation_description=_text(owner, "description"),
        charity_number=_charity(owner),
        spots=tuple(_spot(location) for _, location in places if location),
        phones=tuple(_phones(service, owner, places)),
        tier=told.tier,
        email=_text(service, "email") or _text(fallback, "email"),
        url=_text(service, "url") or _text(fallback, "website", "url"),
        opening=_text(service, "schedule_text")
        or "; ".join(dict.fromkeys(filter(None, (_text(row, "description") for row in timetable)))),
        schedule=schedules.from_referral(timetable, today),
        cost=_cost(service),
        minimum_age=_text(service, "minimum_age") or _text(eligibility, "minimum_age"),
        maximum_age=_text(service, "maximum_age") or _text(eligibility, "maximum_age"),
        who=_text(service, "eligibility_description") or _text(eligibility, "eligibility"),
        languages=tuple(_text(row, "code", "language", "name") for row in _list(service, "languages")),
        access=told.access or (() if told.ours else tuple(_access(location for _, location in places))),
        area=told.areas,
        terms=tuple(_terms(service)),
        ended=_text(service, "status").lower() in ("inactive", "defunct", "temporarily closed", "closed"),
        told=told,
    )


def _text(item: Item, *names: str) -> str:
    for name in names:
        value = item.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value)
    return ""


def _one(item: Item, *names: str) -> Item:
    return next((item[name] for name in names if isinstance(item.get(name), Mapping)), {})


def _list(item: Item, *names: str) -> list[Item]:
    for name in names:
        if isinstance(item.get(name), list):
            return [one for one in item[name] if isinstance(one, Mapping)]
    return []


def _first(item: Item, *names: str) -> Item:
    return next(iter(_list(item, *names)), _one(item, *names))


def _places(service: Item) -> list[tuple[Item, Item]]:
    """Each (service at location, location); a list of locations stands for both."""
    found = [(row, _one(row, "location")) for row in _list(service, "service_at_locations", "service_at_location")]
    return found or [(location, location) for location in _list(service, "locations")]


def _spot(location: Item) -> PlainSpot:
    rows = _list(location, "addresses", "physical_addresses")
    physical = [row for row in rows if _text(row, "address_type").lower() != "postal"]
    address = next(iter(physical or rows), {})
    street = [_text(address, "address_1", "street"), _text(address, "address_2")]
    return PlainSpot(
        venue=_text(location, "name"),
        address=", ".join(filter(None, street)),
        town=_text(address, "city"),
        postcode=_text(address, "postal_code"),
        latitude=_text(location, "latitude"),
        longitude=_text(location, "longitude"),
    )


def _phones(service: Item, owner: Item, places: list[tuple[Item, Item]]) -> Iterator[tuple[str, str]]:
    """The service's own numbers; only when it has none, its places', and then its organisation's."""
    for holders in ([service], [part for pair in places for part in pair], [owner]):
        rows = [row for holder in holders for row in _numbers(holder)]
        spoken = [row for row in rows if _text(row, "type", "number_type").lower() not in ("fax", "tty")]
        for row in spoken:
            yield _text(row, "number"), _text(row, "department", "description")
        if spoken:
            return


def _numbers(holder: Item) -> list[Item]:
    of_contacts = [row for contact in _list(holder, "contacts") for row in _list(contact, "phones")]
    return _list(holder, "phones") + of_contacts


def _charity(owner: Item) -> str:
    for row in _list(owner, "organization_identifiers"):
        if CHARITY.search(f"{_text(row, 'identifier_scheme')} {_text(row, 'identifier_type')}"):
            return _text(row, "identifier").upper().removeprefix("GB-CHC-")
    return ""


def _cost(service: Item) -> str:
    """The fees in words; "free" only where every option says nothing is paid."""
    said = [_text(service, "fees_description", "fees")]
    for row in _list(service, "cost_options"):
        amount, note = row.get("amount"), _text(row, "amount_description", "option")
        paid = (
            f"£{float(amount):.2f}".replace(".00", "")
            if isinstance(amount, int | float) and 0 < amount and isfinite(amount)
            else ""
        )
        said.append(" ".join(filter(None, (paid, note))) or ("free" if amount == 0 else ""))
    return "; ".join(dict.fromkeys(filter(None, said)))


def _pounds(amount: Any) -> str:
    """£2.50; "" for nothing, and for what JSON calls a number and nobody can pay."""
    if not isinstance(amount, int | float) or not 0 < amount or not isfinite(amount):
        return ""
    return f"£{float(amount):.2f}".replace(".00", "")


def _access(locations: Iterable[Item]) -> Iterator[str]:
    for location in locations:
        for row in _list(location, "accessibility", "accessibility_for_disabilities"):
            said = " ".join(_text(row, name) for name in ("description", "accessibility", "details"))
            for sentence in re.split(r"[.;]", said):
                yield from (key for key, cue in ACCESS.items() if cue.search(sentence) and not NOT.search(sentence))


def _terms(service: Item) -> Iterator[tuple[str, str, str]]:
    for row in [*_list(service, "attributes"), *_list(service, "service_taxonomys", "service_taxonomies")]:
        term = _one(row, "taxonomy_term", "taxonomy")
        name = _text(term, "name")
        if name and not is_ours(term):
            taxonomy = _text(_one(term, "taxonomy_detail"), "name") or _text(term, "taxonomy", "vocabulary")
            yield (taxonomy or "imported")[:200], _text(term, "code", "id")[:200], name[:300]
