"""Rasa's graph run straight through: each node after those it needs, in an order worked out once.

Rasa hands the same small graph to Dask at every message and every prediction. Dask plans it anew each time, for
machines that share work out; here everything runs in one thread, one node after another, and always did.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner

Plan = list[tuple[str, GraphNode, tuple[str, ...]]]  # a node's name, the node, the names of what it needs


class StraightRunner(DaskGraphRunner):
    """As Rasa's own runner, without planning: the same nodes, the same inputs, the same results."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Each target's output by its name. What a node raises goes on to the caller."""
        wanted = tuple(targets or self._graph_schema.target_names)
        made: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, needed in self._plan(wanted):
            made[name] = node(*(made.get(one, one) for one in needed))
        return dict(made[name] for name in wanted)

    def _plan(self, wanted: tuple[str, ...]) -> Plan:
        plans: dict[tuple[str, ...], Plan] = self.__dict__.setdefault("_plans", {})
        if wanted not in plans:
            nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
            needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
            plans[wanted] = [(name, self._instantiated_nodes[name], needs[name]) for name in in_order(needs, wanted)]
        return plans[wanted]


def in_order(needs: dict[str, tuple[str, ...]], wanted: tuple[str, ...]) -> list[str]:
    """The names in `needs` that `wanted` stand on, and those themselves, each after all that it needs."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in needs and name not in order:
            for one in needs[name]:
                visit(one)
            order[name] = None

    for name in wanted:
        visit(name)
    return list(order)
