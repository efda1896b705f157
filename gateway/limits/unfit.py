"""What is remembered of documents that cannot be run: what is wrong with them, and neither tree nor traceback."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from sys import getsizeof
from typing import Final

from graphql import DocumentNode, GraphQLError, NameNode, OperationDefinitionNode, SelectionSetNode

__all__ = ["OPERATION_BYTES", "copied", "outline", "weight"]

ERROR_BYTES: Final = 1_000
LOCATION_BYTES: Final = 200
OPERATION_BYTES: Final = 400
"""What each weighs at most, as tracemalloc measures it, without texts."""


def copied(error: GraphQLError) -> GraphQLError:
    """Return an error that tells the same and holds nothing: neither the tree, nor the frames that it was raised in."""
    copy = GraphQLError(error.message, extensions=error.extensions)
    copy.locations = error.locations
    return copy


def outline(operations: Iterable[OperationDefinitionNode]) -> DocumentNode:
    """Return a document with the kinds and names of some operations, enough to choose one."""
    return DocumentNode(
        definitions=tuple(
            OperationDefinitionNode(
                operation=each.operation,
                name=NameNode(value=each.name.value) if each.name else None,
                selection_set=SelectionSetNode(selections=()),
            )
            for each in operations
        )
    )


def weight(errors: Sequence[GraphQLError]) -> int:
    """Estimate what errors weigh. Units: bytes."""
    return sum(ERROR_BYTES + getsizeof(error.message) + LOCATION_BYTES * len(error.locations or ()) for error in errors)
