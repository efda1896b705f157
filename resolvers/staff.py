"""What an employee may do about clients and their accounts, decided in this one place.

The schema says the same of whole operations. Here it holds for whoever calls a use case by another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.viewer import FIND_CLIENTS, LOCK_ACCOUNTS, PREPARE_ACCOUNTS

if TYPE_CHECKING:
    from domain.viewer import Viewer

__all__ = ["may_find_clients", "may_lock_accounts", "may_prepare_accounts"]


def may_find_clients(viewer: Viewer) -> bool:
    """Whether a viewer may look up who a client is, by a policy, a phone or an e-mail."""
    return viewer.has(FIND_CLIENTS)


def may_lock_accounts(viewer: Viewer) -> bool:
    """Whether a viewer may close somebody else's account and open it again."""
    return viewer.has(LOCK_ACCOUNTS)


def may_prepare_accounts(viewer: Viewer) -> bool:
    """Whether a viewer may begin an account for somebody else."""
    return viewer.has(PREPARE_ACCOUNTS)
