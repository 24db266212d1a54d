"""Where an outside inbox tells us what was written there. Only with the key in the address; nothing is said back."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from channels.handover import forwarding
from channels.web import security

blueprint = Blueprint("outside", __name__)
blueprint.before_request(security.public)


@blueprint.post("/outside/heard")
def heard() -> Response:
    """Chatwoot's webhook. 200 for whatever is understood, also twice; 400 without the key or for what is no event.

    503 where it could not be kept: Chatwoot then marks the message as failed for whoever wrote it.
    """
    given = request.get_json(silent=True)
    known = hmac.compare_digest(request.args.get("key", "").encode(), forwarding.key().encode())
    if not known or not isinstance(given, dict):
        return Response(status=400, mimetype="text/plain")
    try:
        forwarding.heard(given, datetime.now(UTC))
    except SQLAlchemyError:
        return Response(status=503, mimetype="text/plain")
    return Response(status=200, mimetype="text/plain")
