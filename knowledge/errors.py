"""What can go wrong in the directory.

KnowledgeError
├── SeedWrong          a seed file cannot be read; names the file and the line's key
├── ImportWrong        a directory file or mapping cannot be used at all
└── NotFound           no such entry, topic or place
"""

from __future__ import annotations


class KnowledgeError(Exception):
    """The root: catching it catches everything the directory raises of its own."""


class SeedWrong(KnowledgeError):
    """A seed file says something that cannot be loaded."""


class ImportWrong(KnowledgeError):
    """A file, feed or mapping cannot be imported at all (single bad rows are reported, not raised)."""


class NotFound(KnowledgeError):
    """There is no such entry, topic or place."""
