"""Deductibles that were paid since the start, laid over the population."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from dev.simulators.claims_core.problems import Problem
from dev.simulators.kit import MOSCOW, Ledger
from dev.simulators.population.claim_records import Claim, TimelineEntry

OPERATION = "recordDeductible"
_NOTE = "Франшиза оплачена"


@dataclass(frozen=True, slots=True)
class Payment:
    """What a client says of a payment."""

    transaction_id: str
    bill_number: str
    paid_at: datetime

    @property
    def day(self) -> date:
        """The day in Moscow."""
        return self.paid_at.astimezone(MOSCOW).date()


@dataclass(slots=True)
class Deductibles:
    """The day and the instant of writing of each claim's payment."""

    paid: dict[str, tuple[date, datetime]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=lambda: Ledger("deductibles"))

    def record(self, claim: Claim, payment: Payment, now: datetime) -> None:
        """Write a payment down. Raises: Problem when it was, or when nothing is due."""

        def write() -> str:
            due = self.shown(claim).referral
            if due is None or due.deductible_due is None or due.deductible_paid_on is not None:
                raise Problem("NO_DEDUCTIBLE_DUE")
            self.paid[claim.id] = (payment.day, now)
            day = payment.day.isoformat()
            self.ledger.note("deductibles", payment.transaction_id, claim=claim.id, bill=payment.bill_number, day=day)
            return claim.id

        replayed = self.ledger.is_done(OPERATION, payment.transaction_id)
        self.ledger.once(OPERATION, payment.transaction_id, write)
        if replayed:
            raise Problem("AlreadyExecuted")

    def shown(self, claim: Claim) -> Claim:
        """A claim with what was paid: its referral says so, and a step of the case."""
        if claim.id not in self.paid or claim.referral is None:
            return claim
        day, at = self.paid[claim.id]
        step = TimelineEntry(max(at, claim.timeline[-1].at), claim.status, _NOTE)
        referral = replace(claim.referral, deductible_paid_on=day)
        return replace(claim, referral=referral, timeline=(*claim.timeline, step))

    def behind(self, claim: Claim) -> Claim:
        """The claim before its last step, as a replica that lags still has it."""
        if claim.id in self.paid or len(claim.timeline) == 1:
            return claim
        earlier = claim.timeline[:-1]
        return replace(claim, timeline=earlier, status=earlier[-1].status)
