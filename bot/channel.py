"""Rasa's door on loopback. Unlike the REST channel it asks for a token, never logs a text, and says when it failed."""

from __future__ import annotations

import hmac
import logging
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from nlu.embedding import DIMENSIONS, remember
from nlu.needs import clauses
from nlu.welsh import in_english
from settings import settings

logger = logging.getLogger(__name__)


class FingerpostInput(InputChannel):
    """POST /webhooks/fingerpost/message {sender, message, metadata} -> {messages}; GET …/ready."""

    @classmethod
    def name(cls) -> str:
        """Part of the path."""
        return "fingerpost"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Nothing to configure."""
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The two routes."""
        routes = Blueprint("fingerpost")

        @routes.get("/ready")  # type: ignore[untyped-decorator]  # sanic 21 ships no types
        async def ready(request: Request) -> HTTPResponse:
            return json(readiness(request.app.ctx.agent))

        @routes.post("/message")  # type: ignore[untyped-decorator]  # the same
        async def receive(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get("X-Fingerpost", ""), settings().rasa_token):
                return json({"error": "forbidden"}, status=403)
            return await _answer(request, on_new_message)

        return routes


async def _answer(request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
    collector = CollectingOutputChannel()
    asked = request.json
    _take_in(asked["message"], asked.get("meaning") or "")
    message = UserMessage(
        asked["message"], collector, asked["sender"], input_channel="fingerpost", metadata=asked.get("metadata")
    )
    try:
        await on_new_message(message)
    except Exception as wrong:  # noqa: BLE001  Rasa's edge: the gateway answers instead, and the text stays out of logs
        logger.error("message failed: %s", type(wrong).__name__)
        return json({"error": type(wrong).__name__}, status=500)
    return json({"messages": [one["custom"] for one in collector.messages if "custom" in one]})


def _take_in(message: str, meaning: str) -> None:
    """Remember the gateway's vectors; a gateway of another version, whose parts are others, costs only their making."""
    read = in_english(message)
    parts = clauses(read)
    vectors = np.frombuffer(b64decode(meaning), dtype=np.float32)
    if vectors.size == (1 + len(parts)) * DIMENSIONS:
        remember(read, parts, vectors.reshape(-1, DIMENSIONS))


def readiness(agent: Any) -> dict[str, bool]:
    """What Rasa hides: whether a model is loaded, and whether the tracker store and actions are really ours."""
    store = getattr(agent, "tracker_store", None)
    ours = getattr(store, "_tracker_store", store)
    return {
        "model": bool(agent and agent.is_ready()),
        "tracker_store": type(ours).__name__ == "ConversationTrackerStore",
        "actions": type(getattr(agent, "action_endpoint", None)).__name__ == "OwnActions",
    }
