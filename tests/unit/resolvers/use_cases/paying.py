"""A customer who pays, over fake ports: the worker runs when told, and the bank's page does what is pressed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, cast
from uuid import uuid4

from domain import models
from domain.accounts.models import Account, AccountId, AccountOrigin
from domain.acquirer import Order
from domain.clock import Deadline
from domain.commands import Commands
from domain.errors import AcquirerUnavailable
from domain.money import Money
from domain.outbox.models import Command, CommandState
from domain.payments.means import SavedMeans
from domain.payments.models import Payment
from domain.payments.ports import PaymentPorts, PaymentRules
from domain.payments.watching import WatchedOrder
from domain.viewer import Viewer, ViewerKind
from resolvers import ids
from resolvers.context import Context
from resolvers.payments import addresses
from resolvers.use_cases.delivering import Delivering, Later, Outcome
from resolvers.use_cases.payments.checking import Checking
from resolvers.use_cases.payments.payables import Deductible, Instalment, Wanted
from resolvers.use_cases.payments.reconciling import Reconciling
from resolvers.use_cases.payments.starting import Started, start
from resolvers.use_cases.payments.steps import steps
from resolvers.use_cases.payments.watching import Watching
from tests.fakes import objects
from tests.fakes.accounts import FakeAccounts, FakeVisitor
from tests.fakes.acquirer import FakeAcquirer
from tests.fakes.clock import NOW, StillClock
from tests.fakes.payments import FakeBilling
from tests.fakes.reads import FakeReads
from tests.fakes.requests import request
from tests.unit.resolvers.graph import CLIENT, graph

__all__ = ["AMOUNT", "CLAIM", "INSTALMENT", "KEY", "OTHER_KEY", "POLICY", "RULES", "Hasty", "Payer"]

KEY: Final = "0f8fad5b-d9cb-469f-a165-70867728950e"
OTHER_KEY: Final = "another-key"
AMOUNT: Final = objects.rub("12000.00")
POLICY: Final = ids.encode("Policy", 100)
CLAIM: Final = ids.encode("Claim", "c1")
INSTALMENT: Final = models.InstalmentBill(objects.number(100), 1)
RULES: Final = PaymentRules(
    "https://account.test/?payment=",
    order_life=timedelta(minutes=25),
    unshown_life=timedelta(days=3),
    patience=timedelta(0),
    told_after=timedelta(minutes=1),
    check_every=timedelta(seconds=20),
    check_s=5,
    watch_for=timedelta(days=30),
)


@dataclass(slots=True)
class Hasty(FakeAcquirer):
    """Whose customers pay whatever is about to be cancelled; with ``away`` it cancels nothing."""

    away: bool = False

    async def cancel(self, order: str, deadline: Deadline) -> Order:
        if self.away:
            raise AcquirerUnavailable("cancel", "HTTP 503")
        self.pay(order)
        return await FakeAcquirer.cancel(self, order, deadline)


def reads() -> FakeReads:
    """Two clients; the first owes one instalment of two, and a deductible."""
    made = graph()
    owed = objects.instalment(1, amount=AMOUNT)
    paid = objects.instalment(2, amount=AMOUNT, paid_on=objects.in_days(-3))
    made.by_name["instalments"].rows |= {objects.number(100): (owed, paid), objects.number(300): (owed,)}
    claim = objects.claim("c1", referral=objects.referral(deductible_due=AMOUNT, deductible_paid_on=None))
    made.by_name["claims"].rows[claim.id] = claim
    made.by_name["claims_of_policy"].rows[objects.number(100)] = (claim, objects.claim("c2"))
    return made


def account() -> Account:
    """The customer's account."""
    return Account(
        AccountId(uuid4()), CLIENT, AccountOrigin.SELF, "+79161234567", "olga@example.ru", "hash", False, NOW
    )


