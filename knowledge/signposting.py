"""The policy: who is pointed to, in which order, and why. Pure; tests/knowledge/policy.yml is its table of cases.

* Relevance comes before tier: below the floor, or against a wish, is not help.
* Within what fits: a tip, a group, a charity, and the council last; nearest first inside a tier.
* What only a council or another body can do leads, when that is what was asked for.
* The first two needs keep their best answer even when another need has three better ones; where one of them is for a
  public body alone, that body comes third and not fourth. No more than two from one organisation.
* Somebody who speaks the language asked for comes first in their tier.
* Overdue entries sink, inside their tier too, and say so; long overdue ones are withheld; never checked comes after
  checked of equal fit that is about as near.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

ORDER = {"friend": 0, "community": 1, "voluntary": 2, "council": 3, "statutory": 3}
HELP = ("friend", "community", "voluntary")
FLOOR = 0.20  # relevance below which an entry is no answer
CLOSE_ENOUGH = 0.45  # of the best relevance: further behind is another subject
LOCAL_BONUS = 0.2
FAR_KM, FAR_SHARE = 25.0, 0.6  # the bonus wanes to this much less at the edge of "near"
SPEAKS_BONUS = 0.2  # speaks the language that was asked for
CHECKED_BONUS = 0.01  # between equals, the one somebody checked
OVERDUE_SINK = 0.8
UNKNOWN_SINK = 0.85  # a wish we cannot tell about
STATUTORY_SHARE = 0.5
MAYBE_STATUTORY = 0.3
MOST = 3
FROM_ONE = 2
STATUTORY_MOST = 2


@dataclass(frozen=True)
class Option:
    """A candidate with the facts the policy weighs. `wishes`: what is known of each wish (True, False, None)."""

    entry: uuid.UUID
    tier: str
    relevance: float
    topics: tuple[str, ...]
    organisation: uuid.UUID
    local: bool = False
    distance_km: float | None = None
    checked: bool = False
    overdue: bool = False
    long_overdue: bool = False
    wishes: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Post:
    """One signpost chosen. `need` is the topic it answers; `unknown` the wishes we could not tell about."""

    entry: uuid.UUID
    tier: str
    need: str
    distance_km: float | None
    local: bool
    overdue: bool
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The signposts in order. `statutory`: only a public body can act, and it leads. `local_found`: any was local."""

    posts: tuple[Post, ...]
    statutory: bool = False
    local_found: bool = False


def plan(
    needs: Sequence[str], options: Iterable[Option], *, statutory_share: float, statutory_topics: frozenset[str]
) -> Plan:
    """Order and explain `options` for `needs` (main first); `statutory_share` is how much of the message (0-1) is
    about what only a public body can do."""
    fit = [weighed for option in options if (weighed := _weigh(option)) is not None]
    leads = statutory_share >= STATUTORY_SHARE and bool(needs)
    chosen = _statutory(needs, fit, statutory_topics) if leads else []
    if chosen:
        beside = [need for need in needs if need not in statutory_topics]
        chosen = _varied(chosen + _one_each(beside[:1], fit, chosen), MOST)
    else:
        wanted = [need for need in needs if need not in statutory_topics]
        body = _council_last(needs, fit, statutory_topics, statutory_share)
        third = bool(body) and body[0].tier == "statutory" and _first_met(body[0], needs) in needs[:2]
        chosen = _beside(_help(wanted, fit)[: MOST - third], body)
    posts = tuple(_post(option, needs) for option in chosen)
    return Plan(
        posts, statutory=bool(posts) and leads and posts[0].tier == "statutory", local_found=any(p.local for p in posts)
    )


def _weigh(option: Option) -> Option | None:
    """The option with its relevance lowered for doubts, or None if it may not be shown."""
    if option.long_overdue or False in option.wishes.values() or option.relevance < FLOOR:
        return None
    near = 1 - FAR_SHARE * min(option.distance_km or 0, FAR_KM) / FAR_KM
    relevance = option.relevance + LOCAL_BONUS * option.local * near + CHECKED_BONUS * option.checked
    relevance += SPEAKS_BONUS * _speaks(option)
    relevance *= OVERDUE_SINK if option.overdue else 1.0
    relevance *= UNKNOWN_SINK ** sum(known is None for known in option.wishes.values())
    return replace(option, relevance=relevance)


