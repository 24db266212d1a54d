"""Which council most of a place lies in, for as far as open lists tell: named only well away from any other. Pure.

nlu/gazetteer/districts.py makes the list and names its sources. Two-tier England: only the county is known, not the
district. What is not known is not guessed: then no council is named.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.places import EARTH_KM, GAZETTEER, Spot, middles_of, reach_of

Degrees = NDArray[np.float64]

CLEAR = 2.0  # another council's nearest postcode district must be so many times as far as its own
CLEAR_KM = 1.0  # and this much more
MEASURED = ("postcode", "outcode", "town")


@dataclass(frozen=True)
class District:
    """A postcode district: the area most of it is in, and the council there ("" where the lists do not tell)."""

    outcode: str
    area: str
    council: str
    level: str  # single: the only council there; county: there is a district council besides


def district_of(spot: Spot) -> District | None:
    """The postcode district a place is in, or is nearest to; None for a nation, an invented place, or no known one."""
    if spot.kind not in MEASURED or spot.slug:
        return None
    known = _by_code().get(spot.name) if spot.kind != "town" else None
    return known or _nearest(spot)


def council_of(spot: Spot) -> District | None:
    """The same where its council is known and no other council's district is near: never a wrong one."""
    here = district_of(spot)
    if here is None or not here.council:
        return None
    own, other = _apart(spot, here.council)
    return here if other >= CLEAR * own + CLEAR_KM else None


def _apart(spot: Spot, council: str) -> tuple[float, float]:
    """Kilometres to the nearest sector of this council, and to the nearest that is of another or of an unknown one.

    Half a postcode is as wide as its furthest sector.
    """
    districts, middles = _districts()
    far = _kilometres(spot, middles)
    same = np.array([one.council == council for one in districts])
    own = reach_of(spot.name) if spot.kind == "outcode" else float(far[same].min())
    return own, float(far[~same].min(initial=np.inf))


def _nearest(spot: Spot) -> District:
    districts, middles = _districts()
    return districts[int(_kilometres(spot, middles).argmin())]


def _kilometres(spot: Spot, middles: Degrees) -> Degrees:
    """Near enough for a country this size: the earth as flat around the place."""
    north = np.radians(middles[:, 0] - spot.latitude)
    east = np.radians(middles[:, 1] - spot.longitude) * np.cos(np.radians(spot.latitude))
    found: Degrees = EARTH_KM * np.hypot(north, east)
    return found


@lru_cache(maxsize=1)
def _districts() -> tuple[tuple[District, ...], Degrees]:
    """The district of every postcode sector, or of every district where sectors are not known, and its middle."""
    parts = [(_by_code()[code], middle) for code, middle in middles_of(_by_code())]
    return tuple(one for one, _ in parts), np.array([middle for _, middle in parts])


@lru_cache(maxsize=1)
def _by_code() -> dict[str, District]:
    with (GAZETTEER / "districts.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        found = (District(row["outcode"], row["district"], row["council"], row["level"]) for row in rows)
        return {one.outcode: one for one in found}
