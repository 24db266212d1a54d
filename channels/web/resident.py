"""The one cookie: a random token, the language, the door last used. Nothing else is kept in a browser."""

from __future__ import annotations

import logging
import secrets

from flask import g, request, session

from channels import conversations
from channels.messages import Turn
from words import LANGUAGES

log = logging.getLogger(__name__)


def settle_language() -> None:
    """The page's language: asked for in the address, else chosen before, else the browser's own."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        session["lang"] = asked
    g.language = session.get("lang", "") or request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def prefer(languages: tuple[str, ...]) -> None:
    """At a place whose first language is Welsh, that is the page's, unless the resident or the browser says."""
    spoken = [language for language in languages if language in LANGUAGES]
    if spoken and "lang" not in session:
        g.language = request.accept_languages.best_match(LANGUAGES) or spoken[0]


def language() -> str:
    """This page's language; English before anything is known."""
    return str(g.get("language", LANGUAGES[0]))


def sender() -> str:
    """Whose conversation this is, as a keyed hash; "" before the first message."""
    token = session.get("token", "")
    return conversations.sender_of(token) if token else ""


def begin() -> str:
    """The sender, with a token made if this is the first message."""
    if not session.get("token"):
        session["token"] = secrets.token_urlsafe(24)
    return sender()


def history(most: int = conversations.SHOWN) -> tuple[Turn, ...]:
    """The conversation's last turns; empty when it cannot be read, since the page must come all the same."""
    who = sender()
    if not who:
        return ()
    try:
        return tuple(conversations.turns(who, most))
    except Exception as error:  # noqa: BLE001 - the page is the last edge: a broken store may not take the box away
        log.error("history not read kind=%s", type(error).__name__)
        return ()


def danger_lately() -> bool:
    """Whether there was danger in what could be shown; no, when it cannot be read."""
    who = sender()
    try:
        return bool(who) and conversations.danger_lately(who)
    except Exception as error:  # noqa: BLE001 - as above
        log.error("history not read kind=%s", type(error).__name__)
        return False


def forget() -> str:
    """Delete everything held, end the cookie's conversation, keep language and door. The receipt, or ""."""
    who = sender()
    receipt = conversations.forget(who) if who else ""
    let_go()
    return receipt


def let_go() -> None:
    """Drop the token and all that goes with it; language and door say nothing about anybody."""
    kept = {key: session[key] for key in ("lang", "door") if key in session}
    session.clear()
    session.update(kept)
