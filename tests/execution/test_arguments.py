"""Variables and arguments are what graphql-core makes of them, at the first request and after a resolver's damage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    OperationDefinitionNode,
    Undefined,
    parse,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from gateway.execution import variables as machinery
from gateway.execution.arguments import Arguments
from gateway.execution.variables import MOST_ERRORS, Coerced, Variables
from tests.execution import values
from tests.execution.choices import Choices, Drawn, Seeded
from tests.execution.world import reference_schema

SLICE: Final = 3000
SCHEMA: Final = reference_schema()
FIELDS: Final = [
    field
    for kind in SCHEMA.type_map.values()
    if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
    for field in kind.fields.values()
    if field.args
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as a document asks for it, and the variables of a request."""

    definition: GraphQLField
    text: str
    raw: dict[str, Any]

    @property
    def operation(self) -> OperationDefinitionNode:
        (operation,) = parse(self.text).definitions
        assert isinstance(operation, OperationDefinitionNode)
        return operation


def asked(choices: Choices) -> Asked:
    """Ask for a field; now and then with another one's arguments, or with variables that somebody took away."""
    definition = choices.pick(FIELDS)
    spelled_for = choices.pick(FIELDS) if choices.chance(10) else definition
    variables = values.Variables()
    spelled = values.arguments(choices, spelled_for.args, variables)
    declared = ", ".join(each.declared for each in variables.declared.values())
    raw = {}
    for name, each in variables.declared.items():
        value = None if choices.chance(5) else each.value
        if value is not Undefined and not choices.chance(5):
            raw[name] = value
    return Asked(definition, f"query{f'({declared})' if declared else ''} {{ field{spelled.text} }}", raw)


def field_of(operation: OperationDefinitionNode) -> FieldNode:
    (node,) = operation.selection_set.selections
    assert isinstance(node, FieldNode)
    return node


def told(make: Callable[[], Any]) -> tuple[Any, str]:
    """Return what comes of something, and spell it: a value with its order and types, or an error."""
    try:
        value = make()
    except GraphQLError as error:
        return None, f"{error.message} {error.locations} {error.path} {error.original_error!r}"
    except Exception as error:  # noqa: BLE001 - whatever an input's class raises
        return None, repr(error)
    return value, repr(value)


def spelled(variables: VariableValues) -> str:
    """Spell variables and where they come from."""
    sources = {name: (str(each.signature.type), each.value) for name, each in variables.sources.items()}
    return f"{sources} {variables.coerced}"


def damage(value: Any) -> None:
    """Take everything out of what a resolver was given."""
    if isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            damage(each)
        value.clear()


class Both:
    """Compares requests for one field, and counts by which way they went."""

    def __init__(self, ways: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.ways = ways
        self._asked_reference = 0
        monkeypatch.setattr(machinery, "get_variable_values", self._by_reference)

    def _by_reference(self, *args: Any, **kwargs: Any) -> Any:
        self._asked_reference += 1
        return get_variable_values(*args, **kwargs)

    def compare(self, case: Asked) -> None:
        """Compare three requests in a row."""
        operation = case.operation
        definitions, node = operation.variable_definitions or (), field_of(operation)
        variables, arguments = Variables(SCHEMA, operation), Arguments(case.definition, node)
        for _ in range(3):
            wanted = get_variable_values(SCHEMA, definitions, case.raw, max_errors=MOST_ERRORS)
            self._asked_reference = 0
            coerced = variables.coerced(case.raw)
            if not isinstance(wanted, VariableValues):
                assert list(map(str, coerced.errors)) == list(map(str, wanted))
                return
            assert coerced.errors == []
            assert repr(coerced.values) == repr(wanted.coerced)
            at_once = not self._asked_reference
            self.ways["variables at once" if at_once else "variables by reference"] += 1
            given = self._compare_arguments(case, arguments, coerced, wanted)
            if at_once:
                damage(given)

    def _compare_arguments(self, case: Asked, arguments: Arguments, coerced: Coerced, wanted: VariableValues) -> Any:
        """Compare, and return what may be damaged: not what the reference made, whose defaults share their lists."""
        made: list[VariableValues] = []

        def full() -> VariableValues:
            made.append(coerced.full())
            return made[-1]

        got, as_told = told(lambda: arguments.of(coerced.values, full))
        _, expected = told(lambda: get_argument_values(case.definition, field_of(case.operation), wanted))
        assert as_told == expected
        assert spelled(coerced.full()) == spelled(wanted)
        self.ways["arguments by reference" if made else "arguments at once"] += 1
        return None if made else got


def test_a_slice_of_numbered_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    ways: Counter[str] = Counter()
    both = Both(ways, monkeypatch)
    for number in range(SLICE):
        both.compare(asked(Seeded(number)))
    assert all(count > SLICE / 10 for count in ways.values()), ways
    assert ways["arguments at once"] > 2 * ways["arguments by reference"], ways


@settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_hypothesis_draws(data: st.DataObject) -> None:
    case = asked(Drawn(data.draw))
    note(f"{case.text} {case.raw}")
    with pytest.MonkeyPatch.context() as monkeypatch:
        Both(Counter(), monkeypatch).compare(case)
