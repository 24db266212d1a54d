"""From keys and values to what a resident reads: entries as signposts in their language. No HTML, no decisions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from channels.messages import Choice, Phone, Reply, Signpost
from knowledge.answering import in_full, knowing
from knowledge.life import life_events, step_named
from knowledge.reading import Entry, When, Where
from knowledge.recurring import LONDON, Rule, back_on
from nlu.languages import ANY
from nlu.welsh import welsh_place
from words import look_up, say

MILE_KM = 1.609344  # people here think in miles


def reply_of(session: Session, payload: Mapping[str, Any], language: str) -> Reply:
    """The reply a payload stands for (knowledge.replying); entries withdrawn meanwhile are left out."""
    posts = payload["posts"]
    known = in_full(session, [uuid.UUID(post["entry"]) for post in posts])
    names = knowing(session).names
    shown = [
        signpost(known[uuid.UUID(post["entry"])], post, language, names, payload.get("place") or "")
        for post in posts
        if uuid.UUID(post["entry"]) in known
    ]
    return Reply(
        outcome=payload["outcome"],
        language=language,
        before=_said(payload["before"], language, names),
        signposts=tuple(shown),
        after=_said(payload["after"], language, names),
        choices=tuple(_choice(key, values, language, names) for key, values in payload["choices"]),
        needs=tuple(payload["needs"]),
        place=payload.get("place"),
        area=payload.get("area"),
        wishes=payload.get("wishes") or {},
    )


def signpost(
    entry: Entry,
    post: Mapping[str, Any],
    language: str,
    names: Mapping[str, Mapping[str, str]],
    place: str = "",
) -> Signpost:
    """One entry, ready to show."""
    tip = entry.tier == "friend"
    where, when = _where(entry, language), _when(entry, language)
    return Signpost(
        entry=str(entry.id),
        tier=entry.tier,
        name=_tip_name(entry, language) if tip else entry.text("name", language),
        line=entry.text("description" if tip else "line", language),
        needs=entry.topics,
        why=_why(post, language, names, place),
        run_by=entry.run_by_translations.get(language, {}).get("name") or entry.run_by,
        description="" if tip else entry.text("description", language),
        when=when,
        where=where,
        distance_km=post.get("km"),
        cost=_cost(entry, language),
        who=_who(entry, language),
        phones=tuple(Phone(phone.number, _in(phone, "note", language)) for phone in entry.phones),
        url=entry.url,
        email=entry.email,
        access=_access(entry, language),
        checked_on=entry.checked_on.isoformat() if entry.checked_on else "",
        checked=_checked(entry, post, language),
        language=entry.spoken(language),
        invented=entry.invented,
    )


def in_words(day: date, language: str) -> str:
    """A date as people write it."""
    month = look_up("months", language)[day.month - 1]
    return say("date", language, day=day.day, month=month, year=day.year)


def _said(sentences: Sequence[Any], language: str, names: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(say(key, language, **_named(values, language, names)) for key, values in sentences)


def _named(values: Mapping[str, Any], language: str, names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Values with keys of topics, life events and their steps turned into words as they stand inside a sentence."""
    return {name: _value(name, value, language, names) for name, value in values.items()}


def _value(name: str, value: Any, language: str, names: Mapping[str, Mapping[str, str]]) -> Any:
    if name == "event":
        return life_events()[value].asks[language]
    if name == "left_out":
        return look_up("whom", language)[value]
    if name == "name" and language == "cy":
        return welsh_place(value)
    if name == "step":
        step = step_named(value)
        return f"{step.title[language]}. {step.text[language]}"
    return _topic(value, language, names) if name.startswith("topic") else value


def _topic(key: str, language: str, names: Mapping[str, Mapping[str, str]]) -> str:
    known = names.get(key, {})
    name = known.get(language) or known.get("en") or key.replace("_", " ")
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _choice(key: str, values: Mapping[str, Any], language: str, names: Mapping[str, Mapping[str, str]]) -> Choice:
    named = _named(values, language, names)
    label = say(f"{key}.label", language, **named)
    return Choice(label[:1].upper() + label[1:], say(f"{key}.says", language, **named))


def _tip_name(entry: Entry, language: str) -> str:
    return say("tip.about", language, name=entry.name) if entry.name else say("tip.name", language)


def _why(post: Mapping[str, Any], language: str, names: Mapping[str, Mapping[str, str]], place: str) -> str:
    parts = []
    if post.get("step"):
        parts.append(say("why.step", language, number=post["step"]))
    if post.get("need"):
        parts.append(say("why.topic", language, topic=_topic(post["need"], language, names)))
    if name := look_up("languages", language).get(post.get("speaks", "")):
        interpreted = post["speaks"] == ANY
        parts.append(say("why.interpreter", language) if interpreted else say("why.speaks", language, tongue=name))
    if post.get("tier") == "statutory":
        parts.append(say("why.only_they", language))
    elif post.get("tier") == "council":
        parts.append(say("why.council_last", language))
    if post.get("km") is not None:
        parts.append(say("why.distance", language, miles=f"{max(post['km'] / MILE_KM, 0.5):.1f}"))
    elif post.get("local") and place:
        parts.append(say("why.near", language, place=welsh_place(place) if language == "cy" else place))
    if what := [_wish(wish, language) for wish in post.get("unknown", ())]:
        parts.append(say("why.unknown", language, what=", ".join(dict.fromkeys(what))))
    return " ".join(parts)


