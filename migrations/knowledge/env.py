"""The knowledge database's migrations."""

from knowledge import people  # noqa: F401  its tables are this database's too
from knowledge.models import Base
from migrations.running import run

run(Base.metadata)
