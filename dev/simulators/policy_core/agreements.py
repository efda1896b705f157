"""Renewals: quotes that keep a price, and the policies that they become."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from dev.simulators.policy_core import choices, offers, pricing, spelling
from dev.simulators.policy_core.choices import Choice, Choices
from dev.simulators.policy_core.portfolio import Portfolio, plan
from dev.simulators.policy_core.soap import Failure, element, group
from dev.simulators.population.records import (
    Coverage,
    Deductible,
    DeductibleKind,
    Instalment,
    Participant,
    Policy,
    PolicyStatus,
    Role,
)

VALID_DAYS = 14
_UNKNOWN, _NOT_RENEWABLE, _NOT_OFFERED, _PRICE_CHANGED, _EXPIRED, _RENEWED = 200, 310, 311, 312, 313, 314
_FIRST_QUOTE, _FIRST_AGREEMENT = 71_000_000_000, 72_000_000_000
_ISNS = 1_000_000_000
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Quote:
    """A price and what it is for. Units: `rate_bp` is the tariff that it was made under."""

    isn: int
    policy_isn: int
    choice: Choice
    premium: Decimal
    rate_bp: int
    valid_until: date
    start: date
    end: date

    @property
    def instalments(self) -> tuple[Instalment, ...]:
        """The premium in parts."""
        return plan(self.premium, self.choice.instalment_count, self.start, self.end)


@dataclass(slots=True)
class Agreements:
    """Quotes by ISN and the policy of each agreement; the tariff. Units: `rate_bp`, 10000 the usual one."""

    quotes: dict[int, Quote] = field(default_factory=dict)
    policies: dict[int, int] = field(default_factory=dict)
    rate_bp: int = offers.USUAL_BP
    isns: Iterator[int] = field(default_factory=lambda: count(secrets.randbelow(_ISNS - 10_000_000)))

    def quote(self, portfolio: Portfolio, policy: Policy | None, choice: Choice) -> Quote:
        """Price a choice. Raises: Failure."""
        if policy is None:
            raise Failure(_UNKNOWN)
        if refusal(portfolio, policy) is not None:
            raise Failure(_NOT_RENEWABLE)
        found = offered(portfolio, policy)
        if not found.allow(choice):
            raise Failure(_NOT_OFFERED)
        start = max(policy.end + timedelta(days=1), portfolio.today)
        quote = Quote(
            isn=_FIRST_QUOTE + next(self.isns),
            policy_isn=policy.isn,
            choice=choice,
            premium=pricing.price(offers.price(policy, self.rate_bp), found, choice),
            rate_bp=self.rate_bp,
            valid_until=min(portfolio.today + timedelta(days=VALID_DAYS), offers.closes(policy)),
            start=start,
            end=start + timedelta(days=_YEAR - 1),
        )
        self.quotes[quote.isn] = quote
        return quote

    def agree(self, portfolio: Portfolio, quote_isn: int) -> tuple[int, Policy]:
        """Make a quote an agreement: its ISN and its policy. Raises: Failure."""
        quote = self.quotes.get(quote_isn)
        policy = portfolio.policy(quote.policy_isn) if quote else None
        if quote is None or policy is None:
            raise Failure(_UNKNOWN)
        if policy.isn in portfolio.written.renewed:
            raise Failure(_RENEWED)
        if portfolio.today > quote.valid_until:
            raise Failure(_EXPIRED)
        if self.rate_bp != quote.rate_bp:
            raise Failure(_PRICE_CHANGED)
        if refusal(portfolio, policy) is not None:
            raise Failure(_NOT_RENEWABLE)
        made = portfolio.make(_next_year(policy, quote, portfolio), quote.instalments)
        isn = _FIRST_AGREEMENT + next(self.isns)
        portfolio.written.renewed[policy.isn] = made.isn
        self.policies[isn] = made.isn
        return isn, made

    def cancel(self, portfolio: Portfolio, policy: Policy) -> None:
        """Cancel the policy of an agreement: the one that it renewed has no agreement any more."""
        portfolio.cancel(policy)
        renewed = portfolio.written.renewed
        for before in [before for before, made in renewed.items() if made == policy.isn]:
            del renewed[before]


def refusal(portfolio: Portfolio, policy: Policy) -> int | None:
    """Why a policy cannot be renewed, as a code of RENEWAL_REFUSAL."""
    renewed = policy.isn in portfolio.written.renewed
    return offers.refusal(policy, portfolio.instalments(policy), portfolio.today, renewed=renewed)


def offered(portfolio: Portfolio, policy: Policy) -> Choices:
    """What can be chosen for a policy."""
    terms = portfolio.population.product(policy.product.code)
    assert terms is not None
    return choices.offered(policy, terms, len(portfolio.instalments(policy)))


def quote_row(quote: Quote) -> str:
    """A Quote."""
    return group(
        "Quote",
        element("QuoteIsn", spelling.isn(quote.isn)),
        element("Premium", spelling.amount(quote.premium)),
        element("FirstInstalment", spelling.amount(quote.instalments[0].amount)),
        element("Currency", spelling.RUB),
        element("ValidUntil", spelling.day(quote.valid_until)),
        element("StartDate", spelling.day(quote.start)),
        element("EndDate", spelling.day(quote.end)),
    )


def agreement_row(isn: int, policy: Policy) -> str:
    """An Agreement."""
    return group(
        "Agreement",
        element("AgreementIsn", spelling.isn(isn)),
        element("PolicyIsn", spelling.isn(policy.isn)),
        element("PolicyNumber", policy.number),
        element("Premium", spelling.amount(policy.premium)),
        element("Currency", spelling.RUB),
    )


def _next_year(policy: Policy, quote: Quote, portfolio: Portfolio) -> Policy:
    choice = quote.choice
    return replace(
        policy,
        status=PolicyStatus.AWAITING_PAYMENT,
        concluded_on=portfolio.today,
        start=quote.start,
        end=quote.end,
        sum_insured=choice.coverages[0][1],
        premium=quote.premium,
        single_premium=choice.instalment_count == 1,
        participants=tuple(_drivers(policy.participants, choice.drivers)),
        coverages=tuple(_coverages(offered(portfolio, policy), choice)),
    )


def _drivers(participants: Sequence[Participant], drivers: tuple[int, ...] | None) -> Iterator[Participant]:
    for each in participants:
        if each.role is not Role.DRIVER or each.isn in (drivers or ()):
            yield each


def _coverages(found: Choices, choice: Choice) -> Iterator[Coverage]:
    chosen = dict(choice.coverages)
    deductible = choice.deductible and Deductible(DeductibleKind.UNCONDITIONAL, choice.deductible, None, 1)
    for offer in found.offers:
        if offer.risk.code in chosen:
            risk = offer.risk
            borne = deductible if risk.deductible else None
            yield Coverage(risk.code, risk.name, chosen[risk.code], risk.aggregate, borne or None)
