"""Danger said outright in a language we do not speak: whole phrases only, from `languages_danger.yml`. Pure.

A first net beside `nlu.urgent`, which reads English and Welsh.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.languages import MARKS, bare
from nlu.urgent import Urgent

PHRASES = Path(__file__).with_name("languages_danger.yml")
BETWEEN = re.compile(r"[\s.,!?¿¡;:…؟،۔।\"'’‘“”«»„()\-–—]+")


def outright(text: str) -> tuple[str, Urgent] | None:
    """The language and the danger of the first phrase that stands in `text`; None where there is none."""
    said = _plain(text)
    for phrase, code, kind in _phrases():
        if phrase in said:
            return code, Urgent(kind, "self", child=False, shown_by=phrase.strip())
    return None


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, str, str], ...]:
    given = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))
    return tuple(
        (_plain(phrase), code, kind)
        for kind, languages in given.items()
        for code, phrases in languages.items()
        for phrase in phrases
    )


def _plain(text: str) -> str:
    return f" {BETWEEN.sub(' ', bare(MARKS.sub('', text))).strip()} "
