"""For whoever keeps this running: is it up, can it answer. No personal data."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from channels import readiness
from channels.web import security

blueprint = Blueprint("health", __name__, url_prefix="/health")
blueprint.before_request(security.public)


@blueprint.get("/live")
def live() -> ResponseReturnValue:
    """200 while this process can answer at all."""
    up = readiness.live()
    return jsonify(live=up), 200 if up else 503


@blueprint.get("/ready")
def ready() -> ResponseReturnValue:
    """Each thing a full answer needs: "ok" or a sentence. 503 when one is missing."""
    found = dict(readiness.ready())
    return jsonify(found), 200 if all(state in ("ok", "off") for state in found.values()) else 503
