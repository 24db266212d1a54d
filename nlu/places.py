"""Where somebody means: postcodes whole or half, towns and villages, misspelt ones and Welsh ones.

Pure: the gazetteer's files are read once, and the towns of our own places are handed in.
Sources: nlu/gazetteer/build.py names them (OS Code-Point Open, OGL v3; GeoNames, CC BY 4.0; uk-postcodes, CC0).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import simplemma
from rapidfuzz import fuzz, process

GAZETTEER = Path(__file__).parent / "gazetteer"
POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?)\s*([0-9])([a-z]{2})\b", re.I)
OUTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?)(?:\s+([0-9]))?\b", re.I)
BEFORE_A_PLACE = set(
    "in near nr around from at to by round outside of for live living moved based not nearest area town "
    "actually yn yng ym i o ger ar at am ochrau ardal".split()
)
LIVES = {"live", "living", "lives", "based"}  # "I live in bath" is the town, "in bath" may not be
AFTER_A_PLACE = set("area way side based town village centre ish".split())
# What only looks like half a postcode when the message also says the words beside it: vitamins, levels of English,
# motorways, petrol. Then it is a place only after "in", "near" and the like, or before "area".
OTHERWISE = tuple(
    (re.compile(code, re.I), re.compile(cue, re.I))
    for code, cue in (
        (r"b(?:[1-35-79]|12)", r"\b(?:vit(?:amin)?s?|deficien\w+|ana?emi\w+|injections?|jabs?|supplements?)\b"),
        (r"b12", r"\b(?:low|lack\w*|short|rich)(?: in| on| of)? b12\b|\bb12 (?:is|was|levels?|shots?|tablets?)\b"),
        (r"b[12]", r"\b(?:level|cefr|esol|ielts|english)\b"),
        (r"m\d\d?", r"\bthe m\d|\bmotorway\b|\bjunction\b"),
        (r"e(?:5|10)", r"\b(?:petrol|fuel)\b"),
    )
)
IN_NO_PLACE = re.compile(r"\b(?:deficien\w+|low|lacking|rich|high) in\s*$", re.I)
# Welsh soft, nasal and other mutations of a name's first letters, undone (yng Nghaernarfon, i Gaerdydd, ym Mangor).
MUTATED = (
    ("ngh", "c"), ("mh", "p"), ("nh", "t"), ("ng", "g"), ("dd", "d"), ("g", "c"), ("b", "p"), ("d", "t"), ("f", "b"),
    ("f", "m"), ("l", "ll"), ("r", "rh"), ("m", "b"), ("n", "d"), ("th", "t"), ("ch", "c"), ("ph", "p"),
)  # fmt: skip
SAME_PLACE_KM = 15.0
FAR_BIGGER = 8  # a namesake eight times the size is the one that is meant
MISSPELT = 88  # rapidfuzz ratio, of 100, where a place is likely
MISSPELT_ANYWHERE = 92
EARTH_KM = 6371.0
# Whole nations, with a middle that is never measured from (kind "nation").
NATIONS = {
    "england": ("England", 52.5, -1.5), "lloegr": ("England", 52.5, -1.5), "wales": ("Wales", 52.3, -3.8),
    "cymru": ("Wales", 52.3, -3.8), "nghymru": ("Wales", 52.3, -3.8), "gymru": ("Wales", 52.3, -3.8),
    "scotland": ("Scotland", 56.8, -4.2), "yr alban": ("Scotland", 56.8, -4.2),
    "northern ireland": ("Northern Ireland", 54.6, -6.7), "gogledd iwerddon": ("Northern Ireland", 54.6, -6.7),
}  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """A place somebody named. `also` holds namesakes when we cannot tell which; `slug` a place we look after."""

    name: str
    latitude: float
    longitude: float
    nation: str
    kind: str  # postcode | outcode | town | nation
    slug: str = ""
    population: int = 0
    also: tuple[Spot, ...] = ()
    said: str = ""  # the resident's own words for it


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between two (latitude, longitude) pairs in degrees."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, spot)) for spot in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


class Gazetteer:
    """Finds places in text. `ours` are towns and outcodes of the places looked after here; they win over namesakes."""

    def __init__(self, ours: Iterable[tuple[Spot, Sequence[str]]] = ()) -> None:
        self._codes, self._towns, self._ordinary = dict(_codes()), dict(_towns()), _ordinary()
        for spot, names in ours:
            if spot.kind == "outcode":
                self._codes[spot.name] = spot
            for name in () if spot.kind == "outcode" else (spot.name, *names):
                known = [one for one in self._towns.get(plain(name), ()) if one.slug]
                self._towns[plain(name)] = (spot, *known)
        self._by_letter: dict[str, list[str]] = {}
        for name in self._towns:
            self._by_letter.setdefault(name[:1], []).append(name)

    def find(self, text: str, *, alone: bool = False) -> Spot | None:
        """The place `text` names, or None. `alone`: the whole message is about a place, so trust any name in it."""
        return self._postcode(text, alone) or self._town(text, alone) or self._misspelt(text, alone)

    def _postcode(self, text: str, alone: bool) -> Spot | None:
        if whole := POSTCODE.search(text):
            outcode, sector = whole[1].upper(), f"{whole[1].upper()} {whole[2]}"
            if spot := self._codes.get(sector) or self._codes.get(outcode):
                ours = self._codes.get(outcode, spot)
                return replace(spot, name=outcode, kind="postcode", slug=ours.slug, said=whole[0])
        for half in OUTCODE.finditer(text):
            spot = self._codes.get(half[1].upper())
            if spot and (alone or _means_outcode(text, half)):
                return replace(spot, said=half[0])
        return None

    def _town(self, text: str, alone: bool) -> Spot | None:
        tokens = [(found[0], found.start()) for found in re.finditer(r"[^\W\d_][\w'’.-]*", text)]
        best: tuple[bool, int, int, Spot] | None = None
        islands: list[Spot] = []
        for length in (5, 4, 3, 2, 1):
            for at in range(len(tokens) - length + 1):
                said = text[tokens[at][1] : tokens[at + length - 1][1] + len(tokens[at + length - 1][0])]
                before = tokens[at - 1][0].lower() if at else ""
                after = tokens[at + length][0].lower() if at + length < len(tokens) else ""
                lives = at > 1 and tokens[at - 2][0].lower() in LIVES
                whole = len(tokens) == length and not re.search(r"\d", text)  # "over 60" is no village
                spots = self._named(said, before)
                if spots and (alone or self._meant(said, before, after, whole, lives)):
                    spot = _choose(spots, said)
                    islands += [spot] if spot.name in _islands() else []
                    mark = (spot.name not in _islands(), length, 2 if before in BEFORE_A_PLACE else 1)
                    if best is None or mark > best[:3]:
                        best = (*mark, spot)
        return _on_its_island(best[3], islands) if best else None

    def _named(self, said: str, before: str) -> tuple[Spot, ...]:
        name = plain(said)
        if found := self._towns.get(name):
            return found
        if before in BEFORE_A_PLACE:
            for mutated, radical in MUTATED:
                if name.startswith(mutated) and (found := self._towns.get(radical + name[len(mutated) :])):
                    return tuple(spot for spot in found if spot.nation == "wales")
        return ()

    def _meant(self, said: str, before: str, after: str, whole: bool, lives: bool) -> bool:
        """Whether a name that is in the gazetteer is meant as a place here."""
        if plain(said) not in self._ordinary or whole:
            return True
        if plain(said) == "march" and before == "in" and not lives:
            return False
        capital = said[:1].isupper()
        return before in BEFORE_A_PLACE and (
            capital or lives or after in AFTER_A_PLACE or before in {"near", "nr", "around", "live", "living"}
        )

    def _misspelt(self, text: str, alone: bool) -> Spot | None:
        tokens = re.findall(r"[^\W\d_][\w'’-]*", text)
        for at, token in enumerate(tokens):
            likely = alone or at == len(tokens) - 1 or (at and tokens[at - 1].lower() in BEFORE_A_PLACE)
            for said in filter(None, (" ".join(tokens[at - 1 : at + 1]) if at else "", token)):
                cutoff = MISSPELT if likely else MISSPELT_ANYWHERE
                if self._strange(said) and (found := self._closest(plain(said), cutoff)):
                    return _choose(self._towns[found], said)
        return None

    def _strange(self, said: str) -> bool:
        """Whether `said` could be a misspelt name: long enough, and its last word no English word."""
        last = re.sub(r"[’']s?$", "", said.split()[-1].lower())
        return len(said) >= 6 and not simplemma.is_known(last, "en")

    def _closest(self, name: str, cutoff: int) -> str | None:
        found = process.extractOne(name, self._by_letter.get(name[:1], []), scorer=fuzz.ratio, score_cutoff=cutoff)
        return found[0] if found and found[0] not in self._ordinary else None


def plain(name: str) -> str:
    """A name as the gazetteer compares it: lower case, no punctuation, Saint as St."""
    lowered = re.sub(r"[’'.]", "", name.lower()).replace("-", " ")
    return re.sub(r"\b(saint|ste)\b", "st", " ".join(lowered.split()))


def _choose(spots: tuple[Spot, ...], said: str) -> Spot:
    """The namesake that is meant; the others in `also` when they are too alike to tell."""
    ours = [spot for spot in spots if spot.slug]
    if ours:
        return replace(ours[0], said=said)
    first, *others = sorted(spots, key=lambda spot: -spot.population)
    apart = [
        other
        for other in others
        if distance_km((first.latitude, first.longitude), (other.latitude, other.longitude)) > SAME_PLACE_KM
        and other.population * FAR_BIGGER > first.population
    ]
    return replace(first, said=said, also=tuple(apart))


def _on_its_island(spot: Spot, islands: Sequence[Spot]) -> Spot:
    """ "Newport, Isle of Wight" is the Newport there; the town rather than the island it is on."""
    if not islands or not spot.also:
        return spot
    there = (islands[0].latitude, islands[0].longitude)
    alike = (replace(spot, also=()), *spot.also)
    return replace(min(alike, key=lambda one: distance_km(there, (one.latitude, one.longitude))), said=spot.said)


def middle_of(code: str) -> tuple[float, float] | None:
    """Latitude and longitude of the middle of a postcode district or sector; None for one we do not know."""
    spot = _codes().get(code)
    return (spot.latitude, spot.longitude) if spot else None


def reach_of(outcode: str) -> float:
    """Kilometres from a postcode district's middle to that of its furthest sector."""
    middle = middle_of(outcode)
    sectors = [(one.latitude, one.longitude) for name, one in _codes().items() if name.startswith(f"{outcode} ")]
    return max((distance_km(middle, sector) for sector in sectors), default=0.0) if middle else 0.0


