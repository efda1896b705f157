"""Automatic registration: the journal tells of a new policy, a rule decides, and its holder gets an activation link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from domain import clock as clocks
from domain import models
from domain.accounts.automatic import Decision, Outcome, Rule, confirmed_contacts
from domain.accounts.models import AccountOrigin
from domain.accounts.ports import Activation, LinkIssuer, Store, UnitOfWork
from domain.accounts.registration import Factor
from domain.clock import Clock
from domain.errors import Source, SourceError, SourceGarbled, SourceUnavailable
from domain.journal import Event, EventKind, Stretch
from domain.money import Locale
from domain.ports import Call, Read
from resolvers.outcomes import there
from resolvers.use_cases import preparing
from resolvers.use_cases.asked import Asked

__all__ = ["Automatic", "Known"]

K = TypeVar("K")
V = TypeVar("V")

MOST_FAILED: Final = 8
"""Times that an event is tried whose policy or holder cannot be read; then the others must not wait any longer."""

MOST_MISSING: Final = 3
"""Times that an event is tried whose policy is not there: a replica of the core that lags shows it a little later."""


class Unreadable(Exception):
    """A policy or its holder cannot be read, and the others must not wait for it."""


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
    """Decides of new policies. Without a ``rule`` nothing is decided, and the journal only read.

    ``tries`` of events are counted by each process from its start: whoever takes its place tries as often again.
    """

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
        last = 0
        if self.rule is not None:
            told = await self._told(stretch.events)
            policies = await Asked.of(self.reads.policies_by_number, [policy for _, policy in told], call)
            clients = await self._holders(self.rule, policies, call)
            for event, number in told:
                await self._decide(self.rule, event, number, policies, clients)
                last = event.seq
        if stretch.reached > last:
            async with self.store.work() as work:
                await work.feed.reach(stretch.reached)

    async def _told(self, events: Sequence[Event]) -> list[tuple[Event, models.PolicyNumber]]:
        """Return what is decided of: policies that changed, and those of persons that did while one was left open."""
        persons = {each.subject for each in events if each.kind is EventKind.CONTACTS_CHANGED}
        open_: Mapping[models.Isn, models.PolicyNumber] = {}
        if persons:
            async with self.store.work() as work:
                open_ = await work.feed.open_policies(persons)
        told = []
        for event in events:
            is_open = event.kind is EventKind.CONTACTS_CHANGED and event.subject in open_
            policy = open_[event.subject] if is_open else event.policy
            if policy is not None and (is_open or event.kind is EventKind.POLICY_CHANGED):
                told.append((event, policy))
        return told

    async def _holders(
        self, rule: Rule, policies: Asked[models.PolicyNumber, models.Policy], call: Call
    ) -> Asked[models.Isn, models.Client]:
        """Ask for the holders of the policies that nothing speaks against."""
        read = [each for each in policies.answers.values() if isinstance(each, models.Policy)]
        today = clocks.today(self.clock)
        wanted = [each.holder_isn for each in read if rule.of_policy(each, today) is None]
        return await Asked.of(self.reads.clients, wanted, call, [each.holder_isn for each in read])

    async def _decide(
        self,
        rule: Rule,
        event: Event,
        number: models.PolicyNumber,
        policies: Asked[models.PolicyNumber, models.Policy],
        clients: Asked[models.Isn, models.Client],
    ) -> None:
        policy = client = None
        try:
            policy = await self._read(event, policies, number)
            if policy is None and self._may_try_again(event, MOST_MISSING):
                raise SourceUnavailable(Source.POLICY_CORE, "GetPolicies", "a policy of the journal is not there yet")
            outcome = rule.of_policy(policy, clocks.today(self.clock))
            if policy is not None and outcome is None:
                client = await self._read(event, clients, policy.holder_isn)
                outcome = rule.of_client(client)
        except Unreadable:
            outcome = Outcome.UNREADABLE
        async with self.store.work() as work:
            await work.feed.reach(event.seq)
            if outcome is None:
                assert policy is not None
                assert client is not None
                outcome = await self._prepare(work, policy, client)
            holder = None if policy is None else policy.holder_isn
            decision = Decision(event.seq, holder, number, outcome, self.clock.now(), rule.version)
            await work.feed.decided(decision)
        self.tries.pop(event.seq, None)

    async def _read(self, event: Event, asked: Asked[K, V], key: K) -> V | None:
        """Return what an event is about. Raises: ``SourceError``, ``Unreadable``.

        While the policy core is away, all is waited for. What it answers to this key alone is not: not at all where it
        says that asking again is of no use, and else so many times.
        """
        answer, is_of_this_key = await asked.answer(key)
        if isinstance(answer, SourceError) and (is_of_this_key or isinstance(answer, SourceGarbled)):
            is_final = is_of_this_key and not answer.retryable
            if is_final or not self._may_try_again(event, MOST_FAILED):
                raise Unreadable from answer
        return there(answer)

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
