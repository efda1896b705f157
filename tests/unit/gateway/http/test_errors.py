"""What clients are told of failures, and what they are not told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from graphql import GraphQLError

from domain import errors
from domain.errors import GatewayError, Source
from domain.money import Locale
from domain.ports import Call
from gateway.access import errors as access_errors
from gateway.acquirer import errors as acquirer_errors
from gateway.http import refusals
from gateway.http.error_table import INTERNAL, TABLE
from gateway.http.errors import told
from gateway.http.replies import refused
from gateway.observability.metrics import Metrics
from tests.fakes import objects
from tests.unit.gateway.world import EMPLOYEE, World

STATIONS = '{ viewer { __typename } repairStations(city: "Тверь") { name } }'
PERSONAL = "Калинина +79161234567"


def everything_known() -> list[type[GatewayError]]:
    modules = (errors, refusals, access_errors, acquirer_errors)
    found = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    roots = {GatewayError, errors.SourceError, errors.AcquirerError, refusals.RequestRefused}
    return [each for each in found if issubclass(each, GatewayError) and each not in roots]


@pytest.mark.parametrize("known", everything_known(), ids=lambda each: each.__name__)
def test_every_expected_error_has_a_row(known: type[GatewayError]) -> None:
    row = TABLE[known]
    assert row.ru != row.en
    assert row.code.isupper()
    assert row.code != INTERNAL.code


@pytest.mark.parametrize(
    ("failure", "extensions"),
    [
        (
            errors.SourceTimeout(Source.CLAIMS_CORE, "op", "no answer"),
            {"code": "SOURCE_TIMEOUT", "source": "CLAIMS_CORE", "retryable": True},
        ),
        (
            errors.SourceUnavailable(Source.CLAIMS_CORE, "op", "HTTP 429", retry_after_s=2.5),
            {"code": "SOURCE_UNAVAILABLE", "source": "CLAIMS_CORE", "retryable": True, "retryAfter": 2.5},
        ),
        (
            errors.SourceUnavailable(Source.CLAIMS_CORE, "op", "fault", retryable=False),
            {"code": "SOURCE_UNAVAILABLE", "source": "CLAIMS_CORE", "retryable": False},
        ),
        (
            errors.SourceGarbled(Source.CLAIMS_CORE, "op", "HTML"),
            {"code": "SOURCE_GARBLED", "source": "CLAIMS_CORE", "retryable": False},
        ),
        (
            errors.SourceInMaintenance(Source.CLAIMS_CORE, "op", datetime(2026, 1, 15, 3, 0, tzinfo=UTC)),
            {
                "code": "SOURCE_IN_MAINTENANCE",
                "source": "CLAIMS_CORE",
                "retryable": True,
                "until": "2026-01-15T03:00:00+00:00",
            },
        ),
        (
            errors.SourceInMaintenance(Source.CLAIMS_CORE, "op", None),
            {"code": "SOURCE_IN_MAINTENANCE", "source": "CLAIMS_CORE", "retryable": True, "until": None},
        ),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else "",
)
async def test_a_failed_system_takes_only_its_own_field(
    world: World, failure: errors.SourceError, extensions: dict[str, Any]
) -> None:
    world.reads.fail("repair_stations", failure)
    async with world.gateway() as client:
        reply = await client.post({"query": STATIONS}, authorization=world.bearer(), accept_language="en")
    assert reply.status == 200
    assert reply.json["data"] == {"viewer": {"__typename": "Viewer"}, "repairStations": None}
    [error] = reply.json["errors"]
    assert error["path"] == ["repairStations"]
    assert error["locations"] == [{"line": 1, "column": 25}]
    assert error["extensions"] == extensions
    assert error["message"] == told(failure, Locale.EN).message
    [line] = world.lines("error told")
    assert (line["code"], line["source"], line["operation"]) == (extensions["code"], "claims_core", "op")
    assert line["detail"] == failure.detail


async def test_a_hundred_failures_of_one_kind_are_told_each_and_logged_once(world: World) -> None:
    policies = tuple(objects.policy(isn) for isn in range(100, 150))
    world.reads.by_name["policies_of_holder"].rows[1] = policies
    world.reads.fail("instalments", errors.SourceTimeout(Source.POLICY_CORE, "GetInstalments", "late"))
    query = "{ viewer { client { policies(first: 50) { edges { node { instalments { number } } } } } } }"
    async with world.gateway() as client:
        reply = await client.post({"query": query}, authorization=world.bearer())
    assert reply.codes == ["SOURCE_TIMEOUT"] * 50
    assert len(world.lines("error told")) == 1


async def test_an_unknown_error_is_masked_with_a_reference_that_the_log_carries(world: World) -> None:
    async def broken(_keys: Sequence[Any], _call: Call) -> Sequence[Any]:
        raise RuntimeError(PERSONAL)

    world.answer("repair_stations", broken)
    async with world.gateway() as client:
        reply = await client.post({"query": STATIONS}, authorization=world.bearer(), accept_language="en")
    assert reply.status == 200
    [error] = reply.json["errors"]
    assert error["message"] == "Something went wrong on our side."
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    reference = error["extensions"]["reference"]
    [line] = world.lines("error told")
    assert (line["reference"], line["level"], line["exception"]) == (reference, "error", "RuntimeError")
    assert any("broken" in place for place in line["places"])
    assert PERSONAL not in world.log


async def test_what_a_resolver_returned_is_not_quoted(world: World) -> None:
    """graphql-core quotes a value that does not fit its type; to it that is an error like any other."""
    world.reads.by_name["repair_stations"].rows["Тверь"] = PERSONAL
    async with world.gateway() as client:
        reply = await client.post({"query": STATIONS}, authorization=world.bearer())
    assert reply.codes
    assert set(reply.codes) == {"INTERNAL_SERVER_ERROR"}
    assert "Калинина" not in reply.body.decode()
    assert "Калинина" not in world.log


async def test_nobody_signed_in_is_asked_to_sign_in(world: World) -> None:
    async with world.gateway() as client:
        reply = await client.post({"query": '{ viewer { __typename } policy(number: "P100") { id } }'})
    assert reply.json["data"] == {"viewer": None, "policy": None}
    assert reply.codes == ["UNAUTHENTICATED"]
    assert reply.json["errors"][0]["message"] == "Войдите в личный кабинет."
    assert world.reads.calls == {}


async def test_a_wrong_argument_is_named(world: World) -> None:
    request = {"query": '{ findClient(by: {phone: "12"}) { id } }'}
    async with world.gateway() as client:
        reply = await client.post(request, authorization=world.bearer(EMPLOYEE), accept_language="en")
    [error] = reply.json["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "phone"}
    assert error["message"] == "This is not a phone number."


async def test_a_fault_outside_of_any_field_is_masked_as_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async with world.gateway() as client:
        monkeypatch.setattr("gateway.http.graphql.parameters.from_body", lambda _body: 1 / 0)
        reply = await client.post({"query": STATIONS})
    assert (reply.status, reply.codes) == (500, ["INTERNAL_SERVER_ERROR"])
    [line] = world.lines("error told")
    assert line["reference"] == reply.json["errors"][0]["extensions"]["reference"]
    assert line["exception"] == "ZeroDivisionError"
    assert [line["status"] for line in world.lines("request")] == [500]


async def test_a_fault_of_the_machinery_is_no_fault_of_the_client(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError(PERSONAL)

    async with world.gateway() as client:
        monkeypatch.setattr("gateway.execution.Executor.execute", broken)
        reply = await client.post({"query": "{ __typename }"})
    assert (reply.status, reply.codes) == (500, ["INTERNAL_SERVER_ERROR"])
    assert "data" not in reply.json
    assert PERSONAL not in world.log


@pytest.mark.parametrize(
    ("error", "code", "russian", "english"),
    [
        (errors.Refused("COLLECTION_TOO_LARGE"), "COLLECTION_TOO_LARGE", "Слишком много записей", "There are too many"),
        (errors.Refused("SOMETHING_NEW"), "SOMETHING_NEW", "Запрос отклонён", "The request was declined"),
        (errors.InvalidInput("first", "page_size"), "BAD_USER_INPUT", "Размер страницы", "A page has"),
        (errors.InvalidInput("first", "new"), "BAD_USER_INPUT", "Проверьте", "Check what"),
        (errors.NotFound(), "NOT_FOUND", "Ничего не найдено", "There is nothing"),
        (GraphQLError("quotes"), "INTERNAL_SERVER_ERROR", "Что-то пошло не так", "Something went wrong"),
        (None, "INTERNAL_SERVER_ERROR", "Что-то пошло не так", "Something went wrong"),
    ],
)
def test_texts(error: Exception | None, code: str, russian: str, english: str) -> None:
    assert told(error, Locale.RU).code == told(error, Locale.EN).code == code
    assert told(error, Locale.RU).message.startswith(russian)
    assert told(error, Locale.EN).message.startswith(english)


async def test_an_operation_has_its_deadline(world: World) -> None:
    calls: list[float] = []

    async def watch(keys: Sequence[Any], call: Call) -> Sequence[Any]:
        calls.append(call.deadline.remaining_s())
        world.clock.advance(4)
        calls.append(call.deadline.remaining_s())
        return [errors.SourceTimeout(Source.CLAIMS_CORE, "op", "late") for _ in keys]

    world.answer("repair_stations", watch)
    async with world.gateway() as client:
        await client.post({"query": STATIONS}, authorization=world.bearer())
    assert calls == [10.0, 6.0]


def test_whoever_finds_it_too_busy_is_told_when_to_come_again() -> None:
    reply = refused(errors.TooBusy(2.4), Locale.EN, Metrics())
    [error] = orjson.loads(reply.body)["errors"]
    assert (reply.status, reply.header(b"retry-after")) == (503, "2")
    assert error["extensions"] == {"code": "TOO_BUSY", "retryAfter": 2.4}
