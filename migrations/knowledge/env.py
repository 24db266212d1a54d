"""The knowledge database's migrations."""

from knowledge import (  # noqa: F401  their tables are this database's too
    feeds,
    people,
    upkeep,
)
from knowledge.models import Base
from migrations.running import run

run(Base.metadata)
