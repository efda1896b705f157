"""From a document and an operation to a plan.

Fields are collected by graphql-core's own functions, so merging, fragments, type conditions and directives are the
reference's. ``@skip`` and ``@include`` are decided here: a plan is made for one choice of their variables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from gateway.execution.arguments import Arguments
from gateway.execution.filling import class_of, filling_of
from gateway.execution.plan import Field, Plan, Selection, Stage

__all__ = ["MOST_FIELDS", "Unsupported", "directive_variables", "planned"]

MOST_FIELDS: Final = 5_000
"""Fields of a plan, those of each possible type counted: past it the reference executes."""

CONDITIONS: Final = frozenset({"skip", "include"})
INCREMENTAL: Final = frozenset({"defer", "stream"})
NO_PROPAGATION: Final = "experimental_disableErrorPropagation"


class Unsupported(Exception):
    """An operation that the reference has to execute. ``reason`` is one of a few words, fit for a metric's label."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Directives:
    """Names of the directives in an operation and the fragments that it spreads, and the variables of conditions."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self.spread: dict[str, FragmentDefinitionNode] = {}
        self.variables: dict[str, None] = {}
        self.names: set[str] = set()

    def look(self, node: Any) -> None:
        """Look at a definition or a selection, and at all in it."""
        for directive in node.directives or ():
            self.names.add(directive.name.value)
            if directive.name.value in CONDITIONS:
                for argument in directive.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        self.variables[argument.value.name.value] = None
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name in self._fragments and name not in self.spread:
                self.spread[name] = self._fragments[name]
                self.look(self._fragments[name])
            return
        selection_set = getattr(node, "selection_set", None)
        if selection_set is not None:
            for selection in selection_set.selections:
                self.look(selection)


def directive_variables(document: DocumentNode, operation: OperationDefinitionNode) -> tuple[str, ...]:
    """Return the variables that ``@skip`` and ``@include`` of an operation and its fragments name.

    Raises: ``Unsupported`` for directives and fragments that plans know nothing of.
    """
    seen = _Directives(
        {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    )
    seen.look(operation)
    if any(fragment.variable_definitions for fragment in seen.spread.values()):
        raise Unsupported("fragment variables")
    if seen.names & INCREMENTAL:
        raise Unsupported("defer or stream")
    if NO_PROPAGATION in seen.names:
        raise Unsupported("no error propagation")
    return tuple(seen.variables)


def planned(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    choices: Mapping[str, bool | None],
    *,
    most_fields: int = MOST_FIELDS,
) -> Plan:
    """Plan an operation for one choice of the variables in its directives.

    Raises: ``Unsupported``.
    """
    if operation.operation is OperationType.SUBSCRIPTION:
        raise Unsupported("subscription")
    return _Planner(schema, document, operation, choices, most_fields).plan()


class _Planner:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        choices: Mapping[str, bool | None],
        most_fields: int,
    ) -> None:
        self._schema = schema
        self._document = document
        self._operation = operation
        self._variables = VariableValues({}, dict(choices))
        self._fragments = {
            each.name.value: FragmentDetails(each)
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        self._most_fields = most_fields
        self._fields = 0
        self._selections = 0
        self._stages: list[Stage] = []

    def plan(self) -> Plan:
        root_type = self._schema.get_root_type(self._operation.operation)
        if root_type is None:
            raise Unsupported("no root type")
        try:
            collected = collect_fields(self._schema, self._fragments, self._variables, root_type, self._operation)
        except GraphQLError:
            # A condition is null, and the error that of the whole answer: the reference words it, and calls nobody.
            raise Unsupported("condition without a value") from None
        wave = _Wave(depth=0, is_root=True)
        root = self._selection(root_type, collected.grouped_field_set, wave)
        root.needs_path = True  # the outermost place, where errors that find no other end up
        fragments = {name: each.definition for name, each in self._fragments.items()}
        return Plan(
            self._schema, self._document, self._operation, fragments, root, self._stages, wave.stages, self._fields
        )

    def _selection(
        self, type_: GraphQLObjectType, grouped: Mapping[str, Sequence[FieldDetails]], wave: _Wave
    ) -> Selection:
        selection = Selection(self._selections, type_)
        self._selections += 1
        for key, details in grouped.items():
            field = self._field(type_, key, details, len(selection.fields), wave)
            if field is not None:
                selection.fields.append(field)
        selection.needs_path = any(_needs_path(field) for field in selection.fields)
        return selection

    def _field(
        self, parent: GraphQLObjectType, key: str, details: Sequence[FieldDetails], position: int, wave: _Wave
    ) -> Field | None:
        self._fields += 1
        if self._fields > self._most_fields:
            raise Unsupported("too many fields")
        nodes = [each.node for each in details]
        name = nodes[0].name.value
        definition = self._schema.get_field(parent, name)
        if definition is None:
            return None
        filling = filling_of(parent, name, definition, is_root=wave.is_root)
        arguments = Arguments(definition, nodes[0])
        field = Field(self._fields, key, position, name, parent, definition, nodes, filling, arguments)
        below = wave
        if filling.how.takes_a_stage:
            field.stage = Stage(len(self._stages), field, wave.depth)
            self._stages.append(field.stage)
            wave.stages.append(field.stage)
            below = _Wave(wave.depth + 1, stages=field.stage.after)
        elif wave.is_root:
            # Below the root's plain fields the same values stand as below the root, but no longer a root type's.
            below = _Wave(wave.depth, stages=wave.stages)
        named = get_named_type(definition.type)
        types = _object_types(self._schema, named)
        for type_ in types:
            field.selections[type_.name] = self._below(type_, details, below)
        field.told_apart = _told_apart(named, types) and not any(each.error for each in field.selections.values())
        return field

    def _below(self, type_: GraphQLObjectType, details: Sequence[FieldDetails], wave: _Wave) -> Selection:
        # The same nodes for the same type within one stage's results are one selection: their sources share its stages.
        known = (type_.name, tuple(id(each.node) for each in details))
        if known not in wave.selections:
            wave.selections[known] = self._collected(type_, details, wave)
        return wave.selections[known]

    def _collected(self, type_: GraphQLObjectType, details: Sequence[FieldDetails], wave: _Wave) -> Selection:
        try:
            collected = collect_subfields(
                self._schema, self._fragments, self._variables, self._operation, type_, list(details)
            )
        except GraphQLError as error:  # a condition is null
            unknown = self._selection(type_, {}, wave)
            unknown.error = error
            return unknown
        return self._selection(type_, collected.grouped_field_set, wave)


class _Wave:
    """What is read from the results of one stage."""

    def __init__(self, depth: int, *, stages: list[Stage] | None = None, is_root: bool = False) -> None:
        self.depth = depth
        self.is_root = is_root
        self.stages: list[Stage] = [] if stages is None else stages
        self.selections: dict[tuple[str, tuple[int, ...]], Selection] = {}


def _needs_path(field: Field) -> bool:
    if field.stage is not None or not field.told_apart:
        return True
    return any(selection.needs_path for selection in field.selections.values())


def _told_apart(named: Any, types: Sequence[GraphQLObjectType]) -> bool:
    """Whether the class of a value tells its type: that of an object type is known unless it wants to be asked."""
    if is_abstract_type(named):
        classes = [class_of(type_) for type_ in types]
        return None not in classes and not _related(classes)
    return all(type_.is_type_of is None or class_of(type_) is not None for type_ in types)


def _related(classes: Sequence[type | None]) -> bool:
    """Whether an instance of one class would be one of another: then the order of the types tells."""
    known = [cls for cls in classes if cls is not None]
    return any(
        issubclass(one, other) for place, one in enumerate(known) for other in known[:place] + known[place + 1 :]
    )


def _object_types(schema: GraphQLSchema, named: Any) -> Sequence[GraphQLObjectType]:
    if is_object_type(named):
        return (named,)
    return tuple(schema.get_possible_types(named)) if is_abstract_type(named) else ()
