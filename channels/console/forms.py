"""What every form of the console shares: which fields are wrong and why, so that nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.web import resident
from words import say


@dataclass(frozen=True)
class Problems:
    """What is wrong, by field: the key of a sentence, or a key with the values of its gaps."""

    wrong: Mapping[str, str | tuple[str, dict[str, object]]]

    def __bool__(self) -> bool:
        return bool(self.wrong)

    def of(self, field: str) -> str:
        """The sentence for a field; "" when it is right."""
        given = self.wrong.get(field)
        if not given:
            return ""
        key, values = (given, {}) if isinstance(given, str) else given
        return say(key, resident.language(), **values)

    def shown(self, field: str) -> dict[str, str] | bool:
        """As govuk-frontend's components take it."""
        return {"text": self.of(field)} if self.wrong.get(field) else False

    def listed(self) -> list[dict[str, Any]]:
        """For the summary at the top, each leading to its field."""
        return [{"text": self.of(field), "href": f"#{field.replace('.', '-')}"} for field in self.wrong]
