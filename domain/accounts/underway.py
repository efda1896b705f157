"""Where the store keeps what is on its way besides registrations: recoveries, and sign-ins that wait for a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from domain.accounts.models import AccountId, ChallengeId, RecoveryId, SignInChallenge, TokenHash
    from domain.accounts.recovery import Recovery

__all__ = ["Challenges", "Recoveries"]


class Recoveries(Protocol):
    """Recoveries on their way."""

    async def add(self, recovery: Recovery) -> None:
        """Keep a new one."""
        ...

    async def by_token(self, token: TokenHash) -> Recovery | None:
        """Return the one whose present or previous token this is, locked until the block ends: its account, then it."""
        ...

    async def change(self, recovery: Recovery) -> None:
        """Write one anew."""
        ...

    async def void(self, account: AccountId, *, but: RecoveryId | None = None) -> Collection[RecoveryId]:
        """Forget all of an account, or all but one, and return which; whoever does must hold the account."""
        ...


class Challenges(Protocol):
    """Sign-ins that wait for a code."""

    async def add(self, challenge: SignInChallenge) -> None:
        """Keep a new one."""
        ...

    async def by_token(self, token: TokenHash) -> SignInChallenge | None:
        """Return the one of a token. Whoever uses it must hold its account."""
        ...

    async def remove(self, id_: ChallengeId) -> bool:
        """Forget one that was used; return whether it was still there."""
        ...

    async def remove_all(self, account: AccountId) -> Collection[ChallengeId]:
        """Forget all of an account, and return which: none of them leads in any more."""
        ...
