"""Bills, what they are for, and how they are paid."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from adapters.policy_core import wire
from adapters.policy_core.mapping import codes
from adapters.policy_core.mapping.keys import spelled_isn, spelled_number, spelled_request_id, spelled_sum
from adapters.policy_core.mapping.values import amount, code, isn, matched, optional
from domain import models
from domain.clock import MOSCOW
from domain.errors import InvalidInput
from domain.money import Money

__all__ = [
    "bill",
    "bill_of",
    "online_bill",
    "paid_bill",
    "spelled_bill",
    "spelled_online_bill",
    "spelled_payment",
]

BILL_NUMBER: Final = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)
ORDER: Final = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
WEB_ADDRESS: Final = re.compile(r"https?://[!-~]{1,3990}", re.ASCII)
MAX_CLAIM_NUMBER: Final = 32
MAX_COUNT: Final = 1_000


def bill(record: wire.Bill) -> models.Bill:
    """Source: policy_core.xsd, Bill."""
    return models.Bill(
        isn=isn(record.bill_isn, "BillIsn"),
        number=matched(BILL_NUMBER, record.bill_number, "BillNumber")[0],
        amount=Money(amount(record.amount, "Amount"), code(codes.CURRENCIES, record.currency, "Currency")),
        status=code(codes.BILLS, record.status, "Status"),
        paid_by=optional(order, record.paid_by, "PaidBy"),
    )


def bill_of(asked: models.Isn, record: wire.Bill) -> models.Bill:
    """Source: policy_core.xsd, GetBillStatusResponse."""
    found = bill(record)
    if found.isn != asked:
        raise wire.Unreadable("Bill is another one")
    return found


def paid_bill(asked: models.Isn, by: str, record: wire.Bill) -> models.Bill:
    """Source: policy_core.xsd, ConfirmPaymentResponse."""
    found = bill_of(asked, record)
    if (found.status, found.paid_by) != (models.BillStatus.PAID, by):
        raise wire.Unreadable("Bill is not paid by this order")
    return found


def online_bill(record: wire.OnlineBill) -> models.OnlineBill:
    """Source: policy_core.xsd, CreateOnlineBillResponse. A customer is sent there, so the address's form is checked."""
    address = matched(WEB_ADDRESS, record.payment_address, "PaymentAddress")[0]
    return models.OnlineBill(order(record.order_id, "OrderId"), address)


def order(value: str | None, name: str) -> str:
    """Read the id of an order."""
    return matched(ORDER, value, name)[0]


def spelled_bill(subject: models.BillSubject, request_id: str) -> list[wire.Node] | None:
    """Return the elements of a request, or None for a subject that cannot be.

    Source: policy_core.xsd, CreateBill. Raises: ``InvalidInput`` for what the core would not read.
    """
    request = spelled_request_id(request_id)
    spelled = spelled_subject(subject)
    return None if spelled is None else [request, ("Subject", [spelled])]


def spelled_subject(subject: models.BillSubject) -> wire.Node | None:
    """Source: policy_core.xsd, BillSubject."""
    match subject:
        case models.InstalmentBill():
            policy = spelled_number(subject.policy)
            if policy is None or not 0 < subject.number <= MAX_COUNT:
                return None
            return ("Instalment", [("PolicyNumber", policy), ("Number", str(subject.number))])
        case models.DeductibleBill():
            policy, claim = spelled_number(subject.policy), subject.claim_number
            total = spelled_sum(subject.amount, "amount")
            if policy is None or not wire.can_carry(claim, MAX_CLAIM_NUMBER):
                return None
            return ("Deductible", [("PolicyNumber", policy), ("ClaimNumber", claim), ("Amount", total)])
        case models.AgreementBill():
            agreement = spelled_isn(subject.agreement)
            return None if agreement is None else ("Agreement", [("AgreementIsn", agreement)])


def spelled_online_bill(key: models.Isn, return_address: str, request_id: str) -> list[wire.Node] | None:
    """Return the elements of a request, or None for a bill that cannot be.

    Source: policy_core.xsd, CreateOnlineBill. Raises: ``InvalidInput`` for what the core would not read.
    """
    request, spelled = spelled_request_id(request_id), spelled_isn(key)
    if not WEB_ADDRESS.fullmatch(return_address):
        raise InvalidInput("return_address", "not_an_address")
    return None if spelled is None else [request, ("BillIsn", spelled), ("ReturnAddress", return_address)]


def spelled_payment(key: models.Isn, payment: models.OnlinePayment, request_id: str) -> list[wire.Node] | None:
    """Return the elements of a request, or None for a bill that cannot be. Units: the moment in Moscow time.

    Source: policy_core.xsd, ConfirmPayment. Raises: ``InvalidInput`` for what the core would not read.
    """
    request, spelled = spelled_request_id(request_id), spelled_isn(key)
    if not ORDER.fullmatch(payment.order):
        raise InvalidInput("order", "not_an_order")
    total = spelled_sum(payment.amount, "amount")
    if spelled is None:
        return None
    return [
        request,
        ("BillIsn", spelled),
        ("OrderId", payment.order),
        ("Amount", total),
        ("PaidAt", spelled_moment(payment.paid_at)),
    ]


def spelled_moment(at: datetime) -> str:
    """Source: policy_core.xsd, Moment."""
    return at.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M:%S")
