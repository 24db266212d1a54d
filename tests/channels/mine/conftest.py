"""The desk's fixtures, for records that a desk has seen."""

from tests.channels.handover.conftest import app, at_desk, at_home, here  # noqa: F401  fixtures
