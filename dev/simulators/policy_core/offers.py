"""Renewal offers and rules of products, worked out from policies and products."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from dev.simulators.policy_core import spelling
from dev.simulators.policy_core.soap import element, group
from dev.simulators.population.products import ProductTerms
from dev.simulators.population.records import Instalment, Line, Policy, PolicyStatus

OPENS_DAYS_BEFORE = 60
CLOSES_DAYS_AFTER = 30
USUAL_BP = 10_000
_NOT_RENEWED = {Line.TRAVEL, Line.LIFE}
_RISE = Decimal("1.05")
_EARLIER = {
    PolicyStatus.AWAITING_PAYMENT: PolicyStatus.AWAITING_PAYMENT,
    PolicyStatus.FUTURE: PolicyStatus.AWAITING_PAYMENT,
    PolicyStatus.ACTIVE: PolicyStatus.FUTURE,
    PolicyStatus.EXPIRED: PolicyStatus.ACTIVE,
    PolicyStatus.CANCELLED: PolicyStatus.ACTIVE,
}


def renewal(
    policy: Policy,
    instalments: Sequence[Instalment],
    today: date,
    *,
    rate_bp: int = USUAL_BP,
    renewed: bool = False,
    choices: str = "",
    spoilt: bool = False,
) -> str:
    """RenewalOptions: when the window is, and why not if not; with `choices`, which are given only if it is open."""
    refused = refusal(policy, instalments, today, renewed=renewed)
    renewable = policy.line not in _NOT_RENEWED
    return group(
        "RenewalOptions",
        element("PolicyNumber", policy.number),
        element("Allowed", "?" if spoilt else spelling.flag(refused is None)),
        element("OpenDate", spelling.day(opens(policy)) if renewable else None),
        element("CloseDate", spelling.day(closes(policy)) if renewable else None),
        element("Premium", spelling.amount(price(policy, rate_bp)) if refused is None else None),
        element("Currency", spelling.RUB if refused is None else None),
        element("RefusalReason", None if refused is None else str(refused)),
        "" if refused else choices,
    )


def price(policy: Policy, rate_bp: int = USUAL_BP) -> Decimal:
    """What the policy costs next time if nothing is chosen. Units: `rate_bp` is the tariff, 10000 the usual one."""
    return (policy.premium * _RISE * rate_bp / USUAL_BP).quantize(Decimal(1), ROUND_HALF_UP)


def opens(policy: Policy) -> date:
    """The first day on which it can be renewed."""
    return policy.end - timedelta(days=OPENS_DAYS_BEFORE)


def closes(policy: Policy) -> date:
    """The last day on which it can be renewed."""
    return policy.end + timedelta(days=CLOSES_DAYS_AFTER)


def rules(terms: ProductTerms, *, spoilt: bool = False) -> str:
    """ProductRules; a life product paid at once has thirty days of cooling off, the others fourteen."""
    product = terms.product
    single_premium_life = product.line is Line.LIFE and not terms.regular
    return group(
        "ProductRules",
        element("ProductCode", product.code),
        element("Title", f"Правила страхования № {product.rules_edition}"),
        element("Edition", product.rules_edition),
        element("EffectiveDate", "01.02.2024"),
        element("CoolingOffDays", "?" if spoilt else str(30 if single_premium_life else 14)),
        *(element("InstalmentCount", str(count)) for count in terms.instalment_counts),
    )


def behind(policy: Policy) -> Policy:
    """The policy as a replica that lags shows it: one state ago."""
    return replace(policy, status=_EARLIER[policy.status])


def unpaid(instalments: Sequence[Instalment]) -> tuple[Instalment, ...]:
    """The plan as a replica that lags shows it: the last payment has not arrived yet."""
    last = max((record.number for record in instalments if record.paid_on is not None), default=0)
    return tuple(replace(record, paid_on=None) if record.number == last else record for record in instalments)


def refusal(policy: Policy, instalments: Sequence[Instalment], today: date, *, renewed: bool = False) -> int | None:
    """Why the policy cannot be renewed, as a code of RENEWAL_REFUSAL."""
    if policy.status is PolicyStatus.CANCELLED:
        return 3
    if policy.line in _NOT_RENEWED:
        return 5
    if renewed:
        return 6
    if today < opens(policy):
        return 1
    if today > closes(policy):
        return 2
    if any(record.paid_on is None and record.due_on < today for record in instalments):
        return 4
    return None
