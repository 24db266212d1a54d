"""A source's own words into drafts: every rule that holds whatever the file's shape."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.drafts import Number, OrganisationDraft, ServiceDraft, Spot, Words
from knowledge.imports import clean
from knowledge.imports.found import Found, Plain, PlainSpot, Refused, key_of
from knowledge.imports.mapping import BY_ORGANISATION, SUGGEST, Mapping
from knowledge.imports.told import over

LONGEST_NAME, LONGEST_LINE, LONGEST_URL, LONGEST_EMAIL, LONGEST_ROW, LONGEST_TOWN = 300, 400, 500, 200, 200, 120
LONGEST_AGE = 120
LONGEST_NUMBER = 40
KINDS = {"community": "group", "voluntary": "charity", "council": "public_body", "statutory": "public_body"}
COUNCIL = re.compile(
    r"\b(?:borough|county|city|district|metropolitan|town|parish|unitary|shire) council\b|council$", re.I
)
NOT_A_COUNCIL = re.compile(r"\b(volunt\w+|scouts?|churche?s?|sports?|arts|mosques?|faiths?|youth)\b", re.I)
FREE = re.compile(r"(?:none|no|free|no charge|no cost|no fee|free of charge)\.?", re.I)
LANGUAGES = {
    "english": "en", "welsh": "cy", "cymraeg": "cy", "polish": "pl", "urdu": "ur", "punjabi": "pa", "panjabi": "pa",
    "bengali": "bn", "gujarati": "gu", "arabic": "ar", "french": "fr", "portuguese": "pt", "spanish": "es",
    "romanian": "ro", "somali": "so", "farsi": "fa", "persian": "fa", "kurdish": "ku", "turkish": "tr", "hindi": "hi",
    "tamil": "ta", "italian": "it", "german": "de", "russian": "ru", "ukrainian": "uk", "lithuanian": "lt",
    "vietnamese": "vi", "tagalog": "tl", "chinese": "zh", "chinese (mandarin)": "zh", "chinese (cantonese)": "yue",
    "mandarin": "zh", "cantonese": "yue", "bsl": "bfi", "british sign language": "bfi", "gaelic": "gd", "irish": "ga",
}  # fmt: skip


def build(plain: Plain, mapping: Mapping, where: str) -> Found | Refused:
    """The row as drafts, or why not: without a name or anything to know it by it is no entry."""
    name = _name(plain.name, mapping)
    if not name:
        return Refused(where, "it has no name")
    row = plain.row or _known_by(plain, name)
    if len(name) > LONGEST_NAME:
        return Refused(where, f"its name is longer than {LONGEST_NAME} letters", name[:60] + "…")
    organisation = _organisation(plain, mapping, name, row)
    warnings: list[str] = []
    service = _service(plain, mapping, name, row, organisation, warnings)
    alone = not clean.tidy(plain.organisation)
    found = Found(where, organisation, service, alone=alone, ended=plain.ended, warnings=tuple(warnings))
    return over(found, plain.told) if plain.told is not None else found


def _name(text: str, mapping: Mapping) -> str:
    tidied = clean.tidy(text)
    if not re.search(r"\w", tidied):
        return ""
    return clean.calm(tidied) if mapping.calm else tidied


def _known_by(plain: Plain, name: str) -> str:
    postcode = clean.postcode(clean.tidy(plain.spots[0].postcode)) if plain.spots else ""
    return f"{clean.same_name(name)} | {postcode}"


def _organisation(plain: Plain, mapping: Mapping, name: str, row: str) -> OrganisationDraft:
    """The row's organisation; without one of its own the row is it, and rows of one name share it."""
    called = _name(plain.organisation, mapping) or name
    identity = plain.organisation_row or clean.same_name(called)
    if charity := clean.tidy(plain.charity_number):
        identity = plain.organisation_row or charity
    return OrganisationDraft(
        key=key_of(mapping.source, identity, "organisation-"),
        name={"en": called[:LONGEST_NAME]},
        description={"en": clean.tidy(plain.organisation_description)},
        kind=mapping.kind or KINDS[_tier(plain, mapping, called)],
        charity_number=charity[:20] or None,
        source=mapping.source,
        licence=mapping.licence,
    )


def _tier(plain: Plain, mapping: Mapping, organisation: str) -> str:
    tier = plain.tier or mapping.tier
    if tier != BY_ORGANISATION:
        return tier
    council = COUNCIL.search(organisation) and not NOT_A_COUNCIL.search(organisation)
    return "council" if council else "voluntary"


