"""A customer who renews a policy, over fake ports: the worker runs when told, codes are read from the messages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, cast

from domain.accounts.messages import Template
from domain.commands import Commands
from domain.outbox.models import CommandKind, CommandState
from domain.renewals.choosing import Wanted
from domain.renewals.models import OfferState, RenewalOffer, Signature
from domain.renewals.ports import RenewalPorts
from domain.viewer import Viewer
from resolvers import ids
from resolvers.context import Context
from resolvers.use_cases.delivering import Delivering
from resolvers.use_cases.payments.steps import steps
from resolvers.use_cases.renewals.accepting import Accepted, accept
from resolvers.use_cases.renewals.pricing import Priced, price
from resolvers.use_cases.renewals.signing import Signed, sign
from resolvers.use_cases.renewals.steps import AgreementStep
from tests.fakes import objects
from tests.fakes.accounts import FakeVisitor
from tests.fakes.reads import FakeReads
from tests.fakes.renewals import FakeRenewing
from tests.fakes.requests import request
from tests.unit.domain.renewals.test_choosing import AS_PROPOSED
from tests.unit.resolvers.use_cases.paying import POLICY, Payer
from tests.unit.resolvers.use_cases.paying import reads as payable

__all__ = ["CHOICES", "Renewer"]

CHOICES: Final = objects.renewal_choices()
KEYS: Final = {"price": "a key to price", "accept": "a key to accept", "sign": "a key to sign"}


def reads() -> FakeReads:
    """Two clients; a policy of each can be renewed."""
    made = payable()
    made.by_name["renewal_choices"].rows |= {objects.number(100): CHOICES, objects.number(300): CHOICES}
    return made


@dataclass
class Renewer(Payer):
    """Who renews. ``told``: states that offers came to."""

    reads: FakeReads = field(default_factory=reads)
    renewing: FakeRenewing = field(default_factory=FakeRenewing)
    told: list[OfferState] = field(default_factory=list)

    def hear(self, offer: RenewalOffer) -> None:
        self.told.append(offer.state)

    def context(self, viewer: Viewer | None = None) -> Context:
        renewals = RenewalPorts(self.renewing.quote_renewal, self.hear)
        ports = replace(self.kept.ports, payments=self.ports, renewals=renewals)
        return request(self.reads, viewer or self.viewer, clock=self.clock, accounts=ports, visit=FakeVisitor())

    async def price(
        self, wanted: Wanted = AS_PROPOSED, key: str = KEYS["price"], policy: str = POLICY, viewer: Viewer | None = None
    ) -> Priced:
        return await price(self.context(viewer), key, policy, wanted)

    async def accept(self, key: str = KEYS["accept"], viewer: Viewer | None = None, offer: str = "") -> Accepted:
        return await accept(self.context(viewer), key, offer or self.id)

    async def sign(
        self, code: str = "", key: str = KEYS["sign"], viewer: Viewer | None = None, offer: str = ""
    ) -> Signed:
        return await sign(self.context(viewer), key, offer or self.id, code or self.code)

    async def accepted(self) -> RenewalOffer:
        """Have the proposed choice priced, and accept it."""
        assert (await self.price()).problems == ()
        assert (await self.accept()).problems == ()
        return self.offer

    async def signed(self) -> RenewalOffer:
        """Sign it as well."""
        await self.accepted()
        assert (await self.sign()).problems == ()
        return self.offer

    async def agreed(self) -> RenewalOffer:
        """Have the core agree as well."""
        await self.signed()
        await self.deliver()
        return self.offer

    async def deliver(self) -> None:
        """Let the worker do what it can."""
        await self.work()

    def delivering(self) -> Delivering:
        core = self.renewing
        kinds = {
            **steps(cast("Commands", self.core), self.ports),
            CommandKind.CREATE_AGREEMENT: AgreementStep(core.create_agreement, core.quote_renewal, self.hear),
        }
        return Delivering(self.kept, kinds, 5, self.clock, self, outdate=self.outdate)

    @property
    def offers(self) -> list[RenewalOffer]:
        return self.kept.rows.underway.offers

    @property
    def signatures(self) -> list[Signature]:
        return self.kept.rows.underway.signatures

    @property
    def offer(self) -> RenewalOffer:
        """The first."""
        return self.offers[0]

    @property
    def id(self) -> str:
        return ids.encode("RenewalOffer", self.offer.id)

    @property
    def code(self) -> str:
        """The code that was sent last."""
        return [each for each in self.kept.rows.messages if each.template is Template.CODE][-1].values["code"]

    @property
    def waiting(self) -> list[CommandKind]:
        return [each.kind for each in self.commands if each.state is CommandState.WAITING]
