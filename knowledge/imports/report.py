"""What an import says at its end: a summary in plain words, and the full list in a file."""

from __future__ import annotations

from pathlib import Path

from knowledge.imports.found import Report

SHOWN = 20
OUTCOMES = {
    "new": "new",
    "changed": "changed",
    "unchanged": "unchanged",
    "ended": "taken down, no longer active at their source",
    "over": "left out, not active at their source",
    "kept": "left as edited here",
    "duplicate": "suspected duplicates, left out",
    "left_out": "left out as the mapping says",
    "rejected": "rejected",
}
KINDS = {
    "feed": "The feed itself",
    "rejected": "Rejected",
    "duplicate": "Suspected duplicates",
    "kept": "Edited here, changed at the source",
    "warning": "Warnings",
    "gone": "Here, but no longer in the file (nothing was taken down)",
    "left_out": "Left out as the mapping says",
}


def summary(report: Report, path: Path) -> str:
    """The counts, the first problems and where the others are."""
    rows = sum(report.counts.values())
    said = ", ".join(f"{report.counts[name]} {words}" for name, words in OUTCOMES.items() if report.counts.get(name))
    lines = [f"{report.name}{' (dry run, nothing written)' if report.dry_run else ''}: {rows} rows: {said or 'none'}."]
    telling = [problem for kind in KINDS if kind != "left_out" for problem in report.problems if problem.kind == kind]
    if telling:
        some = f", the first {SHOWN}" if len(telling) > SHOWN else ""
        lines.append(f"{len(telling)} thing{'s' if len(telling) > 1 else ''} to look at{some}:")
        lines += [f"  {problem}" for problem in telling[:SHOWN]]
    if report.problems:
        lines.append(f"The full list is in {path}.")
    return "\n".join(lines)


def write(report: Report, path: Path) -> None:
    """Everything noted, by kind, into `path`."""
    lines = []
    for kind, heading in KINDS.items():
        if noted := [problem for problem in report.problems if problem.kind == kind]:
            lines += [f"{heading}: {len(noted)}", *(f"  {problem}" for problem in noted), ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) or "Nothing to look at.\n", encoding="utf-8")
