"""What a directory may never bring in: crisis numbers (one had the Samaritans' wrong), and a refuge's whereabouts."""

from __future__ import annotations

import re
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
LONG_ENOUGH = 5  # digits; 999 or 111 may well end an ordinary number, or be said rightly in a text
WHOLE_UK = 11  # digits of nearly every UK number
RUN = re.compile(r"\+?\(?\d[\d ().-]{2,}\d")
SENTENCES = re.compile(r"(?<=[.!?])\s+")
SHORTEST, LONGEST = 7, 15  # digits of a number that can be rung


def guard(found: Found) -> Found:
    """The row without crisis numbers and with a refuge's whereabouts masked, each with a warning."""
    draft, warnings = _without_crisis_numbers(found.service, crisis_line(found.name))
    said = " ".join([found.name, found.organisation.name["en"], draft.line["en"], draft.description["en"]])
    if REFUGE.search(said) and draft.spots:
        draft = replace(draft, spots=tuple(replace(spot, masked=True) for spot in draft.spots))
        warnings.append("it looks like a refuge: its address is masked")
    return replace(found, service=draft, warnings=(*found.warnings, *warnings))


def crisis_line(name: str) -> bool:
    """Whether `name` is that of a crisis line."""
    return bool(ANYWHERE.search(name)) or _bare(name) in _names()


def _without_crisis_numbers(draft: ServiceDraft, named: bool) -> tuple[ServiceDraft, list[str]]:
    phones, warnings = [], []
    for phone in draft.phones:
        if reason := _refused(phone, named):
            warnings.append(reason)
        else:
            phones.append(phone)
    texts = {"line": draft.line, "description": draft.description, "who": draft.who}
    fresh = {name: _scrubbed(words, named) for name, words in texts.items()}
    opening = _scrubbed_text(draft.schedule_text, named)
    if fresh != texts or opening != draft.schedule_text:
        warnings.append("its text gave a crisis number: that sentence is left out")
    made = replace(draft, phones=tuple(phones), schedule_text=opening)
    return replace(made, line=fresh["line"], description=fresh["description"], who=fresh["who"]), warnings


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


def _scrubbed(words: Words, named: bool) -> Words:
    return {language: _scrubbed_text(text, named) for language, text in words.items()}


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
