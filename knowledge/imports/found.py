"""What passes from one step of an import to the next: frozen values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from knowledge.drafts import OrganisationDraft, ServiceDraft, Times
from knowledge.editing import NAMESPACE


@dataclass(frozen=True)
class PlainSpot:
    """Where, in the source's own words."""

    venue: str = ""
    address: str = ""
    town: str = ""
    postcode: str = ""
    latitude: str = ""
    longitude: str = ""


@dataclass(frozen=True)
class Plain:
    """One row in the source's own words, not cleaned yet; every reader makes these."""

    row: str  # identifies the row at its source; "" takes name and postcode
    name: str
    description: str = ""
    line: str = ""
    name_cy: str = ""
    description_cy: str = ""
    line_cy: str = ""
    organisation: str = ""  # "" when the row is its own organisation
    organisation_row: str = ""
    organisation_description: str = ""
    charity_number: str = ""
    tier: str = ""  # "" takes the mapping's
    spots: tuple[PlainSpot, ...] = ()
    phones: tuple[tuple[str, str], ...] = ()  # number, what for
    email: str = ""
    url: str = ""
    opening: str = ""
    schedule: tuple[Times, ...] = ()
    cost: str = ""
    minimum_age: str = ""
    maximum_age: str = ""
    who: str = ""
    languages: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    terms: tuple[tuple[str, str, str], ...] = ()
    ended: bool = False  # the source says that it is not active
    told: Any = None  # knowledge.imports.told.Told: what a feed of our own kind says beside the standard


@dataclass(frozen=True)
class Found:
    """A row that can be imported. `alone`: the row is its own organisation."""

    where: str
    organisation: OrganisationDraft
    service: ServiceDraft
    alone: bool = True
    ended: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What to call it in a report."""
        return self.service.name["en"]


@dataclass(frozen=True)
class Refused:
    """A row that is not imported. `kind`: rejected (it is bad), left_out (the mapping says so), duplicate."""

    where: str
    reason: str
    name: str = ""
    kind: str = "rejected"


@dataclass(frozen=True)
class Problem:
    """One line of the report."""

    kind: str
    where: str
    name: str
    words: str

    def __str__(self) -> str:
        who = f" ({self.name})" if self.name else ""
        return f"{self.where}{who}: {self.words}"


@dataclass
class Report:
    """What an import did. `counts` by outcome; `problems` in the order they were met."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    dry_run: bool = False
    kept: list[Found] = field(default_factory=list)  # left as edited here, with what the source says

    def count(self, outcome: str, more: int = 1) -> None:
        """One more row with this outcome."""
        self.counts[outcome] = self.counts.get(outcome, 0) + more

    def refuse(self, refused: Refused) -> None:
        """Count and note a row that was not imported."""
        self.count(refused.kind)
        self.problems.append(Problem(refused.kind, refused.where, refused.name, refused.reason))

    def warn(self, found: Found, words: str, *, kind: str = "warning") -> None:
        """Note something about a row; it is not counted as an outcome."""
        self.problems.append(Problem(kind, found.where, found.name, words))


def key_of(source: str, row: str, kind: str = "") -> str:
    """The stable key of a source's row; `kind` keeps organisations apart from services."""
    told = uuid.uuid5(NAMESPACE, "\n".join((source, row)))
    return f"import-{kind}{told}"
