"""jsonschema, which nobody here wrote, judges every operation of the simulator against the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from jsonschema import Draft202012Validator, ValidationError

from dev.simulators.kit import Fault, Handle, Options, Switch, running
from dev.simulators.life_valuation.engine import FORMS
from dev.simulators.life_valuation.jobs import Duration
from dev.simulators.life_valuation.simulator import DEFAULT_KEY, LifeValuation
from dev.simulators.population import population_on
from domain.clock import MOSCOW
from tests.fakes.clock import NOW, TODAY
from tests.wire.life_valuation.judge import SCHEMAS, judge, parsed, schema, validator

FIRST = 2_596_516_901
CLIENTS = [str(FIRST + n) for n in range(50)]


@pytest.fixture
async def engine() -> AsyncIterator[Handle]:
    options = Options(seed=1, now=NOW.astimezone(MOSCOW), extra={"job_ms": Duration.parse("0")})
    async with running(LifeValuation(options)) as handle:
        yield handle


async def ask(engine: Handle, operation: str, data: dict[str, Any], key: str = DEFAULT_KEY) -> tuple[int, bytes]:
    body = {"key": key, "operation": operation, "data": data}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{engine.url}/api", json=body) as answer,
    ):
        return answer.status, await answer.read()


def numbers() -> list[str]:
    population = population_on(1, TODAY)
    return [each.number for isn in CLIENTS for each in population.life_contracts_of(int(isn))]


def requests() -> list[tuple[str, dict[str, Any]]]:
    contracts = {"contracts": numbers()[:50]}
    by_contract = ["contracts_by_number", "strategies_on_offer", "operations_on_offer", "orders", "surrender_table"]
    previews = [
        {"contract": "P10033148", "operation_code": code, "amount": amount}
        for code, amount in ((22, None), (21, "10 000,00"), (32, None), (51, None))
    ]
    return [
        ("ping", {}),
        ("contracts_by_client", {"clients": CLIENTS}),
        ("underlying_levels", {"tickers": ["TECHX", "GOLDX", "NOSUCH"], "days": 400}),
        *((operation, contracts) for operation in by_contract),
        *(("order_preview", data) for data in previews),
    ]


@pytest.mark.parametrize("name", sorted(path.stem for path in SCHEMAS.glob("*.json")))
def test_every_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_every_operation_has_its_schemas() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == {
        "types",
        "error.response",
        *(f"{operation}.{side}" for operation in FORMS for side in ("request", "response")),
    }


async def test_every_quick_operation_keeps_the_contract(engine: Handle) -> None:
    for operation, data in requests():
        status, body = await ask(engine, operation, data)
        assert (operation, status) == (operation, 200)
        judge(f"{operation}.response", body)


async def test_jobs_keep_the_contract_for_contracts_of_every_kind(engine: Handle) -> None:
    seen = set()
    asked = [*numbers(), "NOSUCH"]
    for start in range(0, len(asked), 25):
        _, submitted = await ask(engine, "valuation_submit", {"contracts": asked[start : start + 25]})
        judge("valuation_submit.response", submitted)
        _, done = await ask(engine, "valuation_poll", {"job_id": parsed(submitted)["result"]["job_id"]})
        judge("valuation_poll.response", done)
        seen |= {item["contract"] for item in parsed(done)["result"]["items"]}
    assert seen == set(asked)


async def test_the_population_shows_every_kind_and_payoff(engine: Handle) -> None:
    contracts = []
    for start in range(0, 300, 50):
        _, body = await ask(engine, "contracts_by_client", {"clients": [str(FIRST + start + n) for n in range(50)]})
        judge("contracts_by_client.response", body)
        contracts += [each for client in parsed(body)["result"]["clients"] for each in client["contracts"]]
    payoffs = {each["payoff"] for each in contracts if each["payoff"]}
    assert {each["kind"] for each in contracts} == {"НСЖ", "ИСЖ", "ДСЖ"}
    assert {code for payoff in payoffs for code in payoff.split("+")} == {"STD", "CAP", "AVG", "WORST", "CPN", "FX"}


async def test_an_unknown_job_and_a_job_at_work_keep_the_contract(engine: Handle) -> None:
    _, lost = await ask(engine, "valuation_poll", {"job_id": "nosuch"})
    judge("valuation_poll.response", lost)
    assert parsed(lost)["result"] == {"state": "NOT_FOUND"}
    _, submitted = await ask(engine, "valuation_submit", {"contracts": ["P10033148"]})
    engine.switchboard.set(Switch(Fault.STALE_READ, "valuation_poll", next_calls=1))
    _, waiting = await ask(engine, "valuation_poll", {"job_id": parsed(submitted)["result"]["job_id"]})
    judge("valuation_poll.response", waiting)
    assert parsed(waiting)["result"]["state"] == "WAITING"


@pytest.mark.parametrize(
    "operation, data, key, status, error",
    [
        ("orders", {"contracts": ["NOSUCH"]}, DEFAULT_KEY, 200, {"status": "ERROR", "error_text": "Договор не найден"}),
        ("orders", {"contracts": []}, DEFAULT_KEY, 200, {"code": 1001, "message": "bad value of contracts"}),
        ("orders", {"contracts": ["P1", "P1"]}, DEFAULT_KEY, 200, {"code": 1001, "message": "bad value of contracts"}),
        ("orders", {"contracts": ["р1"]}, DEFAULT_KEY, 200, {"code": 1001, "message": "bad value of contracts"}),
        ("ping", {"more": 1}, DEFAULT_KEY, 200, {"code": 1001, "message": "unknown or missing field"}),
        (
            "orders",
            {"contracts": [f"P{n}" for n in range(51)]},
            DEFAULT_KEY,
            200,
            {"code": 1002, "message": "at most 50"},
        ),
        (
            "valuation_submit",
            {"contracts": [f"P{n}" for n in range(26)]},
            DEFAULT_KEY,
            200,
            {"code": 1002, "message": "at most 25"},
        ),
        ("ping", {}, "wrong", 403, {"error_text": "Ключ не распознан"}),
    ],
)
async def test_refusals_keep_the_contract(
    engine: Handle, operation: str, data: dict[str, Any], key: str, status: int, error: dict[str, Any]
) -> None:
    answered, body = await ask(engine, operation, data, key)
    judge("error.response", body)
    assert (answered, parsed(body)) == (status, error)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"key":"k","operation":"nosuch","data":{}}', b'{"key":1}', b"\xff"])
async def test_what_the_parser_refuses_is_plain_text(engine: Handle, body: bytes) -> None:
    async with aiohttp.ClientSession() as http, http.post(f"{engine.url}/api", data=body) as answer:
        assert (answer.status, answer.content_type) == (400, "text/plain")
    assert engine.calls.total == 0


async def test_the_judge_can_say_no(engine: Handle) -> None:
    """A schema that accepts anything judges nothing."""
    for operation, data in requests():
        _, body = await ask(engine, operation, data)
        reply = parsed(body)
        reply["result"]["unheard_of"] = 1
        with pytest.raises(ValidationError):
            validator(f"{operation}.response").validate(reply)
    _, body = await ask(engine, "contracts_by_number", {"contracts": ["P10033148"]})
    for name, wrong in (("premium", "4200000.00"), ("end", "2026-06-06"), ("kind", "ПСЖ"), ("client_isn", 1)):
        reply = parsed(body)
        reply["result"]["contracts"][0][name] = wrong
        with pytest.raises(ValidationError):
            validator("contracts_by_number.response").validate(reply)
