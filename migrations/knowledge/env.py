"""The knowledge database's migrations."""

from knowledge import feeds  # noqa: F401  its table is this database's too
from knowledge.models import Base
from migrations.running import run

run(Base.metadata)
