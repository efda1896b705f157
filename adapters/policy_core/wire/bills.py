"""Bills as they stand in a reply: text as it came, ``None`` for what is absent or empty; ``mapping`` judges the values.

Source: contract/policy_core.xsd, the complex type of the same name unless said otherwise.
"""

from __future__ import annotations

import msgspec

__all__ = ["Bill", "OnlineBill"]


class Bill(msgspec.Struct, frozen=True):
    """A bill; ``currency`` and ``status`` are codes of CURRENCY and BILL."""

    bill_isn: str | None = None
    bill_number: str | None = None
    amount: str | None = None
    currency: str | None = None
    status: str | None = None
    paid_by: str | None = None


class OnlineBill(msgspec.Struct, frozen=True):
    """Source: ResponseData of CreateOnlineBill."""

    order_id: str | None = None
    payment_address: str | None = None
