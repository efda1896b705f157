"""An independent SOAP client pays an instalment and renews a policy at the simulator process."""

from __future__ import annotations

from typing import Any

import pytest
import zeep.exceptions

from tests.wire.policy_core.served import Core

KASKO, MOTOR = "K23815851", "K01393741"
BACK = "https://account.example/paid"


def code(core: Core, operation: str, **fields: Any) -> int:
    """The error that an operation ends in."""
    reply = getattr(core.service, operation)(SessionId=core.session, **fields)
    assert reply.ResponseData is None
    found: int = reply.ResponseStatus.ErrorCode
    return found


def test_an_instalment_is_billed_ordered_and_paid(core: Core) -> None:
    subject = {"Instalment": {"PolicyNumber": KASKO, "Number": 2}}
    before = core.ask("GetJournal", FromSeq=1, Count=1).LastSeq

    bill = core.ask("CreateBill", RequestId="zeep-bill-1", Subject=subject).Bill
    online = core.ask("CreateOnlineBill", RequestId="zeep-order-1", BillIsn=bill.BillIsn, ReturnAddress=BACK)
    paying = {"BillIsn": bill.BillIsn, "OrderId": online.OrderId, "PaidAt": "15.01.2026 12:00:00"}
    short = code(core, "ConfirmPayment", RequestId="zeep-paid-1", Amount="1,00", **paying)
    paid = core.ask("ConfirmPayment", RequestId="zeep-paid-1", Amount="45 263,75", **paying).Bill

    assert (bill.Amount, bill.Currency, bill.Status, bill.PaidBy) == ("45\u00a0263,75", 643, 1, None)
    assert short == 302
    assert (paid.BillIsn, paid.Status, paid.PaidBy) == (bill.BillIsn, 2, online.OrderId)
    assert core.ask("GetBillStatus", BillIsn=bill.BillIsn).Bill == paid
    (plan,) = core.ask("GetInstalments", PolicyNumber=[KASKO]).Plan
    assert {part.No: part.PaidDate for part in plan.Instalment}[2] == "15.01.2026"
    events = core.ask("GetJournal", FromSeq=before + 1, Count=5).Event
    assert [(each.Kind, each.PolicyNumber) for each in events] == [(2, KASKO), (3, KASKO)]
    assert events[0].SubjectIsn == bill.BillIsn
    assert code(core, "CreateBill", RequestId="zeep-bill-2", Subject=subject) == 300


def test_a_policy_is_renewed(core: Core) -> None:
    plain = core.ask("GetRenewalOptions", PolicyNumber=MOTOR).RenewalOptions
    options = core.ask("GetRenewalOptions", PolicyNumber=MOTOR, WithChoices="Y").RenewalOptions
    choice = options.Choices.Proposed

    quote = core.ask("QuoteRenewal", RequestId="zeep-quote-1", PolicyNumber=MOTOR, Choice=choice).Quote
    agreement = core.ask("CreateAgreement", RequestId="zeep-agree-1", QuoteIsn=quote.QuoteIsn).Agreement
    subject = {"Agreement": {"AgreementIsn": agreement.AgreementIsn}}
    bill = core.ask("CreateBill", RequestId="zeep-bill-3", Subject=subject).Bill

    assert plain.Choices is None
    assert quote.Premium == options.Premium == agreement.Premium
    assert bill.Amount == quote.FirstInstalment
    (item,) = core.ask("GetPolicies", Key=[{"Number": agreement.PolicyNumber}]).Item
    assert (item.Policy.State, item.Policy.Isn) == ("Ожидает оплаты", agreement.PolicyIsn)
    assert code(core, "CreateAgreement", RequestId="zeep-agree-2", QuoteIsn=quote.QuoteIsn) == 314
    assert code(core, "QuoteRenewal", RequestId="zeep-quote-2", PolicyNumber=MOTOR, Choice=choice) == 310
    refused = core.ask("GetRenewalOptions", PolicyNumber=MOTOR, WithChoices="Y").RenewalOptions
    assert (refused.Allowed, refused.RefusalReason, refused.Choices) == ("N", 6, None)


def test_what_cannot_be_is_an_error_in_band(core: Core) -> None:
    deductible = {"PolicyNumber": KASKO, "ClaimNumber": "CL-1", "Amount": "0,00"}
    nothing = {"RequestId": "zeep-nothing", "BillIsn": "7.0"}
    paying = {"OrderId": "x", "Amount": "1,00", "PaidAt": "15.01.2026 12:00:00"}
    choice = core.ask("GetRenewalOptions", PolicyNumber="H67413247", WithChoices="Y").RenewalOptions.Choices.Proposed
    choice.InstalmentCount = 3

    assert code(core, "CreateBill", RequestId="zeep-nothing", Subject={"Deductible": deductible}) == 111
    assert code(core, "GetBillStatus", BillIsn="7.0") == 200
    assert code(core, "CreateOnlineBill", ReturnAddress=BACK, **nothing) == 200
    assert code(core, "ConfirmPayment", **nothing, **paying) == 200
    assert code(core, "CreateAgreement", RequestId="zeep-nothing", QuoteIsn="7.0") == 200
    assert code(core, "QuoteRenewal", RequestId="zeep-nothing", PolicyNumber="H67413247", Choice=choice) == 311


def test_a_write_without_a_good_id_is_a_fault(core: Core) -> None:
    with pytest.raises(zeep.exceptions.Fault) as raised:
        core.service.CreateAgreement(SessionId=core.session, RequestId="short", QuoteIsn="7.0")

    assert raised.value.code == "soap:Client"
