"""Rasa's graph runs in the right order, each node once, with the same results as Rasa's own runner."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.straight import StraightRunner, in_order

NEEDS = {"words": {"text": "message"}, "meaning": {"words": "words"}, "kind": {"a": "words", "b": "meaning"}, "no": {}}


class Graph:
    """What a runner asks of Rasa's schema."""

    target_names = ["kind"]

    def __init__(self) -> None:
        self.nodes = {name: SimpleNamespace(needs=needs) for name, needs in NEEDS.items()}

    def minimal_graph_schema(self, _targets):
        return self


@pytest.fixture
def runner():
    """A runner of four nodes that note that they ran; "no" is nobody's need."""
    made = StraightRunner.__new__(StraightRunner)
    made.ran = []

    def node(name):
        return lambda *given: (made.ran.append(name), (name, f"{name}({','.join(value for _, value in given)})"))[1]

    made._graph_schema, made._instantiated_nodes = Graph(), {name: node(name) for name in NEEDS}
    return made


def test_each_node_runs_once_after_what_it_needs(runner):
    assert runner.run({"message": "hello"}) == {"kind": "kind(words(hello),meaning(words(hello)))"}
    assert runner.ran == ["words", "meaning", "kind"]


def test_only_what_is_wanted_runs(runner):
    assert runner.run({"message": "hello"}, ["words"]) == {"words": "words(hello)"}
    assert runner.ran == ["words"]


def test_nothing_of_one_message_is_left_for_the_next(runner):
    runner.run({"message": "hello"})
    assert runner.run({"message": "bins"}) == {"kind": "kind(words(bins),meaning(words(bins)))"}


def test_what_a_node_raises_reaches_whoever_asked(runner):
    def broken(*_given):
        raise ValueError("no")

    runner._instantiated_nodes["meaning"] = broken
    with pytest.raises(ValueError, match="no"):
        runner.run({"message": "hello"})


def test_the_order_does_not_depend_on_how_the_graph_is_written():
    assert in_order({"b": ("a",), "a": ("message",), "c": ("a", "b")}, ("c",)) == ["a", "b", "c"]
