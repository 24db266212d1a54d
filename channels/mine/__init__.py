"""A resident's own record: list, notes, what was understood and said, who looked. Theirs to take and to bring."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> tuple[Blueprint, ...]:
    """The record, letting an advocate into it, and the list made together with somebody signed in."""
    from channels.mine import helpers, pages, together

    return (pages.blueprint, helpers.blueprint, together.blueprint)
