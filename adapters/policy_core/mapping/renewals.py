"""What can be chosen when a policy is renewed, what a choice costs, and what becomes of it."""

from __future__ import annotations

from adapters.policy_core import wire
from adapters.policy_core.mapping import codes
from adapters.policy_core.mapping.keys import spelled_isn, spelled_number, spelled_request_id, spelled_sum
from adapters.policy_core.mapping.values import amount, code, day, flag, isn, number, optional, text, whole
from domain import models
from domain.errors import InvalidInput
from domain.money import Money
from domain.ports import MISSING, Missing

__all__ = ["agreement", "quote", "renewal", "renewal_choices", "spelled_quote", "spelled_renewal"]

MAX_COUNT = 1_000
MAX_RISK = 64


def renewal(asked: models.PolicyNumber, record: wire.RenewalOptions) -> models.Renewal:
    """Source: policy_core.xsd, RenewalOptions."""
    if number(record.policy_number, "PolicyNumber") != asked:
        raise wire.Unreadable("RenewalOptions of another policy")
    eligible = flag(record.allowed, "Allowed")
    premium = None
    if record.premium is not None:
        premium = Money(amount(record.premium, "Premium"), code(codes.CURRENCIES, record.currency, "Currency"))
    return models.Renewal(
        eligible=eligible,
        opens_on=optional(day, record.open_date, "OpenDate"),
        closes_on=optional(day, record.close_date, "CloseDate"),
        indicative_premium=premium,
        refusal=None if eligible else code(codes.REFUSALS, record.refusal_reason, "RefusalReason"),
    )


def renewal_choices(asked: models.PolicyNumber, record: wire.RenewalOptions) -> models.RenewalChoices | Missing:
    """Source: policy_core.xsd, RenewalChoices. Nothing can be chosen for a policy that cannot be renewed."""
    if not renewal(asked, record).eligible:
        return MISSING
    found = record.choices
    if found is None or found.proposed is None:
        raise wire.Unreadable("Choices are absent")
    currency = code(codes.CURRENCIES, record.currency, "Currency")
    return models.RenewalChoices(
        coverages=tuple(offer(each, currency) for each in found.coverage),
        deductibles=sums(found.deductible, "Deductible", currency),
        instalment_counts=tuple(sorted(whole(each, "InstalmentCount") for each in found.instalment_count)),
        drivers=tuple(isn(each, "DriverIsn") for each in found.driver_isn),
        can_lift_driver_limit=flag(found.any_driver_allowed, "AnyDriverAllowed"),
        proposed=choice(found.proposed, currency),
    )


def offer(record: wire.CoverageOffer, currency: str) -> models.CoverageOffer:
    """Source: policy_core.xsd, CoverageOffer. Shape: sums in ascending order; the core gives none."""
    if not record.sum_insured:
        raise wire.Unreadable("SumInsured is absent")
    return models.CoverageOffer(
        risk_code=text(record.risk_code, "RiskCode"),
        risk=text(record.risk_name, "RiskName"),
        sums=sums(record.sum_insured, "SumInsured", currency),
        is_fixed=flag(record.fixed, "Fixed"),
    )


def sums(values: tuple[str, ...], name: str, currency: str) -> tuple[Money, ...]:
    """Read sums, the smallest first."""
    return tuple(Money(each, currency) for each in sorted(amount(value, name) for value in values))


def choice(record: wire.RenewalChoice, currency: str) -> models.RenewalChoice:
    """Source: policy_core.xsd, RenewalChoice."""
    drivers = tuple(isn(each, "DriverIsn") for each in record.driver_isn)
    anybody = flag(record.any_driver, "AnyDriver")
    if anybody and drivers:
        raise wire.Unreadable("DriverIsn beside AnyDriver")
    return models.RenewalChoice(
        coverages=tuple(
            models.CoverageChoice(
                text(each.risk_code, "RiskCode"), Money(amount(each.sum_insured, "SumInsured"), currency)
            )
            for each in record.coverage
        ),
        deductible=None if record.deductible is None else Money(amount(record.deductible, "Deductible"), currency),
        instalment_count=whole(record.instalment_count, "InstalmentCount"),
        drivers=None if anybody else drivers,
    )


def quote(record: wire.Quote) -> models.RenewalQuote:
    """Source: policy_core.xsd, Quote. A first instalment is a part of the premium, or all of it."""
    currency = code(codes.CURRENCIES, record.currency, "Currency")
    found = models.RenewalQuote(
        isn=isn(record.quote_isn, "QuoteIsn"),
        premium=Money(amount(record.premium, "Premium"), currency),
        first_instalment=Money(amount(record.first_instalment, "FirstInstalment"), currency),
        valid_until=day(record.valid_until, "ValidUntil"),
        starts_on=day(record.start_date, "StartDate"),
        ends_on=day(record.end_date, "EndDate"),
    )
    if not 0 < found.first_instalment.amount <= found.premium.amount:
        raise wire.Unreadable("FirstInstalment is no part of Premium")
    if found.ends_on < found.starts_on:
        raise wire.Unreadable("EndDate before StartDate")
    return found


def agreement(record: wire.Agreement) -> models.Agreement:
    """Source: policy_core.xsd, Agreement. The number is spelled as printed."""
    return models.Agreement(
        isn=isn(record.agreement_isn, "AgreementIsn"),
        policy_isn=isn(record.policy_isn, "PolicyIsn"),
        policy_number=text(record.policy_number, "PolicyNumber"),
        premium=Money(amount(record.premium, "Premium"), code(codes.CURRENCIES, record.currency, "Currency")),
    )


def spelled_renewal(
    policy: models.PolicyNumber, wanted: models.RenewalChoice, request_id: str
) -> list[wire.Node] | None:
    """Return the elements of a request, or None for a policy that cannot be.

    Source: policy_core.xsd, QuoteRenewal. Raises: ``InvalidInput`` for what the core would not read.
    """
    request = spelled_request_id(request_id)
    coverages = wanted.coverages
    drivers = [spelled_isn(each) for each in wanted.drivers or ()]
    if not (coverages and all(wire.can_carry(each.risk_code, MAX_RISK) for each in coverages)):
        raise InvalidInput("choice", "no_coverage")
    if not 0 < wanted.instalment_count <= MAX_COUNT:
        raise InvalidInput("choice", "no_instalment_count")
    nodes: list[wire.Node] = [
        (
            "Coverage",
            [("RiskCode", each.risk_code), ("SumInsured", spelled_sum(each.sum_insured, "choice"))],
        )
        for each in coverages
    ]
    if wanted.deductible is not None:
        nodes.append(("Deductible", spelled_sum(wanted.deductible, "choice")))
    nodes.append(("InstalmentCount", str(wanted.instalment_count)))
    nodes.append(("AnyDriver", "Y" if wanted.drivers is None else "N"))
    for driver in drivers:
        if driver is None:
            raise InvalidInput("choice", "no_driver")
        nodes.append(("DriverIsn", driver))
    spelled = spelled_number(policy)
    return None if spelled is None else [request, ("PolicyNumber", spelled), ("Choice", nodes)]


def spelled_quote(key: models.Isn, request_id: str) -> list[wire.Node] | None:
    """Return the elements of a request, or None for a quote that cannot be.

    Source: policy_core.xsd, CreateAgreement. Raises: ``InvalidInput``.
    """
    request, spelled = spelled_request_id(request_id), spelled_isn(key)
    return None if spelled is None else [request, ("QuoteIsn", spelled)]
