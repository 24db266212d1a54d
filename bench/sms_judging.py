"""What came of a simulated run: who was answered how often, in which order, when, and what after STOP."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bench import suppliers as simulated

if TYPE_CHECKING:
    from bench.sms import Installation


@dataclass
class Sent:
    """One text a person wrote, and when it was acknowledged. `mark` is in its words and asked for in the answer."""

    reference: str
    number: str
    supplier: str
    text: str
    what: str
    at: datetime
    late: float = 0.0
    acknowledged: float = 0.0
    took: list[tuple[float, float]] = field(default_factory=list)  # when a delivery began, and its seconds


@dataclass
class Figures:
    """What came of it."""

    texts: int
    counted: dict[str, Any]

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        for name, value in self.counted.items():
            yield f"{name:34s} {value}"

    @property
    def good(self) -> bool:
        """Nothing lost, nothing doubled, order kept, nothing after STOP."""
        return not any(self.counted[name] for name in ("lost", "double", "out of order", "after stop"))


def judged(rows: Sequence[Sent], suppliers: simulated.Suppliers, made: Installation, seconds: float) -> Figures:
    """Who was answered how often, in which order, and when."""
    from sqlalchemy import select

    from channels.conversations import keyed
    from channels.models import TextOut
    from channels.sms.arriving import reference_of
    from knowledge.db import session_scope
    from settings import use

    with use(made.ours), session_scope(made.ours.conversations_url) as session:
        out = session.execute(
            select(TextOut.cause, TextOut.reference, TextOut.kind, TextOut.state, TextOut.segments)
        ).all()
        hashes = {keyed(reference_of(row.supplier, row.reference)): row for row in rows}
    of = {one.reference: (hashes[one.cause], one.kind) for one in out if one.cause in hashes}
    came = defaultdict(list)
    for taken in suppliers.taken:
        came[taken.reference].append(taken)
    stops = {row.number: row for row in rows if row.what == "stop"}
    owed = [row for row in rows if row.number not in stops or row.at < stops[row.number].at or row is stops[row.number]]
    answered = {of[reference][0].reference for reference in came if reference in of}
    before_stop = {row.reference for row in rows if row.number in stops and row.at < stops[row.number].at}
    kept = [row for row in owed if row.acknowledged and row.reference not in before_stop]  # what never came is no loss
    lost = [row for row in kept if row.reference not in answered]
    waits = [
        taken[0].at.timestamp() - of[reference][0].acknowledged
        for reference, taken in came.items()
        if reference in of and of[reference][0].acknowledged
    ]
    took = sorted(seconds for row in rows for at, seconds in row.took if made.was_up(at, seconds))
    starting = sorted(seconds for row in rows for at, seconds in row.took if not made.was_up(at, seconds))
    return Figures(len(rows), {
        "texts": len(rows), "answers": sum(map(len, came.values())), "killed": dict(made.killed),
        "not acknowledged": sum(not row.acknowledged for row in rows),
        "lost": len(lost), "double": sum(len(taken) - 1 for taken in came.values()),
        "out of order": _out_of_order(of, came), "after stop": _after_stop(of, came, stops),
        "states": dict(Counter(one.state for one in out)), "kinds": dict(Counter(one.kind for one in out)),
        "segments, mean": round(sum(one.segments for one in out) / max(len(out), 1), 2),
        "texts a second": round(len(rows) / seconds, 1),
        "acknowledged p95 (s)": round(_share(took, 0.95), 3), "acknowledged max (s)": round(took[-1] if took else 0, 3),
        "acknowledged while it started": len(starting), "of these max (s)": round(_share(starting, 1.0), 3),
        "answered p50 (s)": round(_share(sorted(waits), 0.5), 2),
        "answered p95 (s)": round(_share(sorted(waits), 0.95), 2),
    })  # fmt: skip


def _out_of_order(of: Any, came: Any) -> int:
    """Answers that left before one to an earlier text of the same person; texts delivered late are not counted."""
    by_person = defaultdict(list)
    for reference, taken in came.items():
        if reference in of and not of[reference][0].late and of[reference][1] == "answer":
            by_person[of[reference][0].number].append((taken[0].at, of[reference][0].at))
    wrong = 0
    for pairs in by_person.values():
        sent = [at for _, at in sorted(pairs)]
        wrong += sum(later < earlier for earlier, later in zip(sent, sent[1:], strict=False))
    return wrong


def _after_stop(of: Any, came: Any, stops: dict[str, Sent]) -> int:
    """Ordinary texts that were taken by the supplier more than a moment after STOP was acknowledged."""
    moment = 11.0  # a send already under way when STOP came
    stopped = {number: row.acknowledged for number, row in stops.items() if row.acknowledged}
    return sum(
        kind == "answer" and row.number in stopped and stopped[row.number] + moment < one.at.timestamp()
        for reference, taken in came.items() if reference in of
        for row, kind in [of[reference]] for one in taken
    )  # fmt: skip


def _share(numbers: Sequence[float], share: float) -> float:
    return numbers[min(int(len(numbers) * share), len(numbers) - 1)] if numbers else 0.0
