"""How long a whole answer may be kept: the least age and the strictest scope of all that its operation selects.

Computed from the document alone, so whoever remembers documents can remember it with them. Apollo's rule, and stricter
where nothing is said: such an answer is not only out of date at once, it is kept by nobody (RFC 9111, ``no-store``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

from gateway.limits.documents import Document
from schema.caching import CacheControl, CacheControlScope

__all__ = ["NOBODY", "Keeping", "Keepings", "keeping"]

DEFINITION: Final = "strawberry-definition"
"""Where Strawberry leaves its own definition of a type or field."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Who may keep an answer, and for how long: nobody if ``max_age_s`` is None; 0 is to be asked for again."""

    max_age_s: int | None
    private: bool = True

    def cache_control(self, *, signed_in: bool) -> str:
        """Return the header. What was asked with a token is kept by its sender alone, whatever it is."""
        if self.max_age_s is None:
            return "no-store"
        scope = "private" if self.private or signed_in else "public"
        return f"{scope}, {f'max-age={self.max_age_s}' if self.max_age_s else 'no-cache'}"


NOBODY: Final = Keeping(None)


@dataclass(frozen=True, slots=True)
class _Hint:
    """What one place says. Without an age it inherits, or else says nothing."""

    max_age_s: int | None = None
    private: bool | None = None
    inherits: bool = False

    def over(self, other: _Hint) -> _Hint:
        """This hint, and the other where it says nothing."""
        private = other.private if self.private is None else self.private
        aged = self if self.max_age_s is not None or self.inherits else other
        return _Hint(aged.max_age_s, private, aged.inherits)


SILENT: Final = _Hint()
INHERITED: Final = _Hint(inherits=True)


def keeping(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Keeping:
    """Return how long the answer to a valid operation may be kept. Conditions (``@skip``) are taken as met."""
    if operation.operation is not OperationType.QUERY or schema.query_type is None:
        return NOBODY
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    hints = list(_Walk(schema, fragments).selections(operation.selection_set, schema.query_type))
    if any(hint.max_age_s is None and not hint.inherits for hint in hints):
        return NOBODY
    ages = [hint.max_age_s for hint in hints if hint.max_age_s is not None]
    return Keeping(min(ages), any(hint.private for hint in hints)) if ages else NOBODY


class Keepings:
    """Remembers with each document how long answers to its operations may be kept."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: WeakKeyDictionary[Document, dict[str | None, Keeping]] = WeakKeyDictionary()

    def of(self, document: Document, operation: OperationDefinitionNode) -> Keeping:
        """Return how long the answer to an operation of a valid document may be kept."""
        known = self._known.setdefault(document, {})
        name = operation.name.value if operation.name else None
        if name not in known:
            known[name] = keeping(self._schema, document.tree, operation)
        return known[name]


@dataclass(slots=True)
class _Walk:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    seen: set[str] = field(default_factory=set)

    def selections(self, node: SelectionSetNode, parent: GraphQLNamedType) -> Iterator[_Hint]:
        for selection in node.selections:
            match selection:
                case FieldNode():
                    yield from self._field(selection, parent)
                case InlineFragmentNode():
                    named = selection.type_condition
                    inner = self.schema.type_map[named.name.value] if named else parent
                    yield from self.selections(selection.selection_set, inner)
                case FragmentSpreadNode() if selection.name.value not in self.seen:
                    self.seen.add(selection.name.value)
                    fragment = self.fragments[selection.name.value]
                    yield from self.selections(
                        fragment.selection_set, self.schema.type_map[fragment.type_condition.name.value]
                    )

    def _field(self, node: FieldNode, parent: GraphQLNamedType) -> Iterator[_Hint]:
        name = node.name.value
        if name == "__typename":
            return
        owners = [each for each in self._concrete(parent) if name in each.fields]
        if not owners:
            # __schema and __type: the next release may answer otherwise, and nobody knows when that is.
            yield SILENT
            return
        for owner in owners:
            yield from self._of(owner.fields[name], is_root=owner is self.schema.query_type)
        if node.selection_set is not None:
            declared = getattr(parent, "fields", owners[0].fields)[name]
            yield from self.selections(node.selection_set, get_named_type(declared.type))

    def _of(self, definition: GraphQLField, *, is_root: bool) -> Iterator[_Hint]:
        own, kind = _said(definition), get_named_type(definition.type)
        # A leaf is a part of its parent; a root field is a part of nothing.
        kinds = [_said(kind)] if is_composite_type(kind) else [SILENT if is_root else INHERITED]
        if is_abstract_type(kind) and kinds == [SILENT]:
            kinds = [_said(each) for each in self._concrete(kind)]
        for of_kind in kinds:
            hint = own.over(of_kind)
            yield SILENT if is_root and hint.inherits else hint

    def _concrete(self, kind: GraphQLNamedType) -> list[GraphQLObjectType]:
        """Return the types that a value of the type may be of."""
        if is_abstract_type(kind):
            return list(self.schema.get_possible_types(kind))
        return [kind] if isinstance(kind, GraphQLObjectType) else []


def _said(declared: GraphQLCompositeType | GraphQLNamedType | GraphQLField) -> _Hint:
    definition: Any = declared.extensions.get(DEFINITION)
    for directive in getattr(definition, "directives", None) or ():
        if isinstance(directive, CacheControl):
            scope = directive.scope or None
            return _Hint(
                directive.max_age if isinstance(directive.max_age, int) else None,
                None if scope is None else scope is CacheControlScope.PRIVATE,
                bool(directive.inherit_max_age),
            )
    return SILENT
