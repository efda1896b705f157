"""A client reaches only its own graph: every argument that takes a key is tried with a stranger's keys.

The arguments come from the schema and the keys from all that the stranger sees of themselves, so a new way in is
covered by being there. Somebody else's object must look exactly like one that does not exist.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

from graphql import GraphQLSchema

from tests.graphql.conftest import DEMO, EMPLOYEE, SECOND, WITHOUT_SCOPES, Graph, client
from tests.graphql.operations import KeyArgument, key_arguments, selection

DEPTH = 2

WAYS_IN = {
    "node(id)",
    "nodes(ids)",
    "policy(number)",
    "claim(number)",
    "findClient(by.policyNumber)",
    "findClient(by.phone)",
    "findClient(by.email)",
}
"""What is known to take a key; the city of a workshop is tried as well."""

CURSORS = {"after", "before"}
"""A cursor is a place in the viewer's own list, whoever made it: well formed or not, it shows nobody else."""


def leaves(value: Any) -> Iterator[str]:
    """Walk all texts of an answer."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if not name.endswith("__typename"):
                yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str):
        yield value


def graphql_schema(graph: Graph) -> GraphQLSchema:
    """The schema as graphql-core has it."""
    return graph.execution.schema


async def everything_of(graph: Graph, isn: Any) -> set[str]:
    """Every text that a client sees when asking for all there is."""
    schema = graphql_schema(graph)
    viewer = schema.query_type.fields["viewer"] if schema.query_type else None
    assert viewer is not None
    answer = await graph.ask(client(isn), f"{{ viewer {selection(schema, viewer.type, 7)} }}")
    assert answer["errors"] == []
    return set(leaves(answer["data"]))


def looks_like_a_key(text: str) -> bool:
    """Leave out dates, sums, file names and prose: they open nothing."""
    plain = re.compile(r"\d{4}-\d\d-\d\d.*|[-\d.,\s₽]{1,24}|.*\.pdf")
    return bool(re.search(r"\d|@|^[A-Za-z0-9_-]{12,}$", text)) and not plain.fullmatch(text)


def missing_like(key: str) -> str:
    """Make a key of the same form that belongs to nobody."""
    padded = key + "=" * (-len(key) % 4)
    try:
        type_name, _, internal = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").partition(":")
    except ValueError:
        type_name = internal = ""
    if internal and type_name.isalpha():
        changed = f"{type_name}:{mirrored(internal)}"
        return base64.urlsafe_b64encode(changed.encode()).decode().rstrip("=")
    return "nobody@example.org" if "@" in key else mirrored(key)


def mirrored(key: str) -> str:
    """Change the last digits, so that length and alphabet stay."""
    tail = key[-4:]
    return key[:-4] + "".join(str(9 - int(each)) if each.isdigit() else each for each in tail)


async def test_a_strangers_keys_open_nothing_whatever_argument_takes_them(graph: Graph) -> None:
    schema = graphql_schema(graph)
    own, strangers = await everything_of(graph, DEMO), await everything_of(graph, SECOND)
    keys = sorted(filter(looks_like_a_key, strangers - own))
    assert len(keys) > 12
    tried: set[str] = set()
    for argument in key_arguments(schema):
        for key in keys:
            tried.add(str(argument))
            theirs = await graph.ask(client(DEMO), argument.operation(schema, DEPTH), key=key)
            nobodys = await graph.ask(client(DEMO), argument.operation(schema, DEPTH), key=missing_like(key))
            if argument.name not in CURSORS:
                assert theirs == nobodys, f"{argument} tells a stranger's key from a missing one"
            assert not (set(leaves(theirs["data"])) & (strangers - own)), f"{argument} shows a stranger's data"
    assert tried >= WAYS_IN


async def test_the_same_keys_do_open_for_their_owner_so_the_test_above_can_fail(graph: Graph) -> None:
    schema = graphql_schema(graph)
    keys = sorted(filter(looks_like_a_key, await everything_of(graph, SECOND)))
    opened = {
        str(argument) for argument in key_arguments(schema) for key in keys if await opens(graph, SECOND, argument, key)
    }
    assert opened >= {"node(id)", "nodes(ids)", "policy(number)", "claim(number)"}


async def opens(graph: Graph, isn: Any, argument: KeyArgument, key: str) -> bool:
    """Whether a key gives its owner an object."""
    answer = await graph.ask(client(isn), argument.operation(graphql_schema(graph), 1), key=key)
    return any(leaves(answer["data"])) if answer["data"] else False


async def test_nobody_signed_in_opens_nothing(graph: Graph) -> None:
    schema = graphql_schema(graph)
    keys = sorted(filter(looks_like_a_key, await everything_of(graph, DEMO)))[::3]
    for argument in key_arguments(schema):
        for key in keys:
            answer = await graph.ask(None, argument.operation(schema, 1), key=key)
            assert not any(leaves(answer["data"]))


async def test_an_employee_without_scopes_finds_nobody_and_asks_nothing(graph: Graph) -> None:
    schema = graphql_schema(graph)
    keys = sorted(filter(looks_like_a_key, await everything_of(graph, DEMO)))[::3]
    for argument in key_arguments(schema):
        if argument.path[0] != "findClient":
            continue
        for key in keys:
            before = graph.upstream_calls
            answer = await graph.ask(WITHOUT_SCOPES, argument.operation(schema, DEPTH), key=key)
            assert answer["data"] == {"findClient": None}
            assert [error["message"] for error in answer["errors"]] == ["Forbidden"]
            assert graph.upstream_calls == before


async def test_an_employee_without_scopes_sees_no_more_than_one_with_them(graph: Graph) -> None:
    schema = graphql_schema(graph)
    secrets = await secrets_of(graph, DEMO)
    keys = sorted(filter(looks_like_a_key, await everything_of(graph, DEMO)))[::3]
    for argument in key_arguments(schema):
        for key in keys:
            answer = await graph.ask(WITHOUT_SCOPES, argument.operation(schema, DEPTH), key=key)
            seen = set(leaves(answer["data"]))
            assert not any(secret in text for text in seen - {key} for secret in secrets), str(argument)


async def secrets_of(graph: Graph, isn: Any) -> set[str]:
    """What tells who a client is."""
    profile = await graph.ask(
        client(isn), "{ viewer { client { profile { name { last } birthDate phone { value } email { value } } } } }"
    )
    return set(leaves(profile["data"]))


async def test_an_employee_never_sees_a_person_whole(graph: Graph) -> None:
    schema = graphql_schema(graph)
    query = f"""query All($id: ID!) {{ node(id: $id) {{ ... on Client
        {selection(schema, schema.type_map["Client"], 7)} }} }}"""  # type: ignore[arg-type]
    profile = await graph.ask(
        client(DEMO),
        "{ viewer { client { id profile { name { last } birthDate phone { value } email { value } } } } }",
    )
    person = profile["data"]["viewer"]["client"]
    secrets = set(leaves(person["profile"]))
    assert len(secrets) == 4

    answer = await graph.ask(EMPLOYEE, query, id=person["id"])

    assert answer["errors"] == []
    seen = set(leaves(answer["data"]))
    assert not seen & secrets
    assert not any(secret in text for text in seen for secret in secrets)
