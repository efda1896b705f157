"""Automatic registration: the journal tells of a new policy, a rule decides, and its holder gets an activation link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, Protocol, TypeAlias, TypeVar

from domain import clock as clocks
from domain import models
from domain.accounts.automatic import Decision, Outcome, Rule, StandingRule, confirmed_contacts
from domain.accounts.models import AccountOrigin
from domain.accounts.ports import Activation, LinkIssuer, Store, Try, UnitOfWork
from domain.accounts.registration import Factor
from domain.clock import Clock
from domain.errors import Source, SourceError, SourceGarbled, SourceUnavailable
from domain.journal import Event, EventKind, Stretch
from domain.ports import Call, Read
from resolvers.outcomes import there
from resolvers.use_cases import preparing
from resolvers.use_cases.asked import Asked

__all__ = ["Automatic", "Known"]

FIRST: Final = Try(1, died=False)

K = TypeVar("K")
V = TypeVar("V")

Told: TypeAlias = list[tuple[Event, models.PolicyNumber]]
Judged: TypeAlias = tuple[models.Policy | None, models.Client | None, Outcome | None]
"""A policy, its holder, and what speaks against them, if anything does."""

MOST_FAILED: Final = 8
"""Times that an event is tried that kills whoever sees to it, or whose policy or holder cannot be read.

