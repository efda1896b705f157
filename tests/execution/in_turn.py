"""The product's schema with resolvers that wait for what they give, so that the reference executes field after field.

The specification leaves the order of errors open, and a reference whose fields are awaited together tells them as they
come. Field after field it meets them in the order of the document, which is what compiled operations promise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from typing import Any

from graphql import ExecutionResult, GraphQLField, GraphQLObjectType, execute, parse

from schema.marks import MARK
from schema.root import build

__all__ = ["InTurn"]


class InTurn:
    """Executes as graphql-core does when nothing is to be awaited. Not for a thread in which a loop is running."""

    def __init__(self) -> None:
        self.schema = build()._schema
        self._loop: asyncio.AbstractEventLoop | None = None
        for kind in self.schema.type_map.values():
            if isinstance(kind, GraphQLObjectType):
                for field in kind.fields.values():
                    self._let_wait(field)

    def _let_wait(self, field: GraphQLField) -> None:
        resolve, mark = field.resolve, field.extensions.get(MARK, {})
        if resolve is not None and mark.keys() & {"batch", "entry"}:
            field.resolve = self._waiting(resolve)

    def _waiting(self, resolve: Callable[..., Any]) -> Callable[..., Any]:
        async def awaited(source: Any, info: Any, given: dict[str, Any]) -> Any:
            return await resolve(source, info, **given)

        def wait(source: Any, info: Any, **given: Any) -> Any:
            assert self._loop is not None
            return self._loop.run_until_complete(awaited(source, info, given))

        return wait

    def execute(self, text: str, variables: dict[str, Any], name: str | None, context: Any) -> ExecutionResult:
        """Execute an operation of a text."""
        with closing(asyncio.new_event_loop()) as self._loop:
            result = execute(
                self.schema, parse(text), variable_values=variables, context_value=context, operation_name=name
            )  # fmt: skip
        assert isinstance(result, ExecutionResult)
        return result
