"""What can be chosen when a policy is renewed, and whether a choice is one of those."""

from dataclasses import dataclass
from decimal import Decimal

from dev.simulators.policy_core import spelling
from dev.simulators.policy_core.soap import Call, element, group
from dev.simulators.population.products import ProductTerms, Risk
from dev.simulators.population.records import Line, Policy, Role

_THOUSAND = Decimal(1_000)
_LESS, _MORE, _HALF_MORE = Decimal("0.9"), Decimal("1.1"), Decimal("1.5")
_DEDUCTIBLE_SHARES = (Decimal("0.005"), Decimal("0.01"), Decimal("0.02"))
_DRIVEN = {Line.KASKO, Line.OSAGO}


@dataclass(frozen=True, slots=True)
class Offer:
    """A risk with the sums it can be insured for, the smallest first; `fixed`: cannot be left out."""

    risk: Risk
    sums: tuple[Decimal, ...]
    fixed: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Sums by risk; `drivers` is None for anybody."""

    coverages: tuple[tuple[str, Decimal], ...]
    deductible: Decimal | None
    instalment_count: int
    drivers: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What is on offer for a policy, and the choice that changes nothing."""

    offers: tuple[Offer, ...]
    deductibles: tuple[Decimal, ...]
    instalment_counts: tuple[int, ...]
    drivers: tuple[int, ...]
    any_driver: bool
    proposed: Choice

    def allow(self, choice: Choice) -> bool:
        """Whether a choice is made of what is on offer."""
        sums = {offer.risk.code: offer.sums for offer in self.offers}
        chosen = dict(choice.coverages)
        fixed = {offer.risk.code for offer in self.offers if offer.fixed}
        return (
            len(chosen) == len(choice.coverages)
            and fixed <= chosen.keys()
            and all(insured in sums.get(code, ()) for code, insured in chosen.items())
            and choice.deductible in {None, *self.deductibles}
            and choice.instalment_count in self.instalment_counts
            and self._allow_drivers(choice.drivers)
        )

    def _allow_drivers(self, drivers: tuple[int, ...] | None) -> bool:
        if drivers is None:
            return self.any_driver
        named = set(drivers)
        return len(named) == len(drivers) and named <= set(self.drivers) and bool(named) == self.any_driver


def offered(policy: Policy, terms: ProductTerms, parts: int) -> Choices:
    """What is on offer for a policy; `parts` is in how many instalments its last year was paid."""
    insured = {coverage.risk_code: coverage.sum_insured for coverage in policy.coverages}
    by_law = terms.product.line is Line.OSAGO
    offers = tuple(
        _offer(risk, insured.get(risk.code), policy.sum_insured, main=risk is terms.risks[0], by_law=by_law)
        for risk in terms.risks
    )
    current = next((found.amount for each in policy.coverages if (found := each.deductible) and found.amount), None)
    deductibles = {_round(policy.sum_insured * share) for share in _DEDUCTIBLE_SHARES} | {*filter(None, [current])}
    if not any(risk.deductible for risk in terms.risks):
        deductibles = set()
    named = tuple(dict.fromkeys(each.isn for each in policy.participants if each.role is Role.DRIVER))
    driven = terms.product.line in _DRIVEN
    counts = terms.instalment_counts
    proposed = Choice(
        coverages=tuple((each.risk.code, insured[each.risk.code]) for each in offers if each.risk.code in insured),
        deductible=current,
        instalment_count=parts if parts in counts else counts[0],
        drivers=None if driven and not named else named,
    )
    return Choices(offers, tuple(sorted(deductibles)), counts, named, any_driver=driven, proposed=proposed)


def read(element: Call) -> Choice:
    """A RenewalChoice that has passed the schema."""
    deductible = element.one("Deductible")
    drivers = tuple(map(spelling.isn_of, element.texts.get("DriverIsn", ())))
    return Choice(
        coverages=tuple(
            (each.one("RiskCode"), spelling.amount_of(each.one("SumInsured"))) for each in element.parts["Coverage"]
        ),
        deductible=spelling.amount_of(deductible) if deductible else None,
        instalment_count=int(element.one("InstalmentCount")),
        drivers=None if element.one("AnyDriver") == "Y" and not drivers else drivers,
    )


def as_json(choice: Choice) -> dict[str, object]:
    """A choice, for the ledger."""
    return {
        "coverages": [[code, str(insured)] for code, insured in choice.coverages],
        "deductible": None if choice.deductible is None else str(choice.deductible),
        "instalments": choice.instalment_count,
        "drivers": None if choice.drivers is None else list(choice.drivers),
    }


def row(found: Choices) -> str:
    """Choices."""
    return group(
        "Choices",
        *map(_offer_row, found.offers),
        *(element("Deductible", spelling.amount(each)) for each in found.deductibles),
        *(element("InstalmentCount", str(each)) for each in found.instalment_counts),
        *(element("DriverIsn", spelling.isn(each)) for each in found.drivers),
        element("AnyDriverAllowed", spelling.flag(found.any_driver)),
        _choice_row(found.proposed),
    )


def _offer(risk: Risk, insured: Decimal | None, total: Decimal, *, main: bool, by_law: bool) -> Offer:
    now = insured or (total * risk.share / 100).quantize(Decimal("0.01"))
    if by_law:
        return Offer(risk, (now,), fixed=True)
    sums = {now, _round(now * _LESS), _round(now * _MORE)} if main else {now, _round(now * _HALF_MORE)}
    return Offer(risk, tuple(sorted(sums)), fixed=main)


def _round(value: Decimal) -> Decimal:
    """To a thousand, one at least."""
    return (max(_THOUSAND, (value / _THOUSAND).quantize(Decimal(1)) * _THOUSAND)).quantize(Decimal("0.01"))


def _offer_row(offer: Offer) -> str:
    return group(
        "Coverage",
        element("RiskCode", offer.risk.code),
        element("RiskName", offer.risk.name),
        *(element("SumInsured", spelling.amount(each)) for each in offer.sums),
        element("Fixed", spelling.flag(offer.fixed)),
    )


def _choice_row(choice: Choice) -> str:
    return group(
        "Proposed",
        *(
            group("Coverage", element("RiskCode", code), element("SumInsured", spelling.amount(insured)))
            for code, insured in choice.coverages
        ),
        element("Deductible", spelling.amount(choice.deductible) if choice.deductible else None),
        element("InstalmentCount", str(choice.instalment_count)),
        element("AnyDriver", spelling.flag(choice.drivers is None)),
        *(element("DriverIsn", spelling.isn(each)) for each in choice.drivers or ()),
    )
