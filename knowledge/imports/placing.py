"""Where a row is: coordinates from its postcode, and whether it belongs to the place that is being filled."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.answering import knowing
from knowledge.drafts import NATION_GROUPS, Spot
from knowledge.errors import ImportWrong
from knowledge.imports.found import Found, Refused
from knowledge.imports.mapping import Mapping
from nlu.places import GAZETTEER, Gazetteer, distance_km
from nlu.places import Spot as Somewhere

APART_KM = 20.0  # coordinates further than this from their own postcode are wrong
BRITAIN = ((49.0, 61.5), (-9.0, 2.5))  # latitudes, longitudes
OTHER = ((-90.0, 90.0), (-180.0, 180.0))


@dataclass(frozen=True)
class Ground:
    """What is known of places: the gazetteer, and the place being filled with its outcodes."""

    gazetteer: Gazetteer
    slug: str | None
    outcodes: frozenset[str]
    whole_place: bool
    country: str


def ground(session: Session, slug: str | None, mapping: Mapping) -> Ground:
    """The ground an import stands on; raises `ImportWrong` if there is no such place, or it is an invented one."""
    gazetteer = knowing(session).gazetteer
    if slug is None:
        return Ground(gazetteer, None, frozenset(), mapping.whole_place, mapping.country)
    place = session.scalars(select(m.Place).where(m.Place.slug == slug)).first()
    if place is None:
        raise ImportWrong(f"There is no place {slug!r}. Make it first: python -m knowledge new-place {slug} --name …")
    if place.invented:
        raise ImportWrong(f"{place.name} is an invented place for demonstration; real rows do not belong there.")
    outcodes = frozenset(code.outcode for code in place.outcodes)
    return Ground(gazetteer, slug, outcodes, mapping.whole_place, mapping.country)


def settle(found: Found, where: Ground) -> Found | Refused:
    """The row with coordinates and place; refused when nothing says where it is, for it would be shown everywhere."""
    warnings: list[str] = []
    spots = tuple(_settled(spot, where, warnings) for spot in found.service.spots)
    located = [spot for spot in spots if spot.latitude is not None]
    inside = any(_inside(spot, where) for spot in located)
    slug = where.slug if where.whole_place or inside or not located else None
    area = tuple(name for name in found.service.area if slug or name != "place") or (("place",) if slug else ())
    if not slug and not located and not set(area) & set(NATION_GROUPS):
        why = "nothing says where it is: no usable postcode or coordinates. Name a place with --place to keep such rows"
        return Refused(found.where, why, found.name)
    service = replace(found.service, spots=spots, place=slug, area=area)
    organisation = replace(found.organisation, place=slug)
    return replace(found, service=service, organisation=organisation, warnings=(*found.warnings, *warnings))


def _settled(spot: Spot, where: Ground, warnings: list[str]) -> Spot:
    known = lookup(spot.postcode, where.gazetteer) if where.country == "GB" else None
    if spot.postcode and known is None and where.country == "GB":
        warnings.append(f"no such postcode as {spot.postcode!r} is known")
    given = _given(spot, where.country, warnings)
    if given and known and distance_km(given, (known.latitude, known.longitude)) > APART_KM:
        warnings.append(f"its coordinates are far from {spot.postcode}: the postcode is believed")
        given = None
    if spot.masked:
        return _coarse(spot, given, known, where)
    if given is None and known:
        given = (known.latitude, known.longitude)
    return replace(spot, latitude=given[0] if given else None, longitude=given[1] if given else None)


def _given(spot: Spot, country: str, warnings: list[str]) -> tuple[float, float] | None:
    """The row's own coordinates where they can be true."""
    if spot.latitude is None or spot.longitude is None or (spot.latitude, spot.longitude) == (0, 0):
        return None
    north, east = BRITAIN if country == "GB" else OTHER
    if north[0] <= spot.latitude <= north[1] and east[0] <= spot.longitude <= east[1]:
        return spot.latitude, spot.longitude
    warnings.append(f"{spot.latitude:g}, {spot.longitude:g} cannot be its coordinates: left out")
    return None


def _coarse(spot: Spot, given: tuple[float, float] | None, known: Somewhere | None, where: Ground) -> Spot:
    """A masked spot stands in the middle of its postcode district: distances from several sides would find it."""
    code = known.name if known else district_of(*given) if given and where.country == "GB" else ""
    middle = lookup(code, where.gazetteer) if code else None
    return replace(spot, latitude=middle.latitude if middle else None, longitude=middle.longitude if middle else None)


def district_of(latitude: float, longitude: float) -> str:
    """The postcode district of the nearest sector's middle: a district's own middle may be far from its edge."""
    codes, where = _sectors()
    lat, across = np.radians(latitude), np.radians(where[:, 1] - longitude)
    half = np.sin((np.radians(where[:, 0]) - lat) / 2) ** 2
    half += np.cos(lat) * np.cos(np.radians(where[:, 0])) * np.sin(across / 2) ** 2
    return codes[int(np.argmin(half))]  # what a distance grows with


@lru_cache(maxsize=1)
def _sectors() -> tuple[list[str], NDArray[np.float64]]:
    """Districts and middles of the gazetteer's sectors; Northern Ireland has districts only."""
    found = []
    for name in ("sectors.csv", "northern_ireland.csv"):
        with (GAZETTEER / name).open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                code = row.get("sector") or row["outcode"]
                found.append((code.split(" ")[0], float(row["latitude"]), float(row["longitude"])))
    return [code for code, *_ in found], np.array([where for _, *where in found])


def _inside(spot: Spot, where: Ground) -> bool:
    """Whether a spot lies in the place: by its postcode's first half, or else by the nearest one."""
    if where.slug is None:
        return False
    if not where.outcodes:
        return True
    code = spot.postcode.split(" ")[0] if spot.postcode else ""
    if not code and spot.latitude is not None and spot.longitude is not None:
        code = district_of(spot.latitude, spot.longitude)
    return code in where.outcodes


def lookup(postcode: str, gazetteer: Gazetteer) -> Somewhere | None:
    """The middle of a postcode's sector, or of its district; None when there is no such district."""
    found = gazetteer.find(postcode, alone=True) if postcode else None
    return found if found and found.kind in ("postcode", "outcode") else None
