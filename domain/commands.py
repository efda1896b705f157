"""What the product has the systems do.

Every write is told a ``request_id`` of ours: 8 to 64 letters, digits and dashes, one for each wish. A request that is
repeated with its id is done once and gives the first result, so whoever got no answer asks again with the same. All of
them raise ``NotFound`` for an unknown subject, ``Refused`` for what a system declines, ``InvalidInput`` for what cannot
be sent, and ``SourceError``; after this last it may have been done all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from domain import models
    from domain.ports import Call

__all__ = [
    "Commands",
    "ConfirmPayment",
    "CreateAgreement",
    "CreateBill",
    "OpenOnlineBill",
    "QuoteRenewal",
    "RecordDeductible",
    "UpdateContacts",
]


class UpdateContacts(Protocol):
    """Writes a person's phone, e-mail or both into the policy core."""

    async def __call__(
        self, client: models.Isn, phone: str | None, email: str | None, request_id: str, call: Call, /
    ) -> None:
        """Write what is given: a phone in E.164, an e-mail in lower case; the other contact stays."""
        ...


class CreateBill(Protocol):
    """Has the policy core make out a bill."""

    async def __call__(self, subject: models.BillSubject, request_id: str, call: Call, /) -> models.Bill:
        """Return the bill; one that is open for the same subject is given again, whatever the request id.

        Raises: ``Refused`` with ``ALREADY_PAID``, ``NOT_PAYABLE``, or ``AMOUNT_DIFFERS`` when a bill of another sum is
        open for the same deductible.
        """
        ...


class OpenOnlineBill(Protocol):
    """Has the policy core open an order for a bill with the acquirer."""

    async def __call__(
        self, bill: models.Isn, return_address: str, request_id: str, call: Call, /
    ) -> models.OnlineBill:
        """Return the order and where it is paid; each request id is an order of its own.

        ``return_address``: where the acquirer sends the customer afterwards.
        Raises: ``Refused`` with ``ALREADY_PAID`` or ``NOT_PAYABLE``.
        """
        ...


class ConfirmPayment(Protocol):
    """Tells the policy core that a bill was paid."""

    async def __call__(
        self, bill: models.Isn, payment: models.OnlinePayment, request_id: str, call: Call, /
    ) -> models.Bill:
        """Return the bill, paid; the core issues what was waiting for the money.

        Raises: ``Refused`` with ``ALREADY_PAID`` (with another order), ``NOT_PAYABLE`` or ``AMOUNT_DIFFERS``.
        """
        ...


class QuoteRenewal(Protocol):
    """Has the policy core price a choice, and keep the price."""

    async def __call__(
        self, policy: models.PolicyNumber, choice: models.RenewalChoice, request_id: str, call: Call, /
    ) -> models.RenewalQuote:
        """Return the quote. Raises: ``Refused`` with ``NOT_RENEWABLE`` or ``CHOICE_NOT_OFFERED``."""
        ...


class CreateAgreement(Protocol):
    """Has the policy core make an agreement of a quote."""

    async def __call__(self, quote: models.Isn, request_id: str, call: Call, /) -> models.Agreement:
        """Return the agreement, under the price of the quote.

        Raises: ``Refused`` with ``PRICE_CHANGED``, ``QUOTE_EXPIRED``, ``ALREADY_RENEWED`` or ``NOT_RENEWABLE``.
        """
        ...


class RecordDeductible(Protocol):
    """Tells the claims core that the deductible of a claim was paid."""

    async def __call__(
        self, claim: models.ClaimId, bill_number: str, paid_at: datetime, request_id: str, call: Call, /
    ) -> None:
        """Write it down; ``paid_at`` is an instant in UTC. Raises: ``Refused`` with ``NOT_PAYABLE``."""
        ...


@dataclass(frozen=True, slots=True)
class Commands:
    """Every write of the product, one row each; ``gateway.wiring`` fills them.

    A write passes its system's guard, and nothing else: it is never shared, kept or repeated by itself.
    """

    # policy core
    update_contacts: UpdateContacts
    create_bill: CreateBill
    open_online_bill: OpenOnlineBill
    confirm_payment: ConfirmPayment
    quote_renewal: QuoteRenewal
    create_agreement: CreateAgreement

    # claims core
    record_deductible: RecordDeductible
