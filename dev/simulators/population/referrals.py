"""Repair referrals."""

from datetime import date, timedelta
from decimal import Decimal

from dev.simulators.population.claim_records import ClaimStatus, QuoteState, Referral, RepairProgress, RepairStation
from dev.simulators.population.dice import Dice

VALID_DAYS = 60
_DEMO_EXPIRES_IN = 9
_DEMO_DEDUCTIBLE = Decimal("15000.00")
_IN_REPAIR = (
    RepairProgress.VEHICLE_RECEIVED,
    RepairProgress.PARTS_ORDERED,
    RepairProgress.IN_PROGRESS,
    RepairProgress.DONE,
)


def referral(
    dice: Dice,
    demo: bool,
    claim_number: str,
    stations: tuple[RepairStation, ...],
    status: ClaimStatus,
    issued_on: date,
    today: date,
) -> Referral:
    """A referral; the deductible is paid before the repair begins, the quote goes its own way."""
    repairing = status is ClaimStatus.IN_REPAIR
    due = dice.money(5_000, 40_000, 1_000) if dice.chance(70) else None
    paid = due is not None and (repairing or dice.chance(20))
    valid_until = issued_on + timedelta(days=VALID_DAYS)
    if demo:
        due, paid, valid_until = _DEMO_DEDUCTIBLE, False, today + timedelta(days=_DEMO_EXPIRES_IN)
    return Referral(
        number=f"R-{claim_number.removeprefix('CL-')}",
        station=dice.pick(stations),
        issued_on=issued_on,
        valid_until=valid_until,
        deductible_due=due,
        deductible_paid_on=issued_on if paid else None,
        progress=dice.pick(_IN_REPAIR) if repairing else RepairProgress.NOT_STARTED,
        quote=dice.pick(tuple(QuoteState)[1:]) if repairing else dice.pick(tuple(QuoteState)[:2]),
    )
