"""Front doors: which place's page this is, and its colours, safe to read whatever an editor chose."""

from __future__ import annotations

import logging
import re

from flask import abort, session

from channels.web import resident
from channels.web.colours import as_stylesheet
from knowledge import reading
from knowledge.reading import Door

log = logging.getLogger(__name__)
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\Z")


def doors() -> tuple[Door, ...]:
    """All places' doors; none when the directory cannot be read."""
    try:
        return tuple(reading.doors(resident.language()))
    except Exception as error:  # noqa: BLE001 - the neutral page must come with the directory down
        log.error("doors not read kind=%s", type(error).__name__)
        return ()


def enter(slug: str) -> Door | None:
    """The door at this address, remembered for the other pages. 404 for no such place; None for the neutral page."""
    door = _read(slug) if slug else None
    if slug and door is None:
        abort(404)
    session["door"] = slug
    if door is not None:
        resident.prefer(door.languages)
        door = _read(slug)
    return door


def last_used() -> Door | None:
    """The door this resident came in by, for the look of the pages around the conversation."""
    slug = str(session.get("door", ""))
    return _read(slug) if slug else None


def directories() -> tuple[tuple[str, str], ...]:
    """Directories taken over, each with its licence; none when ours cannot be read."""
    try:
        return reading.directories()
    except Exception as error:  # noqa: BLE001 - the page says the rest with the directory down
        log.error("directories not read kind=%s", type(error).__name__)
        return ()


def stylesheet(slug: str) -> str:
    """The place's colours as CSS; 404 for no such place."""
    door = _read(slug)
    if door is None:
        abort(404)
    return as_stylesheet(door.colours)


def _read(slug: str) -> Door | None:
    if not SLUG.match(slug):
        return None
    try:
        return reading.door(slug, resident.language())
    except Exception as error:  # noqa: BLE001 - a broken directory is a page without a place, never an error page
        log.error("door not read kind=%s", type(error).__name__)
        return None
