"""Every write of the policy core: once for each request id, whatever becomes of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dev.simulators.kit import Fault
from domain import models
from domain.commands import Commands
from domain.errors import (
    InvalidInput,
    NotFound,
    Refused,
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceTimeout,
    SourceUnavailable,
)
from domain.models import AgreementBill, InstalmentBill, Isn, PolicyNumber
from tests.contracts.policy_core_bench import DEMO, Bench, bench
from tests.contracts.subjects import BRIEF_S

KASKO, MOTOR = PolicyNumber("K23815851"), PolicyNumber("K01393741")
BACK = "https://account.example/paid"
PAID_AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
ID = "7b0b5d7e-7a0b-4c1a-9d57-0f4c8c3b1a01"
OTHER_ID = "7b0b5d7e-7a0b-4c1a-9d57-0f4c8c3b1a02"


@dataclass(frozen=True)
class Ready:
    """Something of each kind at the core, for a write to begin with."""

    core: Bench
    bill: models.Bill
    order: str
    choice: models.RenewalChoice
    quote: models.RenewalQuote
    effects: dict[str, int] = field(default_factory=dict)
    seconds: float = 10


@asynccontextmanager
async def ready() -> AsyncIterator[Ready]:
    async with bench() as core:
        adapter, call = core.adapter, core.call()
        bill = await adapter.create_bill(InstalmentBill(KASKO, 2), "ready-bill", call)
        online = await adapter.open_online_bill(bill.isn, BACK, "ready-order", call)
        (found,) = await adapter.renewal_choices([MOTOR], call)
        assert isinstance(found, models.RenewalChoices)
        quote = await adapter.quote_renewal(MOTOR, found.proposed, "ready-quote", call)
        core.handle.calls.reset()
        yield Ready(core, bill, online.order, found.proposed, quote, await core.effects())


Write = Callable[[Ready, str], Awaitable[Any]]


@dataclass(frozen=True)
class Row:
    """A command: its operation, what it does and to whom it cannot be done, and what that leaves."""

    operation: str
    write: Write
    nobody: Write
    leaves: dict[str, int]

    def __str__(self) -> str:
        return self.operation


def payment(at: Ready) -> models.OnlinePayment:
    return models.OnlinePayment(at.order, at.bill.amount, PAID_AT)


def call(at: Ready) -> Any:
    return at.core.call(at.seconds)


ROWS = {
    "update_contacts": Row(
        "UpdateContacts",
        lambda at, key: at.core.adapter.update_contacts(DEMO, "+79050001122", None, key, call(at)),
        lambda at, key: at.core.adapter.update_contacts(Isn(7), "+79050001122", None, key, call(at)),
        {"contacts": 1},
    ),
    "create_bill": Row(
        "CreateBill",
        lambda at, key: at.core.adapter.create_bill(InstalmentBill(KASKO, 3), key, call(at)),
        lambda at, key: at.core.adapter.create_bill(AgreementBill(Isn(7)), key, call(at)),
        {"bills": 1},
    ),
    "open_online_bill": Row(
        "CreateOnlineBill",
        lambda at, key: at.core.adapter.open_online_bill(at.bill.isn, BACK, key, call(at)),
        lambda at, key: at.core.adapter.open_online_bill(Isn(7), BACK, key, call(at)),
        {"orders": 1},
    ),
    "confirm_payment": Row(
        "ConfirmPayment",
        lambda at, key: at.core.adapter.confirm_payment(at.bill.isn, payment(at), key, call(at)),
        lambda at, key: at.core.adapter.confirm_payment(Isn(7), payment(at), key, call(at)),
        {"confirmations": 1, "documents": 1},
    ),
    "quote_renewal": Row(
        "QuoteRenewal",
        lambda at, key: at.core.adapter.quote_renewal(MOTOR, at.choice, key, call(at)),
        lambda at, key: at.core.adapter.quote_renewal(PolicyNumber("K00000000"), at.choice, key, call(at)),
        {"quotes": 1},
    ),
    "create_agreement": Row(
        "CreateAgreement",
        lambda at, key: at.core.adapter.create_agreement(at.quote.isn, key, call(at)),
        lambda at, key: at.core.adapter.create_agreement(Isn(7), key, call(at)),
        {"agreements": 1},
    ),
}
EACH = pytest.mark.parametrize("row", ROWS.values(), ids=str)
REFUSALS = {
    "300": "ALREADY_PAID",
    "301": "NOT_PAYABLE",
    "302": "AMOUNT_DIFFERS",
    "310": "NOT_RENEWABLE",
    "311": "CHOICE_NOT_OFFERED",
    "312": "PRICE_CHANGED",
    "313": "QUOTE_EXPIRED",
    "314": "ALREADY_RENEWED",
}


async def added(at: Ready) -> dict[str, int]:
    """What happened since all was ready."""
    after = await at.core.effects()
    return {kind: times - at.effects.get(kind, 0) for kind, times in after.items() if times > at.effects.get(kind, 0)}


def test_every_command_of_the_core_is_here() -> None:
    assert ROWS.keys() == {each.name for each in fields(Commands)} - {"record_deductible"}


@EACH
async def test_a_repeated_id_gives_the_first_result_once(row: Row) -> None:
    async with ready() as at:
        first = await row.write(at, ID)
        again = await asyncio.gather(*(row.write(at, ID) for _ in range(5)))

        assert again == [first] * 5
        assert await added(at) == row.leaves
        told = (await at.core.admin("GET", "/ledger"))["requests"]
        assert {"operation": row.operation, "id": ID, "asked": 6, "done": True} in told


@EACH
async def test_a_lost_answer_asked_for_again_with_the_same_id_ends_as_one_effect(row: Row) -> None:
    async with ready() as at:
        at.core.switch(Fault.TIMEOUT_AFTER_COMMIT, row.operation, next_calls=1, seconds=1)

        with pytest.raises(SourceTimeout) as lost:
            await row.write(replace(at, seconds=BRIEF_S), ID)
        await row.write(at, ID)

        assert lost.value.retryable
        assert at.core.handle.calls.of(row.operation).calls == 2
        assert await added(at) == row.leaves


@EACH
@pytest.mark.parametrize(
    ("fault", "parameters", "failure"),
    [
        (Fault.HTTP_503, {}, SourceUnavailable),
        (Fault.TOO_MANY_REQUESTS, {"retry_after_s": 7}, SourceThrottled),
        (Fault.MAINTENANCE, {}, SourceInMaintenance),
        (Fault.SOAP_FAULT, {}, SourceUnavailable),
        (Fault.IN_BAND_ERROR, {"code": "503"}, SourceInMaintenance),
        (Fault.IN_BAND_ERROR, {"code": "111"}, SourceUnavailable),
        (Fault.IN_BAND_ERROR, {"code": "4242"}, SourceGarbled),
    ],
)
async def test_a_failure_is_told_nothing_is_asked_twice_and_nothing_is_left_behind(
    row: Row, fault: Fault, parameters: dict[str, Any], failure: type[SourceError]
) -> None:
    async with ready() as at:
        at.core.switch(fault, row.operation, next_calls=1, **parameters)
        with pytest.raises(failure):
            await row.write(at, ID)

        assert at.core.handle.calls.of(row.operation).calls == 1
        assert await added(at) == {}
        await row.write(at, ID)
        assert await added(at) == row.leaves


@EACH
async def test_an_answer_that_is_cut_off_may_have_been_done(row: Row) -> None:
    async with ready() as at:
        at.core.switch(Fault.TRUNCATED_BODY, row.operation, mode="closed", next_calls=1)
        with pytest.raises(SourceGarbled):
            await row.write(at, ID)

        assert at.core.observed.garbles
        assert await added(at) == row.leaves


@EACH
async def test_a_system_that_hangs_has_done_nothing(row: Row) -> None:
    async with ready() as at:
        at.core.switch(Fault.HANG, row.operation, next_calls=1, seconds=1)
        with pytest.raises(SourceTimeout):
            await row.write(replace(at, seconds=BRIEF_S), ID)
        assert await added(at) == {}


@EACH
async def test_a_refused_session_is_renewed_since_nothing_was_written(row: Row) -> None:
    async with ready() as at:
        at.core.switch(Fault.EXPIRED_TOKEN, row.operation, next_calls=1)

        await row.write(at, ID)

        assert at.core.handle.calls.of(row.operation).calls == 2
        assert await added(at) == row.leaves


@EACH
async def test_nobody_is_not_found(row: Row) -> None:
    async with ready() as at:
        with pytest.raises(NotFound):
            await row.nobody(at, ID)
        assert await added(at) == {}


@EACH
@pytest.mark.parametrize("request_id", ["short", "№" * 9, "a" * 65, "with space", ""])
async def test_an_id_that_is_none_is_never_sent(row: Row, request_id: str) -> None:
    async with ready() as at:
        with pytest.raises(InvalidInput):
            await row.write(at, request_id)
        assert at.core.handle.calls.of(row.operation).calls == 0


@pytest.mark.parametrize(("code", "ours"), REFUSALS.items())
async def test_a_refusal_is_told_in_our_words(code: str, ours: str) -> None:
    async with ready() as at:
        at.core.switch(Fault.IN_BAND_ERROR, "CreateBill", code=code)
        with pytest.raises(Refused) as told:
            await ROWS["create_bill"].write(at, ID)
        assert told.value.code == ours
        assert at.core.handle.calls.of("CreateBill").calls == 1


async def test_a_question_that_is_refused_breaks_the_contract() -> None:
    async with ready() as at:
        for operation in ("GetBillStatus", "GetDocument"):
            at.core.switch(Fault.IN_BAND_ERROR, operation, code="300")

        (found,) = await at.core.adapter.bills([at.bill.isn], at.core.call())

        assert isinstance(found, SourceGarbled)
        with pytest.raises(SourceGarbled):
            async with at.core.adapter.policy_document(
                models.DocumentKey(PolicyNumber("P10033148"), "60000000200"), at.core.call()
            ):
                pass


async def test_an_id_counts_for_its_own_operation() -> None:
    async with ready() as at:
        bill = await at.core.adapter.create_bill(InstalmentBill(KASKO, 3), ID, at.core.call())
        online = await at.core.adapter.open_online_bill(bill.isn, BACK, ID, at.core.call())
        assert online.address.startswith("http")


async def test_the_ledger_names_what_was_done_for_which_request() -> None:
    async with ready() as at:
        paid = await ROWS["confirm_payment"].write(at, ID)
        await ROWS["confirm_payment"].write(at, OTHER_ID)

        ledger = await at.core.admin("GET", "/ledger")

        assert [(each["bill"], each["order"], each["request"]) for each in ledger["confirmations"]] == [
            (paid.isn, at.order, ID)
        ]
        assert [each["request"] for each in ledger["bills"]] == ["ready-bill"]
        assert [each["id"] for each in ledger["requests"] if each["operation"] == "ConfirmPayment"] == [ID, OTHER_ID]
