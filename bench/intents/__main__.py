"""`python -m bench.intents FOLDER`: kinds of message told apart, ours beside stock Rasa, on public sets.

FOLDER holds the sets as they are published (`--sources` says which and where from). One table; all figures in
var/intents.json; `--picture FILE` draws them. Every draw is by a fixed seed. Seconds are of processor, not of clocks.

--draws N       few-shot draws of the light ways (2)
--limit S       seconds of processor that DIET may train (60); for the first draw only, without a threshold
--most N        messages asked of each set, drawn by a fixed seed (all)
--sets NAME ... sets whose name begins so, in capitals or not: clinc150, hwu64, "hint3 curekart" (all)
--only WAY ...  these ways only; what was measured before of other ways and sets stays
--quick         HWU64 with 5 examples, one draw: that it works
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.intents import sets
from bench.intents.measuring import Practice, auroc, figures, practice, threshold, together
from bench.intents.picture import charts_of, picture
from bench.intents.sets import OUTSIDE, NotThere, Pair
from bench.intents.ways import Done, Task, by_needs, by_rasa
from bench.processes import NeverReady
from bench.timing import tell
from settings import settings

MANY = (5, 10)  # examples an intent
DIET = "diet"
WAYS = {
    "needs": "ours, needs",
    "kind": "ours, kind of message",
    "regression": "CountVectors + regression",
    DIET: "CountVectors + DIET",
}
Way = Callable[[Sequence[Task]], list[Done]]
Draw = tuple[str, Pair]  # the heading it is told under, and what is learnt and asked
Told = dict[str, float | None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, keep; 1 when a file is missing or a training failed."""
    given = _arguments(arguments)
    if given.sources:
        print("\n".join(f"FOLDER/{name:<26} {source}" for name, source in sets.SOURCES.items()))
        return 0
    try:
        many = 1 if given.quick else given.draws
        draws = [(title, sets.fewer(pair, given.most)) for title, pair in _draws(given.folder, many, quick=given.quick)]
        draws = [(title, pair) for title, pair in draws if title.lower().startswith(tuple(map(str.lower, given.sets)))]
        found = _begun(given, [title for title, _ in draws])
        for name in given.only:
            _measure(name, draws, given.limit, found["sets"])
            _keep(given.out, found)  # hours of work: what is stopped half-way keeps what it has
        if not given.quick:
            _add_published(given.folder, found["sets"])
    except (NotThere, NeverReady) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    _keep(given.out, found)
    if given.picture:
        given.picture.write_text(picture(charts_of(found)), encoding="utf-8")
    print("\n".join(_lines(found)))
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.intents", description="Ours beside stock Rasa.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), help="where the public sets are")
    parser.add_argument("--sources", action="store_true", help="say which files are needed, and stop")
    parser.add_argument("--draws", type=int, default=2, help="few-shot draws of the light ways (2)")
    parser.add_argument("--limit", type=float, default=60, help="seconds of processor that DIET may train (60)")
    parser.add_argument("--sets", nargs="+", default=[""], help="sets whose name begins so (all)")
    parser.add_argument("--only", nargs="+", choices=WAYS, default=list(WAYS), help="these ways; the others stay")
    parser.add_argument("--most", type=int, default=10**6, help="messages asked of each set (all)")
    parser.add_argument("--quick", action="store_true", help="HWU64 with 5 examples, once")
    parser.add_argument("--picture", type=Path, help="draw the figures into this SVG")
    parser.add_argument("--out", type=Path, default=settings().var / "intents.json", help="where the figures go")
    return parser.parse_args(arguments)


def _draws(folder: Path, draws: int, *, quick: bool) -> Iterator[Draw]:
    """The first draws of all come first, so that DIET can be given those alone."""
    for seed in range(1, draws + 1):
        for many in MANY[:1] if quick else MANY:
            pairs = [sets.hwu64(folder, seed)] if quick else [sets.clinc150(folder), sets.hwu64(folder, seed)]
            for pair in pairs:
                few = tuple(sets.few(pair.train, many, seed))
                yield f"{pair.name}, {many} examples an intent", Pair(pair.name, few, pair.test)
        if seed == 1 and not quick:
            for bot in sets.HINT3_BOTS:
                pair = sets.hint3(folder, bot)
                yield f"{pair.name}, real messages", pair


