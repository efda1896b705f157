"""What an operation needs of its viewer: every ``@authenticated`` and ``@requiresScopes`` on its way.

Computed from the document alone, once, so that a request costs a comparison. A type's rule counts wherever a field
leads to it; what is asked of an interface itself counts for each type that may be behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_non_null_type,
)

from schema.access import Authenticated, RequiresScopes

__all__ = ["Condition", "Conditions", "Need", "Needs", "Rule", "needs"]

DEFINITION: Final = "strawberry-definition"
"""Where Strawberry leaves its own definition of a type or field."""

Rule: TypeAlias = tuple[frozenset[str], ...]
"""Sets of scopes of which one is needed; none at all when it is enough to be signed in."""


class Condition(NamedTuple):
    """What is selected only while a variable has a value: by ``@include``, or by ``@skip`` while it has not."""

    variable: str
    default: bool | None
    value: bool


Conditions: TypeAlias = frozenset[Condition]


class Need(NamedTuple):
    """One field that is not for everybody. ``path`` is its place in an answer, without those in lists."""

    rule: Rule
    conditions: Conditions
    path: tuple[str, ...]
    node: FieldNode


class RootField(NamedTuple):
    """A key of the answer's data."""

    key: str
    conditions: Conditions
    is_nullable: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """What one operation needs.

    ``scopes`` are the rules of all its fields, conditions taken as met: whoever fits them fits the operation.
    ``fields`` and ``root`` are for telling whoever does not.
    """

    fields: tuple[Need, ...] = ()
    scopes: frozenset[Rule] = frozenset()
    root: tuple[RootField, ...] = ()


def needs(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Needs:
    """Return what a valid operation needs."""
    root_type = schema.get_root_type(operation.operation)
    if root_type is None:
        return Needs()
    walk = _Walk(
        schema,
        {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)},
        _defaults(operation),
    )
    walk.selections(operation.selection_set, root_type, frozenset(), ())
    # One error is told of a place, however many rules it breaks.
    found = tuple({(each.rule, each.conditions, each.path): each for each in walk.found}.values())
    return Needs(found, frozenset(each.rule for each in found if each.rule), tuple(dict.fromkeys(walk.root)))


def _defaults(operation: OperationDefinitionNode) -> dict[str, bool | None]:
    values = {each.variable.name.value: each.default_value for each in operation.variable_definitions or ()}
    return {name: value.value if isinstance(value, BooleanValueNode) else None for name, value in values.items()}


@dataclass(slots=True)
class _Walk:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    defaults: Mapping[str, bool | None]
    found: list[Need] = field(default_factory=list)
    root: list[RootField] = field(default_factory=list)
    seen: set[tuple[str, Conditions, bool]] = field(default_factory=set)

    def selections(
        self, node: SelectionSetNode, parent: GraphQLNamedType, conditions: Conditions, path: tuple[str, ...]
    ) -> None:
        for selection in node.selections:
            met = self._conditions(selection.directives, conditions)
            if met is None:
                continue
            match selection:
                case FieldNode():
                    self._field(selection, parent, met, path)
                case InlineFragmentNode():
                    named = selection.type_condition
                    inner = self.schema.type_map[named.name.value] if named else parent
                    self._narrowed(selection.selection_set, inner, met, path)
                case FragmentSpreadNode():
                    self._spread(selection.name.value, met, path)

    def _spread(self, name: str, conditions: Conditions, path: tuple[str, ...]) -> None:
        # Once for each set of conditions; a rule that is broken anywhere is broken.
        place = (name, conditions, not path)
        if place in self.seen:
            return
        self.seen.add(place)
        fragment = self.fragments[name]
        inner = self.schema.type_map[fragment.type_condition.name.value]
        self._narrowed(fragment.selection_set, inner, conditions, path)

    def _narrowed(
        self, node: SelectionSetNode, kind: GraphQLNamedType, conditions: Conditions, path: tuple[str, ...]
    ) -> None:
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                # The type's own rule stands at the field that is asked of it.
                met = self._conditions(selection.directives, conditions)
                if met is not None:
                    self._note(_rules(kind), met, (*path, _key(selection)), selection)
        self.selections(node, kind, conditions, path)

    def _field(self, node: FieldNode, parent: GraphQLNamedType, conditions: Conditions, path: tuple[str, ...]) -> None:
        name, here = node.name.value, (*path, _key(node))
        owners = [each for each in self._concrete(parent) if name in each.fields]
        definition: GraphQLField | None = getattr(parent, "fields", {}).get(name)
        if not path:
            nullable = definition is not None and not is_non_null_type(definition.type)
            self.root.append(RootField(here[0], conditions, nullable))
        for owner in owners:
            own = _rules(owner) if is_abstract_type(parent) else ()
            self._note((*own, *_rules(owner.fields[name])), conditions, here, node)
        if definition is None:
            return
        self._note(_rules(definition), conditions, here, node)
        inner = get_named_type(definition.type)
        self._note(_rules(inner), conditions, here, node)
        if node.selection_set is not None:
            self.selections(node.selection_set, inner, conditions, here)

    def _note(self, rules: tuple[Rule, ...], conditions: Conditions, path: tuple[str, ...], node: FieldNode) -> None:
        self.found.extend(Need(rule, conditions, path, node) for rule in rules)

    def _concrete(self, kind: GraphQLNamedType) -> list[GraphQLObjectType]:
        """Return the types that a value of the type may be of."""
        if is_abstract_type(kind):
            return list(self.schema.get_possible_types(kind))
        return [kind] if isinstance(kind, GraphQLObjectType) else []

    def _conditions(self, directives: tuple[DirectiveNode, ...] | None, outer: Conditions) -> Conditions | None:
        """Return what must be met for a selection to be in the answer, None when it never is."""
        conditions = set(outer)
        for directive in directives or ():
            if directive.name.value not in {"skip", "include"}:
                continue
            wanted = directive.name.value == "include"
            value = directive.arguments[0].value if directive.arguments else None
            if isinstance(value, BooleanValueNode) and value.value is not wanted:
                return None
            if isinstance(value, VariableNode):
                name = value.name.value
                conditions.add(Condition(name, self.defaults.get(name), wanted))
        return frozenset(conditions)


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _rules(declared: GraphQLNamedType | GraphQLField) -> tuple[Rule, ...]:
    definition: Any = declared.extensions.get(DEFINITION)
    return tuple(_said(getattr(definition, "directives", None) or ()))


def _said(directives: Any) -> Iterator[Rule]:
    for each in directives:
        if isinstance(each, Authenticated):
            yield ()
        elif isinstance(each, RequiresScopes):
            yield tuple(frozenset(inner) for inner in each.scopes)
