"""Bills of the policy core: made out, put to the acquirer, paid."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from dev.simulators.kit import Fault
from dev.simulators.population.records import PolicyStatus
from domain import models
from domain.errors import InvalidInput, NotFound, Refused
from domain.journal import EventKind
from domain.models import AgreementBill, BillStatus, DeductibleBill, InstalmentBill, Isn, PolicyNumber
from domain.money import Money
from domain.numbers import policy_number
from domain.ports import MISSING
from tests.contracts.policy_core_bench import BULK, Bench, bench, population

KASKO = PolicyNumber("K23815851")
WAITING = PolicyNumber("H73154996")
BACK = "https://account.example/paid?to=a b&x=1".replace(" ", "%20")
PAID_AT = datetime(2026, 1, 15, 21, 30, tzinfo=UTC)
PAID_ON = date(2026, 1, 16)


@pytest.fixture
async def core() -> AsyncIterator[Bench]:
    async with bench() as opened:
        yield opened


async def billed(core: Bench, subject: models.BillSubject, request_id: str = "bill-0001") -> models.Bill:
    return await core.adapter.create_bill(subject, request_id, core.call())


async def ordered(core: Bench, bill: models.Bill, request_id: str = "order-0001") -> models.OnlineBill:
    return await core.adapter.open_online_bill(bill.isn, BACK, request_id, core.call())


async def paid(core: Bench, bill: models.Bill, order: str, request_id: str = "paid-0001") -> models.Bill:
    payment = models.OnlinePayment(order, bill.amount, PAID_AT)
    return await core.adapter.confirm_payment(bill.isn, payment, request_id, core.call())


async def status(core: Bench, bill: models.Bill) -> BillStatus:
    (found,) = await core.adapter.bills([bill.isn], core.call())
    assert isinstance(found, models.Bill)
    return found.status


async def policy(core: Bench, number: PolicyNumber) -> models.Policy:
    (found,) = await core.adapter.policies_by_number([number], core.call())
    assert isinstance(found, models.Policy)
    return found


async def documents(core: Bench, number: PolicyNumber) -> tuple[models.PolicyDocument, ...]:
    (found,) = await core.adapter.documents([number], core.call())
    assert isinstance(found, tuple)
    return found


async def instalments(core: Bench, number: PolicyNumber) -> tuple[models.Instalment, ...]:
    (found,) = await core.adapter.instalments([number], core.call())
    assert isinstance(found, tuple)
    return found


async def test_an_open_bill_for_the_same_is_given_again_whatever_the_request(core: Bench) -> None:
    first = await billed(core, InstalmentBill(KASKO, 2))

    assert await billed(core, InstalmentBill(KASKO, 2), "bill-0002") == first
    other = await billed(core, InstalmentBill(KASKO, 3), "bill-0003")

    assert (first.amount, first.status, first.paid_by) == (Money(Decimal("45263.75")), BillStatus.OPEN, None)
    assert (other.isn, other.number) != (first.isn, first.number)
    assert await core.adapter.bills([first.isn, other.isn, Isn(7)], core.call()) == [first, other, MISSING]
    assert await core.effects() == {"bills": 2}


async def test_what_is_paid_or_never_was_or_cannot_be_paid_has_no_bill(core: Bench) -> None:
    with pytest.raises(Refused, match="ALREADY_PAID"):
        await billed(core, InstalmentBill(KASKO, 1))
    for nothing in (
        InstalmentBill(KASKO, 5),
        InstalmentBill(KASKO, 0),
        InstalmentBill(PolicyNumber("K00000000"), 1),
        InstalmentBill(PolicyNumber(""), 1),
        AgreementBill(Isn(7)),
        AgreementBill(Isn(10**15)),
        DeductibleBill(PolicyNumber("K00000000"), "CL-1", Money(Decimal(1))),
        DeductibleBill(KASKO, "", Money(Decimal(1))),
    ):
        with pytest.raises(NotFound):
            await billed(core, nothing)
    assert await core.effects() == {}


async def test_an_instalment_of_a_cancelled_policy_is_not_payable(core: Bench) -> None:
    held = population()
    cancelled, late = next(
        (policy, part.number)
        for policy in held.policies_of(BULK)
        if policy.status is PolicyStatus.CANCELLED
        for part in held.instalments(policy)
        if part.paid_on is None
    )
    with pytest.raises(Refused, match="NOT_PAYABLE"):
        await billed(core, InstalmentBill(policy_number(cancelled.number), late))


async def test_the_deductible_of_a_claim_is_billed_as_told(core: Bench) -> None:
    subject = DeductibleBill(KASKO, "CL-258470753", Money(Decimal("15000.00")))
    bill = await billed(core, subject)
    dearer = DeductibleBill(KASKO, "CL-258470753", Money(Decimal("15000.01")))

    assert bill.amount == subject.amount
    assert await billed(core, subject, "bill-0002") == bill
    with pytest.raises(Refused, match="AMOUNT_DIFFERS"):
        await billed(core, dearer, "bill-0003")
    before = await core.newest()
    await paid(core, bill, (await ordered(core, bill)).order)
    with pytest.raises(Refused, match="ALREADY_PAID"):
        await billed(core, subject, "bill-0004")

    assert await core.events_after(before) == [(EventKind.BILL_PAID, KASKO)]
    assert await core.effects() == {"bills": 1, "orders": 1, "confirmations": 1}


@pytest.mark.parametrize("amount", [Money(Decimal(0)), Money(Decimal("1.001")), Money(Decimal(1), "USD")])
async def test_a_sum_that_cannot_be_billed_is_never_sent(core: Bench, amount: Money) -> None:
    with pytest.raises(InvalidInput):
        await billed(core, DeductibleBill(KASKO, "CL-1", amount))
    assert core.handle.calls.of("CreateBill").calls == 0


async def test_each_request_is_an_order_of_its_own_with_a_signed_address() -> None:
    extra = {"acquirer": "http://acquirer.example:8104", "merchant_secret": "s3cret"}
    async with bench(extra=extra) as core:
        bill = await billed(core, InstalmentBill(KASKO, 2))
        first, second = await ordered(core, bill), await ordered(core, bill, "order-0002")

        assert await ordered(core, bill) == first
        assert first.order != second.order
        address, _, query = first.address.partition("?")
        given = {name: value for name, [value] in parse_qs(query, strict_parsing=True).items()}
        signed = f"{first.order}|{bill.number}|4526375|{BACK}"
        assert address == "http://acquirer.example:8104/pay"
        assert given == {
            "order": first.order,
            "bill": bill.number,
            "amount": "4526375",
            "return": BACK,
            "signature": hmac.new(b"s3cret", signed.encode(), hashlib.sha256).hexdigest(),
        }
        assert await core.effects() == {"bills": 1, "orders": 2}


async def test_the_acquirer_is_the_usual_one_unless_said_otherwise(core: Bench) -> None:
    online = await ordered(core, await billed(core, InstalmentBill(KASKO, 2)))
    assert urlsplit(online.address).netloc == "127.0.0.1:8004"


async def test_an_order_needs_a_bill_that_can_be_paid_and_an_address_to_return_to(core: Bench) -> None:
    bill = await billed(core, InstalmentBill(KASKO, 2))
    with pytest.raises(InvalidInput):
        await core.adapter.open_online_bill(bill.isn, "javascript:alert(1)", "order-0009", core.call())
    for nobody in (Isn(7), Isn(10**15)):
        with pytest.raises(NotFound):
            await core.adapter.open_online_bill(nobody, BACK, "order-0009", core.call())
    await core.admin("POST", "/bills/cancel", {"bill": bill.isn})

    assert await status(core, bill) is BillStatus.CANCELLED
    with pytest.raises(Refused, match="NOT_PAYABLE"):
        await ordered(core, bill)
    again = await billed(core, InstalmentBill(KASKO, 2), "bill-0002")
    assert again.isn != bill.isn
    await paid(core, again, (await ordered(core, again)).order)
    with pytest.raises(Refused, match="ALREADY_PAID"):
        await ordered(core, again, "order-0002")


async def test_a_paid_instalment_counts_as_paid_and_has_its_receipt(core: Bench) -> None:
    before, kept = await core.newest(), await documents(core, KASKO)
    bill = await billed(core, InstalmentBill(KASKO, 2))
    online = await ordered(core, bill)

    done = await paid(core, bill, online.order)

    assert (done.status, done.paid_by, done.isn) == (BillStatus.PAID, online.order, bill.isn)
    assert await core.adapter.bills([bill.isn], core.call()) == [done]
    # Half past midnight in Moscow is another day there.
    assert [each.paid_on for each in await instalments(core, KASKO)][1:] == [PAID_ON, None, None]
    receipt = next(each for each in await documents(core, KASKO) if each not in kept)
    assert (receipt.kind, receipt.issued_on) == (models.DocumentKind.RECEIPT, PAID_ON)
    async with core.adapter.policy_document(receipt.key, core.call()) as file:
        content = b"".join([chunk async for chunk in file.chunks])
    assert content.startswith(b"%PDF-")
    assert len(content) == receipt.size_bytes
    assert await core.events_after(before) == [(EventKind.BILL_PAID, KASKO), (EventKind.DOCUMENT_ISSUED, KASKO)]
    assert await core.effects() == {"bills": 1, "orders": 1, "confirmations": 1, "documents": 1}


async def test_a_policy_that_waited_for_its_payment_is_issued(core: Bench) -> None:
    assert (await policy(core, WAITING)).status is models.PolicyStatus.AWAITING_PAYMENT
    assert [each.kind for each in await documents(core, WAITING)] == [models.DocumentKind.RULES]
    before = await core.newest()
    bill = await billed(core, InstalmentBill(WAITING, 1))

    await paid(core, bill, (await ordered(core, bill)).order)

    issued = await policy(core, WAITING)
    assert issued.period.start > PAID_ON
    assert issued.status is models.PolicyStatus.FUTURE
    assert {each.kind for each in await documents(core, WAITING)} == {
        models.DocumentKind.POLICY,
        models.DocumentKind.RULES,
        models.DocumentKind.RECEIPT,
    }
    assert [kind for kind, _ in await core.events_after(before)] == [
        EventKind.BILL_PAID,
        EventKind.DOCUMENT_ISSUED,
        EventKind.DOCUMENT_ISSUED,
        EventKind.POLICY_CHANGED,
    ]


async def test_a_replica_that_lags_has_not_seen_the_payment(core: Bench) -> None:
    bill = await billed(core, InstalmentBill(WAITING, 1))
    before = [await policy(core, WAITING), await instalments(core, WAITING), await documents(core, WAITING)]
    await paid(core, bill, (await ordered(core, bill)).order)

    for operation in ("GetPolicies", "GetInstalments", "GetDocumentList", "GetBillStatus"):
        core.switch(Fault.STALE_READ, operation, next_calls=1)

    assert [
        await policy(core, WAITING),
        await instalments(core, WAITING),
        await documents(core, WAITING),
    ] == before
    assert [await status(core, bill), await status(core, bill)] == [BillStatus.OPEN, BillStatus.PAID]


async def test_the_same_payment_under_another_request_has_no_second_effect(core: Bench) -> None:
    bill = await billed(core, InstalmentBill(KASKO, 2))
    online = await ordered(core, bill)
    first = await paid(core, bill, online.order)
    before, effects = await core.newest(), await core.effects()

    assert await paid(core, bill, online.order) == first
    assert await paid(core, bill, online.order, "paid-0002") == first

    assert await core.events_after(before) == []
    assert await core.effects() == effects


async def test_a_payment_that_does_not_fit_is_refused(core: Bench) -> None:
    bill, other = (
        await billed(core, InstalmentBill(KASKO, 2)),
        await billed(core, InstalmentBill(KASKO, 3), "bill-0002"),
    )
    right, late = await ordered(core, bill), await ordered(core, bill, "order-0002")
    foreign = await ordered(core, other, "order-0003")
    short = models.OnlinePayment(right.order, Money(Decimal("45263.74")), PAID_AT)

    for order in (foreign.order, "0" * 32):
        with pytest.raises(Refused, match="NOT_PAYABLE"):
            await paid(core, bill, order)
    with pytest.raises(Refused, match="AMOUNT_DIFFERS"):
        await core.adapter.confirm_payment(bill.isn, short, "paid-0001", core.call())
    with pytest.raises(InvalidInput):
        await paid(core, bill, "№ 1")
    assert await status(core, bill) is BillStatus.OPEN
    # What was refused left nothing behind: its id is used again.
    await paid(core, bill, right.order)
    with pytest.raises(Refused, match="ALREADY_PAID"):
        await paid(core, bill, late.order, "paid-0002")
    await core.admin("POST", "/bills/cancel", {"bill": other.isn})
    with pytest.raises(Refused, match="NOT_PAYABLE"):
        await paid(core, other, foreign.order, "paid-0003")
    assert (await core.effects())["confirmations"] == 1
