"""An entry as a form's fields and back. Pure: no page, no database; a field that is wrong is named, none is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import phonenumbers

from channels.console import seasons
from knowledge.drafts import DAYS, NATION_GROUPS, Number, ServiceDraft, Spot, Times, TipDraft
from knowledge.imports import clean
from knowledge.keeping import Fields

Wrong = dict[str, str | tuple[str, dict[str, object]]]
LONGEST_NAME, LONGEST_LINE = 120, 140
PHONES, LINES_OF_TIMES = 3, 4
EVERY = ("week", "fortnight", "month", "term")
COSTS = ("", "free", "low", "paid", "varies")
SHORT_MONTHS = [one.title() for one in ("jan feb mar apr may jun jul aug sep oct nov dec").split()]
TIERS = ("community", "voluntary", "council", "statutory")


@dataclass
class Reading:
    """A form being read: its fields, and what is wrong with them so far."""

    fields: Fields
    wrong: Wrong = field(default_factory=dict)

    def one(self, name: str) -> str:
        """A field's text, without space around it."""
        return "\n".join(line.rstrip() for line in (self.fields.get(name) or [""])[0].strip().splitlines())

    def all(self, name: str, allowed: Any = None) -> tuple[str, ...]:
        """Every value ticked under a name."""
        return tuple(one for one in self.fields.get(name, []) if allowed is None or one in allowed)

    def words(self, name: str, kept: Mapping[str, str]) -> dict[str, str]:
        """English and Welsh of a field; other languages as they were."""
        found = {code: text for code, text in kept.items() if code not in ("en", "cy")}
        found["en"] = self.one(name)
        return {**found, "cy": self.one(f"{name}_cy")} if self.one(f"{name}_cy") else found


def service_from(
    fields: Fields, base: ServiceDraft, *, topics: Any, languages: Any, access: Any
) -> tuple[ServiceDraft, Wrong]:
    """The entry that a form describes, on top of what it was before, and what is wrong by field."""
    read = Reading(fields)
    name, line, description = (read.words(one, getattr(base, one)) for one in ("name", "line", "description"))
    _needed(read, "name", LONGEST_NAME)
    _needed(read, "line", LONGEST_LINE)
    chosen = read.all("topics", topics)
    if not chosen:
        read.wrong["topics"] = "console.entry.wrong.topics"
    made = replace(
        base,
        tier=read.one("tier") if read.one("tier") in TIERS else base.tier,
        name=name,
        line=line,
        description=description,
        topics=tuple(sorted(chosen, key=lambda key: base.topics.index(key) if key in base.topics else 99)),
        topics_suggested=False,
        area=_area(read, base),
        spots=_spots(read, base),
        schedule=_schedule(read, base),
        schedule_text=read.one("schedule_text"),
        phones=_phones(read, base),
        email=_email(read),
        url=_url(read),
        cost=_cost(read, base),
        minimum_age=_age(read, "age_from"),
        maximum_age=_age(read, "age_to"),
        who=read.words("who", base.who),
        languages=read.all("languages", languages),
        access=read.all("access", access),
    )
    if made.minimum_age is not None and made.maximum_age is not None and made.minimum_age > made.maximum_age:
        read.wrong["age_to"] = "console.entry.wrong.ages"
    if not (made.phones or made.email or made.url or made.spots):
        read.wrong["phone-0-number"] = "console.entry.wrong.no_way"
    return made, read.wrong


def tip_from(fields: Fields, base: TipDraft, *, topics: Any, about: Any) -> tuple[TipDraft, Wrong]:
    """The tip that a form describes, and what is wrong by field."""
    read = Reading(fields)
    if not read.one("text"):
        read.wrong["text"] = "console.entry.wrong.text"
    chosen = read.all("topics", topics)
    if not chosen:
        read.wrong["topics"] = "console.entry.wrong.topics"
    made = replace(
        base,
        text=read.words("text", base.text),
        who=read.words("who", base.who),
        topics=chosen,
        towns=tuple(one.strip() for one in read.one("towns").split(",") if one.strip()),
        about=read.one("about") if read.one("about") in about else None,
    )
    return made, read.wrong


def fields_of(draft: ServiceDraft | TipDraft) -> Fields:
    """A draft as the fields of its form."""
    if isinstance(draft, TipDraft):
        return _tip_fields(draft)
    return {
        **_said_fields(draft),
        **_where_fields(draft.spots[0] if draft.spots else Spot()),
        **_cost_fields(draft.cost or {}),
        **{name: value for at, one in enumerate(draft.schedule[:LINES_OF_TIMES]) for name, value in _line(at, one)},
        **{name: value for at, one in enumerate(draft.phones[:PHONES]) for name, value in _phone_line(at, one)},
    }


def _tip_fields(draft: TipDraft) -> Fields:
    return {
        **_words_fields(draft, "text", "who"),
        "topics": list(draft.topics),
        "towns": [", ".join(draft.towns)],
        "about": [draft.about or ""],
    }