def _begun(given: argparse.Namespace, titles: Sequence[str]) -> dict[str, Any]:
    """What was measured before, without what is measured now."""
    found: dict[str, Any] = json.loads(given.out.read_text(encoding="utf-8"))["sets"] if given.out.is_file() else {}
    again = [WAYS[name] for name in given.only]
    for title in titles:
        found[title] = {way: told for way, told in found.get(title, {}).items() if way not in again}
    asked = {"most_asked": given.most, "diet_limit_seconds": given.limit}
    return {"made_at": datetime.now(UTC).strftime("%d %B %Y"), **asked, "sets": found}


def _keep(path: Path, found: dict[str, Any]) -> None:
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _measure(name: str, draws: Sequence[Draw], limit: float, found: dict[str, dict[str, Any]]) -> None:
    """One way on every draw, DIET on the first of each set alone."""
    ways: dict[str, Way] = {"needs": by_needs, "kind": by_rasa("ours"), "regression": by_rasa("regression")}
    if name == DIET:
        draws = list({title: (title, pair) for title, pair in reversed(draws)}.values())
    tell(f"{WAYS[name]}: {len(draws)} trainings{', and as many to choose a threshold' if name != DIET else ''}")
    told = _told(draws, by_rasa(DIET, limit), marked=False) if name == DIET else _told(draws, ways[name])
    for title, figures_of in _by_title(draws, told).items():
        found[title][WAYS[name]] = together(figures_of)


def _told(draws: Sequence[Draw], way: Way, *, marked: bool = True) -> list[Told]:
    """The figures of one way for each draw: learnt twice, once with a part hidden for the threshold if `marked`."""
    marks: list[float | None] = [None] * len(draws)
    if marked:
        parts = [(title, practice(pair.train, seed=1)) for title, pair in draws]
        rehearsed = way([Task(f"{title} (part)", one.train, [*one.inside, *one.outside]) for title, one in parts])
        marks = [_mark(one, part) for (_, one), part in zip(parts, rehearsed, strict=True)]
    whole = way([Task(title, pair.train, pair.test) for title, pair in draws])
    return [
        figures(pair.test, done.answers, mark, done.train_seconds, done.ms).told() | {"epochs": done.epochs}
        for (_, pair), mark, done in zip(draws, marks, whole, strict=True)
    ]


def _mark(one: Practice, part: Done) -> float:
    sure = [sure for _, sure in part.answers]
    return threshold(sure[: len(one.inside)], sure[len(one.inside) :])


def _by_title(draws: Sequence[Draw], told: Sequence[dict[str, float | None]]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for (title, _), one in zip(draws, told, strict=True):
        found.setdefault(title, []).append(one)
    return found


def _add_published(folder: Path, found: dict[str, dict[str, Any]]) -> None:
    """What five services were published to have said to the same messages in 2020; thresholds were not published."""
    for bot in sets.HINT3_BOTS:
        title = f"HINT3 {bot}, real messages"
        for service, rows in sets.published(folder, bot).items() if title in found else ():
            inside = [(one, intent, sure) for one, intent, sure in rows if one.intent != OUTSIDE]
            outside = [sure for one, _, sure in rows if one.intent == OUTSIDE]
            right = sum(intent == one.intent for one, intent, _ in inside) / len(inside)
            told = {"accuracy": right, "auroc": auroc([sure for *_, sure in inside], outside)}
            found[title][f"{service}, published 2020"] = together([dict(told)])


def _lines(found: dict[str, Any]) -> Iterator[str]:
    columns = {"accuracy": "right %", "accuracy_kept": "kept %", "outside_found": "outside %", "auroc": "AUROC",
               "train_seconds": "train s", "ms": "ms", "epochs": "epochs"}  # fmt: skip
    yield f"Kinds of message, {found['made_at']}; DIET trained at most {found['diet_limit_seconds']:.0f} s"
    for title, ways in found["sets"].items():
        yield f"\n{title:<32}" + "".join(f"{name:>11}" for name in columns.values())
        for way, told in ways.items():
            yield f"  {way:<30}" + "".join(_shown(name, told.get(name)) for name in columns)


def _shown(name: str, value: dict[str, float] | None) -> str:
    if value is None:
        return f"{'':>11}"
    if name in ("train_seconds", "ms", "epochs"):
        return f"{value['mean']:>11.1f}"
    return f"{100 * value['mean']:>11.1f}"


if __name__ == "__main__":
    sys.exit(main())
