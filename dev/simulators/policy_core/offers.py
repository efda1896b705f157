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
_NOT_RENEWED = {Line.TRAVEL, Line.LIFE}
_RISE = Decimal("1.05")
_EARLIER = {
    PolicyStatus.AWAITING_PAYMENT: PolicyStatus.AWAITING_PAYMENT,
    PolicyStatus.FUTURE: PolicyStatus.AWAITING_PAYMENT,
    PolicyStatus.ACTIVE: PolicyStatus.FUTURE,
    PolicyStatus.EXPIRED: PolicyStatus.ACTIVE,
    PolicyStatus.CANCELLED: PolicyStatus.ACTIVE,
}


def renewal(policy: Policy, instalments: Sequence[Instalment], today: date, *, spoilt: bool = False) -> str:
    """RenewalOptions: when the window is, and why not if not."""
    opens = policy.end - timedelta(days=OPENS_DAYS_BEFORE)
    closes = policy.end + timedelta(days=CLOSES_DAYS_AFTER)
    refusal = _refusal(policy, instalments, today, opens, closes)
    renewable = policy.line not in _NOT_RENEWED
    price = (policy.premium * _RISE).quantize(Decimal(1), ROUND_HALF_UP)
    return group(
        "RenewalOptions",
        element("PolicyNumber", policy.number),
        element("Allowed", "?" if spoilt else spelling.flag(refusal is None)),
        element("OpenDate", spelling.day(opens) if renewable else None),
        element("CloseDate", spelling.day(closes) if renewable else None),
        element("Premium", spelling.amount(price) if refusal is None else None),
        element("Currency", spelling.RUB if refusal is None else None),
        element("RefusalReason", None if refusal is None else str(refusal)),
    )


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


def _refusal(policy: Policy, instalments: Sequence[Instalment], today: date, opens: date, closes: date) -> int | None:
    if policy.status is PolicyStatus.CANCELLED:
        return 3
    if policy.line in _NOT_RENEWED:
        return 5
    if today < opens:
        return 1
    if today > closes:
        return 2
    if any(record.paid_on is None and record.due_on < today for record in instalments):
        return 4
    return None