def middles_of(outcodes: Container[str]) -> list[tuple[str, tuple[float, float]]]:
    """The middle of every sector of these districts, each with its district; the district's own where it has none."""
    known = [(name.split(" ")[0], " " in name, (one.latitude, one.longitude)) for name, one in _codes().items()]
    split = {code for code, sector, _ in known if sector}
    return [(code, middle) for code, sector, middle in known if code in outcodes and (sector or code not in split)]


def nearest_outcode(spot: Spot) -> str:
    """The postcode district a place lies in, as its nearest sector tells, to tell namesakes apart."""
    here = (spot.latitude, spot.longitude)
    return min(middles_of({*_codes()}), key=lambda one: distance_km(here, one[1]))[0]


def _means_outcode(text: str, half: re.Match[str]) -> bool:
    """Whether what looks like half a postcode is one here: written large, or after or before a word about a place."""
    before, after = text[: half.start()].lower().split(), text[half.end() :].lower().split()
    placed = bool(before) and before[-1].strip(",.?!") in BEFORE_A_PLACE
    placed = placed and not IN_NO_PLACE.search(text[: half.start()])
    named = bool(after) and after[0].strip(",.?!") in AFTER_A_PLACE
    if any(code.fullmatch(half[1]) and cue.search(text) for code, cue in OTHERWISE):
        return named or (placed and not (after and after[0].startswith("level")))
    return placed or half[1].isupper()