@dataclass
class Payer:
    """Who pays, and everybody who has a part in it.

    ``alarms``: payments that somebody has to look at. ``outdated``: policies of which nothing kept is to be shown.
    """

    clock: StillClock = field(default_factory=StillClock)
    reads: FakeReads = field(default_factory=reads)
    core: FakeBilling = field(default_factory=FakeBilling)
    acquirer: FakeAcquirer = field(default_factory=FakeAcquirer)
    owner: Account = field(default_factory=account)
    alarms: list[Payment] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    outdated: list[models.PolicyNumber] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kept = FakeAccounts(self.clock)
        self.kept.rows.accounts[self.owner.id] = self.owner
        self.core.amounts = {INSTALMENT: AMOUNT}

    @property
    def ports(self) -> PaymentPorts:
        return PaymentPorts(
            self.acquirer, lambda address: address.startswith("https://pay.test/"), self.alarms.append, RULES
        )

    @property
    def viewer(self) -> Viewer:
        return Viewer(ViewerKind.CLIENT, str(self.owner.id), self.owner.client_isn)

    def context(self, viewer: Viewer | None = None) -> Context:
        ports = replace(self.kept.ports, payments=self.ports)
        return request(self.reads, viewer or self.viewer, clock=self.clock, accounts=ports, visit=FakeVisitor())

    async def start(self, wanted: Wanted | None = None, key: str = KEY, viewer: Viewer | None = None) -> Started:
        return await start(self.context(viewer), key, wanted or Instalment(POLICY, 1))

    async def start_deductible(self, key: str = KEY) -> Started:
        number = objects.claim("c1").number
        assert number is not None
        self.core.amounts[models.DeductibleBill(objects.number(100), number, AMOUNT)] = AMOUNT
        return await self.start(Deductible(CLAIM), key)

    async def work(self) -> None:
        """Let the worker do what it can; what has to wait, waits."""
        delivering = self.delivering()
        while waiting := [each for each in self.commands if each.state is CommandState.WAITING]:
            before = self.commands
            for each in waiting:
                with suppress(Later):
                    await delivering.deliver(each.id)
            if [each.state for each in self.commands] == [each.state for each in before]:
                return

    def delivering(self) -> Delivering:
        kinds = steps(cast("Commands", self.core), self.ports)
        return Delivering(self.kept, kinds, 5, self.clock, self, outdate=self.outdate)

    async def outdate(self, policies: Sequence[models.PolicyNumber]) -> None:
        self.outdated += policies

    async def opened(self, wanted: Wanted | None = None) -> Payment:
        """Begin a payment, and let the core make out the bill and the order."""
        assert (await self.start(wanted)).problems == ()
        await self.work()
        return self.payment

    async def on_the_page(self, amount: Any = AMOUNT) -> str:
        """Begin a payment, and open the bank's page; return the order."""
        order = (await self.opened()).order
        assert order is not None
        self.acquirer.visit(order, "bill", amount)
        return order

    def belongs_to_another(self) -> None:
        """Let everything that was begun have been begun by another account of the client."""
        other = AccountId(uuid4())
        self.kept.rows.underway.payments = [replace(each, account=other) for each in self.payments]

    async def look(self) -> str | None:
        """Have the page's address shown."""
        [address] = await addresses([self.payment], self.context())
        return address if isinstance(address, str) else None

    async def check(self) -> Payment | None:
        return await self.checking.check(self.payment.id)

    async def rounds(self, many: int = 1, every: timedelta = RULES.check_every) -> int:
        """Let time pass and rounds of looking be made; return how often the bank was asked."""
        looking, before = Reconciling(self.checking, RULES.check_every), len(self.acquirer.asked)
        for _ in range(many):
            self.clock.advance(every.total_seconds() + 1)
            await looking.look()
        return len(self.acquirer.asked) - before

    async def called_back(self, order: str) -> None:
        """Let the bank call back, and the worker look into it."""
        async with self.kept.work() as work:
            payment = await work.payments.of_order(order)
            assert payment is not None
            await work.watched_orders.hasten(order)
        await Watching(self.checking).when_called_back(payment)

    @property
    def checking(self) -> Checking:
        return Checking(self.kept, self.ports, self.clock)

    def command_tried(self, command: Command, outcome: Outcome, failed: Exception | None) -> None:
        self.outcomes.append(outcome)

    @property
    def commands(self) -> list[Command]:
        return self.kept.rows.underway.commands

    @property
    def means(self) -> list[SavedMeans]:
        return self.kept.rows.underway.means

    @property
    def watched(self) -> dict[str, WatchedOrder]:
        return self.kept.rows.underway.watched

    @property
    def dearer(self) -> Money:
        """Another sum than is owed."""
        return objects.rub("12001.00")

    @property
    def payments(self) -> list[Payment]:
        return self.kept.rows.underway.payments

    @property
    def payment(self) -> Payment:
        """The latest."""
        return self.payments[-1]
