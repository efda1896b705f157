"""What customers ask in a storm can be asked: an operation that the schema refuses would end its customer's storm."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from tests.faults.storm import browser, keeper, renewer

SDL: Final = Path(__file__).parents[3] / "schema.graphql"


def documents(module: ModuleType) -> dict[str, str]:
    """The operations that a module names."""
    texts = {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}
    return {name: value for name, value in texts.items() if value.startswith(("mutation", "query", "{"))}


ALL: Final = {
    f"{each.__name__}.{name}": text for each in (browser, keeper, renewer) for name, text in documents(each).items()
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(SDL.read_text("utf-8"))


def test_there_are_some_of_each() -> None:
    assert len(ALL) >= 12


@pytest.mark.parametrize("document", ALL.values(), ids=ALL)
def test_it_can_be_asked(schema: GraphQLSchema, document: str) -> None:
    assert validate(schema, parse(document)) == []
