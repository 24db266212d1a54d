"""The council that a need is for, by name, where a real place lies clearly within one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from nlu.councils import council_of
from nlu.places import Spot

TOPICS = Path(__file__).resolve().parent / "seed/topics/official.yml"
ONLY_COUNCIL = {"unitary": "single", "ni_council": "single", "county": "county"}  # kinds of body to levels of council


def council_named(spot: Spot | None, topic: str) -> str:
    """The council's full name; "" for an unknown one, or where another body or a district council is the one to ask."""
    bodies = _bodies().get(topic, {}).get(spot.nation, []) if spot else []
    if spot is None or not bodies:
        return ""
    here = council_of(spot)
    return here.council if here and here.level in {ONLY_COUNCIL.get(body) for body in bodies} else ""


@lru_cache(maxsize=1)
def _bodies() -> dict[str, dict[str, list[str]]]:
    topics = yaml.load(TOPICS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {key: topic.get("body", {}) for key, topic in topics.items()}
