"""What a need becomes once it is told how old somebody is: something to do, for a two-year-old, is a playgroup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nlu.ages import age_in
from nlu.needs import Need, Reading

LITTLE = 4  # years, up to which a place to play with a grown-up is what is looked for
YOUNG = range(8, 18)  # years in which a place of their own is
FOR_THE_LITTLE: Mapping[str, str] = dict.fromkeys(
    ("whats_on", "youth_clubs", "arts_hobbies", "sport_fitness"), "childcare_playgroups"
)
FOR_THE_YOUNG: Mapping[str, str] = {"childcare_playgroups": "youth_clubs", "new_parents": "youth_clubs"}


def suited(reading: Reading, age: object, asked: str) -> Reading:
    """`reading` of what was asked for before, its main need changed where an age said since then changes it.

    What was asked for stays beside it. An age that was part of the asking was weighed when it was read.
    """
    if not reading.needs or not isinstance(age, int) or age_in(asked) is not None:
        return reading
    first = reading.needs[0]
    by_age = FOR_THE_LITTLE if age <= LITTLE else FOR_THE_YOUNG if age in YOUNG else {}
    if first.key not in by_age:
        return reading
    suits = Need(by_age[first.key], first.share, first.strength, first.shown_by)
    others = [need for need in reading.needs if need.key != suits.key]
    return replace(reading, needs=(suits, *others))
