"""Which reminders follow from what a client has, and when each begins to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from domain import models
from domain.clock import MOSCOW
from domain.deadlines import policy_deadlines
from domain.reminders.actions import (
    AttendInspection,
    PayDeductible,
    PayInstalment,
    Reminder,
    ReminderKind,
    RenewConsent,
    RenewPolicy,
    ReviewLifeContract,
    UploadDocuments,
    UseReferral,
    WithdrawFromPolicy,
)

__all__ = ["PAYABLE", "Holdings", "ends_soon", "reminders"]

DAYS_AHEAD: Final = {
    ReminderKind.RENEWAL_DUE: 45,
    ReminderKind.INSTALMENT_DUE: 30,
    ReminderKind.INSPECTION: 30,
    ReminderKind.REFERRAL_EXPIRING: 14,
    ReminderKind.MATURITY_SOON: 180,
    ReminderKind.OBSERVATION_DATE: 30,
    ReminderKind.COOLING_OFF_END: 30,
    ReminderKind.CONSENT_EXPIRING: 30,
}
"""From how many calendar days before the due date a reminder shows; a kind not listed shows at once."""

PAYABLE: Final = frozenset(
    {models.PolicyStatus.ACTIVE, models.PolicyStatus.FUTURE, models.PolicyStatus.AWAITING_PAYMENT}
)
"""Policies whose instalments are still asked for."""

WITHDRAWABLE: Final = frozenset({models.PolicyStatus.ACTIVE, models.PolicyStatus.FUTURE})
"""Policies that have something to withdraw from: cooling-off runs from conclusion, not from the first day of cover."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that a client has, as far as the systems could tell."""

    client: models.Client | None = None
    policies: Sequence[models.Policy] = ()
    instalments: Mapping[models.PolicyNumber, Sequence[models.Instalment]] = field(default_factory=dict)
    claims: Sequence[models.Claim] = ()
    contracts: Sequence[models.LifeContract] = ()
    renewals: Mapping[models.PolicyNumber, models.Renewal] = field(default_factory=dict)


def ends_soon(policy: models.Policy, today: date) -> bool:
    """Return whether it is time to renew a policy, if the policy core would; life contracts mature instead."""
    active = policy.status is models.PolicyStatus.ACTIVE and policy.line is not models.Line.LIFE
    return active and 0 <= (policy.period.end - today).days <= DAYS_AHEAD[ReminderKind.RENEWAL_DUE]


def reminders(holdings: Holdings, today: date) -> tuple[Reminder, ...]:
    """Derive every reminder that shows today, the most urgent first; one without a due date comes last."""
    found = [reminder for derive in DERIVATIONS for reminder in derive(holdings, today) if shows(reminder, today)]
    return tuple(sorted(found, key=lambda each: (each.due_on or date.max, each.key)))


def shows(reminder: Reminder, today: date) -> bool:
    """Return whether a reminder is near enough, and not of the past unless it is overdue."""
    if reminder.due_on is None or reminder.kind is ReminderKind.INSTALMENT_OVERDUE:
        return True
    ahead = DAYS_AHEAD.get(reminder.kind)
    return today <= reminder.due_on and (ahead is None or reminder.due_on <= today + timedelta(days=ahead))


def of_policies(holdings: Holdings, today: date) -> Iterator[Reminder]:
    """Renewals and the end of cooling-off."""
    for policy in holdings.policies:
        source = f"policy/{policy.isn}"
        offer = holdings.renewals.get(policy.key)
        if ends_soon(policy, today) and (offer is None or offer.eligible):
            yield Reminder(ReminderKind.RENEWAL_DUE, source, policy.period.end, None, RenewPolicy(policy))
        for deadline in policy_deadlines(policy) if policy.status in WITHDRAWABLE else ():
            if deadline.started_on <= today:
                kind = ReminderKind.COOLING_OFF_END
                yield Reminder(kind, source, deadline.due_on, None, WithdrawFromPolicy(policy))


def of_instalments(holdings: Holdings, today: date) -> Iterator[Reminder]:
    """Instalments not yet paid of policies in force or waiting for payment."""
    for policy in holdings.policies:
        if policy.status not in PAYABLE:
            continue
        for instalment in holdings.instalments.get(policy.key, ()):
            if instalment.paid_on is None:
                overdue = instalment.due_on < today
                kind = ReminderKind.INSTALMENT_OVERDUE if overdue else ReminderKind.INSTALMENT_DUE
                source = f"policy/{policy.isn}/instalment/{instalment.number}"
                yield Reminder(kind, source, instalment.due_on, instalment.amount, PayInstalment(policy, instalment))


def of_claims(holdings: Holdings, _today: date) -> Iterator[Reminder]:
    """Documents, inspections, and what a repair referral asks for."""
    finished = {models.ClaimStatus.CLOSED, models.ClaimStatus.PAID, models.ClaimStatus.REJECTED}
    for claim in holdings.claims:
        if claim.status in finished:
            continue
        source = f"claim/{claim.id}"
        wanted = {models.RequirementState.AWAITED, models.RequirementState.REJECTED}
        awaited = tuple(each for each in claim.required_documents if each.state in wanted)
        if awaited and claim.status is models.ClaimStatus.DOCUMENTS_REQUIRED:
            yield Reminder(ReminderKind.DOCUMENTS_REQUIRED, source, None, None, UploadDocuments(claim, awaited))
        if claim.inspection_at is not None and claim.status is models.ClaimStatus.INSPECTION:
            day = claim.inspection_at.astimezone(MOSCOW).date()
            yield Reminder(ReminderKind.INSPECTION, source, day, None, AttendInspection(claim))
        if claim.referral is not None:
            yield from of_referral(claim, claim.referral, source)


def of_referral(claim: models.Claim, referral: models.RepairReferral, source: str) -> Iterator[Reminder]:
    """Deductible to pay, and a referral about to end unused."""
    until = referral.valid_until
    if referral.deductible_due is not None and referral.deductible_paid_on is None:
        kind = ReminderKind.DEDUCTIBLE_DUE
        yield Reminder(kind, source, until, referral.deductible_due, PayDeductible(claim))
    if referral.progress is models.RepairProgress.NOT_STARTED:
        yield Reminder(ReminderKind.REFERRAL_EXPIRING, source, until, None, UseReferral(claim, referral))


def of_contracts(holdings: Holdings, today: date) -> Iterator[Reminder]:
    """Maturity, and the next observation of coupons."""
    for contract in holdings.contracts:
        action = ReviewLifeContract(contract)
        source = f"life/{contract.policy_isn}"
        yield Reminder(ReminderKind.MATURITY_SOON, source, contract.period.end, None, action)
        dates = contract.coupon_terms.observation_dates if contract.coupon_terms else ()
        ahead = [day for day in dates if day >= today]
        if ahead:
            yield Reminder(ReminderKind.OBSERVATION_DATE, source, min(ahead), None, action)


def of_consents(holdings: Holdings, _today: date) -> Iterator[Reminder]:
    """Consents about to end."""
    client = holdings.client
    if client is None:
        return
    for consent in client.consents:
        if consent.expires_on is not None and consent.revoked_on is None:
            source = f"client/{client.isn}/consent/{consent.purpose}"
            yield Reminder(ReminderKind.CONSENT_EXPIRING, source, consent.expires_on, None, RenewConsent(consent))


DERIVATIONS: Final = (of_policies, of_instalments, of_claims, of_contracts, of_consents)
