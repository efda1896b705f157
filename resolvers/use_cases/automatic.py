"""Automatic registration: the journal tells of a new policy, a rule decides, and its holder gets an activation link."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Protocol

from domain import clock as clocks
from domain import models
from domain.accounts.automatic import Decision, Outcome, Rule, confirmed_contacts
from domain.accounts.models import AccountOrigin
from domain.accounts.ports import Activation, LinkIssuer, Store, UnitOfWork
from domain.accounts.registration import Factor
from domain.clock import Clock
from domain.errors import Source, SourceGarbled, SourceUnavailable
from domain.journal import Event, EventKind, Stretch
from domain.money import Locale
from domain.ports import Call, Read
from domain.ports import Outcome as Answer
from resolvers.outcomes import there
from resolvers.use_cases import preparing

__all__ = ["Automatic", "Known"]

MOST_GARBLED: Final = 8
"""Times that an event is tried whose policy or holder cannot be read; then the others must not wait any longer."""

MOST_MISSING: Final = 3
"""Times that an event is tried whose policy is not there: a replica of the core that lags shows it a little later."""


class Known(Protocol):
    """What is asked of the policy core."""

    @property
    def policies_by_number(self) -> Read[models.PolicyNumber, models.Policy]:
        """Policies."""
        ...

    @property
    def clients(self) -> Read[models.Isn, models.Client]:
        """Persons."""
        ...


@dataclass(frozen=True, slots=True)
class Automatic:
    """Decides of new policies. Without a ``rule`` nothing is decided, and the journal only read."""

    store: Store
    issuer: LinkIssuer
    activation: Activation
    reads: Known
    clock: Clock
    rule: Rule | None
    tries: Counter[int] = field(default_factory=Counter)

    async def see_to(self, stretch: Stretch, call: Call) -> None:
        """See to a part of the journal, event by event, each in a transaction together with how far that is.

        Raises: ``SourceError``, ``StoreUnavailable``, ``Overtaken``; what was seen to before that stays so.
        """
        changed = [each for each in stretch.events if each.kind is EventKind.POLICY_CHANGED and self.rule]
        policies = await self.reads.policies_by_number([each.policy for each in changed], call)
        for event, policy in zip(changed, policies, strict=True):
            await self._decide(event, policy, call)
        last = changed[-1].seq if changed else 0
        if stretch.reached > last:
            async with self.store.work() as work:
                await work.feed.reach(stretch.reached)

    async def _decide(self, event: Event, answer: Answer[models.Policy], call: Call) -> None:
        assert self.rule is not None
        policy = client = None
        try:
            policy = there(answer)
            if policy is None and self._may_try_again(event, MOST_MISSING):
                raise SourceUnavailable(Source.POLICY_CORE, "GetPolicies", "a policy of the journal is not there yet")
            outcome = self.rule.of_policy(policy, clocks.today(self.clock))
            if policy is not None and outcome is None:
                [found] = await self.reads.clients([policy.holder_isn], call)
                client = there(found)
                outcome = self.rule.of_client(client)
        except SourceGarbled:
            if self._may_try_again(event, MOST_GARBLED):
                raise
            outcome = Outcome.UNREADABLE
        async with self.store.work() as work:
            await work.feed.reach(event.seq)
            if outcome is None:
                assert policy is not None
                assert client is not None
                outcome = await self._prepare(work, policy, client)
            holder = None if policy is None else policy.holder_isn
            decision = Decision(event.seq, holder, event.policy, outcome, self.clock.now(), self.rule.version)
            await work.feed.decided(decision)
        self.tries.pop(event.seq, None)

    def _may_try_again(self, event: Event, most: int) -> bool:
        self.tries[event.seq] += 1
        return self.tries[event.seq] < most

    async def _prepare(self, work: UnitOfWork, policy: models.Policy, client: models.Client) -> Outcome:
        now = self.clock.now()
        before = await work.registrations.prepared(client.isn)
        if await work.accounts.of_client(client.isn) is not None:
            return Outcome.HAS_ACCOUNT
        if before is not None:
            if now < before.expires_at:
                return Outcome.ALREADY_PREPARED
            await preparing.void(work, before)
        contacts = confirmed_contacts(client)
        phone, email = (_factor(contacts.get(kind)) for kind in (models.ContactKind.PHONE, models.ContactKind.EMAIL))
        draft = preparing.Draft(AccountOrigin.AUTOMATIC, client.isn, policy.isn, phone, email)
        await preparing.leave(work, self.issuer, self.activation, draft, Locale.RU, now)
        return Outcome.ACCEPTED


def _factor(address: str | None) -> Factor | None:
    return None if address is None else Factor(address, matches=True, confirmed=True)
