"""EXPLAIN: the stages of a plan as a tree, and what each did in one run."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from gateway.execution.plan import Plan, Selection, Stage

__all__ = ["Node", "Recorder", "current", "drawn", "tree"]


@dataclass(slots=True, eq=False)
class Node:
    """One stage. Units: ``began_ms`` since the operation began, ``took_ms`` until all its sources had a result.

    ``keys`` lead from the results of the stage above to its field in the response. ``sources`` counts the objects that
    it was asked for, all at once; ``failed`` those of them that got an error. ``notes`` are those of whoever executes.
    """

    keys: list[str]
    field: str
    type: str
    how: str
    function: str
    after: list[Node] = dataclasses.field(default_factory=list)
    sources: int = 0
    failed: int = 0
    began_ms: float | None = None
    took_ms: float | None = None
    notes: dict[str, Any] = dataclasses.field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is shown in ``extensions``."""
        shown: dict[str, Any] = {
            "path": ".".join(self.keys),
            "field": self.field,
            "type": self.type,
            "filledBy": self.how,
            "function": self.function,
        }
        if self.began_ms is not None and self.took_ms is not None:
            shown |= {
                "sources": self.sources,
                "failed": self.failed,
                "beganMs": round(self.began_ms, 3),
                "tookMs": round(self.took_ms, 3),
            }
        return {**shown, **self.notes, "then": [each.as_json() for each in self.after]}


class Recorder:
    """Records one run of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.roots = tree(plan)
        self._nodes: dict[int, Node] = {}
        self._began_s = time.perf_counter()
        _number(plan.first, self.roots, self._nodes)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the record as it is shown in ``extensions``."""
        return [each.as_json() for each in self.roots]

    @contextmanager
    def stage(self, stage: Stage, sources: int) -> Iterator[Node]:
        """Record one stage; within it, ``current`` is its node."""
        node = self._nodes[stage.number]
        node.sources = sources
        began_s = time.perf_counter()
        node.began_ms = 1000 * (began_s - self._began_s)
        before = _CURRENT.set(node)
        try:
            yield node
        finally:
            _CURRENT.reset(before)
            node.took_ms = 1000 * (time.perf_counter() - began_s)


_CURRENT: Final[ContextVar[Node | None]] = ContextVar("gateway_execution_node", default=None)


def current() -> Node | None:
    """Return the node of the stage that runs in this task, if one is recorded."""
    return _CURRENT.get()


def tree(plan: Plan) -> list[Node]:
    """Return the stages of a plan as trees, those of the root's own fields first."""
    nodes = {stage.number: _node(stage) for stage in plan.stages}
    for stage in plan.stages:
        nodes[stage.number].after = [nodes[each.number] for each in stage.after]
        for selection in stage.field.selections.values():
            _name(selection, [], nodes)
    _name(plan.root, [], nodes)
    return [nodes[stage.number] for stage in plan.first]


def drawn(nodes: list[Node]) -> str:
    """Draw trees in lines of text."""
    return "\n".join(line for node in nodes for line in _lines(node, "", ""))


def _node(stage: Stage) -> Node:
    shown = stage.field
    function: Any = shown.filling.function
    name = f"{function.__module__}.{function.__qualname__}" if hasattr(function, "__qualname__") else repr(function)
    return Node(
        [shown.key],
        f"{shown.parent.name}.{shown.name}",
        str(shown.definition.type),
        shown.filling.how.value,
        name,
    )


def _name(selection: Selection, above: list[str], nodes: dict[int, Node]) -> None:
    """Tell each stage in a selection by which keys it is reached."""
    for shown in selection.fields:
        keys = [*above, shown.key]
        if shown.stage is not None:
            nodes[shown.stage.number].keys = keys
        else:
            for below in shown.selections.values():
                _name(below, keys, nodes)


def _number(stages: list[Stage], nodes: list[Node], found: dict[int, Node]) -> None:
    for stage, node in zip(stages, nodes, strict=True):
        found[stage.number] = node
        _number(stage.after, node.after, found)


def _lines(node: Node, first: str, rest: str) -> Iterator[str]:
    yield f"{first}{'.'.join(node.keys)}: {node.type}   {node.how} {node.function}"
    for place, each in enumerate(node.after):
        last = place == len(node.after) - 1
        yield from _lines(each, f"{rest}{'└─ ' if last else '├─ '}", f"{rest}{'   ' if last else '│  '}")
