"""What templates call: sentences in the page's language, cards in order, distances in words."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, g, url_for

from channels.messages import Signpost, Turn, dial
from channels.models import aware
from channels.plain import as_text
from channels.saying import MILE_KM, in_words
from channels.web import resident
from channels.web.cookies import for_staff
from knowledge.answering import knowing
from knowledge.db import session_scope
from knowledge.desks import UK
from knowledge.life import life_events
from settings import Settings, settings
from words import LANGUAGES, look_up, say

log = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "static"
SAFE_LINK = re.compile(r"https?://[^\s]+\Z", re.IGNORECASE)
ELSEWHERE = "https://www.bbc.co.uk/weather"  # where leaving quickly goes: dull, and likely to be anybody's own page


def for_templates() -> Mapping[str, Callable[..., Any]]:
    """Functions every template may call."""
    return {
        "say": in_page_language,
        "say_in": say,
        "words_at": words_at,
        "tell": in_console,
        "day": day,
        "tell_at": console_at,
        "static": static,
        "in_order": in_order,
        "distance": distance,
        "safe_link": safe_link,
        "dial": dial,
        "label_language": label_language,
        "life_events": life_events,
        "new_reference": new_reference,
        "number": number,
        "run_by": run_by,
        "as_text": as_text,
        "when": when,
        "topic": topic,
    }


def for_every_page() -> dict[str, object]:
    """Values every template has, error pages too."""
    still = {"danger": False, "talking": False, "elsewhere": ELSEWHERE, "texting": settings().texting.on}
    base = "console/page.html" if for_staff() else "page.html"
    return {
        "page_language": resident.language(),
        "door": g.get("door"),
        "person": g.get("person"),
        "base": base,
        **still,
    }


def in_page_language(key: str, **values: object) -> str:
    """The sentence at `key` under `web`, in this page's language."""
    return say(f"web.{key}", resident.language(), **values)


def words_at(key: str) -> Any:
    """A list or mapping of sentences under `web`, in this page's language."""
    return look_up(f"web.{key}", resident.language())


def in_console(key: str, **values: object) -> str:
    """The sentence at `key` under `console`, for people who sign in, in this page's language."""
    return say(f"console.{key}", resident.language(), **values)


def console_at(key: str) -> Any:
    """A list or mapping of sentences under `console`, in this page's language."""
    return look_up(f"console.{key}", resident.language())


def day(given: date) -> str:
    """A date as people write it, in this page's language."""
    return in_words(given, resident.language())


def label_language(reply_language: str) -> str:
    """The language of our own labels around an answer: the answer's if we have it, else English."""
    return reply_language if reply_language in LANGUAGES else LANGUAGES[0]


def in_order(signposts: Iterable[Signpost]) -> list[Signpost]:
    """Emergency help first, else the order they came in."""
    return sorted(signposts, key=lambda signpost: signpost.tier != "emergency")


def number(turn: Turn, position: int) -> int:
    """What a turn is called on the page: its message's number, which stays when the page shows only the last ones."""
    return turn.message or position


def distance(signpost: Signpost, language: str) -> str:
    """How far, in miles and in words; "" when not known."""
    if signpost.distance_km is None:
        return ""
    miles = signpost.distance_km / MILE_KM
    if miles < 0.4:
        return say("web.card.close_by", language)
    if round(miles, 1) in (0.9, 1.0, 1.1):
        return say("web.card.one_mile", language)
    return say("web.card.miles", language, miles=f"{miles:.1f}" if miles < 3 else f"{miles:.0f}")


def safe_link(url: str) -> str:
    """The address if it is a web address, else "": entries are written by many hands."""
    return url if SAFE_LINK.match(url) else ""


def new_reference() -> str:
    """Tells a message from its own repeat; made with the page that holds the box."""
    return secrets.token_urlsafe(18)


def run_by(given: Settings | None = None) -> str:
    """Who runs this, as a sentence."""
    name = (given or current_app.config["FINGERPOST"]).run_by
    return in_page_language("foot.run_by", run_by=name) if name else in_page_language("foot.demonstration")


def topic(key: str, language: str) -> str:
    """A need as people here call it; its key, where the directory cannot be read."""
    try:
        with session_scope() as session:
            names = knowing(session).names.get(key, {})
    except Exception as error:  # noqa: BLE001 - a page about what is held must come with the directory down
        log.error("topic not read kind=%s", type(error).__name__)
        names = {}
    return names.get(language) or names.get("en") or key.replace("_", " ")


def when(moment: datetime, language: str) -> str:
    """A day and a time as people here write them, by the clock here."""
    here = aware(moment).astimezone(UK)
    return say("handed.at", language, date=in_words(here.date(), language), time=f"{here:%H:%M}")


def static(name: str) -> str:
    """The address of a static file, new whenever its content is, so that browsers may keep it."""
    return url_for("static", filename=name, v=_fingerprint(name))


@lru_cache(maxsize=32)
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