def _said_fields(draft: ServiceDraft) -> Fields:
    """What it is, whom it is for, and how people reach it."""
    return {
        **_words_fields(draft, "name", "line", "description", "who"),
        "tier": [draft.tier],
        "topics": list(draft.topics),
        "area": [draft.area[0] if draft.area else ""],
        "schedule_text": [draft.schedule_text],
        "email": [draft.email or ""],
        "url": [draft.url or ""],
        "age_from": [_plain_number(draft.minimum_age)],
        "age_to": [_plain_number(draft.maximum_age)],
        "languages": list(draft.languages),
        "access": list(draft.access),
    }


def _where_fields(spot: Spot) -> Fields:
    return {
        "venue": [spot.venue["en"]],
        "address": [spot.address],
        "town": [spot.town],
        "postcode": [spot.postcode],
        "masked": ["on"] if spot.masked else [],
        "spot_note": [spot.note["en"]],
    }


def _cost_fields(cost: Mapping[str, Any]) -> Fields:
    return {
        "cost": [cost.get("kind") or ""],
        "amount": [f"{cost['amount']:g}" if cost.get("amount") is not None else ""],
        "cost_note": [_english(cost.get("note"))],
    }


def _line(at: int, times: Times) -> Iterator[tuple[str, list[str]]]:
    """The fields of one line of times."""
    yield f"times-{at}-days", list(times.days)
    yield f"times-{at}-week", [str(times.week or "")]
    yield f"times-{at}-note", [times.note["en"]]
    yield f"times-{at}-breaks", [seasons.written(times.breaks, SHORT_MONTHS)]
    for name in ("opens", "closes", "every", "starts", "ends"):
        yield f"times-{at}-{name}", [getattr(times, name)]


def _phone_line(at: int, phone: Number) -> Iterator[tuple[str, list[str]]]:
    yield f"phone-{at}-number", [phone.number]
    yield f"phone-{at}-note", [phone.note["en"]]


def _words_fields(draft: ServiceDraft | TipDraft, *names: str) -> Fields:
    found: Fields = {}
    for name in names:
        words = getattr(draft, name)
        found[name], found[f"{name}_cy"] = [words["en"]], [words.get("cy", "")]
    return found


def _english(given: Any) -> str:
    return str(given.get("en", "")) if isinstance(given, Mapping) else str(given or "")


def _plain_number(given: float | None) -> str:
    return "" if given is None else f"{given:g}"


def _needed(read: Reading, name: str, longest: int) -> None:
    if not read.one(name):
        read.wrong[name] = f"console.entry.wrong.{name}"
    elif len(read.one(name)) > longest:
        read.wrong[name] = ("console.entry.wrong.long", {"longest": longest, "is": len(read.one(name))})


def _area(read: Reading, base: ServiceDraft) -> tuple[str, ...]:
    chosen = read.one("area")
    if base.area[:1] == (chosen,):
        return base.area
    return (chosen,) if chosen in ("place", *NATION_GROUPS) else base.area


def _spots(read: Reading, base: ServiceDraft) -> tuple[Spot, ...]:
    kept = base.spots[0] if base.spots else Spot()
    written = [read.one(one) for one in ("venue", "address", "town", "postcode")]
    code = clean.postcode(read.one("postcode"))
    if read.one("postcode") and not code:
        read.wrong["postcode"] = "console.entry.wrong.postcode"
    if not any(written):
        return base.spots[1:]
    venue = {**kept.venue, "en": written[0]} if kept.venue["en"] == written[0] else {"en": written[0]}
    note = read.one("spot_note")
    made = replace(
        kept,
        venue=venue,
        address=written[1],
        town=written[2],
        postcode=code,
        masked=read.one("masked") == "on",
        note=kept.note if kept.note["en"] == note else {"en": note},
    )
    moved = (made.postcode, made.town, made.masked) != (kept.postcode, kept.town, kept.masked)
    return (replace(made, latitude=None, longitude=None, uprn="") if moved else made, *base.spots[1:])


def _schedule(read: Reading, base: ServiceDraft) -> tuple[Times, ...]:
    found = []
    for at in range(LINES_OF_TIMES):
        if times := _times(read, f"times-{at}", base.schedule[at] if at < len(base.schedule) else Times()):
            found.append(times)
    return (*found, *base.schedule[LINES_OF_TIMES:])


def _times(read: Reading, at: str, kept: Times) -> Times | None:
    days, note = read.all(f"{at}-days", DAYS), read.one(f"{at}-note")
    opens, closes = _clock(read, f"{at}-opens"), _clock(read, f"{at}-closes")
    if not (days or opens or closes or note):
        return None
    if not days and (opens or closes):
        read.wrong[f"{at}-days"] = "console.entry.wrong.days"
    if opens and closes and closes <= opens:
        read.wrong[f"{at}-closes"] = "console.entry.wrong.closes"
    every = read.one(f"{at}-every") if read.one(f"{at}-every") in EVERY else "week"
    week = read.one(f"{at}-week")
    chosen = int(week) if every == "month" and week in ("1", "2", "3", "4", "-1") else None
    said = kept.note if kept.note["en"] == note else {"en": note}
    season = _season(read, at, kept)
    return replace(kept, days=days, opens=opens, closes=closes, every=every, week=chosen, note=said, **season)


