"""Make districts.csv: which council most of a postcode district lies in, where open lists agree about it.

    python nlu/gazetteer/districts.py postcodes.csv uk_local_authorities.csv

* `postcodes.csv` of Gibbs/uk-postcodes (CC0): the area of each district, as councils were in 2017.
* mySociety's list of local authorities (MIT; CC BY 4.0): councils as they are now, their full names, and which became
  which. An area that was divided between several councils since, or is no council, has none here.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

KINDS = {
    "Unitary authority": "single", "Metropolitan district": "single", "Scottish unitary authority": "single",
    "London borough": "single", "Welsh unitary authority": "single", "City corporation": "single",
    "NI district": "single", "County": "county",
}  # fmt: skip
NATIONS = ("ENG", "SCT", "WLS", "NIR")
NOISE = re.compile(r"\b(the|borough|city of|county|council)\b|[.-]")
# Northern Ireland's districts of before 2015, which went whole into one of today's (by mySociety's codes).
MERGED = {
    "North Down": "AND", "Ards": "AND", "Down": "NMD", "Newry and Mourne": "NMD", "Banbridge": "ABC",
    "Craigavon": "ABC", "Antrim": "ANN", "Newtownabbey": "ANN", "Carrickfergus": "MEA", "Larne": "MEA",
    "Ballymena": "MEA", "Magherafelt": "MUL", "Cookstown": "MUL", "Dungannon": "MUL", "Derry": "DRS",
    "Strabane": "DRS", "Limavady": "CCG", "Coleraine": "CCG", "Ballymoney": "CCG", "Moyle": "CCG", "Omagh": "FMO",
    "County Fermanagh": "FMO", "Lisburn": "LBC",
}  # fmt: skip
MOVED = {"BH23"}  # Christchurch left Dorset for Bournemouth, Christchurch and Poole in 2019


def main(postcodes: Path, authorities: Path) -> None:
    """Write the file; raises where a source is missing."""
    with (Path(__file__).parent / "districts.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["outcode", "district", "council", "level"])
        writer.writerows(sorted(_rows(_read(postcodes), _read(authorities))))


def _rows(postcodes: Sequence[dict[str, str]], authorities: Sequence[dict[str, str]]) -> Iterator[list[str]]:
    now = {
        row["local-authority-code"]: row
        for row in authorities
        if row["current-authority"] == "True" and row["local-authority-type-name"] in KINDS
    }
    became = {
        _plain(row["nice-name"]): row["replaced-by"]
        for row in authorities
        if row["current-authority"] != "True" and row["local-authority-type-name"] in KINDS
    }
    became |= {_plain(name): code for name, code in MERGED.items()}
    became |= {_plain(row["nice-name"]): code for code, row in now.items()}
    for row in postcodes:
        council = now.get("" if row["postcode"] in MOVED else became.get(_plain(row["region"]), ""))
        if row["country"] in NATIONS:
            named = " ".join(council["official-name"].split()) if council else ""
            yield [
                row["postcode"],
                row["region"],
                named,
                KINDS[council["local-authority-type-name"]] if council else "",
            ]


def _plain(name: str) -> str:
    words = NOISE.sub(" ", name.lower().replace("taff", "taf").replace("-", " "))
    return " ".join(words.split())


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
