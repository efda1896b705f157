"""Bills: made out, put to the acquirer, paid."""

import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import IntEnum
from itertools import count

from dev.simulators.policy_core import spelling
from dev.simulators.policy_core.portfolio import Portfolio
from dev.simulators.policy_core.soap import Call, Failure, element, group
from dev.simulators.population.keys import folded
from dev.simulators.population.records import Instalment, Policy, PolicyStatus

_SENSELESS, _UNKNOWN, _PAID, _NOT_PAYABLE, _AMOUNT = 111, 200, 300, 301, 302
_FIRST_ISN = 70_000_000_000
_ISNS = 1_000_000_000


class Status(IntEnum):
    """Codes of BILL."""

    OPEN = 1
    PAID = 2
    CANCELLED = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """What a bill is for: an instalment of a policy, or the deductible of a claim."""

    policy_isn: int
    instalment: int | None = None
    claim: str | None = None

    def __str__(self) -> str:
        return f"{self.policy_isn}/{self.claim or self.instalment}"


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as it is at one moment."""

    isn: int
    subject: Subject
    amount: Decimal
    status: Status = Status.OPEN
    paid_by: str | None = None

    @property
    def number(self) -> str:
        """As printed."""
        return f"B-{self.isn - _FIRST_ISN:09d}"


@dataclass(slots=True)
class Bills:
    """Bills by ISN, and which bill each order is for.

    ISNs begin anywhere, so that a process that starts again gives out none twice.
    """

    of_isn: dict[int, Bill] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    isns: Iterator[int] = field(default_factory=lambda: count(_FIRST_ISN + secrets.randbelow(_ISNS - 10_000_000)))

    def get(self, isn: int) -> Bill:
        """The bill with this ISN. Raises: Failure."""
        if isn not in self.of_isn:
            raise Failure(_UNKNOWN)
        return self.of_isn[isn]

    def of_subject(self, subject: Subject) -> Bill | None:
        """The bill for a subject that is not cancelled."""
        found = (bill for bill in self.of_isn.values() if bill.subject == subject)
        return next((bill for bill in found if bill.status is not Status.CANCELLED), None)

    def make(self, subject: Subject, amount: Decimal) -> Bill:
        """Make out a new bill."""
        bill = Bill(next(self.isns), subject, amount)
        self.of_isn[bill.isn] = bill
        return bill

    def open_order(self, bill: Bill) -> str:
        """A new order for a bill that can be paid, under an id that nobody can guess. Raises: Failure."""
        if bill.status is not Status.OPEN:
            raise Failure(_PAID if bill.status is Status.PAID else _NOT_PAYABLE)
        order = uuid.uuid4().hex
        self.orders[order] = bill.isn
        return order

    def check_payment(self, bill: Bill, order: str, amount: Decimal) -> bool:
        """Whether a payment is a new one. Raises: Failure for one that cannot be."""
        if bill.status is Status.PAID:
            if bill.paid_by != order:
                raise Failure(_PAID)
            return False
        if bill.status is Status.CANCELLED or self.orders.get(order) != bill.isn:
            raise Failure(_NOT_PAYABLE)
        if amount != bill.amount:
            raise Failure(_AMOUNT)
        return True

    def change(self, bill: Bill, status: Status, paid_by: str | None = None) -> Bill:
        """Put a bill into another state."""
        self.of_isn[bill.isn] = replace(bill, status=status, paid_by=paid_by)
        return self.of_isn[bill.isn]


def billed(asked: Call, bills: Bills, portfolio: Portfolio, agreements: dict[int, int]) -> tuple[Subject, Decimal]:
    """The subject of CreateBill and its sum; `agreements` are the policies by agreement. Raises: Failure."""
    [(kind, [part])] = asked.part("Subject").parts.items()
    if kind == "Deductible":
        return _deductible(part, bills, portfolio)
    if kind == "Agreement":
        made = agreements.get(spelling.isn_of(part.one("AgreementIsn")))
        policy, number = portfolio.policy(made) if made else None, 1
    else:
        policy, number = portfolio.policy_by_number(part.one("PolicyNumber")), int(part.one("Number"))
    instalment = _instalment(portfolio, policy, number)
    if policy is None or instalment is None:
        raise Failure(_UNKNOWN)
    if instalment.paid_on is not None:
        raise Failure(_PAID)
    if policy.status is PolicyStatus.CANCELLED:
        raise Failure(_NOT_PAYABLE)
    return Subject(policy.isn, instalment=number), instalment.amount


def before(bill: Bill) -> Bill:
    """The bill as a replica that lags shows it."""
    return replace(bill, status=Status.OPEN, paid_by=None) if bill.status is Status.PAID else bill


def row(bill: Bill, *, spoilt: bool = False) -> str:
    """A Bill."""
    return group(
        "Bill",
        element("BillIsn", spelling.isn(bill.isn)),
        element("BillNumber", bill.number),
        element("Amount", spelling.amount(bill.amount)),
        element("Currency", spelling.RUB),
        element("Status", spelling.UNKNOWN_CODE if spoilt else str(bill.status.value)),
        element("PaidBy", bill.paid_by),
    )


def day_paid(asked: Call) -> date:
    """The day in Moscow of PaidAt. Raises: Failure."""
    try:
        return spelling.moment_of(asked.one("PaidAt")).date()
    except ValueError:
        raise Failure(_SENSELESS) from None


def _deductible(part: Call, bills: Bills, portfolio: Portfolio) -> tuple[Subject, Decimal]:
    policy, amount = portfolio.policy_by_number(part.one("PolicyNumber")), spelling.amount_of(part.one("Amount"))
    if policy is None:
        raise Failure(_UNKNOWN)
    if amount <= 0:
        raise Failure(_SENSELESS)
    subject = Subject(policy.isn, claim=folded(part.one("ClaimNumber")))
    made = bills.of_subject(subject)
    if made and made.status is Status.PAID:
        raise Failure(_PAID)
    if made and made.amount != amount:
        raise Failure(_AMOUNT)
    return subject, amount


def _instalment(portfolio: Portfolio, policy: Policy | None, number: int) -> Instalment | None:
    parts = portfolio.instalments(policy) if policy else ()
    return next((part for part in parts if part.number == number), None)
