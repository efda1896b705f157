"""What an operation asks for, as data: selections of fields, and the stages in which fields get their values.

A *stage* is one field filled for all its sources at once, by a batch function, an entry function or resolvers. All else
is read from values that are there. The sources of a stage come from the results of one other stage, so stages form a
tree, and each starts as soon as its own sources are there.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
)

from gateway.execution.arguments import Arguments
from gateway.execution.filling import Filling, How

__all__ = ["Field", "Path", "Plan", "Selection", "Stage"]


@dataclass(slots=True, eq=False)
class Selection:
    """Fields asked of one object type, in the order of the response."""

    number: int
    type: GraphQLObjectType
    fields: list[Field] = dataclasses.field(default_factory=list)
    needs_path: bool = False
    """Whether something in it must know where it stands: it takes a stage, or is completed with care."""
    error: GraphQLError | None = None
    """Why its fields cannot be told: the error of every object that it is asked of."""


@dataclass(slots=True, eq=False)
class Field:
    """One field of a selection, merged from its nodes."""

    number: int
    key: str
    position: int
    """Place in the selection, counted from 0: the order in which errors are told."""
    name: str
    parent: GraphQLObjectType
    definition: GraphQLField
    nodes: list[FieldNode]
    filling: Filling
    arguments: Arguments
    selections: dict[str, Selection] = dataclasses.field(default_factory=dict)
    """Selection by the name of the object type that a value may have; empty for leaves."""
    stage: Stage | None = None
    told_apart: bool = True
    """Whether a value's object type is known by its class alone; if not, values are completed with care."""

    @property
    def needs_path(self) -> bool:
        """Whether its values, or something in them, must know where they stand."""
        return not self.told_apart or any(selection.needs_path for selection in self.selections.values())

    @property
    def is_constant(self) -> bool:
        """Whether its entry is the same for every source: a type's name, or what waits for its stage."""
        return self.stage is not None or self.filling.how is How.TYPENAME

    @property
    def names_types_alone(self) -> bool:
        """Whether nothing but the name of a value's type is asked for."""
        return all(each.filling.how is How.TYPENAME for sub in self.selections.values() for each in sub.fields)

    @property
    def feeds(self) -> set[int]:
        """Numbers of the stages whose sources are among its values, without going into what those give."""
        below = [each for selection in self.selections.values() for each in selection.fields]
        own = {each.stage.number for each in below if each.stage is not None}
        return own.union(*(each.feeds for each in below if each.stage is None))


@dataclass(slots=True, eq=False)
class Stage:
    """A field that is filled for all its sources at once, and the stages that wait for its results."""

    number: int
    field: Field
    depth: int
    after: list[Stage] = dataclasses.field(default_factory=list)


@dataclass(slots=True, eq=False)
class Plan:
    """A compiled operation, for one choice of the variables that ``@skip`` and ``@include`` name."""

    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    root: Selection
    stages: list[Stage]
    """All of them, by number."""
    first: list[Stage]
    """Stages of the root's own fields."""
    fields: int


Path: TypeAlias = "tuple[Any, Field | int] | None"
"""Where a value stands: what it stands in, and the field or place there; None at the root."""
