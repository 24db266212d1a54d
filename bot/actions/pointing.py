"""The answer to a need, shared by every action that ends in signposts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from bot.actions.namesakes import choices_of, which_one
from bot.actions.replies import remember, send
from bot.actions.turn import Turn
from knowledge.answering import Answer, answer, knowing, read_needs
from knowledge.councils import council_named
from knowledge.life import event_in
from knowledge.reading import place_spot
from knowledge.replying import Said, left_out, payload, spot_to_json
from nlu.needs import Need, Reading
from nlu.places import Spot

LOTS = 6  # answers that "the first lot" may mean
WIDER_KM = 60.0  # how far we look when near by is used up, and say so
CLOSE = 2  # needs nearby that are looked at then
REMEMBERED = 30  # entries not shown again for the same need


def point(
    dispatcher: CollectingDispatcher,
    session: Session,
    turn: Turn,
    *,
    asked: str,
    reading: Reading | None = None,
    more: bool = False,
    before: Sequence[Said] = (),
    within_km: float | None = None,
) -> list[EventType]:
    """Signposts for `asked` with all that is known of where and how; asks for the place at most once, beside them.

    `more`: none of those shown for it before; `within_km`: only what is nearer than that, and it is said when none is.
    """
    spot, unsure = where(session, turn)
    wishes = turn.wished
    reading = reading or read_needs(session, asked)
    look = partial(
        answer, session, asked, today=turn.today, spot=spot or door_spot(session, turn), wishes=wishes,
        without=turn.shown if more else (), within_km=within_km,
    )  # fmt: skip
    found = look(needs=reading)
    told = [*before, *(_understood(found) if not more else [])]
    told += left_out(turn.wishes) if found.plan.posts and not found.plan.statutory else []
    if within_km is not None:
        told = [*told, ("signposts.nearer" if found.plan.posts else "signposts.nearest", {})]
    elif more and not found.plan.posts:
        found, said = _wider(look, reading, found)
        told = [*told, *said]
    send(dispatcher, turn, _told(found, told, spot, unsure, wishes, turn, more))
    entries = [str(post.entry) for post in found.plan.posts]
    kept = [*map(str, turn.shown), *entries] if more or asked == turn.asked else entries
    return remember(
        asked=asked,
        spot=spot_to_json(spot),
        wishes=wishes,
        shown=kept[-REMEMBERED:],
        lots=with_lot(turn, found.keys[0] if found.keys else "", entries),
        latest=entries or [str(one) for one in turn.latest],
        unsure=which_one(unsure) if unsure else [],
        repairs=0,
    )


def _wider(look: Callable[..., Answer], reading: Reading, found: Answer) -> tuple[Answer, list[Said]]:
    """When everything near is used up: further away, else for needs close to these; which of the two is said."""
    further = look(needs=reading, reach_km=WIDER_KM)
    if further.plan.local_found:
        return further, [("signposts.wider", {})]
    close = _close(reading)
    others = look(needs=close) if close else found
    if not others.plan.posts:
        return found, []
    return replace(others, needs=(*reading.needs[:1], *others.needs)), [("signposts.close", {})]


def _close(reading: Reading) -> Reading | None:
    """The needs likeliest after those that were answered, for when everything for these has been shown."""
    answered = {need.key for need in reading.needs}
    others = sorted((one for one in reading.shares.items() if one[0] not in answered), key=lambda one: -one[1])[:CLOSE]
    needs = tuple(Need(key, share, reading.strength, "") for key, share in others if share > 0)
    return Reading(needs, reading.shares, reading.strength) if needs else None


def with_lot(turn: Turn, topic: str, entries: Sequence[str]) -> list[list[Any]]:
    """The answers that "the first lot" may mean, with this one: topic and entries each, newest last."""
    before = [[topic, [str(one) for one in ids]] for topic, ids in turn.lots]
    return [*before, *([[topic, list(entries)]] if entries else [])][-LOTS:]


def where(session: Session, turn: Turn, *, alone: bool = False) -> tuple[Spot | None, Spot | None]:
    """The place to search from, said now or before; and the one named now if it has namesakes, to ask which."""
    named = knowing(session).gazetteer.find(turn.text, alone=alone)
    if named is not None and named.also and not _near_the_door(session, named, turn):
        return turn.spot, named
    return (named or turn.spot), None


def door_spot(session: Session, turn: Turn) -> Spot | None:
    """The place whose front door was used, for when nothing nearer is known."""
    return place_spot(session, turn.door) if turn.door else None


def outcome_of(found: Answer) -> str:
    """`council` when only a public body can act and leads."""
    if not found.plan.posts:
        return "nothing_found"
    return "council" if found.plan.statutory else "signposts"


def _near_the_door(session: Session, named: Spot, turn: Turn) -> bool:
    return bool(named.slug and named.slug == turn.door)


def _understood(found: Answer) -> list[Said]:
    if not found.plan.posts:
        return []
    if found.plan.statutory:
        return [("signposts.statutory", {"topic": found.plan.posts[0].need})]
    second = next((need for need in found.keys[1:] if any(post.need == need for post in found.plan.posts)), None)
    if second:
        return [("signposts.intro_two", {"topic": found.keys[0], "topic2": second})]
    return [("signposts.intro", {"topic": found.keys[0]})]


def _told(
    found: Answer,
    before: Sequence[Said],
    spot: Spot | None,
    unsure: Spot | None,
    wishes: dict[str, Any],
    turn: Turn,
    more: bool,
) -> dict[str, Any]:
    after: list[Said] = []
    choices: list[Said] = []
    if not found.plan.posts:
        nearest = any(key == "signposts.nearest" for key, _ in before)
        before = [*before] if nearest else [*before, ("nothing.more" if more else "nothing.found", {})]
        after.append(("nothing.person", {}))
    elif more and not before:
        before = [("signposts.more", {})]
    if spot is not None and unsure is None and (council := _council(found, spot)):
        before = [*before, ("council.named", {"name": spot.name, "council": council})]
    if found.plan.posts and not more and turn.text and (event := event_in(turn.text)) is not None:
        choices.append(("choices.life", {"event": event.key}))
    if unsure is not None:
        after.append(("place.which", {"name": unsure.name}))
        choices = [
            *choices_of(unsure),
            *choices,
        ]
    elif spot is None and not turn.door and found.plan.posts:
        after.append(("place.ask", {}))
    elif spot is not None and found.plan.posts and not found.plan.local_found and not found.plan.statutory:
        after.append(("place.nobody_local", {"name": spot.name}))
    return payload(
        outcome_of(found), before=before, after=after, answer=found, choices=choices, spot=spot, wishes=wishes
    )


def _council(found: Answer, spot: Spot) -> str:
    """The council by name, where a signpost shown is for something it does."""
    for post in found.plan.posts:
        if post.tier in ("statutory", "council") and (named := council_named(spot, post.need)):
            return named
    return ""


def posts_for(ids: Sequence[uuid.UUID]) -> list[dict[str, Any]]:
    """Posts for entries shown again by themselves."""
    return [
        {"entry": str(one), "tier": "", "need": "", "km": None, "local": False, "overdue": False, "unknown": []}
        for one in ids
    ]
