"""What is on its way for an account, and void once something of the account was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.accounts.models import AccountId, RecoveryId
    from domain.accounts.ports import UnitOfWork

__all__ = ["void_underway"]


async def void_underway(work: UnitOfWork, account: AccountId, *, but: RecoveryId | None = None) -> None:
    """Void recoveries, sign-ins that wait for a code, and changes of contacts that were only begun.

    Their codes may have gone to a contact that is somebody else's by now, or have been asked for by who knew a password
    that is no more. What waits to be sent of them is not sent. The caller must hold the account; ``but`` is the
    recovery that brings the change about.
    """
    recoveries = await work.recoveries.void(account, but=but)
    challenges = await work.challenges.remove_all(account)
    changes = await work.contact_changes.void(account)
    # The code of the account's own end of a change is about the account.
    await work.outbox.void([*recoveries, *challenges, *changes, account])
