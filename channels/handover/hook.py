"""Where an outside inbox tells us what was written there. Only with the key in the address; nothing is said back."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from channels.handover import forwarding
from channels.web import security

blueprint = Blueprint("outside", __name__)
blueprint.before_request(security.public)


@blueprint.post("/outside/heard")
def heard() -> Response:
    """Chatwoot's webhook. 200 for whatever is understood, also twice; 400 without the key or for what is no event."""
    given = request.get_json(silent=True)
    known = hmac.compare_digest(request.args.get("key", ""), forwarding.key())
    if not known or not isinstance(given, dict):
        return Response(status=400, mimetype="text/plain")
    forwarding.heard(given, datetime.now(UTC))
    return Response(status=200, mimetype="text/plain")
