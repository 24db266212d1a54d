"""What a directory may never bring in: crisis numbers (one had the Samaritans' wrong), and a refuge's whereabouts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from knowledge.drafts import Number, ServiceDraft, Words
from knowledge.emergency import all_lines
from knowledge.imports.found import Found

# Crisis lines known by these words wherever they stand in a name; the other names in emergency.yml are ordinary words
# too (Shout TMO is a tenants' food bank), so only the whole name counts.
ANYWHERE = re.compile(r"\b(samaritans|samariaid|childline|papyrus|hopeline\w*|nspcc|crimestoppers)\b", re.I)
BESIDE_A_NAME = re.compile(r"\b(the|uk|helpline|hotline|crisis|text|line|service)\b|[\d\W_]+", re.I)
REFUGE = re.compile(r"\b(refuges?|safe ?houses?|women.?s aid|lloches(?:au)?)\b", re.I)
STREET = re.compile(
    r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b|"
    r"\b\d+[a-z]?,?\s+(?:[\w'’.-]+\s+){1,3}(?:street|st|road|rd|lane|avenue|ave|close|drive|terrace|court|crescent|grove"
    r"|gardens|square)\b",
    re.I,
)
SHORTEST_STREET = 5  # letters of a street or a building that a sentence is left out for
LONG_ENOUGH = 5  # digits; 999 or 111 may well end an ordinary number, or be said rightly in a text
WHOLE_UK = 11  # digits of nearly every UK number
RUN = re.compile(r"\+?\(?\d[\d ().-]{2,}\d")
SENTENCES = re.compile(r"(?<=[.!?])\s+")
SHORTEST, LONGEST = 7, 15  # digits of a number that can be rung


def guard(found: Found) -> Found:
    """The row without crisis numbers and with a refuge's whereabouts masked, each with a warning."""
    draft, warnings = _without_crisis_numbers(found.service, crisis_line(found.name))
    said = " ".join([found.name, found.organisation.name["en"], draft.line["en"], draft.description["en"]])
    if REFUGE.search(said):
        draft = _whereabouts_hidden(draft, f"{found.name} {found.organisation.name['en']}".casefold())
        warnings += ["it looks like a refuge: its address is masked"] if draft.spots else []
    return replace(found, service=draft, warnings=(*found.warnings, *warnings))


def crisis_line(name: str) -> bool:
    """Whether `name` is that of a crisis line."""
    return bool(ANYWHERE.search(name)) or _bare(name) in _names()


def _without_crisis_numbers(draft: ServiceDraft, named: bool) -> tuple[ServiceDraft, list[str]]:
    reasons = {phone.number: _refused(phone, named) for phone in draft.phones}
    warnings = [reason for reason in reasons.values() if reason]
    kept = [number for number, reason in reasons.items() if not reason]
    made = _every_text(draft, lambda text: _scrubbed_text(text, named))
    if made != draft:
        warnings.append("its text gave a crisis number: that sentence is left out")
    return replace(made, phones=tuple(phone for phone in made.phones if phone.number in kept)), warnings


def _every_text(draft: ServiceDraft, read: Callable[[str], str]) -> ServiceDraft:
    """The draft with each of its texts and notes read by `read`, in every language."""

    def words(told: Words) -> Words:
        return {language: read(text) for language, text in told.items()}

    cost = dict(draft.cost) if draft.cost else None
    if cost and cost.get("note"):
        cost["note"] = read(cost["note"]) if isinstance(cost["note"], str) else words(cost["note"])
    return replace(
        draft,
        line=words(draft.line),
        description=words(draft.description),
        who=words(draft.who),
        schedule_text=read(draft.schedule_text),
        cost=cost,
        spots=tuple(replace(spot, note=words(spot.note)) for spot in draft.spots),
        phones=tuple(replace(phone, note=words(phone.note)) for phone in draft.phones),
        schedule=tuple(replace(times, note=words(times.note)) for times in draft.schedule),
    )


def _whereabouts_hidden(draft: ServiceDraft, names: str) -> ServiceDraft:
    """A refuge with its places masked, and without each sentence that says a street, a postcode or its building."""
    parts = [part for spot in draft.spots for part in (spot.venue["en"], *spot.address.split(","))]
    bare = {re.sub(r"^[\W\d]+[a-z]?\s+", "", part.strip()).casefold() for part in parts}
    telling = [part for part in bare if len(part) >= SHORTEST_STREET and part not in names]

    def tells(sentence: str) -> bool:
        return bool(STREET.search(sentence)) or any(part in sentence.casefold() for part in telling)

    def read(text: str) -> str:
        if not tells(text):
            return text
        return " ".join(sentence for sentence in SENTENCES.split(text) if not tells(sentence))

    draft = _every_text(draft, read)
    return replace(draft, spots=tuple(replace(spot, masked=True, note={"en": ""}) for spot in draft.spots))


def _refused(phone: Number, named: bool) -> str:
    digits = _digits(phone.number)
    if named:
        return f"it is a crisis line: its number {phone.number!r} is left out, ours are in emergency.yml"
    if digits in _crisis_digits() or _ends_in_crisis(phone.number):
        return f"{phone.number!r} is a crisis number or one spoilt: left out"
    if not SHORTEST <= len(digits) <= LONGEST:
        return f"{phone.number!r} cannot be a telephone number: left out"
    return ""


def _ends_in_crisis(written: str) -> bool:
    """Whether a crisis number stands at the end of something that is no ordinary number ("0161 116 123")."""
    digits = _digits(written)
    for line in _crisis_digits():
        if len(line) >= LONG_ENOUGH and digits.endswith(line):
            apart = re.search(r"(?<!\d)" + "[ .-]?".join(line) + r"\D*$", written)
            if digits == line or apart or len(line) > LONG_ENOUGH and len(digits) != WHOLE_UK:
                return True
    return False


def _scrubbed_text(text: str, named: bool) -> str:
    if not RUN.search(text):
        return text
    return " ".join(sentence for sentence in SENTENCES.split(text) if not _says_crisis_number(sentence, named))


def _says_crisis_number(sentence: str, named: bool) -> bool:
    runs = [run[0] for run in RUN.finditer(sentence)]
    return any(_ends_in_crisis(run) or named and len(_digits(run)) >= LONG_ENOUGH for run in runs)


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return "0" + digits[2:] if text.lstrip().startswith("+44") or digits.startswith("440") else digits


@lru_cache(maxsize=1)
def _crisis_digits() -> frozenset[str]:
    return frozenset(filter(None, (_digits(said) for line in all_lines() for said in (line.number, line.text))))


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """Names in emergency.yml without their nation; those without a number of their own ("Your council") are no line."""
    bare = (_bare(part) for line in all_lines() if line.number for part in re.split(r"[:,]", line.name["en"]))
    return frozenset(name for name in bare if len(name) > 3) - {"england", "wales", "scotland", "northern ireland"}


def _bare(name: str) -> str:
    return " ".join(BESIDE_A_NAME.sub(" ", name).lower().split())
