"""Keys by which the systems know things, kept apart by type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

__all__ = ["ClaimFileKey", "ClaimId", "ClientLookup", "ClientRef", "DocumentKey", "Isn", "PolicyNumber"]

Isn = NewType("Isn", int)
"""Internal number of the policy core, for persons and policies alike."""

PolicyNumber = NewType("PolicyNumber", str)
"""A policy number folded for comparison by ``domain.numbers.policy_number``; also the life contract number."""

ClaimId = NewType("ClaimId", str)
"""Internal id of a claim in the claims core."""


@dataclass(frozen=True, slots=True)
class ClientRef:
    """A client by ISN alone, so that what hangs on a client can be shown while the policy core is down."""

    isn: Isn


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """One document of one policy in the policy core."""

    policy: PolicyNumber
    document_id: str


@dataclass(frozen=True, slots=True)
class ClaimFileKey:
    """One uploaded file of one claim in the claims core."""

    claim: ClaimId
    file_id: str


@dataclass(frozen=True, slots=True)
class ClientLookup:
    """What an employee searches a client by: exactly one of the three is set.

    Units: ``phone`` in E.164, ``email`` in lower case.
    """

    policy: PolicyNumber | None = None
    phone: str | None = None
    email: str | None = None
