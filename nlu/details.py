"""What is said besides the need: who for, age, when, cost, access, language, and what is ruled out.

spaCy's entity ruler over `details.yml`; ages by their own patterns. Pure: no database, no Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.language import Language

PHRASES = Path(__file__).with_name("details.yml")
OLDEST = 110
NOT_YEARS = r"(?!\s*(?:st\b|th\b|miles?|km|min|hours?|weeks?|months?|quid|pounds|p\b|%|:|am|pm))"
AGE = re.compile(
    r"\b(?:(?:i'?m|im|i am|he'?s|hes|she'?s|shes|aged?|is|turned|nearly|over|under|who'?s)\s+(?P<a>\d{1,3})\b"
    + NOT_YEARS
    + r"|(?P<b>\d{1,3})\s*(?:yo|y/o|yr old|year old|years old|yrs old|-year-old|yrs)\b"
    r"|over (?P<c>[5-8]0)'?s)",
    re.I,
)


@dataclass(frozen=True)
class Said:
    """One detail: its kind (a label of details.yml, or age), its value, and its place in the text."""

    label: str
    value: str
    start: int
    end: int


def read_details(text: str) -> tuple[Said, ...]:
    """Every detail in `text`, in order."""
    ruled = [Said(span.label_, span.ent_id_, span.start_char, span.end_char) for span in _ruler()(text).ents]
    found = AGE.search(text)
    years = next((group for group in found.groups() if group), None) if found else None
    if found and years and 0 < int(years) <= OLDEST:
        ruled.append(Said("age", years, found.start(), found.end()))
    return tuple(sorted(ruled, key=lambda said: said.start))


def wishes_of(details: Iterable[Said]) -> dict[str, Any]:
    """Details as the wishes a search weighs: lists by kind, one `who_for`, one `age` in years."""
    wishes: dict[str, Any] = {}
    for said in details:
        if said.label == "age":
            wishes.setdefault("age", int(said.value))
        elif said.label in ("who_for", "cost"):
            wishes.setdefault(said.label, said.value)
        elif said.value not in wishes.setdefault(said.label, []):
            wishes[said.label].append(said.value)
    return wishes


def merged(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """Wishes carried on: what was said later wins; when and access add up unless said the other way round."""
    return {**earlier, **later}


@lru_cache(maxsize=1)
def blank() -> Language:
    """spaCy's tokeniser without a downloaded model."""
    return spacy.blank("en")


@lru_cache(maxsize=1)
def _ruler() -> Language:
    language = spacy.blank("en")
    ruler = language.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns(list(_patterns()))
    return language


def _patterns() -> Iterable[dict[str, str]]:
    for label, ids in yaml.safe_load(PHRASES.read_text(encoding="utf-8")).items():
        for value, phrases in ids.items():
            for phrase in phrases:
                yield {"label": label, "id": value, "pattern": phrase}
