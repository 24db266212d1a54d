"""Which life event a message tells of (a death, a new baby, losing work): the nearest phrase says, above a floor.

Phrases are given by whoever calls, with near misses under the key "": a message nearer to one of those, or to nothing,
tells of no event. Better to offer too little than to offer "after a death" to somebody whose phone died.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlu.embedding import Vectors

FLOOR = 0.57  # cosine of the nearest phrase
AHEAD = 0.03  # by which it must be nearer than the nearest near miss
NONE = ""


def event_of(vector: Vectors, keys: Sequence[str], phrases: Vectors) -> str:
    """The event whose phrase is nearest to `vector`, or "". `keys[i]` names the event of unit vector `phrases[i]`."""
    cosines = phrases @ vector
    owner = np.array(keys)
    missed = float(cosines[owner == NONE].max(initial=-1.0))
    best = int(np.where(owner == NONE, -1.0, cosines).argmax())
    clear = cosines[best] >= FLOOR and cosines[best] >= missed + AHEAD
    return keys[best] if clear else NONE
