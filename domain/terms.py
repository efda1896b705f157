"""Periods of a contract as customers count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from domain.models import Period

__all__ = ["days_left"]


def days_left(period: Period, today: date) -> int:
    """Return whole days until the last day of cover, 0 once it has passed."""
    return max(0, (period.end - today).days)
