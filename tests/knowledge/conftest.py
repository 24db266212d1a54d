"""Fixtures that more than one file of this folder uses, by name."""

from tests.knowledge.feed_server import feed, follow

__all__ = ["feed", "follow"]
