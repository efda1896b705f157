"""Customers who have an account, and something to pay or to renew: put into the database, signed in by tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from typing import Any, Final
from uuid import uuid4

from dev.bench.accounts.holders import PASSWORD, hasher
from dev.bench.people import FIRST_ISN, moscow_day
from dev.demo.stack import Stack
from dev.simulators.policy_core import offers
from dev.simulators.population import Population, population_on
from dev.simulators.population.claim_records import Claim
from dev.simulators.population.keys import folded
from dev.simulators.population.records import Instalment, Policy, PolicyStatus
from dev.tokens import Person
from domain.accounts import passwords
from domain.accounts.models import Account, AccountId, AccountOrigin
from domain.models import Isn
from gateway.settings import PasswordSettings, StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.store import opened
from resolvers import ids

__all__ = [
    "Debtor",
    "Holder",
    "Keeping",
    "Payable",
    "Somebody",
    "bearers",
    "debtors",
    "holders",
    "instalment_of",
    "keeping",
    "newcomers",
]

PAYABLE: Final = {PolicyStatus.ACTIVE, PolicyStatus.FUTURE, PolicyStatus.AWAITING_PAYMENT}


FIRST_HOLDER: Final = FIRST_ISN + 500_000
"""Nobody who renews is among those who pay."""
FIRST_KEEPING: Final = FIRST_ISN + 625_000
FIRST_BEARER: Final = FIRST_ISN + 750_000
FIRST_NEWCOMER: Final = FIRST_ISN + 900_000
MOST_PAID: Final = 3
"""Things that one of those with a remembered card has to pay, at least half as many."""


@dataclass(frozen=True, slots=True)
class Payable:
    """What can be paid: ``subject`` as the core names it, ``given`` as the gateway is told; ``claim``: whose it is."""

    subject: str
    given: Mapping[str, Any]
    claim: str | None = None


@dataclass(frozen=True, slots=True)
class Somebody:
    """A client with an account."""

    account: str
    token: str
    phone: str


@dataclass(frozen=True, slots=True)
class Debtor(Somebody):
    """Somebody with an instalment or a deductible to pay."""

    payable: Payable


@dataclass(frozen=True, slots=True)
class Holder(Somebody):
    """Somebody with a policy to renew, by its number."""

    policy: str


@dataclass(frozen=True, slots=True)
class Keeping(Somebody):
    """Somebody with several things to pay, by a card that is remembered. ``bank``: where that can be made to forget."""

    payables: tuple[Payable, ...]
    bank: str


async def debtors(stack: Stack, many: int) -> list[Debtor]:
    """Find clients who owe something, and give each an account."""
    owed = list(islice(owing(population_on(stack.options.seed, moscow_day())), many))
    made = await with_accounts(stack, [isn for isn, _, _ in owed])
    return [
        Debtor(each.account, each.token, each.phone, instalment_of(policy.isn, part.number))
        for each, (_, policy, part) in zip(made, owed, strict=True)
    ]


async def bearers(stack: Stack, many: int) -> list[Debtor]:
    """Find clients who have a deductible to pay, and give each an account."""
    borne = list(islice(bearing(population_on(stack.options.seed, moscow_day())), many))
    made = await with_accounts(stack, [isn for isn, _, _ in borne])
    return [
        Debtor(each.account, each.token, each.phone, deductible_of(policy.isn, claim))
        for each, (_, policy, claim) in zip(made, borne, strict=True)
    ]


async def holders(stack: Stack, many: int) -> list[Holder]:
    """Find clients who can renew a policy, and give each an account."""
    held = list(islice(renewing(population_on(stack.options.seed, moscow_day())), many))
    made = await with_accounts(stack, [isn for isn, _ in held])
    return [
        Holder(each.account, each.token, each.phone, policy.number)
        for each, (_, policy) in zip(made, held, strict=True)
    ]


async def keeping(stack: Stack, many: int) -> list[Keeping]:
    """Find clients who owe several things, and give each an account."""
    assert stack.acquirer is not None
    owed = list(islice(owing_much(population_on(stack.options.seed, moscow_day())), many))
    made = await with_accounts(stack, [isn for isn, _ in owed])
    bank = stack.acquirer.admin_url
    return [
        Keeping(each.account, each.token, each.phone, payables, bank)
        for each, (_, payables) in zip(made, owed, strict=True)
    ]


def newcomers(stack: Stack) -> Iterator[int]:
    """Go through clients who have a policy and no account, and can be written to; without end."""
    population = population_on(stack.options.seed, moscow_day())
    for isn in count(FIRST_NEWCOMER):
        client = population.client(isn)
        is_known = client is not None and client.phone_confirmed and client.email_confirmed
        if is_known and any(policy.status is PolicyStatus.ACTIVE for policy in population.policies_of(isn)):
            yield isn


def instalment_of(policy: int, number: int) -> Payable:
    """Name an instalment."""
    given = {"instalment": {"policyId": ids.encode("Policy", policy), "number": number}}
    return Payable(f"{policy}/{number}", given)


def deductible_of(policy: int, claim: Claim) -> Payable:
    """Name the deductible of a claim."""
    assert claim.number is not None
    return Payable(f"{policy}/{folded(claim.number)}", {"deductibleOf": ids.encode("Claim", claim.id)}, claim.id)


async def with_accounts(stack: Stack, clients: Iterable[int]) -> list[Somebody]:
    """Give clients an account each; one hash of a password is kept for all."""
    assert stack.database is not None
    hash_ = hasher(PasswordSettings()).hash(passwords.normalised(PASSWORD))
    made = [account(AccountId(uuid4()), isn, hash_) for isn in clients]
    async with opened(StoreSettings(address=Secret(stack.database.address()))) as store:
        assert store is not None
        async with store.work() as work:
            for each in made:
                await work.accounts.add(each)
    return [
        Somebody(str(each.id), stack.issuer.token(Person(str(each.id), each.client_isn)), each.phone) for each in made
    ]


def owing(population: Population) -> Iterator[tuple[int, Policy, Instalment]]:
    """Go through clients with an instalment to pay; one of each."""
    for isn in count(FIRST_ISN):
        yield from ((isn, *owed) for owed in islice(unpaid(population, isn), 1))


def owing_much(population: Population) -> Iterator[tuple[int, tuple[Payable, ...]]]:
    """Go through clients with several instalments to pay; some of each."""
    for isn in count(FIRST_KEEPING):
        owed = islice(unpaid(population, isn), MOST_PAID)
        payables = tuple(instalment_of(policy.isn, part.number) for policy, part in owed)
        if 2 * len(payables) >= MOST_PAID:
            yield isn, payables


def unpaid(population: Population, isn: int) -> Iterator[tuple[Policy, Instalment]]:
    """Go through what a client has to pay."""
    return (
        (policy, part)
        for policy in population.policies_of(isn)
        if policy.status in PAYABLE
        for part in population.instalments(policy)
        if part.paid_on is None
    )


def bearing(population: Population) -> Iterator[tuple[int, Policy, Claim]]:
    """Go through clients with a deductible to pay; one of each."""
    for isn in count(FIRST_BEARER):
        claims = (
            (isn, policy, claim)
            for policy in population.policies_of(isn)
            for claim in population.claims_of(policy.number)
            if claim.number is not None
            and claim.referral is not None
            and claim.referral.deductible_due is not None
            and claim.referral.deductible_paid_on is None
        )
        yield from islice(claims, 1)


def renewing(population: Population) -> Iterator[tuple[int, Policy]]:
    """Go through clients with a policy to renew; one of each."""
    for isn in count(FIRST_HOLDER):
        found = (
            (isn, policy)
            for policy in population.policies_of(isn)
            if offers.refusal(policy, population.instalments(policy), population.today) is None
        )
        yield from islice(found, 1)


def account(id_: AccountId, isn: int, hash_: str) -> Account:
    """Make the account of a client."""
    place = isn - FIRST_ISN
    return Account(
        id_,
        Isn(isn),
        AccountOrigin.SELF,
        f"+7903{place:07d}",
        f"storm-{place}@bench.invalid",
        hash_,
        two_step=False,
        created_at=datetime.now(UTC),
    )
