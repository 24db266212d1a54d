"""Coming in with an organisation's own account. It opens what the address opens here already, and makes no account."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from channels.console import oidc
from channels.console.signing_in import absolute, through
from channels.web import security
from knowledge import accounts
from knowledge.db import session_scope
from settings import Settings

logger = logging.getLogger(__name__)
blueprint = Blueprint("own_account", __name__, url_prefix="/console/oidc", template_folder="templates")
blueprint.before_request(security.public)
AWAY_FOR = 900  # seconds somebody may take at their organisation's page


@blueprint.get("")
def leave() -> ResponseReturnValue:
    """Off to their organisation's page."""
    given = _given()
    try:
        address, begun = oidc.begin(given, absolute(url_for("own_account.back")))
    except oidc.NotThere as wrong:
        return _told("oidc_gone", 502, wrong)
    now = datetime.now(UTC).timestamp()
    onward = security.inside(request.args.get("next", ""))
    session["away"] = [begun.state, begun.nonce, begun.verifier, now, onward]
    return redirect(address, 303)


@blueprint.get("/back")
def back() -> ResponseReturnValue:
    """Back from there: in, if that address has an account or an invitation here. What was carried is good once."""
    given, away, now = _given(), session.pop("away", None), datetime.now(UTC)
    if not isinstance(away, list) or now.timestamp() - away[3] > AWAY_FOR:
        return _told("oidc_wrong", 400)
    try:
        here = absolute(url_for("own_account.back"))
        returned = f"{here}?{request.query_string.decode('latin-1')}"
        email = oidc.finish(given, here, oidc.Begun(*away[:3]), returned)
    except oidc.NotThere as wrong:
        return _told("oidc_gone", 502, wrong)
    except oidc.NotTrue as wrong:
        return _told("oidc_wrong", 403, wrong)
    with session_scope() as opened:
        person = accounts.vouched_for(opened, email, now)
        if person is None:
            return _told("oidc_unknown", 403)
        return through(opened, person, now, str(away[4]))


def _given() -> Settings:
    given: Settings = current_app.config["FINGERPOST"]
    if not given.own_accounts.issuer:
        abort(404)
    return given


def _told(key: str, status: int, wrong: Exception | None = None) -> ResponseReturnValue:
    if wrong is not None:
        logger.warning("own account not taken kind=%s why=%s", key, wrong)
    return render_template("console/told.html", key=key), status
