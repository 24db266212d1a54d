"""On which days a line of a timetable happens, and when by the clock on the wall. Pure.

Times are Europe/London's: ten o'clock stays ten o'clock when the clocks change. "It may" is an answer too: a fortnight
whose weeks nobody wrote down, a month whose week nobody wrote down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
YES, MAYBE, NO = "yes", "maybe", "no"
LOOKED_AHEAD = 400  # days: every rule that happens at all happens within a year and a break


@dataclass(frozen=True)
class Rule:
    """One line of a timetable. `breaks`: pairs of days, both inclusive, "2026-08-03" or "08-03" for every year."""

    days: tuple[str, ...]
    freq: str = "WEEKLY"
    interval: int = 1
    week: int | None = None
    opens: str = ""
    closes: str = ""
    starts: date | None = None
    ends: date | None = None
    breaks: tuple[tuple[str, str], ...] = ()


def on(rule: Rule, day: date) -> str:
    """Whether it happens on `day`: yes, no or maybe."""
    if CODES[day.weekday()] not in rule.days or on_a_break(rule, day):
        return NO
    if (rule.starts and day < rule.starts) or (rule.ends and day > rule.ends):
        return NO
    if rule.freq == "MONTHLY":
        return MAYBE if rule.week is None else YES if _week_of(day, rule.week) else NO
    if rule.interval == 1:
        return YES
    if rule.starts is None:
        return MAYBE
    weeks = (_monday(day) - _monday(rule.starts)).days // 7
    return YES if weeks % rule.interval == 0 else NO


def _week_of(day: date, week: int) -> bool:
    """Whether `day` is the first, second … of its weekday in the month; -1 the last."""
    if week > 0:
        return (day.day - 1) // 7 + 1 == week
    return (day + timedelta(days=7 * -week)).month != day.month and (
        week == -1 or (day + timedelta(days=7 * (-week - 1))).month == day.month
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def on_a_break(rule: Rule, day: date) -> bool:
    """Whether `day` lies in one of its breaks; one that runs over New Year may be written without years."""
    for first, last in rule.breaks:
        written = day.isoformat() if len(first) > 5 else day.isoformat()[5:]
        if first <= last and first <= written <= last:
            return True
        if first > last and (written >= first or written <= last):
            return True
    return False


def back_on(rule: Rule, day: date) -> date | None:
    """`day`, if it lies in its season and in no break; else the first day after it that does, none when it is over."""
    for ahead in range(LOOKED_AHEAD):
        later = day + timedelta(days=ahead)
        if rule.ends and later > rule.ends:
            return None
        if not (rule.starts and later < rule.starts) and not on_a_break(rule, later):
            return later
    return None


def sure(rule: Rule) -> bool:
    """Whether its days can be told at all."""
    return bool(rule.days) and (
        (rule.freq == "MONTHLY" and rule.week is not None)
        or (rule.freq == "WEEKLY" and (rule.interval == 1 or rule.starts is not None))
    )


def days_from(rule: Rule, first: date, most: int) -> Iterator[date]:
    """The next days it surely happens on, at most `most` of them, from `first` on."""
    found = 0
    for ahead in range(LOOKED_AHEAD):
        day = first + timedelta(days=ahead)
        if on(rule, day) == YES:
            yield day
            found += 1
            if found == most:
                return


def by_the_clock(rule: Rule, day: date) -> tuple[datetime, datetime | None]:
    """When it begins and, if that is written, ends: aware, in London; past midnight is the next day's."""
    begins = datetime.combine(day, clock(rule.opens) or time(0), LONDON)
    closing = clock(rule.closes)
    if closing is None:
        return begins, None
    over = timedelta(days=1) if closing <= begins.timetz().replace(tzinfo=None) else timedelta(0)
    return begins, datetime.combine(day + over, closing, LONDON)


def clock(said: str) -> time | None:
    """ "10:30" as a time; None for what is none. "24:00" is midnight."""
    hours, _, minutes = said.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal()) or int(hours) > 24 or int(minutes) > 59:
        return None
    return time(int(hours) % 24, int(minutes))