def _service(
    plain: Plain, mapping: Mapping, name: str, row: str, organisation: OrganisationDraft, warnings: list[str]
) -> ServiceDraft:
    description = _text(plain.description, mapping)
    lowest, highest = _ages(plain, warnings)
    return ServiceDraft(
        key=key_of(mapping.source, row),
        organisation=organisation.key,
        tier=_tier(plain, mapping, organisation.name["en"]),
        name=_words(name, plain.name_cy, mapping),
        line=_line(plain, description, mapping),
        description=_words(description, plain.description_cy, mapping),
        topics=tuple(topic for topic in mapping.topics if topic != SUGGEST) if mapping.topics != SUGGEST else (),
        area=plain.area or mapping.area,
        spots=tuple(filter(None, (_spot(spot, mapping, warnings) for spot in plain.spots))),
        schedule=plain.schedule,
        schedule_text=clean.tidy(plain.opening),
        phones=tuple(_phones(plain.phones)),
        email=_email(plain.email, warnings),
        url=_url(plain.url, warnings),
        cost=_cost(clean.tidy(plain.cost)),
        minimum_age=lowest,
        maximum_age=highest,
        who={"en": _text(plain.who, mapping)},
        languages=tuple(dict.fromkeys(filter(None, map(_language, plain.languages)))),
        access=tuple(dict.fromkeys(plain.access)),
        terms=tuple(dict.fromkeys(plain.terms)),
        topics_suggested=SUGGEST in mapping.topics,
        source=mapping.source,
        licence=mapping.licence,
        source_row=row[:LONGEST_ROW],
    )


def _text(text: str, mapping: Mapping) -> str:
    tidied = clean.tidy(text)
    return clean.calm_text(tidied) if mapping.calm else tidied


def _words(english: str, welsh: str, mapping: Mapping) -> Words:
    said = _text(welsh, mapping)
    return {"en": english, "cy": said} if said else {"en": english}


def _line(plain: Plain, description: str, mapping: Mapping) -> Words:
    line = _words(_text(plain.line, mapping) or clean.first_line(description), plain.line_cy, mapping)
    return {language: text[:LONGEST_LINE] for language, text in line.items()}


def _spot(spot: PlainSpot, mapping: Mapping, warnings: list[str]) -> Spot | None:
    """Where it is, coordinates as given and not yet believed; None when nothing is said."""
    code = clean.tidy(spot.postcode)
    if mapping.country == "GB" and code and not clean.postcode(code):
        warnings.append(f"{code!r} is no postcode: kept without it")
        code = ""
    made = Spot(
        venue={"en": clean.tidy(spot.venue)[:LONGEST_NAME]},
        address=clean.tidy(spot.address)[:LONGEST_NAME],
        town=clean.tidy(spot.town)[:LONGEST_TOWN],
        postcode=clean.postcode(code) if mapping.country == "GB" else code[:12],
        latitude=clean.number(clean.tidy(spot.latitude)),
        longitude=clean.number(clean.tidy(spot.longitude)),
    )
    return made if made != Spot() else None


def _phones(given: Iterable[tuple[str, str]]) -> list[Number]:
    """Each number of each text; the letter O at the beginning was meant as nought."""
    found: dict[str, Number] = {}
    for text, note in given:
        for part in re.split(r"[/;,\n|]|\bor\b|\band\b", clean.tidy(text)):
            bare = re.sub(r"^[oO](?=\d)", "0", part.strip().strip('"'))
            if number := re.sub(r"[^\d+() ext.-]", "", bare).strip(" .-")[:LONGEST_NUMBER]:
                found.setdefault(re.sub(r"\D", "", number) or number, Number(number, {"en": clean.tidy(note)}))
    return [number for digits, number in found.items() if digits.isdigit()]


def _email(text: str, warnings: list[str]) -> str | None:
    tidied = clean.tidy(text)
    found = clean.email(tidied)[:LONGEST_EMAIL]
    if tidied and not found:
        warnings.append(f"{tidied[:60]!r} is no e-mail address: left out")
    return found or None


def _url(text: str, warnings: list[str]) -> str | None:
    tidied = clean.tidy(text)
    found = clean.url(tidied)
    if tidied.lower() in ("none", "no"):
        return None
    if tidied and (not found or len(found) > LONGEST_URL):
        warnings.append(f"{tidied[:60]!r} is no web address: left out")
        return None
    return found or None


def _ages(plain: Plain, warnings: list[str]) -> tuple[float | None, float | None]:
    low, high = (clean.number(clean.tidy(age)) for age in (plain.minimum_age, plain.maximum_age))
    low, high = (age if age is not None and 0 < age <= LONGEST_AGE else None for age in (low, high))
    if low is not None and high is not None and low > high:
        warnings.append(f"its ages run from {low:g} to {high:g}: left out")
        return None, None
    return low, high


def _cost(text: str) -> dict[str, object] | None:
    """What it costs; only a text that says nothing but "free" makes it free."""
    if not text:
        return None
    return {"kind": "free"} if FREE.fullmatch(text) else {"kind": "varies", "note": text}


def _language(said: str) -> str:
    tidied = clean.tidy(said).lower()
    return LANGUAGES.get(tidied) or (tidied if re.fullmatch(r"[a-z]{2,3}(?:-[a-z]{2,4})?", tidied) else "")
