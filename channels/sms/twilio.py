"""Twilio: its own SDK sends and checks signatures. What it asks of us: https://www.twilio.com/docs/usage/webhooks."""

from __future__ import annotations

import hmac
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from channels.sms import control
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

API = "https://api.twilio.com"
SECONDS = 10.0  # how long it is waited for
STOPPED_THERE = 21610  # "Attempt to send to unsubscribed recipient"
SKEW = timedelta(seconds=5)  # their clock against ours
LOOKED_AT = 50
STATUSES = {"delivered": "delivered", "read": "delivered", "undelivered": "failed", "failed": "failed"}
BUSY, BROKEN, WRONG = 429, 500, 400

logging.getLogger("twilio.http_client").setLevel(logging.CRITICAL)  # it logs what it sends


class Twilio:
    """Form posts signed over our public address; REST to send."""

    name = "twilio"

    def __init__(self, texting: Texting, address: str) -> None:
        """`address` is where residents and suppliers reach us."""
        self._texting, self._address = texting, address
        self._validator = RequestValidator(texting.twilio_token)

    def proved(self, post: Post) -> None:
        """Its signature over the address it was given and every field, and the account is ours."""
        given = post.headers.get("X-Twilio-Signature", "")
        if not given or not post.is_form or not given.isascii():
            raise Unproved
        made = self._validator.compute_signature(post.url, post.signed)
        if not hmac.compare_digest(made.encode(), given.encode()):
            raise Unproved
        if not hmac.compare_digest(post.form.get("AccountSid", "").encode(), self._texting.twilio_account.encode()):
            raise Unproved

    def arrived(self, post: Post) -> Arrived:
        """Body may be missing; pictures are counted and never fetched."""
        form = post.form
        reference, number = form.get("MessageSid", ""), form.get("From", "")
        if not reference or not number:
            raise Malformed
        pictures = int(count) if (count := form.get("NumMedia", "0")).isdecimal() and len(count) < 4 else 0
        said = form.get("OptOutType", "").upper()
        return Arrived(reference, number, form.get("To", ""), form.get("Body", ""), None, pictures, said)

    def receipt(self, post: Post) -> Receipt:
        """Our reference comes back in the address that we gave for it, which is signed too."""
        sid = post.form.get("MessageSid", "")
        if not sid:
            raise Malformed
        status = STATUSES.get(post.form.get("MessageStatus", ""), "")
        return Receipt(post.query.get("ref", ""), sid, status, post.form.get("ErrorCode", "")[:20])

    def answers(self, arrived: Arrived) -> bool:
        """With its advanced opt-out it says which word it answered; else it answers its own single words."""
        return bool(arrived.answered) or (
            self._texting.twilio_opt_outs
            and control.suppliers_own(arrived.text)
            and control.word_of(arrived.text) != control.HELP  # its own HELP says nothing of danger or of us
        )

    def send(self, text: ToSend) -> str:
        """One message; Twilio itself cuts it into segments."""
        try:
            made = self._client().messages.create(
                to=text.number,
                from_=text.ours,
                body=text.text,
                status_callback=f"{self._address}/sms/twilio/status?ref={text.reference}",
            )
        except TwilioRestException as wrong:
            raise _meaning(wrong) from None
        except requests.RequestException as wrong:
            raise (NotSent("no_connection") if never_left(wrong) else CutOff()) from None
        except (TwilioException, ValueError, KeyError):  # answered, but not as it should
            raise CutOff from None
        return str(made.sid)

    def find(self, text: ToSend) -> str:
        """By number, time and words: Twilio keeps no reference of ours. Ids of other texts of ours are left out."""
        try:
            sent = self._client().messages.list(to=text.number, from_=text.ours, limit=LOOKED_AT, page_size=LOOKED_AT)
        except (TwilioException, requests.RequestException, ValueError, KeyError):
            raise CannotTell from None
        since = text.began_at - SKEW
        fit = (one for one in sent if one.sid not in text.known and one.body == text.text and _made(one) >= since)
        return next((str(one.sid) for one in fit), "")

    def _client(self) -> Client:
        """A client of its own for each call: its HTTP session is not made for several threads."""
        http = _Http(self._texting.twilio_api) if self._texting.twilio_api else TwilioHttpClient(timeout=SECONDS)
        return Client(self._texting.twilio_account, self._texting.twilio_token, http_client=http)


class _Http(TwilioHttpClient):
    """The SDK's own client, sent to another address: a simulated Twilio."""

    def __init__(self, api: str) -> None:
        super().__init__(timeout=SECONDS)
        self._api = api

    def request(self, method: str, url: str, *given: Any, **named: Any) -> Any:
        """The same request at that address."""
        return super().request(method, url.replace(API, self._api, 1), *given, **named)


def _meaning(wrong: TwilioRestException) -> Exception:
    """Refused for good, not taken now, or nobody knows: Twilio may have taken it before it broke."""
    if wrong.code == STOPPED_THERE:
        return Refused(str(wrong.code), stopped=True)
    if wrong.status == BUSY:
        return NotSent("429")
    if wrong.status >= BROKEN:
        return CutOff()
    return Refused(str(wrong.code or wrong.status)[:20]) if wrong.status >= WRONG else CutOff()


def _made(one: Any) -> datetime:
    made: datetime | None = one.date_created
    return (made if made.tzinfo else made.replace(tzinfo=UTC)) if made else datetime.max.replace(tzinfo=UTC)
