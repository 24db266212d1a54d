"""What was asked for, and where there was nothing near: counted by need, wish, area and month, and given back.

Numbers under five are neither shown nor can they be worked out: a cell is shown from five on, a part of it (what was
not found, what had a wish) only when it and the rest are each five or none; every total is the sum of what is shown.
A month, or quarter, is shown once it is over: who looked again and again would else see each request.
What is private in itself (health and disability, addiction, asylum and arriving, being LGBT+, children who care,
trouble at home, violence) is counted by nation and quarter only.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from knowledge import letters
from knowledge import models as m
from knowledge import people as p
from knowledge.answering import knowing
from knowledge.upkeep import Demand

LEAST = 5
PRIVATE = frozenset(
    "mental_wellbeing dementia health_peer_support addiction_support refugees_newcomers lgbt hospital_discharge "
    "social_care homelessness_application scams_safety disability_activities send_support blue_badge_bus_pass "
    "young_carers family_relationships esol".split()
)
HELP = frozenset(("friend", "community", "voluntary"))
OUTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?\Z")
WHEN = {"weekend": "weekend", "sat": "weekend", "sun": "weekend", "evening": "evening"}
ACCESS = {"step_free": "step_free", "online": "online", "by_phone": "by_phone", "home_visits": "home_visits"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@dataclass(frozen=True)
class Shown:
    """One cell that may be shown. `nothing_near` is none where it may not."""

    need: str
    wish: str
    area: str
    month: date
    asked: int
    nothing_near: int | None


def count(
    session: Session, needs: Sequence[str], wishes: Mapping[str, Any], where: str, nation: str, outcome: str, day: date
) -> None:
    """One more request for each need, at most two, and for each wish of the main one; flushes."""
    known = knowing(session).kinds
    asked = [need for need in needs if known.get(need) in ("community", "statutory")][:2]
    for at, need in enumerate(asked):
        area, month = (nation, _quarter(day)) if need in PRIVATE else (where or nation, day.replace(day=1))
        for wish in ("", *(wishes_of(wishes) if at == 0 else ())):
            _add(session, need, wish, area, month, outcome)
    session.flush()


def outcome_of(posts: Iterable[tuple[str, bool]], *, statutory: bool) -> str:
    """near, further or none, from (tier, whether near) of what was shown; the body that can act is always near."""
    shown = list(posts)
    if statutory and shown:
        return "near"
    found = [near for tier, near in shown if tier in HELP]
    return "near" if any(found) else "further" if found else "none"


def wishes_of(wishes: Mapping[str, Any]) -> tuple[str, ...]:
    """Wishes as this list knows them; whatever else was wished for is not kept."""
    found = ["free"] if wishes.get("cost") else []
    found += [WHEN[one] for one in wishes.get("when", ()) if one in WHEN]
    found += [ACCESS[one] for one in wishes.get("access", ()) if one in ACCESS]
    found += ["language"] if wishes.get("language") else []
    return tuple(dict.fromkeys(found))


def shown(session: Session, today: date, *, since: date | None = None) -> list[Shown]:
    """Every cell that may be shown, newest first, the most asked for first; nothing of the time that still runs."""
    counted: dict[tuple[str, str, str, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in session.scalars(select(Demand).where(Demand.month >= (since or date.min))):
        counted[(row.need, row.wish, row.area, row.month)][row.outcome] += row.times
    found = []
    for (need, wish, area, month), by_outcome in list(counted.items()):
        asked = sum(by_outcome.values())
        whole = sum(counted[(need, "", area, month)].values()) if wish else asked
        over = month < (_quarter(today) if need in PRIVATE else today.replace(day=1))
        if over and asked >= LEAST and _apart(asked, whole):
            lacking = by_outcome["none"] + by_outcome["further"]
            found.append(Shown(need, wish, area, month, asked, lacking if _apart(lacking, asked) else None))
    return sorted(found, key=lambda one: (-one.month.toordinal(), -one.asked, one.need, one.area, one.wish))


def as_csv(rows: Iterable[Shown]) -> str:
    """The cells as CSV; nothing in it can be run by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("month", "need", "wish", "area", "asked", "nothing_near"))
    for one in rows:
        lacking = "" if one.nothing_near is None else one.nothing_near
        writer.writerow((one.month.strftime("%Y-%m"), one.need, one.wish, _safe(one.area), one.asked, lacking))
    return out.getvalue()


def monthly_notes(session: Session, now: datetime, address: str) -> int:
    """On the first days of a month, tell groups what was asked for last month and not there, in what they do; once."""
    last = (now.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    mark = f"demand {last:%Y-%m}"
    if now.day > 7 or session.get(m.Stamp, mark) is not None:
        return 0
    session.add(m.Stamp(name=mark, value=1))
    lacking = [
        one for one in shown(session, now.date(), since=last) if one.month == last and (one.nothing_near or 0) >= LEAST
    ]
    wanted = [one for one in lacking if not one.wish]
    written = 0
    for lead in session.scalars(_leads()).all():
        topics, areas = _of_group(session, lead)
        told = [one for one in wanted if one.need in topics and one.area in areas]
        if told:
            _write(session, lead.person, told, now, address)
            written += 1
    session.flush()
    return written


def _apart(part: int, whole: int) -> bool:
    """Whether a part may be told beside its whole: neither it nor the rest is one to four."""
    return all(number == 0 or number >= LEAST for number in (part, whole - part))


def _add(session: Session, need: str, wish: str, area: str, month: date, outcome: str) -> None:
    row = session.get(Demand, (need, wish, area, month, outcome))
    if row is None:
        row = Demand(need=need, wish=wish, area=area, month=month, outcome=outcome, times=0)
        session.add(row)
        session.flush()
    row.times = Demand.times + 1  # the database adds, so that no two lose one


def _quarter(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _leads() -> Any:
    led = (p.Membership.role == p.EDITOR, p.Membership.lead.is_(True))
    return select(p.Membership).where(*led).options(joinedload(p.Membership.person))


def _of_group(session: Session, lead: p.Membership) -> tuple[set[str], set[str]]:
    """The topics of a group's published entries, and the areas of its place."""
    live = (m.Service.organisation_id == lead.organisation_id, m.Service.status == "active")
    topics = select(m.ServiceTopic.topic_key).join(m.Service, m.Service.id == m.ServiceTopic.service_id).where(*live)
    group = session.get_one(m.Organisation, lead.organisation_id)
    place = session.get(m.Place, group.place_id) if group.place_id else None
    areas = {code.outcode for code in place.outcodes} | {place.name} if place else set()
    return set(session.scalars(topics)), areas


def _write(session: Session, person: p.Person, told: Sequence[Shown], now: datetime, address: str) -> None:
    names = knowing(session).names
    lines = []
    for one in told:
        name = names.get(one.need, {}).get(person.language) or names.get(one.need, {}).get("en") or one.need
        lines.append(f"- {name}, {one.area}: {one.nothing_near}")
    values = {"lines": "\n".join(lines), "link": f"{address}/demand"}
    letters.write(session, "demand", person.email, person.language, now, values, person=person.id)
