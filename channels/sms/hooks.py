"""What suppliers post to us. The guard proves each request before anything here runs; we only write it down and wake.

204 is the answer to whatever has been understood, also to a repeat and to what is no text at all: nobody should send
it again. 503 is the answer where it could not be written down: then they should.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from channels.sms import arriving, sending, workers
from channels.sms.provider import Malformed, provider
from channels.web import security

log = logging.getLogger(__name__)
blueprint = Blueprint("sms", __name__, url_prefix="/sms")
blueprint.before_request(security.proved_by_supplier)

TAKEN = ("", 204, {"Content-Type": "text/plain"})
NOT_TAKEN = ("", 503, {"Content-Type": "text/plain"})


@blueprint.post("/<any(twilio, notify):supplier>")
def text(supplier: str) -> ResponseReturnValue:
    """A text from somebody."""
    carrier = provider(supplier)
    assert carrier is not None  # noqa: S101 - tells mypy what the guard has made sure of
    try:
        new = arriving.arrive(carrier, carrier.arrived(security.posted()), datetime.now(UTC))
    except Malformed:
        log.warning("text left provider=%s why=malformed", supplier)
        return TAKEN
    except SQLAlchemyError as wrong:
        log.error("text not stored provider=%s: %s", supplier, type(wrong).__name__)
        return NOT_TAKEN
    if new:
        workers.wake()
    return TAKEN


@blueprint.post("/<any(twilio):supplier>/status")
@blueprint.post("/<any(notify):supplier>/receipt")
def receipt(supplier: str) -> ResponseReturnValue:
    """What has become of a text of ours."""
    carrier = provider(supplier)
    assert carrier is not None  # noqa: S101 - as above
    try:
        sending.record(carrier.receipt(security.posted()), datetime.now(UTC))
    except Malformed:
        log.warning("receipt left provider=%s why=malformed", supplier)
    except SQLAlchemyError as wrong:
        log.error("receipt not stored provider=%s: %s", supplier, type(wrong).__name__)
        return NOT_TAKEN
    return TAKEN
