"""The console: local groups keep their entries true here. Each page is a blueprint that names its guard."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> tuple[Blueprint, ...]:
    """Every blueprint of the console."""
    from channels.console import account, entries, history, home, members, signing_in, teaching

    return (
        signing_in.blueprint,
        home.blueprint,
        account.blueprint,
        members.blueprint,
        entries.blueprint,
        history.blueprint,
        teaching.blueprint,
    )
