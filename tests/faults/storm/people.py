"""Customers who have an account and an instalment to pay: put into the database, signed in by tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count, islice
from typing import Final
from uuid import uuid4

from dev.bench.accounts.holders import PASSWORD, hasher
from dev.bench.people import FIRST_ISN, moscow_day
from dev.demo.stack import Stack
from dev.simulators.population import Population, population_on
from dev.simulators.population.records import Instalment, Policy, PolicyStatus
from dev.tokens import Person
from domain.accounts import passwords
from domain.accounts.models import Account, AccountId, AccountOrigin
from domain.models import Isn
from gateway.settings import PasswordSettings, StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.store import opened
from resolvers import ids

__all__ = ["Debtor", "debtors"]

PAYABLE: Final = {PolicyStatus.ACTIVE, PolicyStatus.FUTURE, PolicyStatus.AWAITING_PAYMENT}


@dataclass(frozen=True, slots=True)
class Debtor:
    """Somebody with an account. ``subject`` is the instalment as the core names it, ``policy`` a global id."""

    account: str
    token: str
    policy: str
    number: int
    subject: str
    amount: Decimal


async def debtors(stack: Stack, many: int) -> list[Debtor]:
    """Find clients who owe something, and give each an account; one hash of a password is kept for all."""
    assert stack.database is not None
    population = population_on(stack.options.seed, moscow_day())
    owed = list(islice(owing(population), many))
    made = [AccountId(uuid4()) for _ in owed]
    hash_ = hasher(PasswordSettings()).hash(passwords.normalised(PASSWORD))
    async with opened(StoreSettings(address=Secret(stack.database.address()))) as store:
        assert store is not None
        async with store.work() as work:
            for place, (id_, (isn, _, _)) in enumerate(zip(made, owed, strict=True)):
                await work.accounts.add(account(id_, isn, place, hash_))
    return [
        Debtor(
            str(id_),
            stack.issuer.token(Person(str(id_), isn)),
            ids.encode("Policy", policy.isn),
            part.number,
            f"{policy.isn}/{part.number}",
            part.amount,
        )
        for id_, (isn, policy, part) in zip(made, owed, strict=True)
    ]


def owing(population: Population) -> Iterator[tuple[int, Policy, Instalment]]:
    """Go through clients with an instalment to pay; one of each."""
    for isn in count(FIRST_ISN):
        parts = (
            (isn, policy, part)
            for policy in population.policies_of(isn)
            if policy.status in PAYABLE
            for part in population.instalments(policy)
            if part.paid_on is None
        )
        yield from islice(parts, 1)


def account(id_: AccountId, isn: int, place: int, hash_: str) -> Account:
    """Make the account of a client."""
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
