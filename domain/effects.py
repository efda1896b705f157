"""What has happened by our doing, and the systems may not show yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from domain.models import ClaimId, ContactKind, Isn

__all__ = ["NO_EFFECTS", "Effects"]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a client has done here lately, to be laid over what the systems say.

    ``instalments``: ISN of the policy and number of what was paid -> the day, in Moscow. ``deductibles``: claim -> the
    day. ``contacts``: those that were changed, in E.164 and in lower case. ``renewed``: policies of which a renewal was
    signed, or agreed. ``unsigned``: policies that the core made at a price that nobody signed; no money is asked for
    them. ``payable_until``: policies that were agreed, and the day by whose end they are to be paid. Whatever a system
    shows by itself counts more: an effect fills only what is still missing there.
    """

    instalments: Mapping[tuple[Isn, int], date] = field(default_factory=dict)
    deductibles: Mapping[ClaimId, date] = field(default_factory=dict)
    contacts: Mapping[ContactKind, str] = field(default_factory=dict)
    renewed: frozenset[Isn] = frozenset()
    unsigned: frozenset[Isn] = frozenset()
    payable_until: Mapping[Isn, date] = field(default_factory=dict)


NO_EFFECTS: Final = Effects()