Then the others must not wait any longer.
"""

MOST_MISSING: Final = 3
"""Times that an event is tried whose policy is not there: a replica of the core that lags shows it a little later."""


class Unreadable(Exception):
    """A policy or its holder cannot be read, and the others must not wait for it."""


class NotYet(Exception):
    """An event could not be seen to, by no fault of the whole policy core; it is to be tried again."""

    def __init__(self, failure: SourceError) -> None:
        super().__init__(str(failure))
        self.failure = failure


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
    """Decides of new policies, by the rule that an operator has set last, or else by ``settled``, the settings' own.

    While the rule is not on, nothing is decided, and the journal only read. How often an event was tried is kept with
    how far the journal was followed, and counted before the event is seen to: whoever takes the place of a process that
    died of one goes on counting.
    """

    store: Store
    issuer: LinkIssuer
    activation: Activation
    reads: Known
    clock: Clock
    settled: StandingRule

    async def see_to(self, stretch: Stretch, call: Call) -> None:
        """See to a part of the journal, event by event, each in a transaction together with how far that is.

        Raises: ``SourceError``, ``StoreUnavailable``, ``Overtaken``; what was seen to before that stays so.
        """
        told: Told = []
        standing = await self._standing()
        if standing.is_on:
            told = await self._told(stretch.events)
            await self._see_to_all(standing, told, call)
        if not told or stretch.reached > told[-1][0].seq:
            async with self.store.work() as work:
                await work.feed.reach(stretch.reached)

    async def _standing(self) -> StandingRule:
        async with self.store.work() as work:
            newest = await work.rules.newest()
        return self.settled if newest is None else newest.standing

    async def _told(self, events: Sequence[Event]) -> Told:
        """Return what is decided of: policies that changed, and those of persons that did while one was left open."""
        persons = {each.subject for each in events if each.kind is EventKind.CONTACTS_CHANGED}
        open_: Mapping[models.Isn, models.PolicyNumber] = {}
        if persons:
            async with self.store.work() as work:
                open_ = await work.feed.open_policies(persons)
        told: Told = []
        for event in events:
            is_open = event.kind is EventKind.CONTACTS_CHANGED and event.subject in open_
            policy = open_[event.subject] if is_open else event.policy
            if policy is not None and (is_open or event.kind is EventKind.POLICY_CHANGED):
                told.append((event, policy))
        return told

    async def _see_to_all(self, standing: StandingRule, told: Told, call: Call) -> None:
        """See to events, read together; after a kill one by one, since any of those read together may have been it."""
        if not told:
            return
        async with self.store.work() as work:
            attempt = await work.feed.begin(told[0][0].seq)
        together = 1 if attempt.died else len(told)
        following = [event for event, _ in told[1:]]
        for first in range(0, len(told), together):
            part = told[first : first + together]
            after = following[first : first + together]
            await self._see_to_part(standing, part, after, attempt, call)
            attempt = FIRST

    async def _see_to_part(
        self, standing: StandingRule, part: Told, following: Sequence[Event], attempt: Try, call: Call
    ) -> None:
        """See to events that are read together; the try of each one's ``following`` begins with its end."""
        event = part[0][0]
        try:
            is_deadly = attempt.number > MOST_FAILED
            policies = await Asked.of(self.reads.policies_by_number, [] if is_deadly else [n for _, n in part], call)
            clients = await self._holders(standing.rule, policies, call)
            for (event, number), after in zip_longest(part, following):
                judged = await self._judge(standing.rule, attempt, number, policies, clients)
                await self._decide(standing, event, number, judged, after)
                attempt = FIRST
        except NotYet as not_yet:
            await self._broke_off(event, counts=True)
            raise not_yet.failure from None
        except SourceError:
            await self._broke_off(event, counts=False)
            raise

    async def _broke_off(self, event: Event, *, counts: bool) -> None:
        async with self.store.work() as work:
            await work.feed.broke_off(event.seq, counts=counts)

    async def _holders(
        self, rule: Rule, policies: Asked[models.PolicyNumber, models.Policy], call: Call
    ) -> Asked[models.Isn, models.Client]:
        """Ask for the holders of the policies that nothing speaks against."""
        read = [each for each in policies.answers.values() if isinstance(each, models.Policy)]
        today = clocks.today(self.clock)
        wanted = [each.holder_isn for each in read if rule.of_policy(each, today) is None]
        return await Asked.of(self.reads.clients, wanted, call, [each.holder_isn for each in read])

    async def _judge(
        self,
        rule: Rule,
        attempt: Try,
        number: models.PolicyNumber,
        policies: Asked[models.PolicyNumber, models.Policy],
        clients: Asked[models.Isn, models.Client],
    ) -> Judged:
        """Say what the rule says of a policy. Raises: ``SourceError`` and ``NotYet``, for what is to be tried again."""
        policy = client = None
        try:
            policy = await self._read(attempt, policies, number)
            if policy is None and attempt.number < MOST_MISSING:
                away = "a policy of the journal is not there yet"
                raise NotYet(SourceUnavailable(Source.POLICY_CORE, "GetPolicies", away))
            outcome = rule.of_policy(policy, clocks.today(self.clock))
            if policy is not None and outcome is None:
                client = await self._read(attempt, clients, policy.holder_isn)
                outcome = rule.of_client(client)
        except Unreadable:
            outcome = Outcome.UNREADABLE
        return policy, client, outcome

    async def _decide(
        self,
        standing: StandingRule,
        event: Event,
        number: models.PolicyNumber,
        judged: Judged,
        following: Event | None,
    ) -> None:
        """Keep what was decided with all that comes of it, and begin the try of the event that follows."""
        policy, client, outcome = judged
        async with self.store.work() as work:
            await work.feed.reach(event.seq, None if following is None else following.seq)
            if outcome is None:
                assert policy is not None
                assert client is not None
                outcome = await self._prepare(work, policy, client)
            holder = None if policy is None else policy.holder_isn
            now, rule = self.clock.now(), standing.rule.version
            await work.feed.decided(Decision(event.seq, holder, number, outcome, now, rule, standing.number))

    async def _read(self, attempt: Try, asked: Asked[K, V], key: K) -> V | None:
        """Return what an event is about. Raises: ``SourceError``, ``NotYet``, ``Unreadable``.

        While the policy core is away, all is waited for. What it answers to this key alone is not: not at all where it
        says that asking again is of no use, and else so many times. What kills is not asked for once too often.
        """
        if attempt.number > MOST_FAILED:
            raise Unreadable
        answer, is_of_this_key = await asked.answer(key)
        if isinstance(answer, SourceError) and (is_of_this_key or isinstance(answer, SourceGarbled)):
            is_final = is_of_this_key and not answer.retryable
            if is_final or attempt.number >= MOST_FAILED:
                raise Unreadable from answer
            raise NotYet(answer)
        return there(answer)

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
        await preparing.leave(work, self.issuer, self.activation, draft, now)
        return Outcome.ACCEPTED


def _factor(address: str | None) -> Factor | None:
    return None if address is None else Factor(address, matches=True, confirmed=True)
