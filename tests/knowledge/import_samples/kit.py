"""A directory of its own for each import test: really migrated, four topics, the place Ashby with the district M33."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.db import engine_for, session_scope
from knowledge.editing import save_topic
from knowledge.importing import import_directory
from knowledge.imports.found import Report
from knowledge.imports.mapping import Mapping, load_mapping, mapping_from
from knowledge.imports.new_place import make_place
from knowledge.indexing import phrase_rows
from knowledge.migrating import upgrade

SAMPLES = Path(__file__).parent
TODAY = date(2026, 11, 23)
TOPICS = {
    "food": ("community", ["I need a food bank", "we have nothing left to eat", "food parcel for my family"]),
    "sport_fitness": ("community", ["I want to join a football club", "somewhere to play badminton", "get fit"]),
    "mental_wellbeing": ("community", ["I feel anxious all the time", "support for my mental health", "I am low"]),
    "bins_waste": ("statutory", ["my bin was missed", "when is the recycling collected", "get rid of a sofa"]),
}
FOOD = {
    "source": "Test list",
    "licence": "OGL v3.0",
    "topics": ["food"],
    "columns": {"name": "Name", "description": "About", "postcode": "Postcode", "phone": "Phone"},
    "key": ["Name", "Postcode"],
}


@lru_cache(maxsize=1)
def _seeded() -> Path:
    path = Path(tempfile.mkdtemp(prefix="fingerpost-import-")) / "knowledge.db"
    upgrade("knowledge", f"sqlite:///{path}")
    with session_scope(f"sqlite:///{path}") as session:
        for at, (key, (kind, phrases)) in enumerate(TOPICS.items()):
            row = {"kind": kind, "name": {"en": key}, "definition": phrases[0]}
            save_topic(session, key, at, row, [])
            session.add_all(phrase_rows(session, key, [(phrase, phrase) for phrase in phrases]))
        make_place(session, "ashby", name="Ashby", nation="england", outcodes=["M33"])
    engine_for(f"sqlite:///{path}").dispose()
    return path


@dataclass
class Directory:
    """A directory in a file, and what a test does with it."""

    folder: Path
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"sqlite:///{shutil.copy(_seeded(), self.folder / 'knowledge.db')}"

    def scope(self) -> AbstractContextManager[Session]:
        return session_scope(self.url)

    def load(self, what: Path | str, mapping: Mapping | dict, *, place: str | None = "ashby", **more) -> Report:
        """Import a file through a mapping or the content of one."""
        made = mapping if isinstance(mapping, Mapping) else mapping_from("test", {**FOOD, **mapping})
        return import_directory(self.scope, str(what), made, today=TODAY, place=place, **more)

    def csv(self, text: str | bytes, mapping: dict | None = None, **more) -> Report:
        """Import these lines as a CSV file."""
        path = self.folder / "rows.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.load(path, mapping or {}, **more)

    @contextmanager
    def services(self) -> Iterator[dict[str, m.Service]]:
        """The active entries by name, while the session is open."""
        with self.scope() as session:
            rows = session.scalars(select(m.Service).where(m.Service.status == "active")).all()
            yield {row.name: row for row in rows}

    def names(self) -> list[str]:
        with self.services() as found:
            return sorted(found)


def open_referral(source: str = "Ashby feed") -> Mapping:
    return load_mapping("open_referral").given(source=source, licence="OGL v3.0")


def said(report: Report, kind: str) -> list[str]:
    """The report's lines of a kind."""
    return [str(problem) for problem in report.problems if problem.kind == kind]
