"""Ohana, Code for America's directory: JSON lines (nested or flat), and its folder of CSV files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from knowledge.errors import ImportWrong
from knowledge.imports import schedules
from knowledge.imports.files import Row, csv_rows, json_documents
from knowledge.imports.found import Plain, PlainSpot, Refused

ACCESS = {
    "wheelchair": "step_free", "ramp": "step_free", "elevator": "step_free", "restroom": "accessible_toilet",
    "disabled_parking": "blue_badge_parking",
}  # fmt: skip
NEEDED: Mapping[str, tuple[str, ...]] = {  # each file with the columns it cannot do without; contacts: never read
    "organizations": ("id", "name"), "locations": ("id", "name"), "services": ("id", "location_id", "name"),
    "addresses": (), "phones": ("number",), "regular_schedules": (),
}  # fmt: skip
LINKS = ("location_id", "service_id")
KEYWORDS = "Ohana keywords"

Item = Mapping[str, Any]
Tables = dict[str, list[tuple[int, Row]]]
Linked = dict[tuple[str, str], dict[str, list[Row]]]  # (file, column) to its rows by that column


def read_lines(path: Path) -> Iterator[tuple[str, Plain] | Refused]:
    """Each service of the file: organisations with locations with services inside, or one flat record a line."""
    for document in json_documents(path):
        if isinstance(document, Refused):
            yield document
            continue
        where, content = document
        for at, item in enumerate(content if isinstance(content, list) else [content], 1):
            place = f"{where}, item {at}".lstrip(", ") if isinstance(content, list) else where
            if not isinstance(item, Mapping):
                yield Refused(place, "it is not a record")
            elif isinstance(item.get("locations"), list):
                yield from _nested(item, place)
            else:
                yield place, _flat(item)


def _nested(organisation: Item, where: str) -> Iterator[tuple[str, Plain] | Refused]:
    locations = _dicts(organisation.get("locations"))
    if not locations:
        yield Refused(where, "it has no location", _said(organisation.get("name")))
    for at, location in enumerate(locations, 1):
        services = _dicts(location.get("services")) or [{}]
        for number, service in enumerate(services, 1):
            yield f"{where}, location {at}, service {number}", _of_location(organisation, location, service)


def _of_location(organisation: Item, location: Item, service: Item) -> Plain:
    address = next((a for n in ("address", "address_attributes") if isinstance(a := location.get(n), Mapping)), {})
    name = _said(service.get("name")) or _said(location.get("name"))
    owner = _said(organisation.get("name"))
    given = [_said(service.get("id")), owner, _said(location.get("name")), name]
    coordinates = location.get("coordinates") or [location.get("longitude"), location.get("latitude")]
    return Plain(
        row=" | ".join(filter(None, given)),
        name=name,
        description=_said(service.get("description")) or _said(location.get("description")),
        line=_said(location.get("short_desc")),
        organisation=owner,
        organisation_description=_said(organisation.get("description")),
        spots=(_spot(address, _said(location.get("name")), coordinates),),
        phones=_numbers(location.get("phones") or location.get("phones_attributes")),
        email=_first(service.get("emails") or location.get("emails")) or _said(location.get("email")),
        url=_first(service.get("urls") or location.get("urls") or organisation.get("urls")),
        opening=_said(service.get("hours")) or _said(location.get("hours")),
        cost=_said(service.get("fees")),
        who=_none(service.get("eligibility")),
        languages=_many(location.get("languages")),
        access=_access(location.get("accessibility")),
        terms=_terms(service),
    )


def _flat(item: Item) -> Plain:
    """The older form: one record holds organisation (`agency`), location and service."""
    name, owner, street = (_said(item.get(key)) for key in ("name", "agency", "street_address"))
    return Plain(
        row=" | ".join(filter(None, (owner, name, street))),
        name=name,
        description=_said(item.get("description")),
        line=_said(item.get("services_provided"))[:140] if len(_said(item.get("services_provided"))) <= 140 else "",
        organisation=owner,
        spots=(_spot({**item, "street": street, "zip": item.get("zipcode")}, "", item.get("coordinates")),),
        phones=_numbers(item.get("phones")),
        email=_first(item.get("emails")),
        url=_first(item.get("urls")),
        opening=_said(item.get("service_hours")) or _said(item.get("hours")),
        cost=_said(item.get("fees")),
        who=_none(item.get("eligibility_requirements")),
        languages=_many(item.get("languages_spoken")),
        access=_access(item.get("accessibility_options")),
        terms=_terms(item),
    )


def _spot(address: Item, venue: str, coordinates: Any) -> PlainSpot:
    longitude, latitude = coordinates if isinstance(coordinates, list) and len(coordinates) == 2 else (None, None)
    return PlainSpot(
        venue=venue,
        address=_said(address.get("street")) or _said(address.get("address_1")),
        town=_said(address.get("city")),
        postcode=_said(address.get("zip")) or _said(address.get("postal_code")),
        latitude=_said(latitude),
        longitude=_said(longitude),
    )


def _numbers(given: Any) -> tuple[tuple[str, str], ...]:
    """Numbers of [{number, …}] or, in the flat form, of lists of such lists."""
    if isinstance(given, list):
        return tuple(number for one in given for number in _numbers(one))
    return ((_said(given.get("number")), _said(given.get("department"))),) if isinstance(given, Mapping) else ()


def _said(given: Any) -> str:
    return str(given).strip() if isinstance(given, str | int | float) and not isinstance(given, bool) else ""


def _none(given: Any) -> str:
    """Eligibility in words; Ohana writes "None" where everybody may come."""
    return "" if _said(given).rstrip(".").lower() == "none" else _said(given)


def _many(given: Any) -> tuple[str, ...]:
    if isinstance(given, list):
        return tuple(filter(None, map(_said, given)))
    return tuple(part.strip() for part in _said(given).split(",") if part.strip())


def _first(given: Any) -> str:
    return next(iter(_many(given)), "")


def _access(given: Any) -> tuple[str, ...]:
    words = {word for said in _many(given) for word in re.split(r"[^a-z_]+", said.lower())}
    return tuple(dict.fromkeys(key for word, key in ACCESS.items() if word in words))


def _terms(holder: Item) -> tuple[tuple[str, str, str], ...]:
    return tuple((KEYWORDS, "", word[:300]) for word in _many(holder.get("keywords")))


def _dicts(given: Any) -> list[Item]:
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []


def read_folder(folder: Path) -> Iterator[tuple[str, Plain] | Refused]:
    """Each service of a folder of Ohana's CSV files; raises `ImportWrong` if organisations or services are missing."""
    tables: Tables = {}
    for name in NEEDED:
        tables[name] = []
        for row in _table(folder, name):
            if isinstance(row, Refused):
                yield Refused(f"{name}.csv, {row.where}", row.reason)
            else:
                tables[name].append(row)
    yield from _joined(tables)


