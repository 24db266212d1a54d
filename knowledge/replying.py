"""The shape an answer travels in from whoever decides to whoever says it: keys and values, no sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.answering import Answer
from nlu.places import Spot

Said = tuple[str, Mapping[str, Any]]


def payload(
    outcome: str,
    *,
    before: Sequence[Said] = (),
    after: Sequence[Said] = (),
    answer: Answer | None = None,
    needs: Sequence[str] = (),
    posts: Sequence[Mapping[str, Any]] = (),
    choices: Sequence[Said] = (),
    spot: Spot | None = None,
    wishes: Mapping[str, Any] | None = None,
    delete: bool = False,
) -> dict[str, Any]:
    """A reply as JSON: `before` and `after` are sentences by key around the posts; `choices` likewise."""
    return {
        "outcome": outcome,
        "before": [list(said) for said in before],
        "after": [list(said) for said in after],
        "posts": list(posts) or (posts_of(answer) if answer else []),
        "choices": [list(said) for said in choices],
        "needs": list(needs) or (list(answer.keys) if answer else ["clarify"] if outcome == "clarify" else []),
        "place": spot.name if spot and spot.kind != "place" else None,
        "area": spot.slug if spot and spot.kind != "place" else None,
        "wishes": dict(wishes or {}),
        "delete": delete,
    }


def left_out(wishes: Mapping[str, Any]) -> list[Said]:
    """One sentence for whom somebody has tried already or does not want, so that a misreading can be put right."""
    named = dict.fromkeys([*wishes.get("tried", ()), *wishes.get("not_who", ())])
    return [("signposts.left_out", {"left_out": key}) for key in named]


def posts_of(answer: Answer) -> list[dict[str, Any]]:
    """The answer's signposts as JSON."""
    return [
        {
            "entry": str(post.entry),
            "tier": post.tier,
            "need": post.need,
            "km": post.distance_km,
            "local": post.local,
            "overdue": post.overdue,
            "unknown": list(post.unknown),
        }
        for post in answer.plan.posts
    ]


def spot_to_json(spot: Spot | None) -> dict[str, Any] | None:
    """A place as a slot keeps it, without its namesakes or the resident's own words for it."""
    if spot is None:
        return None
    return {
        "name": spot.name,
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        "nation": spot.nation,
        "kind": spot.kind,
        "slug": spot.slug,
    }


def spot_from_json(kept: Mapping[str, Any] | None) -> Spot | None:
    """The place a slot kept."""
    return Spot(**kept) if kept else None
