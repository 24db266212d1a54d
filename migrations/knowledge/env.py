"""The knowledge database's migrations."""

from knowledge.models import Base
from migrations.running import run

run(Base.metadata)
