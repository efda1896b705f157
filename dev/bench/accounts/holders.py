"""Accounts in the database, with a password that is known, and phones that nobody has an account with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from argon2 import PasswordHasher

from dev.bench.accounts.answers import NOBODY
from dev.bench.load import Shot
from dev.bench.people import FIRST_ISN
from domain.accounts import passwords
from domain.accounts.models import Account, AccountId, AccountOrigin
from domain.models import Isn
from gateway.settings import PasswordSettings, StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.migrating import migrate
from gateway.store.store import opened

__all__ = ["PASSWORD", "Holder", "hasher", "holders", "keep", "nobodies", "sign_in"]

PASSWORD: Final = "twelve green cats of the bench"  # noqa: S105 - of accounts that live as long as a run
WRONG: Final = "thirteen green cats of the bench"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a phone in E.164; ``isn`` is that of the client, ``NOBODY`` for who has no account."""

    isn: int
    phone: str


def holders(many: int) -> list[Holder]:
    """Return clients with an account; always the same ones."""
    return [Holder(FIRST_ISN + place, f"+7901{place:07d}") for place in range(many)]


def nobodies(many: int) -> list[Holder]:
    """Return phones like those of ``holders`` that belong to no account; always the same ones."""
    return [Holder(NOBODY, f"+7902{place:07d}") for place in range(many)]


def sign_in(holder: Holder, *, knows_password: bool = True) -> Shot:
    """Return the sign-in of somebody, by phone."""
    given = {"login": holder.phone, "password": PASSWORD if knows_password else WRONG}
    return Shot("sign_in", holder.isn if knows_password else NOBODY, "", given)


def hasher(settings: PasswordSettings) -> PasswordHasher:
    """Return what makes hashes with the gateway's parameters."""
    return PasswordHasher(settings.passes, settings.memory_kib, settings.lanes)


def keep(address: str, accounts: Sequence[Holder]) -> None:
    """Bring a database to the gateway's revision and put the accounts into it.

    One hash is made, with the parameters that the gateway has without settings, and kept for every account: to check it
    costs each time what it costs for any other.
    """
    settings = StoreSettings(address=Secret(address))
    migrate(settings)
    asyncio.run(_add(settings, accounts))


async def _add(settings: StoreSettings, accounts: Sequence[Holder]) -> None:
    hash_ = hasher(PasswordSettings()).hash(passwords.normalised(PASSWORD))
    now = datetime.now(UTC)
    async with opened(settings) as store:
        assert store is not None
        async with store.work() as work:
            for each in accounts:
                email = f"{each.phone[1:]}@bench.invalid"
                account = Account(
                    AccountId(uuid4()),
                    Isn(each.isn),
                    AccountOrigin.SELF,
                    each.phone,
                    email,
                    hash_,
                    two_step=False,
                    created_at=now,
                )
                await work.accounts.add(account)
