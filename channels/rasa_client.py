"""The only HTTP to Rasa, on loopback, with a deadline of our own. Nothing, late, wrong or an error: `BotSilent`."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from nlu.embedding import ModelFileWrong, embed_parts
from nlu.needs import clauses
from nlu.welsh import in_english
from settings import settings

CONNECT_SECONDS = 0.5

_session = requests.Session()
_session.mount("http://", HTTPAdapter(pool_connections=2, pool_maxsize=64))
_session.trust_env = False  # no proxy between us and loopback


class BotSilent(Exception):
    """Rasa gave no usable answer; `kind` says how, without any text of the resident's."""

    def __init__(self, kind: str) -> None:
        """`kind`: down, late, error, empty or garbled."""
        super().__init__(kind)
        self.kind = kind


def ask(conversation: str, message: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """Rasa's reply to `message` as a payload (knowledge.replying); raises `BotSilent`, at latest at the deadline.

    The message's meaning goes along, with that of its parts: making them anew is a tenth of a turn.
    """
    try:
        answered = _session.post(
            f"{settings().rasa_url}/webhooks/fingerpost/message",
            json={
                "sender": conversation,
                "message": message,
                "metadata": metadata,
                "meaning": _meaning(message),
            },
            headers={"X-Fingerpost": settings().rasa_token},
            timeout=(CONNECT_SECONDS, settings().rasa_deadline),
        )
    except requests.Timeout:
        raise BotSilent("late") from None
    except requests.RequestException:
        raise BotSilent("down") from None
    if answered.status_code != requests.codes.ok:
        raise BotSilent("error")
    return _payload(answered)


def ready() -> dict[str, bool]:
    """What Rasa says of itself: model, tracker store, actions. Raises `BotSilent`."""
    try:
        answered = _session.get(f"{settings().rasa_url}/webhooks/fingerpost/ready", timeout=CONNECT_SECONDS)
        said: dict[str, bool] = answered.json()
    except (requests.RequestException, ValueError):
        raise BotSilent("down") from None
    return said


def _meaning(message: str) -> str:
    """For `bot.channel` to remember; "" where the sentence model cannot be used."""
    read = in_english(message)
    try:
        return b64encode(embed_parts(read, clauses(read)).tobytes()).decode()
    except ModelFileWrong:
        return ""


def _payload(answered: requests.Response) -> dict[str, Any]:
    try:
        messages = answered.json()["messages"]
    except (ValueError, KeyError, TypeError):
        raise BotSilent("garbled") from None
    if not messages:
        raise BotSilent("empty")
    last = messages[-1] if isinstance(messages, list) else None
    if not isinstance(last, dict) or "outcome" not in last:
        raise BotSilent("garbled")
    return last
