"""The writes of the core, and what each of them tells the journal and the ledger."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dev.simulators.kit import Ledger
from dev.simulators.policy_core import agreements, bills, choices, spelling
from dev.simulators.policy_core.acquirer import Merchant
from dev.simulators.policy_core.agreements import Agreements
from dev.simulators.policy_core.bills import Bill, Bills, Status
from dev.simulators.policy_core.contacts import Contacts
from dev.simulators.policy_core.journal import BILL_PAID, CONTACTS_CHANGED, DOCUMENT_ISSUED, POLICY_CHANGED, Event
from dev.simulators.policy_core.portfolio import Portfolio, Written
from dev.simulators.policy_core.soap import Call, element
from dev.simulators.population import Population
from dev.simulators.population.records import Policy

KINDS = ("contacts", "bills", "orders", "confirmations", "quotes", "agreements", "documents")


@dataclass(frozen=True, slots=True)
class State:
    """Everything that was written since the start."""

    merchant: Merchant = field(default_factory=Merchant)
    contacts: Contacts = field(default_factory=Contacts)
    policies: Written = field(default_factory=Written)
    bills: Bills = field(default_factory=Bills)
    agreements: Agreements = field(default_factory=Agreements)
    events: list[Event] = field(default_factory=list)
    ledger: Ledger = field(default_factory=lambda: Ledger(*KINDS))


@dataclass(frozen=True, slots=True)
class Writes:
    """The operations that write, at an instant."""

    state: State
    population: Population
    portfolio: Portfolio
    now: datetime

    def operations(self) -> dict[str, Callable[[Call], str]]:
        """What each does; the data of the reply. Each raises Failure."""
        return {
            "UpdateContacts": self._update_contacts,
            "CreateBill": self._create_bill,
            "CreateOnlineBill": self._create_online_bill,
            "ConfirmPayment": self._confirm_payment,
            "QuoteRenewal": self._quote_renewal,
            "CreateAgreement": self._create_agreement,
        }

    def answer(self, asked: Call) -> str:
        """Do what is asked, once for each request id. Raises: Failure."""
        write = self.operations()[asked.operation]
        return self.state.ledger.once(asked.operation, asked.one("RequestId"), lambda: write(asked))

    def _update_contacts(self, asked: Call) -> str:
        isn = self.state.contacts.update(asked, self.population)
        self._tell(CONTACTS_CHANGED, None, isn)
        self._note("contacts", asked, client=isn)
        return element("ClientIsn", spelling.isn(isn))

    def _create_bill(self, asked: Call) -> str:
        state = self.state
        subject, amount = bills.billed(asked, state.bills, self.portfolio, state.agreements.policies)
        bill = state.bills.of_subject(subject)
        if bill is None:
            bill = state.bills.make(subject, amount)
            self._note("bills", asked, bill=bill.isn, number=bill.number, subject=str(subject), amount=str(amount))
        return bills.row(bill)

    def _create_online_bill(self, asked: Call) -> str:
        bill = self.state.bills.get(spelling.isn_of(asked.one("BillIsn")))
        order = self.state.bills.open_order(bill)
        self._note("orders", asked, order=order, bill=bill.isn)
        address = self.state.merchant.payment_address(order, bill.number, bill.amount, asked.one("ReturnAddress"))
        return element("OrderId", order) + element("PaymentAddress", address)

    def _confirm_payment(self, asked: Call) -> str:
        bill = self.state.bills.get(spelling.isn_of(asked.one("BillIsn")))
        order, amount = asked.one("OrderId"), spelling.amount_of(asked.one("Amount"))
        day = bills.day_paid(asked)
        if self.state.bills.check_payment(bill, order, amount):
            bill = self.state.bills.change(bill, Status.PAID, order)
            self._note("confirmations", asked, bill=bill.isn, order=order, amount=str(amount), day=day.isoformat())
            policy = self.portfolio.policy(bill.subject.policy_isn)
            assert policy is not None
            self._tell(BILL_PAID, policy, bill.isn)
            if bill.subject.instalment is not None:
                self._issue(asked, policy, bill)
        return bills.row(bill)

    def _issue(self, asked: Call, policy: Policy, bill: Bill) -> None:
        """Give out what was waiting for an instalment."""
        number = bill.subject.instalment
        assert number is not None
        for document in self.portfolio.pay(policy, number, bills.day_paid(asked)):
            self._tell(DOCUMENT_ISSUED, policy, document.isn)
            self._note("documents", asked, document=document.isn, policy=policy.isn, of=document.kind.value)
        if self.portfolio.policy(policy.isn) != policy:
            self._tell(POLICY_CHANGED, policy, policy.isn)

    def _quote_renewal(self, asked: Call) -> str:
        policy = self.portfolio.policy_by_number(asked.one("PolicyNumber"))
        quote = self.state.agreements.quote(self.portfolio, policy, choices.read(asked.part("Choice")))
        self._note(
            "quotes",
            asked,
            quote=quote.isn,
            policy=quote.policy_isn,
            premium=str(quote.premium),
            choice=choices.as_json(quote.choice),
            start=quote.start.isoformat(),
            end=quote.end.isoformat(),
        )
        return agreements.quote_row(quote)

    def _create_agreement(self, asked: Call) -> str:
        quote = spelling.isn_of(asked.one("QuoteIsn"))
        isn, policy = self.state.agreements.agree(self.portfolio, quote)
        self._tell(POLICY_CHANGED, policy, policy.isn)
        self._note("agreements", asked, agreement=isn, quote=quote, policy=policy.isn, number=policy.number)
        return agreements.agreement_row(isn, policy)

    def _tell(self, kind: int, policy: Policy | None, subject: int) -> None:
        number = policy.number if policy else None
        self.state.events.append(Event(kind, number, subject, self.now.date(), self.now))

    def _note(self, kind: str, asked: Call, **facts: object) -> None:
        self.state.ledger.note(kind, asked.one("RequestId"), **facts)
