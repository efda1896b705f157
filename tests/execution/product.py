"""Every document of this project, and the accounts and troubles that they are tried on."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from graphql import DocumentNode, GraphQLSyntaxError, OperationDefinitionNode, parse, validate

from dev.queries import load
from domain.errors import Source, SourceTimeout
from domain.viewer import Viewer
from resolvers import ids
from tests.fakes.reads import OWNED, FakeReads
from tests.fakes.requests import EMPLOYEE, client
from tests.graphql.operations import key_arguments
from tests.unit.schema.account import CLIENT, account
from tests.unit.schema.asking import EXECUTION, hundred

__all__ = ["DOCUMENTS", "SITUATIONS", "VALUES", "Situation", "found_in", "operation_names"]

ROOT: Final = Path(__file__).parents[2]
TESTS: Final = (
    "tests/unit/schema",
    "tests/unit/gateway",
    "tests/e2e",
    "tests/graphql",
    "tests/contracts",
    "tests/faults",
)
FINDING: Final = frozenset(
    {
        "clients",
        "client_lookups",
        "policies",
        "policies_by_number",
        "policies_of_holder",
        "claims",
        "claims_by_number",
        "claims_of_policy",
        "life_contracts",
        "life_contracts_of_holder",
    }
)
"""Reads that tell what there is."""

Situation = tuple[FakeReads, Viewer | None]


def without_details() -> FakeReads:
    """Let everything be found, and nothing more be said of it: errors at many places at once."""
    reads = account()
    for source, names in OWNED.items():
        for name in set(names) - FINDING:
            reads.fail(name, SourceTimeout(source, name, "no whole answer in time"))
    return reads


def without_source(source: Source) -> FakeReads:
    """Let one system say nothing."""
    reads = account()
    reads.fail_source(SourceTimeout(source, "any", "no whole answer in time"))
    return reads


HOLDINGS: Final[Mapping[str, tuple[Callable[[], FakeReads], Viewer | None]]] = {
    "client": (account, client(CLIENT)),
    "employee": (account, EMPLOYEE),
    "stranger": (account, client(7)),
    "nobody": (account, None),
    "hundred": (hundred, client(CLIENT)),
    "details fail": (without_details, client(CLIENT)),
    **{f"{each.name.lower()} fails": (partial(without_source, each), client(CLIENT)) for each in Source},
}
SITUATIONS: Final = tuple(HOLDINGS)


def found_in(name: str) -> Situation:
    """Return what there is to be read, and who asks; made anew, as reads count what they are asked."""
    reads, viewer = HOLDINGS[name]
    return reads(), viewer


def files() -> Iterator[tuple[str, str]]:
    """Read the operations that are files, and the one in the README."""
    for name, operation in load().items():
        yield name, operation.query
    for file in sorted((ROOT / "dev" / "bench" / "operations").glob("*.graphql")):
        yield f"bench {file.stem}", file.read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for number, body in enumerate(re.findall(r"-d '(\{\"query\".*?\})'", readme)):
        yield f"README {number}", json.loads(body)["query"]


def tested() -> Iterator[tuple[str, str]]:
    """Find the operations in the tests: every text in them that is a valid document."""
    for folder in TESTS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            nodes = ast.walk(ast.parse(file.read_bytes()))
            texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
            for number, text in enumerate(sorted(texts)):
                if re.match(r"\s*(\{|query\b)", text) and fitting(text):
                    yield f"{file.relative_to(ROOT)} {number}", text


def keyed() -> Iterator[tuple[str, str]]:
    """Ask for all that can be reached from each argument that takes a key."""
    for argument in key_arguments(EXECUTION.schema):
        yield f"{argument}", argument.operation(EXECUTION.schema, 2)


def fitting(text: str) -> DocumentNode | None:
    """Parse a text; nothing if it is no document for the product's schema."""
    try:
        document = parse(text)
    except GraphQLSyntaxError:
        return None
    return None if validate(EXECUTION.schema, document) else document


def operation_names(document: DocumentNode) -> list[str | None]:
    """Name the operations of a document."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    return [each.name.value if each.name else None for each in operations]


VALUES: Final[dict[str, Any]] = {
    "ids": [ids.encode("Client", CLIENT), ids.encode("Policy", 100), ids.encode("Claim", "c1"), "nonsense"],
    "id": ids.encode("Policy", 100),
    "number": "P 200",
    "policyNumber": "P100",
    "claim": "N-c1",
    "key": "P100",
    "first": 2,
}
"""Variables by name, for whatever document names them."""

DOCUMENTS: Final = {name: text for part in (files(), tested(), keyed()) for name, text in part}
