"""What people asked for and where there was nothing near: open numbers, as pictures, a table and CSV."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, render_template

from channels.web import resident, security
from knowledge import demand
from knowledge.answering import knowing
from knowledge.db import session_scope

blueprint = Blueprint("demand", __name__)
blueprint.before_request(security.public)
YEAR = timedelta(days=365)
MOST = 300  # rows of the table; all of them are in the file
BARS = 12


@blueprint.get("/demand")
def show() -> str:
    """The last year."""
    today = datetime.now(UTC).date()
    with session_scope() as session:
        rows = demand.shown(session, today, since=today - YEAR)
        names = {key: told.get(resident.language()) or told["en"] for key, told in knowing(session).names.items()}
    by_need: dict[str, int] = {}
    for row in rows:
        if not row.wish and row.nothing_near:
            by_need[row.need] = by_need.get(row.need, 0) + row.nothing_near
    bars = sorted(by_need.items(), key=lambda pair: -pair[1])[:BARS]
    most = max((times for _, times in bars), default=1)
    shares = [(names.get(need, need), times, round(100 * times / most)) for need, times in bars]
    return render_template("demand.html", rows=rows[:MOST], names=names, bars=shares, least=demand.LEAST)


@blueprint.get("/demand.csv")
def as_csv() -> Response:
    """All of it, for anybody's software."""
    with session_scope() as session:
        body = demand.as_csv(demand.shown(session, datetime.now(UTC).date()))
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="demand.csv"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
