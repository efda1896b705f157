"""What the product asks of the world outside.

A **read** takes a batch of keys and answers each one, whatever happens. Everything between a legacy system and a
resolver (adapter, cache, breaker, coalescing) has this one shape, so it can be stacked in any order.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, Protocol, TypeAlias, TypeVar

from domain import models
from domain.clock import Deadline
from domain.errors import SourceError, SourceGarbled
from domain.tracing import Trace
from domain.viewer import Viewer

__all__ = [
    "MISSING",
    "Call",
    "FileKey",
    "FileStream",
    "Files",
    "Links",
    "Missing",
    "OpenFile",
    "Outcome",
    "Read",
    "Reads",
    "Rows",
    "SignedLink",
]


class Missing(Enum):
    """Type of the one value that says: the system answered, and there is no such thing."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING

K = TypeVar("K")
V = TypeVar("V")
K_contra = TypeVar("K_contra", contravariant=True)
V_co = TypeVar("V_co", covariant=True)

Outcome: TypeAlias = V | Missing | SourceError
"""What a read says of one key."""

Rows: TypeAlias = tuple[V | SourceGarbled, ...]
"""What one key leads to when that is a list of objects which stand for themselves.

A row that cannot be read, and one that came twice, is one ``SourceGarbled`` in it; its neighbours stay. A list that is
known to lack a row is no list: then the key's outcome is ``SourceGarbled``.
"""


@dataclass(frozen=True, slots=True)
class Call:
    """What every read is told besides its keys: by when the answer is of use, and how old it may be.

    ``alone``: never to be put into one upstream call with anybody else's keys, as employees' reads must not be.
    ``not_older_than``: an instant in UTC, such as that of a command whose effect the answer has to show. What was kept
    or on its way before then is no answer; a kept one may be shown when the source fails, marked stale.
    ``callers``: how many wait for it together. ``trace``: is told what becomes of it, where somebody wants to know.
    """

    deadline: Deadline
    alone: bool = False
    not_older_than: datetime | None = None
    callers: int = 1
    trace: Trace | None = None


class Read(Protocol[K_contra, V_co]):
    """A batch read."""

    async def __call__(self, keys: Sequence[K_contra], call: Call, /) -> Sequence[Outcome[V_co]]:
        """Answer every key.

        Shape: the result has the length and order of ``keys``; keys may repeat; an empty batch asks nothing.
        Raises: nothing but ``asyncio.CancelledError``; a failure is the outcome of the keys it concerns.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reads:
    """Every read of the product, one row each; ``gateway.wiring`` fills and decorates them.

    A read whose value is a tuple answers an empty tuple, not ``MISSING``, for a key that exists and has none.
    """

    # policy core
    clients: Read[models.Isn, models.Client]
    client_lookups: Read[models.ClientLookup, models.Isn]
    policies: Read[models.Isn, models.Policy]
    policies_by_number: Read[models.PolicyNumber, models.Policy]
    policies_of_holder: Read[models.Isn, Rows[models.Policy]]
    instalments: Read[models.PolicyNumber, tuple[models.Instalment, ...]]
    documents: Read[models.PolicyNumber, tuple[models.PolicyDocument, ...]]
    renewals: Read[models.PolicyNumber, models.Renewal]
    renewal_choices: Read[models.PolicyNumber, models.RenewalChoices]
    bills: Read[models.Isn, models.Bill]
    product_rules: Read[str, models.ProductRules]

    # claims core
    claims: Read[models.ClaimId, models.Claim]
    claims_by_number: Read[str, models.Claim]
    claims_of_policy: Read[models.PolicyNumber, Rows[models.Claim]]
    claim_messages: Read[models.ClaimId, tuple[models.ClaimMessage, ...]]
    repair_stations: Read[str, tuple[models.RepairStation, ...]]

    # life valuation
    life_contracts: Read[models.PolicyNumber, models.LifeContract]
    life_contracts_of_holder: Read[models.Isn, Rows[models.LifeContract]]
    life_valuations: Read[models.PolicyNumber, models.LifeValuation]
    life_surrender_tables: Read[models.PolicyNumber, tuple[models.SurrenderRow, ...]]
    life_strategies: Read[models.PolicyNumber, tuple[models.Strategy, ...]]
    life_operations: Read[models.PolicyNumber, tuple[models.LifeOperation, ...]]
    life_orders: Read[models.PolicyNumber, tuple[models.LifeOrder, ...]]
    underlying_levels: Read[str, tuple[models.UnderlyingLevel, ...]]


@dataclass(frozen=True, slots=True)
class FileStream:
    """A file on its way. Units: ``size_bytes`` of the whole file, None when the system does not say.

    ``chunks`` raises ``SourceError`` when the source breaks off half-way.
    """

    media_type: str
    size_bytes: int | None
    chunks: AsyncIterator[bytes]


OpenFile: TypeAlias = Callable[[K, Call], AbstractAsyncContextManager[FileStream]]
"""Opens a file of a system; leaving the context lets the connection go. Raises: ``NotFound``, ``SourceError``."""


@dataclass(frozen=True, slots=True)
class Files:
    """Every kind of file that can be downloaded."""

    policy_document: OpenFile[models.DocumentKey]
    claim_file: OpenFile[models.ClaimFileKey]


FileKey: TypeAlias = models.DocumentKey | models.ClaimFileKey


@dataclass(frozen=True, slots=True)
class SignedLink:
    """An address that opens one file for one viewer until ``expires_at`` (an instant in UTC)."""

    url: str
    expires_at: datetime


class Links(Protocol):
    """Makes short-lived links to files."""

    def sign(self, viewer: Viewer, file: FileKey, file_name: str) -> SignedLink:
        """Return a link bound to this viewer and this file; the access rule is checked again when it is followed."""
        ...