@lru_cache(maxsize=1)
def _codes() -> dict[str, Spot]:
    found = {}
    for file in ("outcodes.csv", "northern_ireland.csv", "sectors.csv"):
        for row in _rows(file):
            code = row.get("outcode") or row["sector"]
            found[code] = Spot(code, float(row["latitude"]), float(row["longitude"]), row["nation"], "outcode")
    return found


@lru_cache(maxsize=1)
def _towns() -> dict[str, tuple[Spot, ...]]:
    found: dict[str, list[Spot]] = {}
    for row in (*_rows("towns.csv"), *_rows("islands.csv")):
        spot = Spot(
            row["name"], float(row["latitude"]), float(row["longitude"]), row["nation"], "town",
            population=int(row["population"]),
        )  # fmt: skip
        for name in {plain(row["name"]), *(plain(other) for other in row["alternates"].split("|") if other)}:
            found.setdefault(name, []).append(spot)
    for name, (shown, latitude, longitude) in NATIONS.items():
        found[name] = [Spot(shown, latitude, longitude, shown.lower().replace(" ", "_"), "nation")]
    return {**_first_words(found), **{name: tuple(spots) for name, spots in found.items()}}


@lru_cache(maxsize=1)
def _islands() -> frozenset[str]:
    return frozenset(row["name"] for row in _rows("islands.csv"))


def _first_words(towns: dict[str, list[Spot]]) -> dict[str, tuple[Spot, ...]]:
    """Long names by their first word alone, where only one town of some size begins so (Merthyr, Leighton)."""
    begins: dict[str, list[Spot]] = {}
    for name, spots in towns.items():
        first, _, rest = name.partition(" ")
        if rest and len(first) >= 6 and not simplemma.is_known(first, "en"):
            begins.setdefault(first, []).extend(spots)
    return {name: tuple(spots) for name, spots in begins.items() if len({spot.name for spot in spots}) == 1}


def _rows(file: str) -> list[dict[str, str]]:
    with (GAZETTEER / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    lines = (GAZETTEER / "ordinary.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
