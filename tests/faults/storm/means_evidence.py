"""What customers heard of the cards that the bank remembers for them."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["HeardOfMeans"]


@dataclass(slots=True)
class HeardOfMeans:
    """What one customer heard, and wanted. ``named``: what the customer wanted to be charged to a card.

    ``forgotten``: cards that were told to be forgotten. ``too_late``: payments
    begun with one of those afterwards. ``lost_at_bank``: orders at which cards were remembered that the bank forgot.
    ``paid_late``: orders that it had declined, and took the money for after all. ``last``: cards as listed in the end.
    """

    named: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    too_late: set[str] = field(default_factory=set)
    lost_at_bank: set[str] = field(default_factory=set)
    paid_late: set[str] = field(default_factory=set)
    last: list[str] = field(default_factory=list)