def _wish(wish: str, language: str) -> str:
    kind, _, value = wish.partition(".")
    if kind == "language":
        return _language_wish(value, language)
    what = look_up(kind, language).get(value, value) if kind in ("access", "company") else value
    return say(f"wishes.{kind}", language, what=str(what).lower())


def _language_wish(code: str, language: str) -> str:
    name = look_up("languages", language).get(code)
    return say("wishes.language", language, what=name) if name and code != ANY else say("wishes.interpreter", language)


def _checked(entry: Entry, post: Mapping[str, Any], language: str) -> str:
    if entry.checked_on is None:
        return say("checked.never", language)
    day = in_words(entry.checked_on, language)
    if post.get("overdue"):
        return say("checked.overdue", language, date=day)
    if entry.checked_by:
        return say("checked.on", language, date=day, who=entry.checked_by)
    return say("checked.on_plain", language, date=day)


def _where(entry: Entry, language: str) -> str:
    if entry.masked:
        return say("where.masked", language)
    return places(entry, language)[0] if entry.where else ""


def places(entry: Entry, language: str) -> tuple[str, ...]:
    """Every place it happens at, each in one line; a masked one is not among them."""
    return tuple(_place(spot, language) for spot in entry.where)


def _place(spot: Where, language: str) -> str:
    parts = [_in(spot, "name", language, spot.venue), spot.address, spot.town, spot.postcode]
    line = ", ".join(dict.fromkeys(part for part in parts if part))
    note = _in(spot, "note", language)
    return f"{line} ({note})" if note else line


def _in(row: Any, name: str, language: str, otherwise: str | None = None) -> str:
    plain = getattr(row, name) if otherwise is None else otherwise
    return str(row.translations.get(language, {}).get(name) or plain)


def _when(entry: Entry, language: str) -> str:
    lines = [_season(when, language) for when in entry.when]
    return "; ".join(dict.fromkeys(line for line in lines if line)) or entry.when_text


def _season(when: When, language: str) -> str:
    """The line, and from when on while it has not begun or is on a break; or that it is over."""
    today = datetime.now(LONDON).date()
    back = back_on(Rule(when.byday, starts=when.starts, ends=when.ends, breaks=when.breaks), today)
    if back is None:
        return say("when.over", language)
    line = _times(when, language)
    return line if back == today else f"{line}, {say('when.not_until', language, day=in_words(back, language))}"


def _times(when: When, language: str) -> str:
    days = _list([look_up("days_plural", language)[day] for day in when.byday], language)
    if when.freq == "MONTHLY" and when.week:
        single = _list([look_up("days", language)[day] for day in when.byday], language)
        days = say("when.monthly", language, week=look_up("weeks", language)[str(when.week)], days=single)
    elif days:
        key = (
            "monthly_plain"
            if when.freq == "MONTHLY"
            else "fortnightly"
            if when.interval == 2
            else "term"
            if when.term
            else "weekly"
        )
        days = say(f"when.{key}", language, days=days)
    hours = ""
    if when.opens:
        key = "times" if when.closes else "from"
        hours = say(f"when.{key}", language, opens=when.opens, closes=when.closes)
    note = _in(when, "note", language)
    line = ", ".join(part for part in (days, hours) if part)
    return f"{line} ({note})" if note and line else line or note


def _list(names: Sequence[str], language: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + say("when.and", language) + names[-1]


def _cost(entry: Entry, language: str) -> str:
    note = entry.cost_translations.get(language, {}).get("note") or entry.cost_note
    if note or not entry.cost:
        return note
    if entry.amount:
        return say("cost.amount", language, amount=f"{entry.amount:.2f}".removesuffix(".00"))
    return say(f"cost.{entry.cost}", language)


def _who(entry: Entry, language: str) -> str:
    who = entry.text("who", language)
    low, high = entry.minimum_age, entry.maximum_age
    if who or (low is None and high is None):
        return who
    if low is not None and high is not None and high < 110:
        return say("ages.between", language, low=f"{low:g}", high=f"{high:g}")
    return say("ages.from", language, low=f"{low:g}") if low is not None else say("ages.to", language, high=f"{high:g}")


def _access(entry: Entry, language: str) -> tuple[str, ...]:
    known, names = look_up("access", language), look_up("languages", language)
    spoken = [names[code] for code in entry.languages if code in names and code != "en"]
    return tuple(known[one] for one in entry.access if one in known) + tuple(spoken)
