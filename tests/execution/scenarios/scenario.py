"""What a scenario is, and its two readings: all at once for the reference, some of it awaited for the executor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, build_schema

__all__ = ["Awaited", "Elsewhere", "Scenario", "Sync", "built", "fails", "nothing"]


@dataclass(frozen=True, slots=True)
class Fails:
    """A value that is raised."""

    error: Exception


def fails(message: str = "it failed") -> Fails:
    """Make a value that is raised."""
    return Fails(RuntimeError(message))


def settled(value: Any) -> Any:
    """Return a value, or raise it."""
    if isinstance(value, Fails):
        raise value.error
    return value


class Sync:
    """Nothing is awaited."""

    @staticmethod
    def now(value: Any) -> Callable[..., Any]:
        """Make a method that gives a value."""
        return lambda _info, **_arguments: settled(value)

    def later(self, value: Any) -> Callable[..., Any]:
        """Make a method whose value may be awaited."""
        return self.now(value)

    def item(self, value: Any) -> Any:
        """Make an item that may be awaited."""
        return value.error if isinstance(value, Fails) else value

    def items(self, values: Iterable[Any]) -> Any:
        """Make something to iterate over that may be awaited; a failure ends it."""
        return (settled(value) for value in values)

    def answer(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Make a function whose answer may be awaited."""
        return function


class Awaited(Sync):
    """What may be awaited is."""

    def later(self, value: Any) -> Callable[..., Any]:
        """Make a method whose value is awaited."""

        async def method(_info: Any, **_arguments: Any) -> Any:
            return settled(value)

        return method

    def item(self, value: Any) -> Any:
        """Make an item that is awaited."""

        async def awaited() -> Any:
            return settled(value)

        return awaited()

    def items(self, values: Iterable[Any]) -> Any:
        """Make something to iterate over that is awaited."""

        async def iterated() -> Any:
            for value in values:
                yield settled(value)

        return iterated()

    def answer(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Make a function whose answer is awaited."""

        async def answered(*given: Any, **named: Any) -> Any:
            return function(*given, **named)

        return answered


def nothing(*_: Any) -> Any:
    """Do nothing, give nothing."""
    return None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One test of graphql-core's execution, told anew.

    ``root`` makes the root value, ``dress`` gives the schema its functions. ``fallback`` is why graphql-core itself
    executes it; compiled if there is no reason.
    """

    name: str
    sdl: str
    query: str
    root: Callable[[Sync], Any] = nothing
    variables: dict[str, Any] | None = None
    operation: str | None = None
    dress: Callable[[GraphQLSchema, Sync], Any] = nothing
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A test of graphql-core's execution that is about something this executor does not have, and where that is."""

    name: str
    why: str


def built(scenario: Scenario, soon: Sync) -> GraphQLSchema:
    """Make the schema of a scenario."""
    schema = build_schema(scenario.sdl, assume_valid=True)
    scenario.dress(schema, soon)
    return schema
