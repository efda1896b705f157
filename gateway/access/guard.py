"""The one place where an operation is let through or not: as a whole, before any system is asked of anything.

It looks at the operation and not at who executes it, so it holds for compiled and for interpreted ones alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationDefinitionNode

from domain.errors import Forbidden, GatewayError, SignInRequired
from domain.viewer import Viewer
from gateway.access.needs import Conditions, Need, Needs, Rule, needs
from gateway.limits.documents import Document

__all__ = ["Guard", "refused"]


class Guard:
    """Remembers with each document what its operations need."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: WeakKeyDictionary[Document, dict[str | None, Needs]] = WeakKeyDictionary()

    def refused(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        viewer: Viewer | None,
        variables: Mapping[str, Any] | None,
    ) -> ExecutionResult | None:
        """Return the answer to a viewer who may not run an operation of a valid document, None to one who may."""
        return refused(self._needs(document, operation), viewer, variables or {})

    def _needs(self, document: Document, operation: OperationDefinitionNode) -> Needs:
        known = self._known.get(document)
        if known is None:
            known = self._known[document] = {}
        name = operation.name.value if operation.name else None
        found = known.get(name)
        if found is None:
            found = known[name] = needs(self._schema, document.tree, operation)
        return found


def refused(wanted: Needs, viewer: Viewer | None, variables: Mapping[str, Any]) -> ExecutionResult | None:
    """Return the answer to a viewer who lacks something: an error at each field that is not for them, and no data.

    Fields under ``@skip`` and ``@include`` count only when the variables of this request select them.
    """
    if not wanted.fields or (viewer is not None and all(fits(rule, viewer) for rule in wanted.scopes)):
        return None
    errors = [_error(each, failure) for each, failure in _lacking(wanted.fields, viewer, variables)]
    if not errors:
        return None
    root = [each for each in wanted.root if are_met(each.conditions, variables)]
    data = {each.key: None for each in root} if all(each.is_nullable for each in root) else None
    return ExecutionResult(data, errors)


def fits(rule: Rule, viewer: Viewer) -> bool:
    """Return whether somebody who is signed in has all scopes of one of the sets, where any are needed."""
    return not rule or any(scopes <= viewer.scopes for scopes in rule)


def are_met(conditions: Conditions, variables: Mapping[str, Any]) -> bool:
    """Return whether something is selected; what is no boolean selects, and is told of by whoever executes."""
    return all(variables.get(each.variable, each.default) is not (not each.value) for each in conditions)


def _lacking(
    fields: Iterable[Need], viewer: Viewer | None, variables: Mapping[str, Any]
) -> Iterator[tuple[Need, GatewayError]]:
    """Go through the outermost fields that are refused; what is below one of them is not told of again."""
    told: set[tuple[str, ...]] = set()
    for need in fields:
        if viewer is not None and fits(need.rule, viewer):
            continue
        above = any(need.path[:length] in told for length in range(1, len(need.path) + 1))
        if not above and are_met(need.conditions, variables):
            told.add(need.path)
            yield need, SignInRequired() if viewer is None else Forbidden()


def _error(need: Need, failure: GatewayError) -> GraphQLError:
    return GraphQLError(type(failure).__name__, [need.node], path=list(need.path), original_error=failure)
