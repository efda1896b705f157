"""What is compiled before anybody asks, and to whom it is told how an operation was executed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, parse

from dev.tokens import Person
from gateway.app import create_app
from gateway.execution import Unsupported
from gateway.execution.plan import Plan
from gateway.execution.planning import planned
from gateway.settings import DocumentMode, DocumentSettings, Environment, ExecutionSettings, Limits, Server
from tests.unit.gateway.asgi import Client, running
from tests.unit.gateway.documents.lists import apollo, placed, sha256
from tests.unit.gateway.world import CLIENT, EMPLOYEE, World, settings

COMPILED = ExecutionSettings(compiled=True)
INTERPRETED = ExecutionSettings(compiled=False)
HANGS_S = 20
DEVELOPMENT = Server(environment=Environment.DEVELOPMENT, public_url="http://gateway.test")
PRODUCTION = Server(environment=Environment.PRODUCTION, public_url="https://gateway.test")

POLICIES = "query Policies { viewer { client { policies { edges { node { number } } } } } }"
TWO = "query One { __typename } query Two { viewer { __typename } }"
LATER = "query Later { viewer { kind } }"
STATIONS = 'query Stations { repairStations(city: "Тверь") { name } }'


def names(compilations: list[Plan]) -> list[str]:
    """Operations that were compiled, in their order."""
    return [each.operation.name.value for each in compilations if each.operation.name is not None]


@pytest.fixture
def trusted(tmp_path: Path) -> DocumentSettings:
    folder = placed(tmp_path / "lists", {"web/1.json": apollo(POLICIES, TWO), "mobile/1.json": apollo(TWO, STATIONS)})
    return DocumentSettings(mode=DocumentMode.ONLY_TRUSTED, manifests=folder)


# Ahead of their first use


async def test_trusted_documents_are_compiled_at_start_each_once(
    world: World, compilations: list[Plan], trusted: DocumentSettings
) -> None:
    async with world.gateway(documents=trusted, execution=COMPILED):
        assert sorted(names(compilations)) == ["One", "Policies", "Stations", "Two"]
    assert world.reads.calls == {}


async def test_their_first_use_compiles_nothing(
    world: World, compilations: list[Plan], trusted: DocumentSettings
) -> None:
    async with world.gateway(documents=trusted, execution=COMPILED) as client:
        at_start = [*compilations]
        reply = await client.post({"documentId": sha256(POLICIES)}, authorization=world.bearer())
        assert "errors" not in reply.json
    assert compilations == at_start


async def test_without_lists_each_is_compiled_at_its_first_use(world: World, compilations: list[Plan]) -> None:
    async with world.gateway(execution=COMPILED) as client:
        assert compilations == []
        for _ in range(2):
            await client.post({"query": POLICIES}, authorization=world.bearer())
    assert names(compilations) == ["Policies"]


async def test_with_compilation_off_the_start_compiles_nothing(
    world: World, compilations: list[Plan], trusted: DocumentSettings
) -> None:
    async with world.gateway(documents=trusted, execution=INTERPRETED) as client:
        reply = await client.post({"documentId": sha256(POLICIES)}, authorization=world.bearer())
        assert "errors" not in reply.json
    assert compilations == []


async def test_a_trusted_document_that_cannot_be_compiled_does_not_stop_the_start(
    world: World, compilations: list[Plan], trusted: DocumentSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choosy(schema: Any, document: Any, operation: Any, *others: Any, **options: Any) -> Any:
        if operation.name.value == "Policies":
            raise Unsupported("some reason")
        return planned(schema, document, operation, *others, **options)

    monkeypatch.setattr("gateway.execution.executor.planned", choosy)
    async with world.gateway(documents=trusted, execution=COMPILED) as client:
        reply = await client.post({"documentId": sha256(POLICIES)}, authorization=world.bearer())
        assert "errors" not in reply.json
        metrics = (await client.get("/metrics")).body.decode()
    assert sorted(names(compilations)) == ["One", "Stations", "Two"]
    # Counted when it was asked for, not at start.
    assert 'reason="some reason"} 1.0' in metrics


async def test_a_failure_of_the_compiler_does_not_stop_the_start(
    world: World, compilations: list[Plan], trusted: DocumentSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(schema: Any, document: Any, operation: Any, *others: Any, **options: Any) -> Any:
        if operation.name.value == "Policies":
            raise ZeroDivisionError
        return planned(schema, document, operation, *others, **options)

    monkeypatch.setattr("gateway.execution.executor.planned", broken)
    async with world.gateway(documents=trusted, execution=COMPILED):
        pass
    assert sorted(names(compilations)) == ["One", "Stations", "Two"]
    [line] = world.lines("document not prepared")
    assert (line["graphql_document"], line["exception"]) == (sha256(POLICIES)[:16], "ZeroDivisionError")


async def test_lists_that_are_read_again_are_compiled_before_their_first_use(
    world: World, compilations: list[Plan], trusted: DocumentSettings
) -> None:
    app = create_app(
        settings(world.jwks, documents=trusted, execution=COMPILED), clock=world.clock, connect=world.connect
    )
    async with running(app) as client:
        at_start = len(compilations)
        assert trusted.manifests is not None
        placed(trusted.manifests, {"web/2.json": apollo(POLICIES, LATER)})
        app.shelf.reload_aside()
        async with asyncio.timeout(HANGS_S):
            while len(world.lines("documents prepared")) < 2:
                await asyncio.sleep(0)
        # What was on the old lists is not compiled again.
        assert names(compilations[at_start:]) == ["Later"]
        for text in (LATER, POLICIES):
            reply = await client.post({"documentId": sha256(text)}, authorization=world.bearer())
            assert "errors" not in reply.json
    assert len(compilations) == at_start + 1


# Found again


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is parsed for a request."""
    texts: list[str] = []

    def counted(text: str, **options: Any) -> DocumentNode:
        texts.append(text)
        return parse(text, **options)

    monkeypatch.setattr("gateway.limits.documents.parse", counted)
    return texts


