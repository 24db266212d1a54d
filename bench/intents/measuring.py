"""How well messages were told apart, and the threshold below which one is taken to be none of the intents. Pure."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, stdev

from bench.intents.sets import OUTSIDE, Said

FIFTH = 5
Answer = tuple[str, float]  # an intent and how sure


@dataclass(frozen=True)
class Practice:
    """The training examples alone, parted so that a threshold can be chosen without looking at any test."""

    train: list[Said]
    inside: list[Said]  # examples held back of the intents learnt
    outside: list[Said]  # every example of the intents hidden


@dataclass(frozen=True)
class Figures:
    """One way on one draw. Shares are 0 to 1; `outside_*` and `auroc` are None where every test has an intent, and
    what needs a threshold is None without one."""

    accuracy: float  # of messages that have an intent, nothing turned away
    accuracy_kept: float | None  # the same, where being turned away counts as wrong
    outside_found: float | None  # of messages outside, how many were turned away
    auroc: float | None  # how often one inside is surer than one outside; no threshold in it
    train_seconds: float
    ms: float

    def told(self) -> dict[str, float | None]:
        """For the file."""
        return {name: None if value is None else round(value, 4) for name, value in asdict(self).items()}


def practice(train: Sequence[Said], seed: int) -> Practice:
    """A fifth of the intents hidden, and a fifth of the examples of each of the others held back."""
    chance = random.Random(seed)
    by_intent: dict[str, list[Said]] = defaultdict(list)
    for one in train:
        by_intent[one.intent].append(one)
    hidden = set(chance.sample(sorted(by_intent), max(1, len(by_intent) // FIFTH)))
    learnt: list[Said] = []
    inside: list[Said] = []
    for intent, said in sorted(by_intent.items()):
        if intent not in hidden:
            mixed = chance.sample(said, len(said))
            back = max(1, len(mixed) // FIFTH) if len(mixed) > 1 else 0
            inside += mixed[:back]
            learnt += mixed[back:]
    return Practice(learnt, inside, [one for one in train if one.intent in hidden])


def threshold(inside: Sequence[float], outside: Sequence[float]) -> float:
    """The sureness that parts the two best: the share of each on its right side, both counting alike."""
    marks = sorted({*inside, *outside})
    return max(marks, key=lambda mark: _at_least(inside, mark) - _at_least(outside, mark), default=0.0)


def figures(said: Sequence[Said], answers: Sequence[Answer], mark: float | None, seconds: float, ms: float) -> Figures:
    """`answers[i]` is to `said[i]`; an answer less sure than `mark`, if there is one, turns the message away."""
    inside = [(one, answer) for one, answer in zip(said, answers, strict=True) if one.intent != OUTSIDE]
    outside = [sure for one, (_, sure) in zip(said, answers, strict=True) if one.intent == OUTSIDE]
    right = [sure for one, (intent, sure) in inside if intent == one.intent]
    return Figures(
        accuracy=len(right) / len(inside),
        accuracy_kept=None if mark is None else sum(sure >= mark for sure in right) / len(inside),
        outside_found=None if mark is None or not outside else 1 - _at_least(outside, mark),
        auroc=auroc([sure for _, (_, sure) in inside], outside) if outside else None,
        train_seconds=seconds,
        ms=ms,
    )


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """How often one of `higher` is above one of `lower`; a tie counts half."""
    from scipy.stats import rankdata

    ranks = rankdata([*higher, *lower])[: len(higher)]
    most = len(higher) * len(lower)
    return float((ranks.sum() - len(higher) * (len(higher) + 1) / 2) / most)


def together(draws: Sequence[dict[str, float | None]]) -> dict[str, dict[str, float] | None]:
    """The mean of each figure over the draws, and how far draws lie apart (standard deviation)."""
    found: dict[str, dict[str, float] | None] = {}
    for name in draws[0]:
        values = [value for draw in draws if (value := draw[name]) is not None]
        spread = stdev(values) if len(values) > 1 else 0.0
        found[name] = {"mean": round(fmean(values), 4), "spread": round(spread, 4)} if values else None
    return found


def _at_least(values: Sequence[float], mark: float) -> float:
    return sum(value >= mark for value in values) / max(len(values), 1)
