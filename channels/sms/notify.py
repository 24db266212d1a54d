"""GOV.UK Notify: its own client sends; its callbacks show the bearer token that we gave it.

What it asks of us: https://docs.notifications.service.gov.uk/rest-api.html. A text is a template of one gap, ((text)).
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from channels.sms.provider import (
    Arrived,
    CannotTell,
    CutOff,
    Malformed,
    NotSent,
    Post,
    Receipt,
    Refused,
    ToSend,
    Unproved,
    never_left,
)
from settings import Texting

API = "https://api.notifications.service.gov.uk"
SECONDS = 10
BUSY, BROKEN = 429, 500
STATUSES = {
    "delivered": "delivered",
    "permanent-failure": "failed",
    "temporary-failure": "failed",
    "technical-failure": "failed",
}

logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)  # it logs what suppliers say of numbers


class Notify:
    """JSON callbacks with a bearer token; REST to send."""

    name = "notify"

    def __init__(self, texting: Texting) -> None:
        """The key, the template and the token of these settings."""
        self._texting = texting

    def proved(self, post: Post) -> None:
        """The token is the one we gave."""
        given = post.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self._texting.notify_bearer}".encode()):
            raise Unproved

    def arrived(self, post: Post) -> Arrived:
        """Its `date_received` is when the network had it: what is retried arrives late and is still the earlier."""
        said = _read(post.body)
        reference, number = _text(said, "id"), _text(said, "source_number")
        if not reference or not number:
            raise Malformed
        ours = _text(said, "destination_number")
        return Arrived(reference, number, _with_plus(ours), _text(said, "message"), _when(_text(said, "date_received")))

    def receipt(self, post: Post) -> Receipt:
        """With our reference in it."""
        said = _read(post.body)
        if not _text(said, "id"):
            raise Malformed
        status = STATUSES.get(_text(said, "status"), "")
        error = _text(said, "status")[:20] if status == "failed" else ""
        return Receipt(_text(said, "reference"), _text(said, "id"), status, error)

    def answers(self, arrived: Arrived) -> bool:
        """Never: STOP is ours to answer."""
        return False

    def send(self, text: ToSend) -> str:
        """One text by our template, marked with our reference."""
        try:
            made = self._client().send_sms_notification(
                phone_number=text.number,
                template_id=self._texting.notify_template,
                personalisation={"text": text.text},
                reference=text.reference,
            )
            return str(made["id"])
        except APIError as wrong:
            raise _meaning(wrong) from None
        except (requests.RequestException, ValueError, KeyError, TypeError):
            raise CutOff from None

    def find(self, text: ToSend) -> str:
        """By our reference."""
        try:
            found = self._client().get_all_notifications(template_type="sms", reference=text.reference)
            return next((str(one["id"]) for one in found["notifications"]), "")
        except (APIError, requests.RequestException, ValueError, KeyError, TypeError):
            raise CannotTell from None

    def _client(self) -> NotificationsAPIClient:
        """One for each call: "this class is not thread-safe"."""
        return NotificationsAPIClient(
            self._texting.notify_key, base_url=self._texting.notify_api or API, timeout=SECONDS
        )


def _meaning(wrong: APIError) -> Exception:
    """Refused for good, not taken now, or nobody knows."""
    cause = wrong.__cause__
    if wrong.response is None and isinstance(cause, requests.RequestException):
        return NotSent("no_connection") if never_left(cause) else CutOff()
    status = wrong.status_code
    if status == BUSY:
        return NotSent("429")
    if status >= BROKEN:
        return CutOff()
    return Refused(str(status))


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(said, dict):
        raise Malformed
    return said


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _with_plus(number: str) -> str:
    """Our own number as the settings write it."""
    digits = number.lstrip("+")
    return f"+44{digits[1:]}" if digits[:1] == "0" else f"+{digits}" if digits.isdecimal() else number


def _when(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
