"""What was measured, as one table to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 46
COLUMNS = ("p50 ms", "p95 ms", "a second")
Found = Mapping[str, Any]


def table(found: Found) -> str:
    """The whole table; parts that were not measured are left out."""
    lines = [_title(found), *_turns(found["turns"]), *_search(found["search"]), *_memory(found["turns"])]
    if "stock" in found:
        lines += _stock(found["stock"], found["turns"])
    return "\n".join(line.rstrip() for line in lines)


def _title(found: Found) -> str:
    machine = found["machine"]
    return (
        f"Fingerpost, {found['made_at']}, {machine['cores']} cores, Python {machine['python']}, "
        f"load before {machine['load_before']}, after {machine['load_after']}"
    )


def _turns(turns: Found) -> Iterator[str]:
    yield _head("A web turn", COLUMNS)
    for key, who in (("idle", "one resident"), ("eight", "eight at once")):
        yield _times(f"{who}: post, redirect and page", turns[key]["turn"])
        yield _times(f"{who}: the post alone", turns[key]["post"])
        yield _times(f"{who}: the page alone", turns[key]["page"])
    yield _times("one resident: our Rasa by itself", turns["rasa_idle"])
    yield _times("eight at once: our Rasa by itself", turns["rasa_eight"])
    yield _row("first turn after starting, s", turns["first_turn_seconds"])
    wrong = turns["idle"]["wrong"] + turns["eight"]["wrong"]
    count = turns["idle"]["turn"]["count"] + turns["eight"]["turn"]["count"]
    yield _row("turns lost, crossed or unanswered", f"{len(wrong) + turns['answers']['unanswered']} of {count}")
    yield _row("answers without Rasa (late or silent)", turns["answers"]["without_rasa"])


def _search(search: Found) -> Iterator[str]:
    yield _head("Search", COLUMNS[:2])
    for entries, one in search["entries"].items():
        yield _times(f"{int(entries):,} entries, anywhere", one["anywhere"])
        yield _times(f"{int(entries):,} entries, near a place", one["with_place"])
        yield _row(f"{int(entries):,} entries, first load, s", one["first_load_seconds"])
    yield _row("texts embedded a second, one at a time", search["embedding"]["single_per_second"])
    yield _row("texts embedded a second, sixteen at a time", search["embedding"]["batch_16_per_second"])


def _memory(turns: Found) -> Iterator[str]:
    yield _head("Memory after the run, MB", ())
    for name, megabytes in turns["memory_mb"].items():
        yield _row(name, megabytes)
    yield _row("all together", round(sum(turns["memory_mb"].values()), 1))
    yield _head("Seconds from start to ready", ())
    for name, seconds in turns["start_seconds"].items():
        yield _row(name, seconds)


def _stock(stock: Found, turns: Found) -> Iterator[str]:
    yield _head("Stock Rasa (rasa init), over REST", COLUMNS)
    yield _times("one resident", stock["idle"])
    yield _times("eight at once", stock["eight"])
    yield _head("Stock beside ours", ("stock", "ours", "stock/ours"))
    rasa = turns["memory_mb"]["rasa"]
    for name, theirs, mine in (
        ("one turn at Rasa, p50 ms", stock["idle"]["p50_ms"], turns["rasa_idle"]["p50_ms"]),
        ("  ours with gateway, danger and page", stock["idle"]["p50_ms"], turns["idle"]["turn"]["p50_ms"]),
        ("eight at once at Rasa, p50 ms", stock["eight"]["p50_ms"], turns["rasa_eight"]["p50_ms"]),
        ("  ours with gateway, danger and page", stock["eight"]["p50_ms"], turns["eight"]["turn"]["p50_ms"]),
        ("memory of Rasa, MB", stock["memory_mb"], rasa),
        ("memory of everything, MB", stock["memory_mb"], round(sum(turns["memory_mb"].values()), 1)),
        ("Rasa starts, s", stock["start_seconds"], turns["start_seconds"]["rasa"]),
        ("Rasa trains, s", stock["train_seconds"], stock["our_train_seconds"]),
    ):
        yield _row(name, theirs, mine, round(theirs / mine, 2) if mine else "-")


def _head(name: str, columns: tuple[str, ...]) -> str:
    return f"\n{name:<{WIDTH}}" + "".join(f"{column:>12}" for column in columns)


def _times(name: str, one: Found) -> str:
    return _row(name, one["p50_ms"], one["p95_ms"], *([one["per_second"]] if "per_second" in one else []))


def _row(name: str, *values: object) -> str:
    shown = (f"{value:,.1f}" if isinstance(value, float) else str(value) for value in values)
    return f"  {name:<{WIDTH - 2}}" + "".join(f"{value:>12}" for value in shown)
