"""Recorded replies to writes and to what is read around them, and the requests that they answer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain import models
from domain.errors import GatewayError, NotFound, Refused, SourceGarbled
from domain.models import BillStatus, CoverageChoice, CoverageOffer, InstalmentBill, Isn, PolicyNumber
from domain.money import Money
from tests.wire.policy_core.replay import CALL, Replay, envelope, recorded, replaying

KASKO, MOTOR = PolicyNumber("K23815851"), PolicyNumber("K01393741")
ORDER = "6f1c1a520f0b4b7e9a573f0f7a4c2e11"
BILL_ISN, QUOTE_ISN = Isn(70000000017), Isn(71000000023)
BACK = "https://account.example/paid?a=1&b=2"
DRIVERS = (Isn(2596516912), Isn(2600310587), Isn(2605365264))
ID = "7b0b5d7e-7a0b-4c1a"


def rub(amount: str) -> Money:
    return Money(Decimal(amount))


OPEN = models.Bill(BILL_ISN, "B-000000017", rub("45263.75"), BillStatus.OPEN, None)
PAYMENT = models.OnlinePayment(ORDER, rub("45263.75"), datetime(2026, 1, 15, 9, 0, 1, tzinfo=UTC))
CHOICE = models.RenewalChoice(
    (CoverageChoice("DAMAGE", rub("2310000.00")), CoverageChoice("GLASS", rub("231000.00"))),
    rub("12000.00"),
    1,
    DRIVERS,
)
BILL = "<Bill><BillIsn>{}</BillIsn><BillNumber>{}</BillNumber><Amount>{}</Amount><Currency>{}</Currency>{}</Bill>"


def sent(transport: Replay) -> str:
    """What the last request says within its session."""
    text = transport.requests[-1][1].decode("windows-1251")
    return text.partition("</SessionId>")[2].partition("</soap:Body>")[0]


async def test_create_bill() -> None:
    adapter, transport = replaying("CreateBill", recorded("create_bill.xml"))

    assert await adapter.create_bill(InstalmentBill(KASKO, 2), ID, CALL) == OPEN

    assert sent(transport) == (
        f"<RequestId>{ID}</RequestId><Subject><Instalment><PolicyNumber>K23815851</PolicyNumber><Number>2</Number>"
        "</Instalment></Subject></CreateBill>"
    )


async def test_create_bill_for_what_else_is_billed() -> None:
    adapter, transport = replaying("CreateBill", recorded("create_bill.xml"))

    await adapter.create_bill(models.DeductibleBill(KASKO, "CL-1", rub("1234567.50")), ID, CALL)
    assert sent(transport).partition("<Subject>")[2] == (
        "<Deductible><PolicyNumber>K23815851</PolicyNumber><ClaimNumber>CL-1</ClaimNumber><Amount>1234567,50</Amount>"
        "</Deductible></Subject></CreateBill>"
    )
    await adapter.create_bill(models.AgreementBill(Isn(72000000024)), ID, CALL)
    assert sent(transport).partition("<Subject>")[2] == (
        "<Agreement><AgreementIsn>72000000024.0</AgreementIsn></Agreement></Subject></CreateBill>"
    )


async def test_create_bill_refused() -> None:
    adapter, _ = replaying("CreateBill", recorded("create_bill_refused.xml"))
    with pytest.raises(Refused, match="ALREADY_PAID"):
        await adapter.create_bill(InstalmentBill(KASKO, 2), ID, CALL)


async def test_create_online_bill() -> None:
    adapter, transport = replaying("CreateOnlineBill", recorded("create_online_bill.xml"))

    online = await adapter.open_online_bill(BILL_ISN, BACK, ID, CALL)

    assert online == models.OnlineBill(
        ORDER,
        f"http://127.0.0.1:8004/pay?order={ORDER}&bill=B-000000017&amount=4526375"
        "&return=https%3A%2F%2Faccount.example%2Fpaid"
        "&signature=8ca1afcbfc79d3a368c4b67485f7fa1893fba9f018878037f06f86f918c3488e",
    )
    assert "<ReturnAddress>https://account.example/paid?a=1&amp;b=2</ReturnAddress>" in sent(transport)


async def test_get_bill_status() -> None:
    adapter, transport = replaying("GetBillStatus", recorded("get_bill_status.xml"))

    assert await adapter.bills([BILL_ISN], CALL) == [OPEN]
    assert sent(transport) == "<BillIsn>70000000017.0</BillIsn></GetBillStatus>"


async def test_confirm_payment() -> None:
    adapter, transport = replaying("ConfirmPayment", recorded("confirm_payment.xml"))

    paid = await adapter.confirm_payment(BILL_ISN, PAYMENT, ID, CALL)

    assert paid == models.Bill(BILL_ISN, "B-000000017", rub("45263.75"), BillStatus.PAID, ORDER)
    assert sent(transport) == (
        f"<RequestId>{ID}</RequestId><BillIsn>70000000017.0</BillIsn><OrderId>{ORDER}</OrderId>"
        "<Amount>45263,75</Amount><PaidAt>15.01.2026 12:00:01</PaidAt></ConfirmPayment>"
    )


async def test_renewal_choices() -> None:
    adapter, transport = replaying("GetRenewalOptions", recorded("get_renewal_choices.xml"))

    (choices,) = await adapter.renewal_choices([MOTOR], CALL)

    assert choices == models.RenewalChoices(
        coverages=(
            CoverageOffer("DAMAGE", "Ущерб", (rub("2079000.00"), rub("2310000.00"), rub("2541000.00")), is_fixed=True),
            CoverageOffer("GLASS", "Повреждение остекления", (rub("231000.00"), rub("346000.00")), is_fixed=False),
        ),
        deductibles=(rub("12000.00"), rub("23000.00"), rub("46000.00")),
        instalment_counts=(1, 2),
        drivers=DRIVERS,
        can_lift_driver_limit=True,
        proposed=CHOICE,
    )
    assert sent(transport) == "<PolicyNumber>K01393741</PolicyNumber><WithChoices>Y</WithChoices></GetRenewalOptions>"


async def test_quote_renewal() -> None:
    adapter, transport = replaying("QuoteRenewal", recorded("quote_renewal.xml"))

    quote = await adapter.quote_renewal(MOTOR, CHOICE, ID, CALL)

    assert quote == models.RenewalQuote(
        QUOTE_ISN, rub("44720.00"), rub("22360.00"), date(2026, 1, 29), date(2026, 2, 27), date(2027, 2, 26)
    )
    assert sent(transport) == (
        f"<RequestId>{ID}</RequestId><PolicyNumber>K01393741</PolicyNumber><Choice>"
        "<Coverage><RiskCode>DAMAGE</RiskCode><SumInsured>2310000,00</SumInsured></Coverage>"
        "<Coverage><RiskCode>GLASS</RiskCode><SumInsured>231000,00</SumInsured></Coverage>"
        "<Deductible>12000,00</Deductible><InstalmentCount>1</InstalmentCount><AnyDriver>N</AnyDriver>"
        "<DriverIsn>2596516912.0</DriverIsn><DriverIsn>2600310587.0</DriverIsn><DriverIsn>2605365264.0</DriverIsn>"
        "</Choice></QuoteRenewal>"
    )


async def test_create_agreement() -> None:
    adapter, transport = replaying("CreateAgreement", recorded("create_agreement.xml"))

    agreement = await adapter.create_agreement(QUOTE_ISN, ID, CALL)

    assert agreement == models.Agreement(Isn(72000000024), Isn(5090000004), "K59649091", rub("44720.00"))
    assert sent(transport) == f"<RequestId>{ID}</RequestId><QuoteIsn>71000000023.0</QuoteIsn></CreateAgreement>"


@pytest.mark.parametrize(
    "bill",
    [
        "",
        BILL.format("7.0e5", "B-1", "1,00", "643", "<Status>1</Status>"),
        BILL.format("70000000017.0", "B 1", "1,00", "643", "<Status>1</Status>"),
        BILL.format("70000000017.0", "B-1", "1.00", "643", "<Status>1</Status>"),
        BILL.format("70000000017.0", "B-1", "1,00", "1", "<Status>1</Status>"),
        BILL.format("70000000017.0", "B-1", "1,00", "643", "<Status>9</Status>"),
        BILL.format("70000000017.0", "B-1", "1,00", "643", "<Status>2</Status><PaidBy>an order</PaidBy>"),
        BILL.format("70000000018.0", "B-1", "1,00", "643", "<Status>1</Status>"),
        BILL.format("70000000017.0", "B-1", "1,00", "643", "<Status>1</Status>") * 2,
    ],
)
async def test_an_odd_bill_is_garbled(bill: str) -> None:
    adapter, _ = replaying("GetBillStatus", envelope("GetBillStatus", bill))
    (found,) = await adapter.bills([BILL_ISN], CALL)
    assert isinstance(found, SourceGarbled)


@pytest.mark.parametrize(
    "rest",
    [
        "<Status>1</Status>",
        "<Status>2</Status>",
        "<Status>2</Status><PaidBy>another-order</PaidBy>",
    ],
)
async def test_a_confirmation_of_something_else_is_none(rest: str) -> None:
    odd = envelope("ConfirmPayment", BILL.format("70000000017.0", "B-1", "45263,75", "643", rest))
    adapter, _ = replaying("ConfirmPayment", odd)
    with pytest.raises(SourceGarbled, match="not paid by this order"):
        await adapter.confirm_payment(BILL_ISN, PAYMENT, ID, CALL)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://", "https://a b", "", "//evil.example/pay"])
async def test_nobody_is_sent_to_an_odd_address(address: str) -> None:
    odd = envelope("CreateOnlineBill", f"<OrderId>{ORDER}</OrderId><PaymentAddress>{address}</PaymentAddress>")
    adapter, _ = replaying("CreateOnlineBill", odd)
    with pytest.raises(SourceGarbled):
        await adapter.open_online_bill(BILL_ISN, BACK, ID, CALL)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<Choices>", "<Others>"),
        ("<Fixed>Y</Fixed>", "<Fixed>?</Fixed>"),
        ("<AnyDriver>N</AnyDriver>", "<AnyDriver>Y</AnyDriver>"),
        ("<AnyDriverAllowed>Y</AnyDriverAllowed>", ""),
        ("<Currency>643</Currency>", ""),
        ("<InstalmentCount>2</InstalmentCount>", "<InstalmentCount/>"),
        ("<RiskCode>GLASS</RiskCode>", ""),
    ],
)
async def test_odd_choices_are_garbled(before: str, after: str) -> None:
    text = recorded("get_renewal_choices.xml").decode("windows-1251")
    assert before in text
    odd = text.replace(before, after).replace(before.replace("<", "</", 1), after.replace("<", "</", 1))
    adapter, _ = replaying("GetRenewalOptions", odd.encode("windows-1251"))
    (found,) = await adapter.renewal_choices([MOTOR], CALL)
    assert isinstance(found, SourceGarbled)


@pytest.mark.parametrize(("code", "error"), [("200", NotFound), ("314", Refused), ("9", SourceGarbled)])
async def test_an_error_is_told(code: str, error: type[GatewayError]) -> None:
    odd = envelope("CreateAgreement", "", f"<ErrorCode>{code}</ErrorCode>")
    adapter, _ = replaying("CreateAgreement", odd)
    with pytest.raises(error):
        await adapter.create_agreement(QUOTE_ISN, ID, CALL)
