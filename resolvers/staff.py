"""What an employee may do to clients' accounts, decided in this one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.viewer import Viewer

__all__ = ["may_lock_accounts", "may_prepare_accounts"]


def may_lock_accounts(viewer: Viewer) -> bool:
    """Whether a viewer may close somebody else's account and open it again."""
    return viewer.is_employee


def may_prepare_accounts(viewer: Viewer) -> bool:
    """Whether a viewer may begin an account for somebody else."""
    return viewer.is_employee
