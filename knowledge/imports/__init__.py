"""The steps of an import, each a file: read, clean, guard, place, decide, suggest topics, report."""