def _table(folder: Path, name: str) -> Iterable[tuple[int, Row] | Refused]:
    path = folder / f"{name}.csv"
    if not path.is_file() and name in ("organizations", "locations", "services"):
        raise ImportWrong(f"{folder} has no {name}.csv, so it is no folder of Ohana's files.")
    header, rows = csv_rows(path) if path.is_file() else ([], iter(()))
    if header and (missing := [column for column in NEEDED[name] if column not in header]):
        raise ImportWrong(f"{path.name} has no column {missing[0]!r}. It has: {', '.join(header)}.")
    return rows


def _joined(tables: Tables) -> Iterator[tuple[str, Plain] | Refused]:
    by = {(name, column): _by(rows, column) for name, rows in tables.items() for column in ("id", *LINKS)}
    for line, service in tables["services"]:
        where = f"services.csv, line {line}"
        location = next(iter(by["locations", "id"].get(service.get("location_id", ""), [])), None)
        if location is None:
            yield Refused(where, f"there is no location {service.get('location_id')!r}", service.get("name", ""))
            continue
        owner = next(iter(by["organizations", "id"].get(location.get("organization_id", ""), [])), {})
        yield where, _of_tables(by, service, location, owner)


def _of_tables(by: Linked, service: Row, location: Row, owner: Row) -> Plain:
    address = next(iter(by["addresses", "location_id"].get(location["id"], [])), {})
    return Plain(
        row=service["id"],
        name=service["name"],
        description=service.get("description", ""),
        organisation=owner.get("name", ""),
        organisation_row=owner.get("id", ""),
        organisation_description=owner.get("description", ""),
        spots=(_spot(address, location["name"], [location.get("longitude"), location.get("latitude")]),),
        phones=tuple(
            (row["number"], row.get("department", "")) for row in _spoken(_own(by, "phones", service, location))
        ),
        email=service.get("email") or location.get("email", ""),
        url=service.get("website") or location.get("website") or owner.get("website", ""),
        schedule=schedules.from_days(
            _own(by, "regular_schedules", service, location), ("weekday", "opens_at", "closes_at")
        ),
        cost=service.get("fees", ""),
        who=_none(service.get("eligibility")),
        languages=_many(service.get("languages") or location.get("languages")),
        access=_access(location.get("accessibility")),
        terms=_terms(service),
        ended=service.get("status", "") in ("inactive", "defunct"),
    )


def _own(by: Linked, name: str, service: Row, location: Row) -> list[Row]:
    """The service's rows of a table, or else its location's."""
    return by[name, "service_id"].get(service["id"]) or by[name, "location_id"].get(location["id"], [])


def _spoken(phones: Iterable[Row]) -> list[Row]:
    return [row for row in phones if row.get("number_type", "") not in ("fax", "tty")]


def _by(rows: list[tuple[int, Row]], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for _, row in rows:
        if row.get(column):
            found.setdefault(row[column], []).append(row)
    return found
