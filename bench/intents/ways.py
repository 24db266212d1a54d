"""The ways compared: each learns from examples and then answers messages. Ours call the very code of the product."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.intents.measuring import Answer
from bench.intents.rasa_ways import worked
from bench.intents.sets import Said
from bench.processes import running
from nlu.embedding import Vectors, embed, embed_parts
from nlu.needs import NeedFinder, fit_head
from settings import ROOT, settings

ALONE = 60  # messages answered one at a time, to see what one takes
WITHIN = 6 * 3600.0


@dataclass(frozen=True)
class Task:
    """Something to learn and the messages to answer afterwards."""

    name: str
    train: Sequence[Said]
    test: Sequence[Said]


@dataclass(frozen=True)
class Done:
    """The answers to a task's tests, and the seconds of processor it took to learn, and ms to answer one."""

    answers: list[Answer]
    train_seconds: float
    ms: float
    epochs: int | None = None


def by_needs(tasks: Sequence[Task]) -> list[Done]:
    """As needs are read: nearest phrases and the kernel ridge joined (`nlu.needs`), the intents for topics."""
    return [_by_needs(task) for task in tasks]


def by_rasa(pipeline: str, limit: float | None = None) -> Callable[[Sequence[Task]], list[Done]]:
    """A pipeline of `bench.intents.rasa_ways` by name, in one process for all tasks; `limit`: of DIET's training."""
    return lambda tasks: _by_rasa(tasks, pipeline, limit)


def _by_needs(task: Task) -> Done:
    texts, keys = [one.text for one in task.train], [one.intent for one in task.train]
    made: list[NeedFinder] = []

    def learn() -> None:
        vectors = embed(texts)
        made.append(NeedFinder(keys, vectors, fit_head(texts, vectors, keys)))

    def answer(text: str, reading: Callable[[str, Sequence[str]], Vectors]) -> Answer:
        read = made[0].read(text, reading)
        return max(read.shares, key=lambda key: read.shares[key]), read.strength

    seconds = worked(learn)
    alone = [one.text for one in task.test[:ALONE]]
    ms = worked(lambda: [answer(text, embed_parts) for text in alone]) * 1000 / len(alone)
    return Done([answer(one.text, _remembering) for one in task.test], seconds, ms)


@cache
def _read(text: str, parts: tuple[str, ...]) -> Vectors:
    return embed_parts(text, parts)


def _remembering(text: str, parts: Sequence[str]) -> Vectors:
    """The same tests come again for other draws."""
    return _read(text, tuple(parts))


def _by_rasa(tasks: Sequence[Task], pipeline: str, limit: float | None) -> list[Done]:
    home = settings().var / "intents"
    home.mkdir(parents=True, exist_ok=True)
    jobs, answers = home / f"{pipeline}-jobs.json", home / f"{pipeline}-answers.json"
    jobs.write_text(json.dumps([_job(task, pipeline, limit) for task in tasks]), encoding="utf-8")
    answers.unlink(missing_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "bench.intents.rasa_ways", str(jobs), str(answers)]
    # Without Rasa's cache, which would find the training of another day done in no time.
    environment: Mapping[str, str] = {**settings().environment(), "RASA_MAX_CACHE_SIZE": "0"}
    with running(command, ROOT, environment, home / f"{pipeline}.log") as one:
        one.wait_for_end(WITHIN)
    return _done(answers)


def _job(task: Task, pipeline: str, limit: float | None) -> dict[str, Any]:
    return {
        "name": task.name,
        "pipeline": pipeline,
        "limit": limit,
        "train": [[one.text, one.intent] for one in task.train],
        "test": [one.text for one in task.test],
        "alone": [one.text for one in task.test[:ALONE]],
    }


def _done(path: Path) -> list[Done]:
    found = json.loads(path.read_text(encoding="utf-8"))
    return [
        Done([(intent, sure) for intent, sure in one["answers"]], one["seconds"], one["ms"], one["epochs"])
        for one in found
    ]
