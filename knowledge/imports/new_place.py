"""An empty real place: its name, its postcode districts and its towns, from the gazetteer."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.drafts import NATIONS
from knowledge.editing import id_of
from knowledge.errors import ImportWrong
from knowledge.imports.placing import district_of, lookup
from nlu.places import GAZETTEER, Gazetteer, Spot, distance_km, plain

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]")
NEAR_KM = 15.0  # no town of a postcode district lies further from its middle, but for the Highlands
Districts = Mapping[str, Spot]


@dataclass(frozen=True)
class Town:
    """A town of the gazetteer, with the other names it goes by."""

    spot: Spot
    alternates: tuple[str, ...]

    def called(self, name: str) -> bool:
        """Whether `name` is one of its names."""
        return plain(name) in {plain(self.spot.name), *map(plain, self.alternates)}


@dataclass(frozen=True)
class Made:
    """What a place has now, and whether it is new."""

    slug: str
    new: bool
    outcodes: tuple[str, ...]
    towns: tuple[str, ...]


def make_place(
    session: Session,
    slug: str,
    *,
    name: str,
    nation: str,
    name_cy: str = "",
    outcodes: Sequence[str] = (),
    towns: Sequence[str] = (),
) -> Made:
    """Make a real place, or add to it; twice changes nothing. Raises `ImportWrong` for what the gazetteer lacks."""
    place, new = _place(session, slug, name, nation)
    place.name, place.nation = name.strip(), nation
    place.languages = ["cy", "en"] if nation == "wales" else ["en"]
    if name_cy:
        place.translations = {**place.translations, "cy": {**place.translations.get("cy", {}), "name": name_cy}}
    codes = _outcodes(outcodes)
    named = _towns(towns, nation, codes) if towns or codes else _called(name, nation)[:1]
    codes = codes or _outcodes(sorted({_district(town.spot) for town in named}))
    _keep_outcodes(session, place, codes)
    _keep_towns(session, place, [*named, *_within(codes, nation)])
    session.flush()
    session.expire(place, ["towns", "outcodes"])
    return Made(
        slug,
        new,
        tuple(sorted(code.outcode for code in place.outcodes)),
        tuple(sorted(town.name for town in place.towns)),
    )


def _place(session: Session, slug: str, name: str, nation: str) -> tuple[m.Place, bool]:
    if not SLUG.fullmatch(slug):
        raise ImportWrong(f"{slug!r} cannot be an address: use small letters, figures and hyphens, such as trafford.")
    if nation not in NATIONS:
        raise ImportWrong(f"{nation!r} is no nation; use {', '.join(NATIONS)}.")
    if not name.strip():
        raise ImportWrong("A place needs a --name that residents know it by.")
    place = session.scalars(select(m.Place).where(m.Place.slug == slug)).first()
    if place is not None and place.invented:
        raise ImportWrong(f"{slug} is an invented place for demonstration. Choose another address.")
    if place is not None:
        return place, False
    place = m.Place(id=id_of("place", slug), slug=slug, name=name, nation=nation, translations={}, colours={})
    session.add(place)
    return place, True


def _outcodes(given: Sequence[str]) -> Districts:
    gazetteer, found = Gazetteer(), {}
    for code in filter(None, (code.strip().upper() for code in given)):
        spot = None if " " in code else lookup(code, gazetteer)
        if spot is None:
            raise ImportWrong(f"{code!r} is no postcode district that the gazetteer knows; they look like M33.")
        found[code] = spot
    return found


def _towns(given: Sequence[str], nation: str, codes: Districts) -> list[Town]:
    """The towns of these names; of namesakes the nearest to the place's districts, or else the biggest."""
    found = []
    for name in filter(None, (name.strip() for name in given)):
        towns = _called(name, nation)
        if not towns:
            raise ImportWrong(f"The gazetteer has no {name} in {nation.replace('_', ' ').title()}.")
        found.append(min(towns, key=lambda town: _far(town.spot, codes)))
    return found


def _far(spot: Spot, codes: Districts) -> float:
    return min((_km(spot, code) for code in codes.values()), default=0.0)


def _called(name: str, nation: str) -> list[Town]:
    """Towns of the nation with this name, the biggest first."""
    found = [town for town in gazetteer_towns() if town.spot.nation == nation and town.called(name)]
    return sorted(found, key=lambda town: -town.spot.population)


def _within(codes: Districts, nation: str) -> list[Town]:
    """Every town of the gazetteer whose nearest postcode district is one of these."""
    near = [town for town in gazetteer_towns() if town.spot.nation == nation and _near(town.spot, codes)]
    return [town for town in near if _district(town.spot) in codes]


def _district(spot: Spot) -> str:
    return district_of(spot.latitude, spot.longitude)


def _near(spot: Spot, codes: Districts) -> bool:
    return any(_km(spot, code) < NEAR_KM for code in codes.values())


@lru_cache(maxsize=1)
def gazetteer_towns() -> tuple[Town, ...]:
    """Every town and village in the gazetteer's file."""
    with (GAZETTEER / "towns.csv").open(encoding="utf-8", newline="") as opened:
        return tuple(map(_town, csv.DictReader(opened)))


def _town(row: Mapping[str, str]) -> Town:
    where = float(row["latitude"]), float(row["longitude"])
    spot = Spot(row["name"], *where, row["nation"], "town", population=int(row["population"]))
    return Town(spot, tuple(filter(None, row["alternates"].split("|"))))


def _km(one: Spot, other: Spot) -> float:
    return distance_km((one.latitude, one.longitude), (other.latitude, other.longitude))


def _keep_outcodes(session: Session, place: m.Place, codes: Districts) -> None:
    session.flush()
    taken = session.scalars(
        select(m.Outcode).where(m.Outcode.outcode.in_(list(codes)), m.Outcode.place_id != place.id)
    ).first()
    if taken:
        owner = session.get_one(m.Place, taken.place_id)
        raise ImportWrong(f"The postcode district {taken.outcode} belongs to {owner.name} ({owner.slug}) already.")
    for code, spot in codes.items():
        session.merge(
            m.Outcode(
                id=id_of("outcode", code),
                place_id=place.id,
                outcode=code,
                latitude=spot.latitude,
                longitude=spot.longitude,
            )
        )


def _keep_towns(session: Session, place: m.Place, towns: Sequence[Town]) -> None:
    """Towns the place does not have yet; those it has may have been corrected by somebody."""
    for town in towns:
        town_id = id_of("town", f"{place.slug}/{town.spot.name}")
        if session.get(m.Town, town_id) is None:
            session.add(
                m.Town(
                    id=town_id,
                    place_id=place.id,
                    name=town.spot.name,
                    latitude=town.spot.latitude,
                    longitude=town.spot.longitude,
                    alternates=list(town.alternates),
                )
            )
            session.flush()
