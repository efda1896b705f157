import pytest
from graphql import build_schema, parse, validate

from dev import queries
from dev.demo.files import BY_HAND, by_hand
from schema import root

OPERATIONS = queries.load()
SCHEMA = build_schema(root.build().as_str())


def test_every_file_is_listed_and_every_variable_belongs_to_an_operation() -> None:
    assert {file.stem for file in queries.FOLDER.glob("*.graphql")} == set(OPERATIONS)
    assert set(queries.variables()) <= {each.name for each in OPERATIONS.values()}


@pytest.mark.parametrize("file", OPERATIONS)
def test_the_schema_answers_what_consumers_ask(file: str) -> None:
    operation = OPERATIONS[file]
    document = parse(operation.query)
    assert validate(SCHEMA, document) == []
    (definition,) = document.definitions
    declared = {each.variable.name.value for each in definition.variable_definitions or ()}  # type: ignore[attr-defined]
    assert declared == set(operation.variables)


@pytest.mark.parametrize("name", BY_HAND)
def test_what_is_tried_by_hand_is_what_the_schema_takes(name: str) -> None:
    assert validate(SCHEMA, parse(by_hand(name))) == []
