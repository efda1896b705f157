"""The operations that the adapter uses, one method each."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeVar

import msgspec
from lxml import etree

from adapters.policy_core import errors, wire
from adapters.policy_core.client.document import DocumentBody, open_document
from adapters.policy_core.client.exchange import Exchange
from adapters.policy_core.settings import Settings
from adapters.transport import Transport
from domain.ports import MISSING, Call, Missing

__all__ = ["Client"]

R = TypeVar("R", bound=msgspec.Struct)

CHEAP_DICTIONARY: Final = "LINE"


class Client:
    """Batch sizes are the caller's to keep; pages and sessions are kept here.

    Every method raises ``SourceError`` and returns ``MISSING`` when the core says of the whole call that it knows no
    such object; those that write raise ``Refused`` too.
    """

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._exchange = Exchange(settings, transport)

    async def close(self) -> None:
        """Stop a log-in that is under way."""
        await self._exchange.session.close()

    async def ping(self, call: Call) -> None:
        """Make a cheap call that needs a session."""
        await self._exchange.ask("GetDictionary", [("Name", CHEAP_DICTIONARY)], call)

    async def clients(self, isns: Sequence[str], call: Call) -> list[wire.Client | wire.ItemError] | Missing:
        """GetClients."""
        data = await self._exchange.ask("GetClients", [("Isn", isn) for isn in isns], call)
        return rows_or_errors(wire.Client, data, "Client")

    async def find_client(self, by: tuple[str, str], call: Call) -> wire.FoundClient | Missing:
        """FindClient by ``PolicyNumber``, ``Phone`` or ``Email`` and its text."""
        data = await self._exchange.ask("FindClient", [by], call)
        return data if data is MISSING else wire.read(wire.FoundClient, data)

    async def policies(self, by: str, values: Sequence[str], call: Call) -> list[wire.PolicyItem] | Missing:
        """GetPolicies by ``Number`` or ``Isn``."""
        data = await self._exchange.ask("GetPolicies", [("Key", [(by, value)]) for value in values], call)
        return data if data is MISSING else wire.read_all(wire.PolicyItem, data, "Item")

    async def policies_of_holders(self, isns: Sequence[str], call: Call) -> list[wire.FoundPolicies] | Missing:
        """FindPolicies, page by page to the end."""
        holders: list[wire.Node] = [("ClientIsn", isn) for isn in isns]
        pages: list[wire.FoundPolicies] = []
        paging: list[wire.Node] = []
        for _ in range(self._settings.max_pages):
            data = await self._exchange.ask("FindPolicies", holders + paging, call)
            if data is MISSING:
                return MISSING
            page = wire.read(wire.FoundPolicies, data)
            pages.append(page)
            if page.next_page_token is None:
                return pages
            paging = [("PageToken", page.next_page_token)]
        raise errors.garbled("FindPolicies", f"over {self._settings.max_pages} pages")

    async def instalments(
        self, numbers: Sequence[str], call: Call
    ) -> list[wire.InstalmentPlan | wire.ItemError] | Missing:
        """GetInstalments."""
        data = await self._exchange.ask("GetInstalments", [("PolicyNumber", number) for number in numbers], call)
        return rows_or_errors(wire.InstalmentPlan, data, "Plan")

    async def document_lists(
        self, numbers: Sequence[str], call: Call
    ) -> list[wire.DocumentList | wire.ItemError] | Missing:
        """GetDocumentList."""
        data = await self._exchange.ask("GetDocumentList", [("PolicyNumber", number) for number in numbers], call)
        return rows_or_errors(wire.DocumentList, data, "List")

    async def journal(self, first: int, count: int, call: Call) -> wire.JournalPage | Missing:
        """GetJournal."""
        data = await self._exchange.ask("GetJournal", [("FromSeq", str(first)), ("Count", str(count))], call)
        return data if data is MISSING else wire.read(wire.JournalPage, data)

    async def renewal_options(self, number: str, call: Call) -> wire.RenewalOptions | Missing:
        """GetRenewalOptions."""
        data = await self._exchange.ask("GetRenewalOptions", [("PolicyNumber", number)], call)
        return only(wire.RenewalOptions, data, "RenewalOptions", "GetRenewalOptions")

    async def renewal_choices(self, number: str, call: Call) -> wire.RenewalOptions | Missing:
        """GetRenewalOptions with what can be chosen."""
        nodes = [("PolicyNumber", number), ("WithChoices", "Y")]
        data = await self._exchange.ask("GetRenewalOptions", nodes, call)
        return only(wire.RenewalOptions, data, "RenewalOptions", "GetRenewalOptions")

    async def product_rules(self, code: str, call: Call) -> wire.ProductRules | Missing:
        """GetProductRules."""
        data = await self._exchange.ask("GetProductRules", [("ProductCode", code)], call)
        return only(wire.ProductRules, data, "ProductRules", "GetProductRules")

    async def bill(self, isn: str, call: Call) -> wire.Bill | Missing:
        """GetBillStatus."""
        data = await self._exchange.ask("GetBillStatus", [("BillIsn", isn)], call)
        return only(wire.Bill, data, "Bill", "GetBillStatus")

    async def update_contacts(self, nodes: Sequence[wire.Node], call: Call) -> wire.UpdatedClient | Missing:
        """UpdateContacts."""
        data = await self._exchange.tell("UpdateContacts", nodes, call)
        return data if data is MISSING else wire.read(wire.UpdatedClient, data)

    async def create_bill(self, nodes: Sequence[wire.Node], call: Call) -> wire.Bill | Missing:
        """CreateBill."""
        data = await self._exchange.tell("CreateBill", nodes, call)
        return only(wire.Bill, data, "Bill", "CreateBill")

    async def create_online_bill(self, nodes: Sequence[wire.Node], call: Call) -> wire.OnlineBill | Missing:
        """CreateOnlineBill."""
        data = await self._exchange.tell("CreateOnlineBill", nodes, call)
        return data if data is MISSING else wire.read(wire.OnlineBill, data)

    async def confirm_payment(self, nodes: Sequence[wire.Node], call: Call) -> wire.Bill | Missing:
        """ConfirmPayment."""
        data = await self._exchange.tell("ConfirmPayment", nodes, call)
        return only(wire.Bill, data, "Bill", "ConfirmPayment")

    async def quote_renewal(self, nodes: Sequence[wire.Node], call: Call) -> wire.Quote | Missing:
        """QuoteRenewal."""
        data = await self._exchange.tell("QuoteRenewal", nodes, call)
        return only(wire.Quote, data, "Quote", "QuoteRenewal")

    async def create_agreement(self, nodes: Sequence[wire.Node], call: Call) -> wire.Agreement | Missing:
        """CreateAgreement."""
        data = await self._exchange.tell("CreateAgreement", nodes, call)
        return only(wire.Agreement, data, "Agreement", "CreateAgreement")

    def document(
        self, number: str, document_id: str, call: Call
    ) -> AbstractAsyncContextManager[DocumentBody | Missing]:
        """GetDocument, decoded while it arrives."""
        nodes = [("PolicyNumber", number), ("DocumentId", document_id)]
        return open_document(self._settings, self._transport, self._exchange, nodes, call)


def rows_or_errors(record: type[R], data: etree._Element | Missing, tag: str) -> list[R | wire.ItemError] | Missing:
    """Read the rows of a batch reply and the errors that stand for rows."""
    if data is MISSING:
        return MISSING
    return [*wire.read_all(record, data, tag), *wire.read_all(wire.ItemError, data, "ItemError")]


def only(record: type[R], data: etree._Element | Missing, tag: str, operation: str) -> R | Missing:
    """Read the one object of a reply. Raises: ``SourceGarbled`` for none or several."""
    if data is MISSING:
        return MISSING
    found = wire.read_all(record, data, tag)
    if len(found) != 1:
        raise errors.garbled(operation, f"{len(found)} objects where one is due")
    return found[0]
