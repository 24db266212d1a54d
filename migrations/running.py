"""What both env.py files share: run migrations on one connection, in batch mode for SQLite."""

from __future__ import annotations

from alembic import context
from sqlalchemy import MetaData

from knowledge.db import engine_for


def run(metadata: MetaData) -> None:
    """Run the pending migrations against the address in the configuration's attributes."""
    engine = engine_for(context.config.attributes["url"])
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=lambda _object, name, *_: not str(name).startswith("entry_words"),
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
