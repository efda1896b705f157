"""How a field gets its values, read from the plain marks that a schema carries.

A schema marks ``GraphQLField.extensions["execution"]`` with a dict of one of these, and may add ``"arguments"``, which
turns graphql-core's coerced arguments into those of the function:

- ``{"attribute": name}``: that attribute of the source, which must have it
- ``{"inline": function}``: ``function(source, context, **arguments)``, which awaits nothing and changes nothing
- ``{"batch": function}``: ``await function(sources, context, **arguments)``, one result or exception a source, in order
- ``{"entry": function}``: ``await function(context, **arguments)``, for fields of a root type

An unmarked field is filled by its ``resolve``, once a source, or by graphql-core's default resolver.

A type marks ``GraphQLObjectType.extensions["execution"]`` with ``{"class": cls}`` when its values are the instances of
that class, and ``is_type_of`` says just that. A scalar marks itself with ``{"json": cls}`` when orjson writes the
instances of just that class as the scalar serializes them, or with ``{"text": (cls, function)}`` when it serializes
each of them as that function does, which gives a text or raises; an enum marks itself with ``{"members": cls}`` when
its values are the members of that Python enum, shown by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from graphql import GraphQLField, GraphQLObjectType, default_field_resolver, is_introspection_type

__all__ = ["MARK", "Filling", "How", "class_of", "filling_of"]

MARK: Final = "execution"
META_FIELDS: Final = frozenset({"__schema", "__type"})


class How(Enum):
    """Ways to fill a field."""

    ATTRIBUTE = "attribute"
    INLINE = "inline"
    BATCH = "batch"
    ENTRY = "entry"
    RESOLVER = "resolver"
    DEFAULT = "default"
    META = "meta"
    TYPENAME = "typename"

    @property
    def takes_a_stage(self) -> bool:
        """Whether values come from a call for all sources at once, and may have to be awaited."""
        return self in STAGED


STAGED: Final = frozenset({How.BATCH, How.ENTRY, How.RESOLVER})


@dataclass(frozen=True, slots=True)
class Filling:
    """How one field is filled.

    ``function`` is that of the mark or the resolver; ``convert`` prepares its arguments; ``attribute`` is what is read
    of a source without a function.
    """

    how: How
    function: Callable[..., Any]
    attribute: str = ""
    convert: Callable[[dict[str, Any]], dict[str, Any]] | None = None


def filling_of(parent: GraphQLObjectType, name: str, field: GraphQLField, *, is_root: bool) -> Filling:
    """Read how a field of an object type is filled. Raises: ``ValueError`` for a mark that names no known way."""
    if name == "__typename":
        return Filling(How.TYPENAME, default_field_resolver)
    if name in META_FIELDS or is_introspection_type(parent):
        return Filling(How.META, field.resolve or default_field_resolver, name)
    mark: Mapping[str, Any] | None = (field.extensions or {}).get(MARK)
    if mark is not None:
        return _marked(mark)
    if field.resolve is None and not is_root:
        return Filling(How.DEFAULT, default_field_resolver, name)
    # What a root object has may be a method with effects, so it is called once, and in its turn.
    return Filling(How.RESOLVER, field.resolve or default_field_resolver, name)


def _marked(mark: Mapping[str, Any]) -> Filling:
    convert = mark.get("arguments")
    if (attribute := mark.get("attribute")) is not None:
        return Filling(How.ATTRIBUTE, default_field_resolver, attribute)
    for how in (How.INLINE, How.BATCH, How.ENTRY):
        if (function := mark.get(how.value)) is not None:
            return Filling(how, function, convert=convert)
    msg = f"a mark names attribute, inline, batch or entry, not {sorted(mark)}"
    raise ValueError(msg)


def class_of(type_: GraphQLObjectType) -> type | None:
    """Return the class whose instances a type shows, if it says so."""
    found: type | None = (type_.extensions or {}).get(MARK, {}).get("class")
    return found
