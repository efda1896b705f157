"""Every fault of the acquirer's server, and what it means to who asks."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Final

import pytest

from domain.acquirer import Order, OrderState
from domain.errors import AcquirerError, AcquirerGarbled, AcquirerUnavailable
from gateway.acquirer import AcquirerClient
from tests.acquirer import AcquirerProcess, running_acquirer
from tests.contracts.acquirer import AMOUNT, BILL, Asked, asking, deadline
from tests.contracts.subjects import BRIEF_S

LATE: Final = "no answer in time"
OPERATIONS: Final = {"order": "getOrder", "cancel": "cancelOrder", "charge": "chargeOrder"}
FAULTS: Final = [
    ("hang", {}, AcquirerUnavailable, LATE),
    ("timeout_after_commit", {}, AcquirerUnavailable, LATE),
    ("slow_first_byte", {}, AcquirerUnavailable, LATE),
    ("slow_body", {}, AcquirerUnavailable, LATE),
    ("reset_mid_body", {}, AcquirerUnavailable, "ClientPayloadError"),
    ("http_500", {}, AcquirerUnavailable, "HTTP 500"),
    ("http_502", {}, AcquirerUnavailable, "HTTP 502"),
    ("http_503", {}, AcquirerUnavailable, "HTTP 503"),
    ("http_504", {}, AcquirerUnavailable, "HTTP 504"),
    ("too_many_requests", {}, AcquirerUnavailable, "HTTP 429"),
    ("maintenance", {}, AcquirerUnavailable, "HTTP 503"),
    ("expired_token", {}, AcquirerUnavailable, "HTTP 401"),
    ("html_page", {}, AcquirerGarbled, "not an order"),
    ("truncated_body", {"mode": "well_formed"}, AcquirerGarbled, "not an order"),
    ("truncated_body", {"mode": "closed"}, AcquirerUnavailable, "ClientPayloadError"),
    ("oversized_body", {"bytes": 200_000}, AcquirerGarbled, "body is over 65536 bytes"),
]
COMMITTED: Final = ["timeout_after_commit", "reset_mid_body"]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AcquirerProcess]:
    with running_acquirer(tmp_path_factory.mktemp("acquirer")) as process:
        yield process


@pytest.fixture
def process(started: AcquirerProcess) -> Iterator[AcquirerProcess]:
    yield started
    started.well()


@pytest.fixture
async def means(process: AcquirerProcess) -> str:
    name = uuid.uuid4().hex
    process.pay(name, action="remember")
    async with asking(process) as client:
        found = await client.order(name, deadline())
    assert found is not None
    assert found.means is not None
    return found.means.token


async def ask(client: AcquirerClient, operation: str, name: str, means: str) -> Order | None:
    if operation == "charge":
        return await client.charge(name, BILL, AMOUNT, means, deadline())
    asked: Order | None = await getattr(client, operation)(name, deadline())
    return asked


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault, parameters, error, detail", FAULTS)
async def test_a_fault_is_told_apart_and_over_when_it_is_over(
    process: AcquirerProcess,
    means: str,
    operation: str,
    fault: str,
    parameters: dict[str, Any],
    error: type[AcquirerError],
    detail: str,
) -> None:
    asked, name = Asked(), uuid.uuid4().hex
    process.visit(name)
    async with asking(process, asked, timeout_s=BRIEF_S if detail == LATE else 20.0) as client:
        process.fault(fault, operation=OPERATIONS[operation], **parameters)
        with pytest.raises(error) as failed:
            await ask(client, operation, name, means)
        assert (failed.value.operation, failed.value.detail) == (operation, detail)
    process.well()
    async with asking(process, asked) as client:
        assert await ask(client, operation, name, means) is not None
    outcome = "unavailable" if error is AcquirerUnavailable else "garbled"
    assert asked.outcomes == [(operation, outcome, detail), (operation, "answered", "")]


@pytest.mark.parametrize("fault", COMMITTED)
async def test_a_charge_without_an_answer_is_made_once(process: AcquirerProcess, means: str, fault: str) -> None:
    name = uuid.uuid4().hex
    process.fault(fault, operation="chargeOrder", next_calls=2)
    async with asking(process, timeout_s=BRIEF_S) as client:
        for _ in range(2):
            with pytest.raises(AcquirerUnavailable):
                await client.charge(name, BILL, AMOUNT, means, deadline())
    async with asking(process) as client:
        paid = await client.charge(name, BILL, AMOUNT, means, deadline())
        assert paid == await client.order(name, deadline())
    assert paid.state is OrderState.PAID
    assert process.ledger(name)["taken"] == 1


@pytest.mark.parametrize("fault", COMMITTED)
async def test_an_order_cancelled_without_an_answer_is_cancelled(process: AcquirerProcess, fault: str) -> None:
    name = uuid.uuid4().hex
    process.fault(fault, operation="cancelOrder", next_calls=1)
    async with asking(process, timeout_s=BRIEF_S) as client:
        with pytest.raises(AcquirerUnavailable):
            await client.cancel(name, deadline())
    process.pay(name)
    async with asking(process) as client:
        assert (await client.cancel(name, deadline())).state is OrderState.CANCELLED
    assert process.ledger(name)["taken"] == 0


async def test_a_refused_connection_is_told(process: AcquirerProcess) -> None:
    async with asking(process) as client:
        process.fault("refuse_connection")
        with pytest.raises(AcquirerUnavailable) as failed:
            await client.order("any", deadline())
        assert failed.value.detail == "ClientConnectorError"
        process.well()


async def test_the_deadline_of_who_asks_counts_when_it_is_sooner(process: AcquirerProcess) -> None:
    process.fault("hang", operation="getOrder")
    async with asking(process) as client:
        for seconds in (0.2, 0.0):
            with pytest.raises(AcquirerUnavailable) as failed:
                await client.order("any", deadline(seconds))
            assert failed.value.detail == LATE


async def test_a_state_that_is_unknown_is_no_state(process: AcquirerProcess) -> None:
    name = uuid.uuid4().hex
    process.visit(name)
    process.fault("unknown_enum", operation="getOrder")
    async with asking(process) as client:
        with pytest.raises(AcquirerGarbled):
            await client.order(name, deadline())


async def test_a_bank_may_turn_a_remembered_card_down(process: AcquirerProcess, means: str) -> None:
    process.fault("in_band_error", operation="chargeOrder")
    async with asking(process) as client:
        charged = await client.charge(uuid.uuid4().hex, BILL, AMOUNT, means, deadline())
    assert (charged.state, charged.paid_at) == (OrderState.DECLINED, None)


async def test_the_amount_is_the_acquirers_whatever_the_bill_says(process: AcquirerProcess) -> None:
    name = uuid.uuid4().hex
    process.fault("amount_rise", operation="payPage", count=5)
    process.visit(name)
    process.pay(name)
    async with asking(process) as client:
        paid = await client.order(name, deadline())
    assert paid is not None
    assert str(paid.amount.amount) == "123.50"


async def test_no_error_and_nothing_it_stems_from_holds_a_secret(process: AcquirerProcess, means: str) -> None:
    process.fault("reset_mid_body", operation="chargeOrder")
    async with asking(process) as client:
        with pytest.raises(AcquirerUnavailable) as failed:
            await client.charge(uuid.uuid4().hex, BILL, AMOUNT, means, deadline())
    assert failed.value.__suppress_context__
    assert means not in repr(failed.value) + str(failed.value)
