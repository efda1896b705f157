"""Cases by number: the number decides the document, its fate and how the fields are filled."""

from __future__ import annotations

from random import Random
from typing import Final

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from tests.execution.choices import Seeded
from tests.execution.documents import Written, write
from tests.execution.reference import Case
from tests.execution.sources import Fate
from tests.execution.world import VARIATIONS, reference_schema

__all__ = ["TROUBLE", "case_of", "numbered", "valid"]

TROUBLE: Final = (0, 0, 3, 3, 10, 30)


def valid(schema: GraphQLSchema, written: Written) -> DocumentNode | None:
    """Parse a document; nothing if it is not valid."""
    document = parse(written.text)
    errors: list[GraphQLError] = validate(schema, document)
    return None if errors else document


def case_of(written: Written, fate: Fate) -> Case | None:
    """Make a case of a document, if it is valid."""
    document = valid(reference_schema(), written)
    if document is None:
        return None
    return Case(document, written.variables, written.operation_name, fate)


def numbered(number: int) -> tuple[Case | None, int]:
    """Return the case of a number and the variation of the schema it runs on."""
    dice = Random(number)
    fate = Fate(dice.randrange(1 << 30), dice.choice(TROUBLE))
    return case_of(write(reference_schema(), Seeded(number)), fate), dice.randrange(VARIATIONS)
