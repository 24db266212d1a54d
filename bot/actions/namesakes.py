"""Several places of one name: asking which, and reading the answer in words ("the one in Wales", "Kent")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.actions.shown import by_number
from knowledge.replying import Said, spot_from_json, spot_to_json
from nlu.councils import district_of
from nlu.places import Gazetteer, Spot, distance_km, nearest_outcode

MOST = 4
BESIDE_KM = 80.0  # "the one near Cardiff": how far beside that may be
NATIONS: Mapping[str, re.Pattern[str]] = {
    "wales": re.compile(r"\b(wales|welsh|[cg]ymru|nghymru|cymraeg|de cymru)\b", re.I),
    "scotland": re.compile(r"\b(scotland|scottish|yr alban)\b", re.I),
    "northern_ireland": re.compile(r"\b(northern ireland|n\.? ?i\.?|ulster|gogledd iwerddon)\b", re.I),
    "england": re.compile(r"\b(england|english|lloegr)\b", re.I),
}
BIG = re.compile(r"\b(big(ger|gest)?|large(r|st)?|main|city|mwyaf|fawr|mawr)\b", re.I)


def namesakes(unsure: Spot) -> list[tuple[Spot, str]]:
    """Places of that name, largest first, each with the postcode district that tells it apart."""
    return [(one, nearest_outcode(one)) for one in (replace(unsure, also=()), *unsure.also)][:MOST]


def choices_of(unsure: Spot) -> list[Said]:
    """The same as choices to tap, each with the county or council area it is in where that is known."""
    return [_choice(one, code) for one, code in namesakes(unsure)]


def _choice(spot: Spot, code: str) -> Said:
    if area := area_of(spot):
        return "choices.namesake_in", {"name": spot.name, "outcode": code, "area": area}
    return "choices.namesake", {"name": spot.name, "outcode": code}


def which_one(unsure: Spot) -> list[dict[str, Any]]:
    """What is remembered until the answer: the places that were offered."""
    return [kept for one, _ in namesakes(unsure) if (kept := spot_to_json(one))]


def chosen(text: str, offered: Sequence[Mapping[str, Any]]) -> Spot | None:
    """The place of those offered that an answer means; None where it means none of them, or does not tell."""
    spots = [spot for kept in offered if (spot := spot_from_json(kept))]
    for told_apart in (_by_code, _by_area, _by_nation, by_number, _by_size, _by_what_is_near):
        if (found := told_apart(text, spots)) is not None:
            return found
    return None


def area_of(spot: Spot) -> str:
    """The county or council area that most of a place is in; "" where it adds nothing to its name."""
    district = district_of(spot)
    return district.area if district and district.area != spot.name else ""


def _by_code(text: str, spots: Sequence[Spot]) -> Spot | None:
    return _only([spot for spot in spots if re.search(rf"\b{nearest_outcode(spot)}\b", text, re.I)])


def _by_area(text: str, spots: Sequence[Spot]) -> Spot | None:
    return _only([spot for spot in spots if (area := area_of(spot)) and area.lower() in text.lower()])


def _by_nation(text: str, spots: Sequence[Spot]) -> Spot | None:
    nation = next((name for name, said in NATIONS.items() if said.search(text)), "")
    return _only([spot for spot in spots if spot.nation == nation])


def _by_size(text: str, spots: Sequence[Spot]) -> Spot | None:
    return spots[0] if spots and BIG.search(text) else None


def _by_what_is_near(text: str, spots: Sequence[Spot]) -> Spot | None:
    """ "The one by Cardiff", "Kent way": another place named, and the one of them that is beside it."""
    others = Gazetteer().find(text, alone=True)
    if others is None or others.kind == "nation" or not spots or others.name == spots[0].name:
        return None
    here = (others.latitude, others.longitude)
    far = sorted(spots, key=lambda spot: distance_km(here, (spot.latitude, spot.longitude)))
    return far[0] if distance_km(here, (far[0].latitude, far[0].longitude)) <= BESIDE_KM else None


def _only(found: Sequence[Spot]) -> Spot | None:
    return found[0] if len(found) == 1 else None
