"""Bringing a database up to the newest migration. `python -m knowledge migrate` does both databases."""

from __future__ import annotations

from alembic import command
from alembic.config import Config

from settings import ROOT


def alembic_config(folder: str, url: str) -> Config:
    """Alembic's configuration for migrations/<folder> against `url`."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations" / folder))
    config.attributes["url"] = url
    return config


def upgrade(folder: str, url: str) -> None:
    """Run the migrations that `url` does not have yet; raises what the database raises."""
    command.upgrade(alembic_config(folder, url), "head")
