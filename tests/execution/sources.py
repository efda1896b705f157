"""What objects of the world are made from: instances of classes, mappings, and the fate that decides their fields."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

__all__ = ["CLASSES", "Audiobook", "Context", "Fate", "Source", "child_key", "context_of", "key_of"]


@dataclass(frozen=True, slots=True)
class Fate:
    """Decides every field's outcome. ``trouble`` is the chance in a hundred that something goes wrong."""

    seed: int = 0
    trouble: int = 0


@dataclass(slots=True)
class Context:
    """A request: its fate, what its mutations did in their order, and what was asked of each field."""

    fate: Fate = Fate()
    log: list[str] = field(default_factory=list)
    places: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)


class Source:
    """An object known by a key: any attribute is the outcome of the field it is named for.

    ``its_name`` is what an attribute mark reads, ``name`` what the default resolver reads.
    """

    __slots__ = ("context", "key")
    outcome: ClassVar[Callable[..., Any]]
    type_name: ClassVar[str] = ""
    takes_arguments: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, key: str, context: Context) -> None:
        self.key = key
        self.context = context

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        field_name = name.removeprefix("its_")
        if field_name in self.takes_arguments:
            return lambda info, **arguments: self.outcome(field_name, arguments)
        return self.outcome(field_name, {})


class Author(Source):
    """A person."""

    __slots__ = ()


class Book(Source):
    """What a person wrote."""

    __slots__ = ()


class Audiobook(Book):
    """A book that is an instance of its type's class by descent."""

    __slots__ = ()


class Shop(Source):
    """Where it is sold."""

    __slots__ = ()


class Nest(Source):
    """Anything."""

    __slots__ = ()


class Nulls(Source):
    """Every nullability."""

    __slots__ = ()


class Counter(Source):
    """What a mutation gives back."""

    __slots__ = ()


class Query(Source):
    """The root of a query."""

    __slots__ = ()


class Mutation(Source):
    """The root of a mutation."""

    __slots__ = ()


CLASSES: dict[str, type[Source]] = {
    each.__name__: each for each in (Author, Book, Shop, Nest, Nulls, Counter, Query, Mutation)
}


def key_of(source: Any) -> str:
    """Name a source, whatever it is."""
    if isinstance(source, Source):
        return source.key
    if isinstance(source, dict):
        return str(source.get("key", "?"))
    return f"{type(source).__name__}"


def context_of(source: Any) -> Context:
    """Return the request a source belongs to; a stray value belongs to one without trouble."""
    if isinstance(source, Source):
        return source.context
    if isinstance(source, dict) and "context" in source:
        context: Context = source["context"]
        return context
    return Context()


def child_key(*parts: str) -> str:
    """Name what a field gives, shortly."""
    return f"{zlib.crc32(chr(31).join(parts).encode()):08x}"