def _season(read: Reading, at: str, kept: Times) -> dict[str, Any]:
    """Its first and last day and its breaks; as they were where the form does not have them."""
    if f"{at}-breaks" not in read.fields:
        return {}
    found: dict[str, Any] = {}
    for end in ("starts", "ends"):
        day, fine = day_in(read.fields, f"{at}-{end}")
        if not fine:
            read.wrong[f"{at}-{end}"] = "console.entry.wrong.day"
        found[end] = day.isoformat() if day else ""
    if found["starts"] and found["ends"] and found["ends"] < found["starts"]:
        read.wrong[f"{at}-ends"] = "console.entry.wrong.season"
    if read.one(f"{at}-breaks") == seasons.written(kept.breaks, SHORT_MONTHS):
        return {**found, "breaks": kept.breaks}
    found["breaks"], unread = seasons.breaks_in(read.one(f"{at}-breaks"))
    if unread:
        read.wrong[f"{at}-breaks"] = ("console.entry.wrong.breaks", {"said": unread[:60]})
    return found


def _clock(read: Reading, name: str) -> str:
    """A time of day as 14:00, from what people write: 2pm, 2.30 pm, 14, 1430. Names the field when it is none."""
    given = read.one(name).lower().replace(" ", "").replace(".", ":")
    if not given:
        return ""
    if given in ("noon", "midday"):
        return "12:00"
    half = given[-2:] if given[-2:] in ("am", "pm") else ""
    hour, _, minute = given.removesuffix(half).partition(":")
    if not minute and len(hour) in (3, 4) and hour.isdecimal():
        hour, minute = hour[:-2], hour[-2:]
    if not (hour.isdecimal() and (minute or "0").isdecimal() and int(minute or 0) < 60):
        read.wrong[name] = "console.entry.wrong.clock"
        return ""
    number = int(hour) % 12 + (12 if half == "pm" else 0) if half else int(hour)
    if number > 23 or (half and not 1 <= int(hour) <= 12):
        read.wrong[name] = "console.entry.wrong.clock"
        return ""
    return f"{number:02d}:{int(minute or 0):02d}"


def _phones(read: Reading, base: ServiceDraft) -> tuple[Number, ...]:
    found = []
    for at in range(PHONES):
        number, note = read.one(f"phone-{at}-number"), read.one(f"phone-{at}-note")
        if not number:
            continue
        kept = base.phones[at] if at < len(base.phones) else Number("")
        if number != kept.number:
            number, known = telephone(number)
            if not known:
                read.wrong[f"phone-{at}-number"] = "console.entry.wrong.phone"
        found.append(Number(number, kept.note if kept.note["en"] == note else {"en": note}))
    return (*found, *base.phones[PHONES:])


def telephone(given: str) -> tuple[str, bool]:
    """A number as it is written in Britain, and whether it can be one. Numbers kept for drama count: demonstrations
    use nothing else. Short ones such as 111 are taken as they are."""
    digits = "".join(one for one in given if one.isdigit() or one == "+")
    if len(digits) in (3, 4, 5, 6) and digits.isdecimal():
        return digits, True
    try:
        parsed = phonenumbers.parse(digits, "GB")
    except phonenumbers.NumberParseException:
        return given, False
    if not phonenumbers.is_possible_number(parsed):
        return given, False
    home = phonenumbers.PhoneNumberFormat.NATIONAL
    abroad = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, home if parsed.country_code == 44 else abroad), True


def _email(read: Reading) -> str | None:
    given = read.one("email")
    if given and clean.email(given) != given:
        read.wrong["email"] = "console.sign_in.no_email"
    return given or None


def _url(read: Reading) -> str | None:
    given = read.one("url")
    if not given:
        return None
    found = clean.url(given if "://" in given else f"https://{given}")
    if not found:
        read.wrong["url"] = "console.entry.wrong.url"
    return found or given


def _cost(read: Reading, base: ServiceDraft) -> dict[str, Any] | None:
    kind, note, given = read.one("cost"), read.one("cost_note"), read.one("amount").lstrip("£ ")
    amount = clean.number(given) if given else None
    if given and (amount is None or not 0 <= amount < 100_000):
        read.wrong["amount"] = "console.entry.wrong.amount"
    if kind not in COSTS[1:]:
        return None
    kept = base.cost or {}
    found: dict[str, Any] = {"kind": kind}
    if amount is not None:
        found["amount"] = amount
    if note:
        found["note"] = kept["note"] if _english(kept.get("note")) == note else note
    return found


def _age(read: Reading, name: str) -> float | None:
    given = read.one(name)
    if not given:
        return None
    age = clean.number(given)
    if age is None or not 0 <= age <= 125:
        read.wrong[name] = "console.entry.wrong.age"
        return None
    return age


def day_in(fields: Fields, name: str) -> tuple[date | None, bool]:
    """A date from a field as browsers send it, and whether what was there is one."""
    given = (fields.get(name) or [""])[0].strip()
    if not given:
        return None, True
    try:
        return date.fromisoformat(given), True
    except ValueError:
        return None, False
