"""The conversations database's migrations."""

from channels.models import Base
from migrations.running import run

run(Base.metadata)
