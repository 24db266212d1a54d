"""Activities as iCalendar (RFC 5545): times of London with its clock changes, repeats as rules, breaks left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from knowledge.happening import Activity
from knowledge.recurring import LONDON, YES, by_the_clock, days_from, on, on_a_break, sure
from words import say

PRODUCT = "-//Fingerpost//What is on//EN"
ZONE = "Europe/London"
TOLD_AHEAD = timedelta(days=730)  # how far breaks of every year are written out
DAILY = timedelta(days=1)


def calendar(found: Sequence[Activity], title: str, site: str, language: str, today: date) -> bytes:
    """A calendar of these. Those whose weeks nobody wrote down are left out: they would be wrong half the time."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", title)
    made.add("x-wr-timezone", ZONE)
    made.add("refresh-interval", DAILY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "P1D")
    made.add_component(_zone())
    for one in found:
        if event := _event(one, site, language, today):
            made.add_component(event)
    return bytes(made.to_ical())


def _event(one: Activity, site: str, language: str, today: date) -> Event | None:
    """None where it cannot be told when, or it is over."""
    rule = one.rule
    if not sure(rule) or not rule.opens or (rule.ends and rule.ends < today):
        return None
    changed = one.changed_at.replace(tzinfo=UTC)
    first = next(days_from(rule, rule.starts or changed.date(), 1), None)
    if first is None:
        return None
    begins, ends = by_the_clock(rule, first)
    event = Event()
    event.add("uid", f"{one.entry}-{one.at}@fingerpost")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("summary", _summary(one, language))
    event.add("dtstart", begins)
    if ends is not None:
        event.add("dtend", ends)
    event.add("rrule", _rule(one))
    if missed := list(_missed(one, first, today)):
        event.add("exdate", missed, parameters={"TZID": ZONE})
    event.add("description", _description(one, language))
    if where := ", ".join(filter(None, (one.said("venue", language), one.address, one.town, one.postcode))):
        event.add("location", where)
    if one.latitude is not None and one.longitude is not None:
        event.add("geo", (one.latitude, one.longitude))
    event.add("url", f"{site}/entry/{one.entry}")
    event.add("transp", "TRANSPARENT")
    return event


def _summary(one: Activity, language: str) -> str:
    marks = [say("open_data.whats_on.term_time", language)] if one.term_time else []
    marks += [say("web.card.invented", language)] if one.invented else []
    name = one.said("name", language)
    return f"{name} ({', '.join(marks)})" if marks else name


def _description(one: Activity, language: str) -> str:
    run_by = say("text.run_by", language, name=one.run_by)
    return "\n".join(filter(None, (one.said("line", language), one.said("note", language), run_by)))


def _rule(one: Activity) -> vRecur:
    rule = one.rule
    monthly = rule.freq == "MONTHLY"
    parts: dict[str, Any] = {
        "FREQ": rule.freq,
        "BYDAY": [f"{rule.week}{day}" for day in rule.days] if monthly else list(rule.days),
    }
    if rule.interval > 1:
        parts["INTERVAL"] = rule.interval
    if rule.ends:
        last = datetime.combine(rule.ends, datetime.max.time().replace(microsecond=0), LONDON)
        parts["UNTIL"] = last.astimezone(UTC)
    return vRecur(parts)


def _missed(one: Activity, first: date, today: date) -> Iterable[datetime]:
    """The days of its rule that lie in a break, each at its own hour."""
    unbroken = replace(one.rule, breaks=())
    for day in days_between(first, max(first, today) + TOLD_AHEAD):
        if on_a_break(one.rule, day) and on(unbroken, day) == YES:
            yield by_the_clock(one.rule, day)[0]


def days_between(first: date, last: date) -> Iterable[date]:
    """Each day from `first` to `last`."""
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


def _zone() -> Timezone:
    """London's clock changes: the last Sundays of March and October, at one in the morning of universal time."""
    zone = Timezone()
    zone.add("tzid", ZONE)
    for kind, name, before, after, start, month in (
        (TimezoneDaylight, "BST", timedelta(0), timedelta(hours=1), datetime(1981, 3, 29, 1), 3),  # noqa: DTZ001
        (TimezoneStandard, "GMT", timedelta(hours=1), timedelta(0), datetime(1996, 10, 27, 2), 10),  # noqa: DTZ001
    ):
        part = kind()
        part.add("tzname", name)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("dtstart", start)
        part.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        zone.add_component(part)
    return zone
