"""Employees and personal data: with the scope and a stated reason, recorded before it is shown, or masked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from graphql import ExecutionResult, parse

from dev.tokens import Person
from domain import models
from domain.audit import PersonalRead
from domain.errors import Source, SourceUnavailable
from domain.viewer import Viewer, ViewerKind
from gateway.execution import operations_of
from gateway.http.disclosing import Disclosing
from gateway.settings import ExecutionSettings, Limits
from resolvers import ids
from resolvers.context import Context
from resolvers.disclosure import Disclosure
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import NOW
from tests.fakes.requests import request
from tests.graphql.operations import selection
from tests.unit.gateway.asgi import Reply
from tests.unit.gateway.world import CLIENT, EMPLOYEE, World
from tests.unit.schema.account import SECRETS, account
from tests.unit.schema.asking import SCHEMA

TRUSTED = Person("employee-7", scopes=("clients:find", "personal-data:read"))
REASON = "Звонок клиента, обращение 17"
CARD = 'query Card { policy(number: "P100") { holder { profile { name { last } birthDate } } } }'
WHOLE = {"policy": {"holder": {"profile": {"name": {"last": "Калинина"}, "birthDate": "1984-02-29"}}}}
MASKED = {"policy": {"holder": {"profile": {"name": {"last": "К."}, "birthDate": None}}}}
ACCOUNT = f"""query Account($id: ID!) {{ node(id: $id) {{ ... on Client
    {selection(SCHEMA._schema, SCHEMA._schema.type_map["Client"], 7)} }} }}"""  # type: ignore[arg-type]

pytestmark = pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "interpreted"])


async def asked(
    world: World, compiled: bool, person: Person | None = TRUSTED, query: str = CARD, reason: Any = REASON, **more: Any
) -> Reply:
    headers = {} if person is None else {"authorization": world.bearer(person)}
    extensions = {} if reason is None else {"extensions": {"accessReason": reason}}
    async with world.gateway(execution=ExecutionSettings(compiled=compiled)) as client:
        return await client.post({"query": query, **extensions, **more}, x_request_id="request-1", **headers)


def recorded(world: World) -> list[PersonalRead]:
    assert world.audit is not None
    return world.audit.rows


async def test_with_scope_and_reason_it_is_shown_whole_and_recorded(world: World, compiled: bool) -> None:
    reply = await asked(world, compiled)

    assert reply.json == {"data": WHOLE}
    [row] = recorded(world)
    assert row == PersonalRead(NOW, "employee-7", models.Isn(1), REASON, "Card", row.document, "request-1")
    assert len(row.document) == 16
    assert REASON not in world.log
    assert "Калинина" not in world.log


@pytest.mark.parametrize(
    ("person", "reason"), [(TRUSTED, None), (EMPLOYEE, REASON), (EMPLOYEE, None)], ids=["no reason", "no scope", "none"]
)
async def test_without_either_it_stays_masked_and_nothing_is_recorded(
    world: World, person: Person, reason: str | None, compiled: bool
) -> None:
    reply = await asked(world, compiled, person, reason=reason)

    assert reply.json == {"data": MASKED}
    assert recorded(world) == []


HASH = {"version": 1, "sha256Hash": hashlib.sha256(CARD.encode()).hexdigest()}


@pytest.mark.parametrize(
    "others",
    [{"explain": True}, {"persistedQuery": HASH}, {"explain": True, "accessReason": None}, {"AccessReason": REASON}],
    ids=["explain", "persisted", "null", "misspelled"],
)
async def test_another_extension_is_no_reason(world: World, others: dict[str, Any], compiled: bool) -> None:
    reply = await asked(world, compiled, reason=None, extensions=others)

    assert reply.json["data"] == MASKED
    assert "errors" not in reply.json
    assert recorded(world) == []
    assert "Калинина" not in reply.body.decode()


async def test_a_customers_reason_changes_nothing(world: World, compiled: bool) -> None:
    reply = await asked(world, compiled, CLIENT)

    assert reply.json == {"data": WHOLE}
    assert recorded(world) == []


async def test_a_customers_scope_is_none(world: World, compiled: bool) -> None:
    stranger = Person("client-2", 2)
    async with world.gateway(execution=ExecutionSettings(compiled=compiled)) as client:
        reply = await client.post(
            {"query": CARD, "extensions": {"accessReason": REASON}},
            authorization=world.bearer(stranger, scope="clients:find personal-data:read"),
        )
    assert reply.json == {"data": {"policy": None}}
    assert recorded(world) == []


async def test_the_whole_account_is_shown_and_one_client_recorded(world: World, compiled: bool) -> None:
    world.reads = account()

    room = Limits(max_tokens=100_000, max_depth=50, max_aliases=100_000, max_fields=100_000)

    async with world.gateway(execution=ExecutionSettings(compiled=compiled), limits=room) as client:
        reply = await client.post(
            {"query": ACCOUNT, "variables": {"id": ids.encode("Client", 1)}, "extensions": {"accessReason": REASON}},
            authorization=world.bearer(TRUSTED),
        )

    assert "errors" not in reply.json
    shown = reply.body.decode()
    files = {"https://files.test/"}
    assert [each for each in SECRETS if each not in shown] == [*files], "downloads are for customers alone"
    assert [row.client for row in recorded(world)] == [models.Isn(1)]


async def test_what_is_not_personal_is_not_recorded(world: World, compiled: bool) -> None:
    reply = await asked(world, compiled, query='{ policy(number: "P100") { number holder { profile { number } } } }')

    assert reply.json["data"]["policy"]["number"] == "P100"
    assert recorded(world) == []


class NotYet(FakeAudit):
    """Looks at what has been answered when it is asked to record."""

    async def add(self, reads: Sequence[PersonalRead]) -> None:
        await super().add(reads)
        raise RuntimeError("a fault of ours, after all was loaded")


async def test_nothing_is_sent_before_it_is_recorded(world: World, compiled: bool) -> None:
    world.audit = NotYet()

    reply = await asked(world, compiled)

    assert reply.codes == ["INTERNAL_SERVER_ERROR"]
    assert "Калинина" not in reply.body.decode()
    assert len(recorded(world)) == 1


@pytest.mark.parametrize("audit", [FakeAudit(is_away=True), None], ids=["away", "no database"])
async def test_what_cannot_be_recorded_is_masked_and_told_and_asked_for_once(
    world: World, audit: FakeAudit | None, compiled: bool
) -> None:
    await asked(world, compiled, reason=None)
    once = {name: list(keys) for name, keys in world.reads.keys.items()}
    for read in world.reads.by_name.values():
        read.batches.clear()
    world.audit = audit

    reply = await asked(world, compiled)

    assert reply.json["data"] == MASKED
    assert reply.codes == ["PERSONAL_DATA_WITHHELD"]
    assert "журнал" in reply.json["errors"][0]["message"]
    assert world.reads.keys == once
    assert "Калинина" not in reply.body.decode()


async def test_of_what_is_nobodys_nothing_is_shown(world: World, compiled: bool) -> None:
    """The core cannot say whose policy a claim is on: nobody could be recorded."""
    world.reads = account()
    world.reads.fail("policies_by_number", SourceUnavailable(Source.POLICY_CORE, "policies", "away"))
    query = "query Place($id: ID!) { node(id: $id) { ... on Claim { event { place } } } }"
    claim = next(iter(world.reads.by_name["claims"].rows))

    reply = await asked(world, compiled, query=query, variables={"id": ids.encode("Claim", claim)})

    assert reply.json["data"] == {"node": {"event": {"place": None}}}
    assert reply.codes == ["PERSONAL_DATA_WITHHELD"]
    assert recorded(world) == []


@pytest.mark.parametrize("reason", ["", "why", " why  ", "x" * 201, "two\nlines of it", "a\u202eb\u202ec"])
async def test_a_reason_that_is_none_is_refused(world: World, reason: str, compiled: bool) -> None:
    reply = await asked(world, compiled, reason=reason)

    assert reply.codes == ["BAD_USER_INPUT"]
    assert reply.json["errors"][0]["extensions"]["argument"] == "accessReason"
    assert world.reads.calls == {}


@pytest.mark.parametrize("reason", [1, True, ["a good reason"], {"why": "a good reason"}])
async def test_a_reason_that_is_no_text_is_refused(world: World, reason: Any, compiled: bool) -> None:
    assert (await asked(world, compiled, reason=reason)).codes == ["MALFORMED_REQUEST"]
    assert world.reads.calls == {}


async def test_a_reason_must_not_stand_in_an_address(world: World, compiled: bool) -> None:
    async with world.gateway(execution=ExecutionSettings(compiled=compiled)) as client:
        reply = await client.get(
            "/graphql",
            {"query": CARD, "extensions": '{"accessReason": "a good reason"}'},
            authorization=world.bearer(TRUSTED),
        )
    assert reply.codes == ["BAD_USER_INPUT"]
    assert recorded(world) == []


async def test_a_refused_operation_records_nobody(world: World, compiled: bool) -> None:
    person = replace(TRUSTED, scopes=("personal-data:read",))

    reply = await asked(world, compiled, person, query='{ findClient(by: {phone: "1"}) { profile { name { last } } } }')

    assert reply.codes == ["FORBIDDEN"]
    assert recorded(world) == []
    assert world.reads.calls == {}


async def test_explained_it_is_recorded_all_the_same(world: World, compiled: bool) -> None:
    async with world.gateway(execution=ExecutionSettings(compiled=compiled)) as client:
        reply = await client.post(
            {"query": CARD, "extensions": {"accessReason": REASON, "explain": True}},
            authorization=world.bearer(TRUSTED),
        )
    assert reply.json["data"] == WHOLE
    assert reply.json["extensions"]["explain"]["compiled"] is compiled
    assert [row.client for row in recorded(world)] == [models.Isn(1)]


async def test_a_mutation_shows_nothing_whole_since_it_cannot_be_executed_twice(world: World, compiled: bool) -> None:
    seen: list[Context] = []

    async def execute(ctx: Context) -> ExecutionResult:
        seen.append(ctx)
        return ExecutionResult({"change": True}, None)

    [operation] = operations_of(parse("mutation { change }"))
    disclosing = Disclosing(Disclosure(REASON), world.audit)

    result = await disclosing.executed(execute, request(world.reads, staff()), operation, "0123456789abcdef")

    assert (result.data, result.errors) == ({"change": True}, None)
    assert [ctx.disclosure for ctx in seen] == [None]
    assert recorded(world) == []


def staff() -> Viewer:
    return Viewer(ViewerKind.EMPLOYEE, "employee-7", scopes=frozenset(TRUSTED.scopes))
