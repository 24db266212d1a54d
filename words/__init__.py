"""Every sentence a resident is shown: en.yml and cy.yml (and danger.*, web.*), the same keys in both languages.

Dots go down: `say("place.which", "cy", name="Richmond")`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
LANGUAGES = ("en", "cy")


class WordsMissing(KeyError):
    """No such sentence in that language: a fault of ours that a test catches."""


@lru_cache(maxsize=len(LANGUAGES))
def sentences(language: str) -> dict[str, Any]:
    """All sentences of a language: `en.yml` at the top, `danger.en.yml` under `danger`, `web.en.yml` under `web`."""
    found: dict[str, Any] = _read(HERE / f"{language}.yml")
    for part in HERE.glob(f"*.{language}.yml"):
        name = part.name.split(".")[0]
        content = _read(part)
        found[name] = content.get(name, content)
    return found


@lru_cache(maxsize=1)
def other_languages() -> dict[str, dict[str, Any]]:
    """By code, what we can say in languages we do not speak, and whether a speaker has checked it."""
    found: dict[str, dict[str, Any]] = _read(HERE / "other_languages.yml")
    return found


def ready() -> None:
    """Read everything now, so that no resident waits for it."""
    for language in LANGUAGES:
        sentences(language)
    other_languages()


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # ten times as fast as safe_load


def look_up(key: str, language: str) -> Any:
    """Whatever stands at `key`; raises `WordsMissing`."""
    at: Any = sentences(language if language in LANGUAGES else "en")
    for part in key.split("."):
        if not isinstance(at, dict) or part not in at:
            raise WordsMissing(f"{key} in {language}")
        at = at[part]
    return at


def say(key: str, language: str, **values: object) -> str:
    """The sentence at `key` with {values} filled in; raises `WordsMissing`."""
    return str(look_up(key, language)).format(**values)