def _statutory(needs: Sequence[str], fit: list[Option], statutory_topics: frozenset[str]) -> list[Option]:
    """The body that can act: local before national, best first, never another subject."""
    asked = [need for need in needs if need in statutory_topics]
    able = [option for option in fit if option.tier == "statutory" and _meets(option, asked)]
    if any(option.local and option.topics[0] == asked[0] for option in able):
        able = [option for option in able if option.local or option.topics[0] != asked[0]]
    able.sort(key=lambda option: (asked.index(_first_met(option, asked)), -option.relevance))
    close = [option for option in able if option.relevance >= CLOSE_ENOUGH * able[0].relevance]
    return _varied(close, STATUTORY_MOST)


def _help(needs: Sequence[str], fit: list[Option]) -> list[Option]:
    """Up to three from friends, groups and charities: the best of each tier first, every need heard, then by tier."""
    able = [option for option in fit if option.tier in HELP and _meets(option, needs)]
    if not able:
        return []
    able.sort(key=lambda option: -option.relevance)
    floor = CLOSE_ENOUGH * able[0].relevance
    heard = _one_each(needs[:2], able, [])
    able = [o for o in able if o.relevance >= floor or o in heard or _alone_for_a_need(o, able)]
    first = _one_each(needs[:MOST], able, [])
    best_of_tier = [next((o for o in able if o.tier == tier and _meets(o, needs[:1])), None) for tier in HELP]
    wanted = [*first[:2], *filter(None, best_of_tier), *able]
    chosen = _varied(list({option.entry: option for option in wanted}.values()), MOST)
    return sorted(chosen, key=_friends_first)


def _beside(helping: list[Option], body: list[Option]) -> list[Option]:
    """Those who help, then the body: it stays when two of its organisation help already, and one of them goes."""
    kept = _varied([*body, *helping], MOST + 1)
    return [option for option in helping if option in kept] + body


def _friends_first(option: Option) -> tuple[int, bool, bool, bool, float, bool, float, float]:
    placed = option.distance_km is not None
    about = round(_far(option)) if placed else _far(option)
    unchecked = placed and not option.checked  # without a distance the better fit leads
    return (
        ORDER[option.tier], not _speaks(option), not option.local, option.overdue,
        about, unchecked, _far(option), -option.relevance,
    )  # fmt: skip


def _speaks(option: Option) -> bool:
    return any(known and wish.startswith("language.") for wish, known in option.wishes.items())


def _council_last(
    needs: Sequence[str], fit: list[Option], statutory_topics: frozenset[str], statutory_share: float
) -> list[Option]:
    """One line at the end: the council as fallback, or the body that might have been meant."""
    tiers = {"council"} if statutory_share < MAYBE_STATUTORY else {"statutory", "council"}
    wanted = [need for need in needs if need in statutory_topics] or needs[:1]
    able = [option for option in fit if option.tier in tiers and _meets(option, wanted)]
    able = able or [option for option in fit if option.tier == "council" and _meets(option, needs)]
    able.sort(key=lambda option: (not option.local, -option.relevance))
    return able[:1]


def _one_each(needs: Sequence[str], fit: list[Option], have: list[Option]) -> list[Option]:
    """For each need its best answer among friends, groups and charities."""
    found: list[Option] = []
    for need in needs:
        best = max(
            (o for o in fit if o.tier in HELP and need in o.topics and o not in have and o not in found),
            key=lambda option: option.relevance + 0.05 * (option.topics[0] == need),
            default=None,
        )
        if best is not None:
            found.append(best)
    return found


def _varied(options: list[Option], most: int) -> list[Option]:
    chosen: list[Option] = []
    for option in options:
        if len(chosen) < most and sum(o.organisation == option.organisation for o in chosen) < FROM_ONE:
            chosen.append(option)
    return chosen


def _alone_for_a_need(option: Option, able: list[Option]) -> bool:
    return not any(other is not option and set(option.topics) & set(other.topics) for other in able)


def _meets(option: Option, needs: Sequence[str]) -> bool:
    return any(topic in needs for topic in option.topics[:3])


def _first_met(option: Option, needs: Sequence[str]) -> str:
    return next(need for need in needs if need in option.topics)


def _far(option: Option) -> float:
    return option.distance_km if option.distance_km is not None else float("inf")


def _post(option: Option, needs: Sequence[str]) -> Post:
    need = next((need for need in needs if need in option.topics), option.topics[0] if option.topics else "")
    unknown = tuple(wish for wish, known in option.wishes.items() if known is None)
    return Post(option.entry, option.tier, need, option.distance_km, option.local, option.overdue, unknown)
