"""The console: local groups keep their entries true here. Each page is a blueprint that names its guard."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> tuple[Blueprint, ...]:
    """Every blueprint of the console."""
    from channels.console import (
        account,
        beginning,
        bulk,
        entries,
        feeds,
        group,
        history,
        home,
        members,
        merging,
        own_account,
        place,
        right,
        second_step,
        signing_in,
        teaching,
        telephone,
        texts,
    )
    from channels.console import waiting as waiting_room

    rooms = (
        bulk, signing_in, home, account, members, entries, history, teaching, group, place, right, waiting_room,
        telephone, feeds, own_account, second_step, merging, beginning, texts,
    )  # fmt: skip
    return (*(room.blueprint for room in rooms), second_step.asking)