async def test_a_document_that_was_forgotten_and_comes_again_is_parsed_and_not_compiled(
    world: World, compilations: list[Plan], parses: list[str]
) -> None:
    forgetful = Limits(document_cache_bytes=0)
    async with world.gateway(limits=forgetful, execution=COMPILED) as client:
        for _ in range(3):
            reply = await client.post({"query": POLICIES}, authorization=world.bearer())
            assert "errors" not in reply.json
    assert parses == [POLICIES] * 3
    assert names(compilations) == ["Policies"]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ viewer { " + "a: kind " * 99 + "} }"}, "DOCUMENT_HAS_TOO_MANY_ALIASES"),
        ({"query": "query A { a } query B { b }", "operationName": "A"}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_an_unfit_document_is_refused_again_in_the_same_words(
    world: World, parses: list[str], request_: dict[str, str], code: str
) -> None:
    async with world.gateway() as client:
        first, second = [await client.post(request_) for _ in range(2)]
    assert set(first.codes) == {code}
    assert (second.status, second.body) == (first.status, first.body)
    assert parses == [request_["query"]]


async def test_of_an_unfit_document_the_operation_is_still_chosen_first(world: World, parses: list[str]) -> None:
    both = "query A { a } mutation B { b }"
    async with world.gateway() as client:
        for _ in range(2):
            assert (await client.post({"query": both, "operationName": "A"})).codes == ["GRAPHQL_VALIDATION_FAILED"] * 2
            assert (await client.post({"query": both})).codes == ["OPERATION_RESOLUTION_FAILURE"]
            assert (await client.get("/graphql", {"query": both, "operationName": "B"})).status == 405
    assert parses == [both]


# EXPLAIN


async def asked(client: Client, world: World, person: Person | None, explain: Any = True, query: str = STATIONS) -> Any:
    headers = {} if person is None else {"authorization": world.bearer(person)}
    reply = await client.post({"query": query, "extensions": {"explain": explain}}, **headers)
    return reply.json.get("extensions")


async def test_an_employee_is_told_in_production(world: World) -> None:
    async with world.gateway(server=PRODUCTION, execution=COMPILED) as client:
        told = await asked(client, world, EMPLOYEE)
    assert told["explain"]["compiled"] is True
    assert [stage["path"] for stage in told["explain"]["stages"]] == ["repairStations"]


@pytest.mark.parametrize("person", [CLIENT, None], ids=["a customer", "nobody"])
async def test_others_are_not_told_in_production(world: World, person: Person | None) -> None:
    async with world.gateway(server=PRODUCTION, execution=COMPILED) as client:
        assert await asked(client, world, person) is None


@pytest.mark.parametrize("person", [CLIENT, EMPLOYEE, None], ids=["a customer", "an employee", "nobody"])
async def test_everybody_is_told_in_development(world: World, person: Person | None) -> None:
    async with world.gateway(server=DEVELOPMENT, execution=COMPILED) as client:
        told = await asked(client, world, person, query="{ viewer { kind } }")
    assert told["explain"]["compiled"] is True


@pytest.mark.parametrize("explain", [False, None, 1, "true", {}])
async def test_only_true_asks_for_it(world: World, explain: Any) -> None:
    async with world.gateway(server=DEVELOPMENT, execution=COMPILED) as client:
        assert await asked(client, world, EMPLOYEE, explain) is None


async def test_an_interpreted_operation_is_told_to_be_so(world: World) -> None:
    async with world.gateway(server=DEVELOPMENT, execution=INTERPRETED) as client:
        told = await asked(client, world, EMPLOYEE)
    assert told == {"explain": {"compiled": False, "reason": "off"}}


async def test_a_refused_document_is_not_explained(world: World) -> None:
    async with world.gateway(server=DEVELOPMENT, execution=COMPILED) as client:
        reply = await client.post({"query": "{ nothing }", "extensions": {"explain": True}})
    assert "extensions" not in reply.json


async def test_an_explained_answer_is_kept_by_nobody(world: World) -> None:
    """What an operation took is told of one time; the answer without it may be kept."""
    question, bearer = {"query": "{ viewer { kind } }"}, world.bearer()
    async with world.gateway(server=DEVELOPMENT, execution=COMPILED) as client:
        plain = await client.get("/graphql", question, authorization=bearer)
        explaining = {**question, "extensions": json.dumps({"explain": True})}
        explained = await client.get("/graphql", explaining, authorization=bearer)
    assert plain.headers["cache-control"] == "private, max-age=300"
    assert explained.headers["cache-control"] == "no-store"
    assert "explain" in explained.json["extensions"]
