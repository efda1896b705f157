"""Customers who are signed in and owe an instalment, each with an account and a session in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Final
from uuid import UUID, uuid4

from dev.bench.commands.debts import Debt, debt_of
from dev.bench.load import Shot
from dev.bench.people import FIRST_ISN, People
from dev.simulators.population import Population
from dev.tokens import Person
from domain.accounts.models import Account, AccountId, AccountOrigin, Session, SessionId
from domain.models import Isn
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.store import opened
from resolvers import ids

__all__ = ["Customer", "indebted", "signed_in"]

FIRST: Final = FIRST_ISN + 200_000
"""Nobody of the other sections is among them."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody whose token is of a session that the gateway finds in its database."""

    isn: int
    account: UUID
    token: str
    debt: Debt

    def wish(self) -> Shot:
        """Return the wish to pay, under a new key; sent again it is the same wish."""
        payable = {"instalment": {"policyId": ids.encode("Policy", self.debt.policy), "number": self.debt.number}}
        return Shot("start_payment", self.isn, self.token, {"key": str(uuid4()), "payable": payable})


def indebted(population: Population) -> Iterator[tuple[int, Debt]]:
    """Go through the clients who owe an instalment."""
    return ((isn, debt) for isn in count(FIRST) if (debt := debt_of(population, isn)) is not None)


def signed_in(people: People, address: str, many: int) -> list[Customer]:
    """Return customers, kept in the database at that address; always the same clients."""
    now, found, rows = datetime.now(UTC), list[Customer](), list[tuple[Account, Session]]()
    for isn, debt in islice(indebted(people.population), many):
        account = owner(isn, now)
        session = Session(SessionId(uuid4()), account.id, "bench", now, now, now + timedelta(days=1))
        token = people.issuer.token(Person(str(account.id), isn), sid=str(session.id))
        found.append(Customer(isn, account.id, token, debt))
        rows.append((account, session))
    asyncio.run(keep(StoreSettings(address=Secret(address)), rows))
    return found


async def keep(settings: StoreSettings, rows: Sequence[tuple[Account, Session]]) -> None:
    """Put accounts with their sessions into the database."""
    async with opened(settings) as store:
        assert store is not None
        async with store.work() as work:
            for account, session in rows:
                await work.accounts.add(account)
                await work.sessions.add(session)


def owner(isn: int, now: datetime) -> Account:
    """Make the account of a client, whom no password lets in."""
    place = isn - FIRST
    return Account(
        AccountId(uuid4()),
        Isn(isn),
        AccountOrigin.SELF,
        f"+7905{place:07d}",
        f"payer-{place}@bench.invalid",
        "no password has this hash",
        two_step=False,
        created_at=now,
    )
