"""A person takes over: who owns a conversation, what the resident agreed to, the desk, and those who look with them."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> tuple[Blueprint, ...]:
    """The resident's pages about it, the desk, and advocates."""
    from channels.handover import advocates, desk, hook, pages

    return (pages.blueprint, desk.blueprint, advocates.blueprint, hook.blueprint)
