"""The same promises where conversations lie in PostgreSQL, with real rows locked by real transactions.

The tests are those of the other files, run again: once and in order, STOP, sending, receipts, lists, and what is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from channels.models import Base
from knowledge.db import engine_for
from knowledge.migrating import upgrade
from settings import use
from tests.channels.sms import servers, test_once, test_sending_and_receipts, test_stop, test_what_is_held_of_texts
from tests.channels.sms.test_sending_and_receipts import breaking  # noqa: F401  a fixture of theirs

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgresql")]
FILES = (test_once, test_stop, test_sending_and_receipts, test_what_is_held_of_texts)
OF_SQLITE_ALONE = ("on_any_disk",)  # what looks into SQLite's own files


def _asks_for(test: object) -> tuple[str, ...]:
    return test.__code__.co_varnames[: test.__code__.co_argcount]  # type: ignore[attr-defined]


for file in FILES:
    for name, found in vars(file).items():
        if name in ("killed", "Killed", "PLACES"):
            globals()[name] = found
        elif name.startswith("test_") and not set(OF_SQLITE_ALONE) & set(_asks_for(found)):
            globals()[f"{name}_on_postgresql"] = found


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with servers.postgresql() as url:
        upgrade("conversations", url)
        yield url
        engine_for(url).dispose()


@pytest.fixture
def home(home, database):
    """This test's installation with its conversations in PostgreSQL, empty."""
    with engine_for(database).begin() as connection:
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    with use(replace(home, conversations_url=database)) as ours:
        yield ours


@pytest.fixture
def rows(home):
    """Every row of a table as dictionaries, bytes as bytes."""

    def read(table: str) -> list[dict]:
        with engine_for(home.conversations_url).connect() as connection:
            return [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1"))]

    return read


def test_the_migrations_make_what_the_models_say(database):
    with engine_for(database).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_no_number_stands_in_any_row(ann, clock, rows):
    from tests.channels.sms.conftest import TABLES, work

    ann.texts("hello, ring me on 07700 987654")
    assert ann.number[3:] not in str([rows(table) for table in TABLES])
    work(clock)
    held = str([rows(table) for table in TABLES])
    assert ann.number[3:] not in held and "987654" not in held
