"""Executes operations: compiled when that is possible, by graphql-core when it is not."""

from __future__ import annotations

import inspect
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from sys import getsizeof
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    execute,
)

from gateway.execution.compiling import Compiled, compiled
from gateway.execution.planning import MOST_FIELDS, Unsupported, directive_variables, planned
from gateway.execution.plans import Plans
from gateway.execution.running import Run
from gateway.execution.variables import Variables

__all__ = ["Executor", "chosen", "operations_of"]

FIELD_BYTES: Final = 2_500
"""What a field of a plan weighs with its code, as tracemalloc measures it."""

SLOW_FIELDS: Final = 150
SLOW_TOKENS: Final = 600
"""Sizes from which compiling goes to a thread, so that it holds nobody else up."""

MOST_CHOICES: Final = 16
"""Plans of one operation, for different values of the variables in its conditions."""

LOG: Final = logging.getLogger(__name__)

TOKEN_BYTES: Final = 400
"""What a token of a document weighs as a piece of its tree, which plans keep alive, and with it the text."""

Reference = Callable[..., ExecutionResult | Awaitable[ExecutionResult]]


@dataclass(frozen=True, slots=True)
class _Operation:
    """What all plans of one operation share. Holding the document keeps its identity its own."""

    key: Hashable
    """Names it among all operations, of whichever parse its document is."""
    document: DocumentNode
    definition: OperationDefinitionNode
    variables: Variables
    conditions: tuple[str, ...]
    choices: set[tuple[Any, ...]] = field(default_factory=set)
    """Values of the conditions that there are plans for, or were."""


@dataclass(frozen=True, slots=True)
class _Interpreted:
    """Why the reference has to execute. Holding the document keeps its identity its own."""

    document: DocumentNode
    reason: str


