"""What a customer signs, as a text that is the same whenever it is written, and its hash."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from domain.renewals.written import written, written_money

if TYPE_CHECKING:
    from domain.renewals.models import RenewalOffer

__all__ = ["digest", "document"]

FORM = "renewal/1"
"""Which document this is; another set of fields is another form."""


def document(offer: RenewalOffer) -> str:
    """Return what is signed: canonical JSON, with names in order and nothing between them."""
    told = {
        "form": FORM,
        "offer": offer.number,
        "policy": offer.policy_number,
        "product": offer.product,
        "choice": written(offer.choice),
        "premium": written_money(offer.premium),
        "first_instalment": written_money(offer.first_instalment),
        "starts_on": offer.starts_on.isoformat(),
        "ends_on": offer.ends_on.isoformat(),
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> bytes:
    """Return the SHA-256 of a document."""
    return hashlib.sha256(text.encode()).digest()
