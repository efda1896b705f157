"""Offers and signatures in memory, and the policy core as renewals see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from domain import models
from domain.accounts.models import AccountId
from domain.errors import Refused
from domain.money import Money
from domain.ports import Call
from domain.renewals.models import TAKEN, OfferId, RenewalOffer, Signature
from tests.fakes.clock import TODAY
from tests.fakes.objects import in_days
from tests.fakes.underway import Underway

__all__ = ["FakeRenewalOffers", "FakeRenewing"]


@dataclass
class FakeRenewalOffers:
    kept: Underway

    async def add(self, offer: RenewalOffer) -> bool:
        if any(each.id == offer.id for each in self.kept.offers):
            return False
        self.kept.offers.append(replace(offer, number=len(self.kept.offers) + 1))
        return True

    async def by_id(self, id_: OfferId) -> RenewalOffer | None:
        return next((each for each in self.kept.offers if each.id == id_), None)

    shown = by_id

    async def taken(self, policy: models.Isn) -> RenewalOffer | None:
        found = (each for each in self.kept.offers if each.policy == policy)
        return next((each for each in found if each.state in TAKEN), None)

    async def made(self, policy: models.Isn, account: AccountId) -> RenewalOffer | None:
        return next((each for each in self.kept.offers if (each.new_policy, each.account) == (policy, account)), None)

    async def change(self, offer: RenewalOffer) -> None:
        self.kept.offers = [offer if each.id == offer.id else each for each in self.kept.offers]

    async def of_account(self, account: AccountId) -> Sequence[RenewalOffer]:
        return [each for each in reversed(self.kept.offers) if each.account == account]

    async def sign(self, signature: Signature) -> None:
        self.kept.signatures.append(signature)


@dataclass
class FakeRenewing:
    """Quotes and agreements. A choice costs by its sums, deductible, parts and drivers; ``rate`` is the tariff.

    ``failing`` fails the next commands, one each; with ``commits`` they are done all the same. ``unpriced`` are choices
    that have no price.
    """

    rate: Decimal = Decimal(1)
    valid_until: date = field(default_factory=lambda: in_days(14))
    quotes: dict[str, models.RenewalQuote] = field(default_factory=dict)
    rates: dict[models.Isn, Decimal] = field(default_factory=dict)
    agreements: dict[str, models.Agreement] = field(default_factory=dict)
    asked: list[models.RenewalChoice] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)
    unpriced: dict[models.RenewalChoice, Exception] = field(default_factory=dict)
    commits: bool = False

    async def quote_renewal(
        self, policy: models.PolicyNumber, choice: models.RenewalChoice, request_id: str, call: Call, /
    ) -> models.RenewalQuote:
        """Price a choice, as ``domain.commands.QuoteRenewal``."""
        self.asked.append(choice)
        if choice in self.unpriced:
            raise self.unpriced[choice]
        if (self.commits or not self.failing) and request_id not in self.quotes:
            self.quotes[request_id] = self._quote(choice)
        self._fail()
        return self.quotes[request_id]

    async def create_agreement(self, quote: models.Isn, request_id: str, call: Call, /) -> models.Agreement:
        """Make an agreement, as ``domain.commands.CreateAgreement``."""
        if request_id not in self.agreements:
            found = next(each for each in self.quotes.values() if each.isn == quote)
            if self.commits or not self.failing:
                if self.agreements:
                    raise Refused("ALREADY_RENEWED")
                if self.rates[quote] != self.rate:
                    raise Refused("PRICE_CHANGED")
                isn = models.Isn(7300)
                self.agreements[request_id] = models.Agreement(isn, models.Isn(500), "P-500", found.premium)
        self._fail()
        return self.agreements[request_id]

    def _quote(self, choice: models.RenewalChoice) -> models.RenewalQuote:
        isn = models.Isn(7100 + len(self.quotes))
        self.rates[isn] = self.rate
        sums = sum((each.sum_insured.amount for each in choice.coverages), Decimal(0))
        price = sums / 20 - (choice.deductible.amount / 10 if choice.deductible else 0)
        price += 500 * choice.instalment_count + (9000 if choice.drivers is None else 100 * len(choice.drivers))
        premium = Money((price * self.rate).quantize(Decimal("0.01")))
        first = Money((premium.amount / choice.instalment_count).quantize(Decimal("0.01")))
        start = max(TODAY, in_days(16))
        return models.RenewalQuote(isn, premium, first, self.valid_until, start, in_days(380))

    def _fail(self) -> None:
        if self.failing:
            raise self.failing.pop(0)