class Executor:
    """Executes operations of one schema.

    What it knows of a document is found again by the ``key`` that comes with it: the same for the same text, however
    often that is parsed, and never the same for another, as a cryptographic hash is. Without one the document is known
    by its identity.

    ``fallbacks`` counts, by reason, the operations that graphql-core executed instead; ``on_fallback`` hears of each.
    With ``compile_documents`` off that is all of them. With ``native_json`` values of scalars that are marked with a
    ``"json"`` class come in the data as they are: for who writes them with orjson, which writes what the scalar would.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        compile_documents: bool = True,
        most_bytes: int = 64 * 1024 * 1024,
        most_fields: int = MOST_FIELDS,
        native_json: bool = False,
        on_fallback: Callable[[str], None] = lambda _reason: None,
        reference: Reference = execute,
    ) -> None:
        self.schema = schema
        self.fallbacks: Counter[str] = Counter()
        self._compiles = compile_documents
        self._most_fields = most_fields
        self._native_json = native_json
        self._on_fallback = on_fallback
        self._reference = reference
        self._operations: Plans[_Operation | _Interpreted] = Plans(most_bytes // 2, _operation_weight)
        self._plans: Plans[Compiled | _Interpreted] = Plans(most_bytes, _plan_weight)

    async def execute(
        self,
        document: DocumentNode,
        *,
        root_value: Any = None,
        context_value: Any = None,
        variable_values: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        explain: Callable[[], None] | None = None,
        fields: int = 0,
        key: str | None = None,
    ) -> ExecutionResult:
        """Execute an operation of a valid document; errors are in the result.

        With ``explain`` its ``extensions`` tell how it was executed: the stages as trees, or why it was interpreted.
        It is called when all has been run, to write notes into the nodes that it met as ``explaining.current()``.
        ``fields`` of the operation, fragments expanded, tell whether compiling it would hold others up.
        """
        raw = variable_values or {}
        try:
            operation = await self._operation(document, operation_name, key)
            coerced = operation.variables.coerced(raw)
            if coerced.errors:
                return ExecutionResult(None, coerced.errors)
            found = await self._compiled(operation, coerced.values, fields)
        except Unsupported as unsupported:
            self.fallbacks[unsupported.reason] += 1
            self._on_fallback(unsupported.reason)
            interpreted = self._reference(
                self.schema,
                document,
                root_value=root_value,
                context_value=context_value,
                variable_values=dict(raw),
                operation_name=operation_name,
            )
            result = await interpreted if inspect.isawaitable(interpreted) else interpreted
            return _explained(result, {"compiled": False, "reason": unsupported.reason}) if explain else result
        if explain:
            recorded = await found.recorded(root_value, context_value, coerced)
            explain()
            return _explained(_result(recorded), {"compiled": True, "stages": recorded.recorder.as_json()})
        return _result(await found.run(root_value, context_value, coerced))

    async def prepare(
        self,
        document: DocumentNode,
        operation_name: str | None = None,
        variable_values: Mapping[str, Any] | None = None,
        fields: int = 0,
        key: str | None = None,
    ) -> Compiled:
        """Compile an operation before its first use.

        A condition without a value has its default, or is false. Raises: ``Unsupported``.
        """
        operation = await self._operation(document, operation_name, key)
        given = {**operation.variables.defaults, **(variable_values or {})}
        conditions = {name: given.get(name) is True for name in operation.conditions}
        return await self._compiled(operation, conditions, fields)

    async def _operation(self, document: DocumentNode, name: str | None, given: str | None) -> _Operation:
        if not self._compiles:
            raise Unsupported("off")
        # An identity is a number, so it is no key that was given.
        identity = id(document) if given is None else given
        key = (identity, name)
        found = self._operations.known(key)
        if found is None:
            found = await self._operations.made(key, lambda: self._read(document, name, identity), is_slow=False)
        if isinstance(found, _Interpreted):
            raise Unsupported(found.reason)
        return found

    def _read(self, document: DocumentNode, name: str | None, identity: int | str) -> _Operation | _Interpreted:
        definition = chosen(operations_of(document), name)
        if definition is None:
            return _Interpreted(document, "no such operation")
        try:
            conditions = directive_variables(document, definition)
        except Unsupported as unsupported:
            return _Interpreted(document, unsupported.reason)
        # One that stands alone may be asked for with its name and without.
        key = (identity, definition.name.value if definition.name else None)
        return _Operation(key, document, definition, Variables(self.schema, definition), conditions)

    async def _compiled(self, operation: _Operation, values: Mapping[str, Any], fields: int) -> Compiled:
        choices = tuple([values.get(name) for name in operation.conditions]) if operation.conditions else ()
        key = (operation.key, choices)
        found = self._plans.known(key)
        if found is None:
            if choices not in operation.choices and len(operation.choices) == MOST_CHOICES:
                # Each costs a plan, and there are as many as two to the number of conditions.
                raise Unsupported("too many conditions")
            operation.choices.add(choices)
            is_slow = fields >= SLOW_FIELDS or (operation.document.token_count or 0) >= SLOW_TOKENS
            found = await self._plans.made(key, lambda: self._compile(operation, choices), is_slow=is_slow)
        if isinstance(found, _Interpreted):
            raise Unsupported(found.reason)
        return found

    def _compile(self, operation: _Operation, choices: tuple[Any, ...]) -> Compiled | _Interpreted:
        conditions = dict(zip(operation.conditions, choices, strict=True))
        try:
            plan = planned(
                self.schema, operation.document, operation.definition, conditions, most_fields=self._most_fields
            )
            return compiled(plan, native_json=self._native_json)
        except Unsupported as unsupported:
            return _Interpreted(operation.document, unsupported.reason)
        except (GraphQLError, RecursionError, SyntaxError, MemoryError):
            LOG.warning("an operation cannot be compiled", exc_info=True)
            return _Interpreted(operation.document, "not compilable")


def operations_of(document: DocumentNode) -> tuple[OperationDefinitionNode, ...]:
    """Return the operations of a document, in its order."""
    return tuple([each for each in document.definitions if isinstance(each, OperationDefinitionNode)])


def chosen(operations: Sequence[OperationDefinitionNode], name: str | None) -> OperationDefinitionNode | None:
    """Return the operation to run (GetOperation of the specification), None when there is no telling."""
    if name is None:
        return operations[0] if len(operations) == 1 else None
    return next((each for each in operations if each.name is not None and each.name.value == name), None)


def _result(run: Run) -> ExecutionResult:
    if not run.errors:
        return ExecutionResult(run.data, None)
    data = run.errors.applied(run.data)
    return ExecutionResult(data, run.errors.told())


def _explained(result: ExecutionResult, explain: dict[str, Any]) -> ExecutionResult:
    return ExecutionResult(result.data, result.errors, {**(result.extensions or {}), "explain": explain})


def _operation_weight(operation: _Operation | _Interpreted) -> int:
    return FIELD_BYTES + _document_weight(operation.document)


def _plan_weight(plan: Compiled | _Interpreted) -> int:
    if isinstance(plan, _Interpreted):
        return FIELD_BYTES + _document_weight(plan.document)
    return FIELD_BYTES * (1 + plan.plan.fields) + _document_weight(plan.plan.document)


def _document_weight(document: DocumentNode) -> int:
    text = getsizeof(document.loc.source.body) if document.loc else 0
    return text + TOKEN_BYTES * (document.token_count or 0)
