"""For stewards and whoever runs this: texts that wait too long or reached nobody, in numbers and reasons only."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from flask import Blueprint, render_template
from sqlalchemy.exc import SQLAlchemyError

from channels.sms import watching
from channels.sms.limits import uk_day
from channels.web import security
from knowledge.people import STEWARD
from settings import settings
from words import look_up, say

logger = logging.getLogger(__name__)

blueprint = Blueprint("texts", __name__, url_prefix="/console/texts", template_folder="templates")
blueprint.before_request(security.signed_in)
blueprint.before_request(security.needs(STEWARD))


@dataclass(frozen=True)
class News:
    """What the first page says of texts: `late` in minutes, `lost` yesterday and today."""

    late: int
    lost: int


@blueprint.get("")
def show() -> str:
    """What waits too long; day by day and supplier by supplier, how many reached nobody, and why."""
    now = datetime.now(UTC)
    days = [(day, list(rows)) for day, rows in groupby(watching.lost(now), key=lambda one: one.day)]
    return render_template(
        "console/texts.html", late=watching.late(now), days=days, reason=reason, on=settings().texting.on
    )


def news(now: datetime) -> News | None:
    """For the first page; None where nothing is wrong, or nobody can tell, which hides nothing else there."""
    try:
        late, lost = watching.late(now), watching.lost(now)
    except SQLAlchemyError as wrong:
        logger.error("state of texts not read: %s", type(wrong).__name__)
        return None
    since = uk_day(now - timedelta(days=1))
    number = sum(one.number for one in lost if one.day >= since)
    return News(late, number) if late or number else None


def reason(lost: watching.Lost, language: str) -> str:
    """Why, in plain words; a code that we do not know is told as it is."""
    known = look_up("console.texts.codes", language).get(lost.error.replace("-", "_"), "")
    if known or not lost.error:
        return str(known)
    return say("console.texts.code", language, code=lost.error)
