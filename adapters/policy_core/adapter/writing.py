"""Commands of the policy core: each is one request, with the caller's id; see ``domain.commands``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from adapters.policy_core import errors, mapping, wire
from adapters.policy_core.adapter.system import System
from domain import models
from domain.errors import NotFound, SourceGarbled
from domain.ports import Call, Missing

__all__ = ["Writing"]

R = TypeVar("R")
V = TypeVar("V")


class Writing(System):
    """Every command raises ``NotFound``, ``Refused``, ``InvalidInput`` and ``SourceError``."""

    async def update_contacts(
        self, client: models.Isn, phone: str | None, email: str | None, request_id: str, call: Call, /
    ) -> None:
        """Write a person's contacts."""
        nodes = mapping.spelled_contacts(client, phone, email, request_id)
        value = partial(mapping.updated_client, client)
        await self._written("UpdateContacts", nodes, self._client.update_contacts, value, call)

    async def create_bill(self, subject: models.BillSubject, request_id: str, call: Call, /) -> models.Bill:
        """Have a bill made out."""
        nodes = mapping.spelled_bill(subject, request_id)
        return await self._written("CreateBill", nodes, self._client.create_bill, mapping.bill, call)

    async def open_online_bill(
        self, bill: models.Isn, return_address: str, request_id: str, call: Call, /
    ) -> models.OnlineBill:
        """Have an order opened for a bill."""
        nodes = mapping.spelled_online_bill(bill, return_address, request_id)
        fetch = self._client.create_online_bill
        return await self._written("CreateOnlineBill", nodes, fetch, mapping.online_bill, call)

    async def confirm_payment(
        self, bill: models.Isn, payment: models.OnlinePayment, request_id: str, call: Call, /
    ) -> models.Bill:
        """Tell that a bill was paid."""
        nodes = mapping.spelled_payment(bill, payment, request_id)
        value = partial(mapping.paid_bill, bill, payment.order)
        return await self._written("ConfirmPayment", nodes, self._client.confirm_payment, value, call)

    async def quote_renewal(
        self, policy: models.PolicyNumber, choice: models.RenewalChoice, request_id: str, call: Call, /
    ) -> models.RenewalQuote:
        """Have a choice priced."""
        nodes = mapping.spelled_renewal(policy, choice, request_id)
        return await self._written("QuoteRenewal", nodes, self._client.quote_renewal, mapping.quote, call)

    async def create_agreement(self, quote: models.Isn, request_id: str, call: Call, /) -> models.Agreement:
        """Have an agreement made of a quote."""
        nodes = mapping.spelled_quote(quote, request_id)
        return await self._written("CreateAgreement", nodes, self._client.create_agreement, mapping.agreement, call)

    async def _written(
        self,
        operation: str,
        nodes: Sequence[wire.Node] | None,
        tell: Callable[[Sequence[wire.Node], Call], Awaitable[R | Missing]],
        value: Callable[[R], V],
        call: Call,
    ) -> V:
        """Tell the core, and read what it says; None for a subject that cannot be, of which nothing is told."""
        if nodes is None:
            raise NotFound
        try:
            async with self._transport.gate.admitted(operation, call):
                reply = await tell(nodes, call)
                if isinstance(reply, Missing):
                    raise NotFound
                return whole(operation, value, reply)
        except SourceGarbled as broken:
            self._transport.observer.garbled(errors.SOURCE, operation, broken.detail)
            raise


def whole(operation: str, value: Callable[[R], V], reply: R) -> V:
    """Read a reply. Raises: ``SourceGarbled``."""
    try:
        return value(reply)
    except wire.Unreadable as broken:
        raise errors.garbled(operation, str(broken)) from broken
