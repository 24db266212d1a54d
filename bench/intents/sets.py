"""The public sets, read as their authors published them. None of them is in this repository.

Every message here is public; nothing is learnt from them outside this bench.
"""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

OUTSIDE = ""  # the label of a message that belongs to none of the intents
HINT3_OUTSIDE = "NO_NODES_DETECTED"
HINT3_BOTS = ("curekart", "powerplay11")
SOURCES = {
    "clinc150/data_full.json": "https://github.com/clinc/oos-eval (Larson et al. 2019, CC BY 3.0)",
    "hwu64/hwu64_10folds.csv": (
        "https://github.com/xliuhw/NLU-Evaluation-Data (Liu et al. 2019, CC BY 4.0): the ten test folds of "
        "CrossValidation in one file with the columns fold, scenario, intent, utterance"
    ),
    "hint3/dataset/v1/": "https://github.com/hellohaptik/HINT3 (Arora et al. 2020, Open Database License)",
    "hint3/published/": "the same: the predictions its authors published, one file a service and bot",
}


@dataclass(frozen=True)
class Said:
    """One message and its intent, `OUTSIDE` when it has none."""

    text: str
    intent: str


@dataclass(frozen=True)
class Pair:
    """What is learnt from and what is asked. They share no message."""

    name: str
    train: tuple[Said, ...]
    test: tuple[Said, ...]


class NotThere(RuntimeError):
    """A file of a public set is missing; the message says where it comes from."""


def clinc150(folder: Path) -> Pair:
    """150 intents of crowd-written US English, and 1,000 test messages outside all of them."""
    given = json.loads(_there(folder, "clinc150/data_full.json").read_text(encoding="utf-8"))
    train, test = ([Said(text, intent) for text, intent in given[part]] for part in ("train", "test"))
    outside = [Said(text, OUTSIDE) for text, _ in given["oos_test"]]
    return _apart("CLINC150", train, [*test, *outside])


def hwu64(folder: Path, fold: int) -> Pair:
    """64 intents of what people ask of a home assistant: one fold (1 to 10) is asked, the other nine learnt from."""
    rows = _rows(_there(folder, "hwu64/hwu64_10folds.csv"))
    said = [(int(row["fold"]), Said(row["utterance"], f"{row['scenario']}_{row['intent']}")) for row in rows]
    test = [one for at, one in said if at == fold]
    return _apart("HWU64", [one for at, one in said if at != fold], test)


def hint3(folder: Path, bot: str, *, subset: bool = False) -> Pair:
    """What people really wrote to a live assistant, with all the training sentences its makers wrote, or the subset."""
    where = "hint3/dataset/v1"
    train = _rows(_there(folder, f"{where}/train/{bot}{'_subset' if subset else ''}_train.csv"))
    test = _rows(_there(folder, f"{where}/test/{bot}_test.csv"))
    # Nothing is taken out here: the published predictions are for these very files.
    return Pair(f"HINT3 {bot}{' subset' if subset else ''}", _labelled(train), _labelled(test))


def published(folder: Path, bot: str, *, subset: bool = False) -> dict[str, list[tuple[Said, str, float]]]:
    """By service: each message with the intent it was given in 2020, and how sure the service was."""
    end = f"{bot}{'_subset' if subset else ''}.csv"
    found = sorted((folder / "hint3" / "published").glob(f"*_{end}"))
    return {
        path.name.removesuffix(f"_{end}"): [
            (one, _intent(row["predicted_node"]), float(row["predicted_node_score"] or 0))
            for row in _rows(path)
            for one in _labelled([row])
        ]
        for path in found
    }


def few(train: Sequence[Said], many: int, seed: int) -> list[Said]:
    """`many` examples of each intent, drawn by `seed`; all of an intent that has fewer."""
    by_intent: dict[str, list[Said]] = defaultdict(list)
    for one in sorted(set(train), key=lambda said: (said.intent, said.text)):
        by_intent[one.intent].append(one)
    chance = random.Random(seed)
    return [one for said in by_intent.values() for one in chance.sample(said, min(many, len(said)))]


def fewer(pair: Pair, most: int) -> Pair:
    """The same with at most so many messages asked, drawn by a fixed seed: for a slow machine."""
    asked = pair.test if len(pair.test) <= most else random.Random(most).sample(pair.test, most)
    return Pair(pair.name, pair.train, tuple(asked))


def _apart(name: str, train: Iterable[Said], test: Sequence[Said]) -> Pair:
    """Without what stands in both, whatever its capitals: it would be asked of those who have seen it."""
    asked = {_bare(one.text) for one in test}
    return Pair(name, tuple(one for one in train if _bare(one.text) not in asked), tuple(test))


def _bare(text: str) -> str:
    return " ".join(text.lower().split())


def _labelled(rows: Iterable[dict[str, str]]) -> tuple[Said, ...]:
    return tuple(Said(row["sentence"].strip() or ".", _intent(row["label"])) for row in rows)


def _intent(label: str) -> str:
    return OUTSIDE if label in (HINT3_OUTSIDE, "") else label


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _there(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.exists():
        source = next(source for start, source in SOURCES.items() if name.startswith(start))
        raise NotThere(f"{path} is missing. It comes from {source}.")
    return path
