"""A feed's query into what is wanted. A value that means nothing is refused with a sentence, never passed over."""

from __future__ import annotations

import calendar
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from knowledge.answering import knowing
from knowledge.exporting import Wanted
from nlu.places import Spot

PER_PAGE, MOST = 50, 500
FURTHEST = 100_000  # metres; beyond that, nothing is near
FORMS = ("summary", "full", "minimal")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?")
DAYS = {day.lower(): day[:2].upper() for day in calendar.day_name}  # "monday" to "MO"
WHOLE = re.compile(r"[a-z]{1,2}\d[a-z\d]?\s*(?:\d(?:[a-z]{2})?)?", re.I)


class AskedWrong(ValueError):
    """A parameter that cannot be understood: its name, and the key of the sentence under open_data.wrong."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        self.name, self.why = name, why


@dataclass(frozen=True)
class Asked:
    """One request for a list."""

    wanted: Wanted
    page: int
    per_page: int
    form: str = "summary"

    @property
    def full(self) -> bool:
        """Whether every row is wanted whole."""
        return self.form == "full"


Values = Mapping[str, Sequence[str]]


def asked(session: Session, values: Values) -> Asked:
    """What `values` (each parameter with all it was given) ask for; raises `AskedWrong`."""
    near = _postcode(session, _one(values, "postcode"))
    metres = _number(values, "proximity")
    if metres is not None and (near is None or not 0 < metres <= FURTHEST):
        raise AskedWrong("proximity", "proximity")
    wanted = Wanted(
        search=_one(values, "search")[:200],
        terms=tuple(_ids(values, "taxonomy_term_id")),
        taxonomies=tuple(_ids(values, "taxonomy_id")),
        minimum_age=_number(values, "minimum_age"),
        maximum_age=_number(values, "maximum_age"),
        start_time=_clock(values, "start_time"),
        end_time=_clock(values, "end_time"),
        day=_day(values),
        modified_after=_moment(values),
        organisation=next(iter(_ids(values, "organization_id")), None),
        near=near,
        metres=metres,
    )
    return Asked(wanted, *paging(values), form=_form(values))


def paging(values: Values) -> tuple[int, int]:
    """Page and rows a page, both at least 1; more rows than `MOST` are not given. Raises `AskedWrong`."""
    page, rows = (_whole(values, name, usual) for name, usual in (("page", 1), ("per_page", PER_PAGE)))
    return page, min(rows, MOST)


def one_id(values: Values, name: str) -> uuid.UUID | None:
    """The first id given under `name`; raises `AskedWrong`."""
    return next(iter(_ids(values, name)), None)


def _one(values: Values, name: str) -> str:
    return next((value.strip() for value in values.get(name, ()) if value.strip()), "")


def _whole(values: Values, name: str, usual: int) -> int:
    given = _one(values, name) or str(usual)
    if not given.isdecimal() or not 1 <= len(given) <= 7 or int(given) < 1:
        raise AskedWrong(name, "number")
    return int(given)


def _number(values: Values, name: str) -> float | None:
    given = _one(values, name)
    if given and not re.fullmatch(r"\d{1,7}(?:\.\d{1,6})?", given):
        raise AskedWrong(name, "number")
    return float(given) if given else None


def _ids(values: Values, name: str) -> list[uuid.UUID]:
    given = [part.strip() for value in values.get(name, ()) for part in value.split(",") if part.strip()]
    return [_understood(partial(uuid.UUID, part), name, "id") for part in given[:50]]


def _clock(values: Values, name: str) -> str:
    given = _one(values, name)
    if not given:
        return ""
    found = CLOCK.fullmatch(given)
    if not found:
        raise AskedWrong(name, "time")
    return f"{int(found[1]):02d}:{found[2]}"


def _day(values: Values) -> str:
    given = _one(values, "day").lower()
    if not given:
        return ""
    meant = [code for name, code in DAYS.items() if given in (code.lower(), name[:3], name)]
    if not meant:
        raise AskedWrong("day", "day")
    return meant[0]


def _moment(values: Values) -> datetime | None:
    """In UTC and without saying so, as the directory keeps moments."""
    given = _one(values, "modified_after").replace(" ", "+")  # a plus sign that was not escaped
    if not given:
        return None
    when: datetime = _understood(partial(_in_utc, given), "modified_after", "moment")
    return when


def _in_utc(written: str) -> datetime:
    when = datetime.fromisoformat(written)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)


def _form(values: Values) -> str:
    for form in ("full", "minimal"):
        given = _one(values, form).lower()
        if given not in ("", "true", "false", "1", "0"):
            raise AskedWrong(form, "yes_or_no")
        if given in ("true", "1"):
            return form
    return FORMS[0]


def _postcode(session: Session, given: str) -> Spot | None:
    if not given:
        return None
    spot = knowing(session).gazetteer.find(given, alone=True) if WHOLE.fullmatch(given) else None
    if spot is None or spot.kind not in ("postcode", "outcode"):
        raise AskedWrong("postcode", "postcode")
    return spot


def _understood(read: Callable[[], Any], name: str, why: str) -> Any:
    try:
        return read()
    except (ValueError, OverflowError) as wrong:
        raise AskedWrong(name, why) from wrong
