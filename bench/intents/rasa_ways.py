"""Pipelines that Rasa itself trains and runs, ours among them, in a process of their own: JSON in, JSON out.

`python -m bench.intents.rasa_ways jobs.json answers.json`; `bench.intents.asking` writes the one and reads the other.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bench.timing import tell
from settings import ROOT, settings

NOT_ABOUT_INTENTS = ("nlu.components.DetailsExtractor", "FallbackClassifier")  # read places; hide what was found
COUNTS: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]  # as `rasa init` writes them
DIET_EPOCHS = 100  # likewise
TRIED = (1, 4)  # epochs trained to learn how long one takes

Pipeline = list[dict[str, Any]]
Labelled = Sequence[Sequence[str]]  # message and intent


class Trained(NamedTuple):
    """A model in use: answers many messages at once, each with an intent and how sure it is (0 to 1)."""

    answer: Callable[[Sequence[str]], list[tuple[str, float]]]
    seconds: float
    epochs: int | None = None


def ours() -> Pipeline:
    """`config.yml` as the product trains it."""
    pipeline: Pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return [part for part in pipeline if part["name"] not in NOT_ABOUT_INTENTS]


def counts_and_regression() -> Pipeline:
    """Stock Rasa's words and letters, and the light classifier."""
    return [*COUNTS, {"name": "LogisticRegressionClassifier"}]


def counts_and_diet(epochs: int) -> Pipeline:
    """What `rasa init` gives everybody."""
    return [*COUNTS, {"name": "DIETClassifier", "epochs": epochs, "random_seed": 1}]


PIPELINES: dict[str, Callable[[], Pipeline]] = {"ours": ours, "regression": counts_and_regression}


def main(arguments: Sequence[str]) -> int:
    """Do every job of the first file and write its answers into the second."""
    from nlu import components
    from nlu.embedding import embed_one

    jobs, answers = map(Path, arguments)
    embed_one("read the model now, so that nobody's training pays for it")
    done = []
    for job in json.loads(jobs.read_text(encoding="utf-8")):
        vars(components)["embed_one"] = embed_one
        trained = _trained(job)
        ms = worked(partial(_one_by_one, trained, job["alone"])) * 1000 / len(job["alone"])
        vars(components)["embed_one"] = _remembering(embed_one)  # the same tests come again for other draws
        found = trained.answer(job["test"])
        done.append({"answers": found, "seconds": trained.seconds, "ms": ms, "epochs": trained.epochs})
        tell(f"{job['name']}: {trained.seconds:.0f} s of training, {ms:.1f} ms a message, epochs {trained.epochs}")
    answers.write_text(json.dumps(done), encoding="utf-8")
    return 0


@lru_cache(maxsize=1)
def _remembering(embed_one: Callable[[str], Any]) -> Callable[[str], Any]:
    return lru_cache(maxsize=None)(embed_one)


def _one_by_one(trained: Trained, texts: Sequence[str]) -> None:
    for text in texts:
        trained.answer([text])


def _trained(job: dict[str, Any]) -> Trained:
    if job["pipeline"] != "diet":
        return _train(PIPELINES[job["pipeline"]](), job["train"])
    few, more = (_train(counts_and_diet(epochs), job["train"]).seconds for epochs in TRIED)
    each = max((more - few) / (TRIED[1] - TRIED[0]), 0.01)
    epochs = max(TRIED[1], min(DIET_EPOCHS, int((job["limit"] - few) / each) + TRIED[0]))
    return _train(counts_and_diet(epochs), job["train"])._replace(epochs=epochs)


def _train(pipeline: Pipeline, examples: Labelled) -> Trained:
    """Through Rasa's own training; the seconds are of that call alone, from examples to a packed model."""
    from rasa.model_training import train_nlu

    with tempfile.TemporaryDirectory(prefix="fingerpost-intents-") as folder:
        here = Path(folder)
        (here / "config.yml").write_text(yaml.safe_dump({"recipe": "default.v1", "language": "en",
                                                         "assistant_id": "intents", "pipeline": pipeline}))  # fmt: skip
        # JSON, because Rasa's YAML reads brackets in a message as marks of its own.
        said = [{"text": text, "intent": intent, "entities": []} for text, intent in examples]
        (here / "nlu.json").write_text(json.dumps({"rasa_nlu_data": {"common_examples": said}}))
        paths = [str(here / name) for name in ("config.yml", "nlu.json", "")]
        seconds = worked(lambda: train_nlu(*paths, fixed_model_name="intents"))
        return Trained(_loaded(here / "intents.tar.gz"), seconds)


def worked(doing: Callable[[], Any]) -> float:
    """The seconds of processor that `doing` took: the same on a busy machine as on a quiet one."""
    began = time.process_time()
    doing()
    return time.process_time() - began


def _loaded(model: Path) -> Callable[[Sequence[str]], list[tuple[str, float]]]:
    from rasa.core.channels.channel import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
    from rasa.engine.loader import load_predict_graph_runner
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    with tempfile.TemporaryDirectory() as unpacked:
        told, runner = load_predict_graph_runner(Path(unpacked), model, LocalModelStorage, DaskGraphRunner)

    def answer(texts: Sequence[str]) -> list[tuple[str, float]]:
        given = {PLACEHOLDER_MESSAGE: [UserMessage(text) for text in texts], PLACEHOLDER_TRACKER: None}
        intents = [one.get("intent") for one in runner.run(given, targets=[told.nlu_target])[told.nlu_target]]
        return [(intent["name"] or "", float(intent["confidence"])) for intent in intents]

    return answer


if __name__ == "__main__":
    settings().prepare_libraries()
    sys.exit(main(sys.argv[1:]))
