"""How the tests execute operations: ``GATEWAY_EXECUTION_COMPILED=false`` has all of them interpreted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLError, parse, validate

from gateway.access.guard import refused
from gateway.access.needs import needs
from gateway.execution import Executor, chosen, operations_of
from resolvers.context import Context

__all__ = ["COMPILED", "MODE", "Execution"]

VARIABLE: Final = "GATEWAY_EXECUTION_COMPILED"
COMPILED: Final = os.environ.get(VARIABLE, "true") != "false"
MODE: Final[Mapping[str, str]] = {VARIABLE: "true" if COMPILED else "false"}


class Execution:
    """Executes texts over a schema, as the gateway does."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self.schema = schema._schema
        self.executor = Executor(self.schema, compile_documents=COMPILED)
        self.known: dict[str, tuple[DocumentNode, list[GraphQLError]]] = {}

    async def run(self, text: str, variables: Mapping[str, Any] | None = None, *, context: Any) -> ExecutionResult:
        """Execute a text; one that does not fit the schema gives its errors."""
        document, errors = self.read(text)
        if errors:
            return ExecutionResult(None, errors)
        if (operation := chosen(operations_of(document), None)) is not None and isinstance(context, Context):
            wanted = needs(self.schema, document, operation)
            if (result := refused(wanted, context.viewer, variables or {})) is not None:
                return result
        return await self.executor.execute(document, variable_values=variables, context_value=context)

    def read(self, text: str) -> tuple[DocumentNode, list[GraphQLError]]:
        """Parse and validate a text, once however often it is run."""
        if text not in self.known:
            document = parse(text)
            self.known[text] = document, validate(self.schema, document)
        return self.known[text]
