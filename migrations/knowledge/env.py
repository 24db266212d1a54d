"""The knowledge database's migrations."""

from knowledge import people, upkeep  # noqa: F401  their tables are this database's too
from knowledge.models import Base
from migrations.running import run

run(Base.metadata)
