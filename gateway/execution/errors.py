"""Errors of fields: where they stand, what they make null, and in which order they are told.

graphql-core tells errors as it meets them, depth first in the order of the document. Stages meet them in another order,
so they are sorted at the end; then, as there, an error at or below a place that an earlier one has made null is left
out.
"""

from __future__ import annotations

from typing import Any, Final

from graphql import GraphQLError, get_nullable_type, is_non_null_type, located_error
from graphql.pyutils import Path as GraphQLPath

from gateway.execution.plan import Field, Path

__all__ = ["Bubbling", "Errors", "container_of", "field_of", "graphql_path", "located", "response_path", "type_at"]

LAST: Final = 1 << 60
"""Sorts an error of a place behind those of what stands in it."""


class Bubbling(Exception):
    """A located error on its way to the nearest place that may be null. ``path`` is where it arose."""

    def __init__(self, error: GraphQLError, path: Path) -> None:
        super().__init__(error)
        self.error = error
        self.path = path


class Errors:
    """The errors of one request."""

    def __init__(self) -> None:
        self._met: list[tuple[GraphQLError, Path, Path]] = []
        self.root_is_null = False

    def __bool__(self) -> bool:
        return bool(self._met)

    def add(self, failure: Bubbling) -> None:
        """Take an error; the nearest place that may be null becomes it."""
        place = null_place(failure.path)
        self._met.append((failure.error, failure.path, place))
        self.root_is_null = self.root_is_null or place is None

    def applied(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """Return the data with everything null that has to be."""
        if self.root_is_null:
            return None
        for _, _, place in self._met:
            make_null(data, place)
        return data

    def told(self) -> list[GraphQLError]:
        """Return the errors in the order of the document, those that no longer matter left out, and let go of them.

        Their tracebacks hold the run, which must not hold them: a cycle would wait for the garbage collector.
        """
        told: list[GraphQLError] = []
        nulled: set[tuple[str | int, ...]] = set()
        for error, _, place in sorted(self._met, key=lambda met: document_order(met[1])):
            keys = tuple(response_path(place))
            if any(keys[:length] in nulled for length in range(len(keys) + 1)):
                continue
            nulled.add(keys)
            told.append(error)
        self._met.clear()
        return told


def steps(path: Path) -> list[Field | int]:
    """Return the steps from the root to a place."""
    found = []
    while path is not None:
        path, step = path
        found.append(step)
    return found[::-1]


def response_path(path: Path) -> list[str | int]:
    """Return a place as it is told to clients."""
    return [step if isinstance(step, int) else step.key for step in steps(path)]


def field_of(path: Path) -> Field:
    """Return the field whose value, or a part of it, stands at a place."""
    while path is not None:
        path, step = path
        if not isinstance(step, int):
            return step
    raise LookupError("the root is no field's value")


def graphql_path(path: Path) -> GraphQLPath | None:
    """Return a place as resolvers know it."""
    found: GraphQLPath | None = None
    for step in steps(path):
        found = (
            GraphQLPath(found, step, None) if isinstance(step, int) else GraphQLPath(found, step.key, step.parent.name)
        )
    return found


def document_order(path: Path) -> tuple[int, ...]:
    """Return what sorts places in the order of the document."""
    return (*(step if isinstance(step, int) else step.position for step in steps(path)), LAST)


def null_place(path: Path) -> Path:
    """Return the nearest place, this one or above, that may be null; None when only the whole answer may."""
    while path is not None:
        above = path[0]
        if not is_non_null_type(type_at(path)):
            return path
        path = above
    return None


def type_at(path: Path) -> Any:
    """Return the declared type of a place, which is not the root."""
    assert path is not None
    above, step = path
    return get_nullable_type(type_at(above)).of_type if isinstance(step, int) else step.definition.type


def make_null(data: Any, place: Path) -> None:
    """Set a place in the data to null, if the data reach so far."""
    container, key = container_of(data, place)
    if container is not None:
        container[key] = None


def container_of(data: Any, place: Path) -> tuple[Any, str | int]:
    """Return the object or list that a place is in, None when something above it is null, and its key there."""
    *way, last = response_path(place)
    try:
        for key in way:
            data = data[key]
    except (KeyError, IndexError, TypeError):
        return None, last
    return data or None, last


def located(error: Exception, path: Path) -> GraphQLError:
    """Return an error that knows its place and the nodes of its field."""
    return located_error(error, field_of(path).nodes, response_path(path))
