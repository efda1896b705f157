"""Renewals as they stand in a reply: text as it came, ``None`` for what is absent or empty.

``mapping`` judges the values. Source: contract/policy_core.xsd, the complex type of the same name.
"""

from __future__ import annotations

import msgspec

__all__ = [
    "Agreement",
    "CoverageChoice",
    "CoverageOffer",
    "Quote",
    "RenewalChoice",
    "RenewalChoices",
    "RenewalOptions",
]


class CoverageOffer(msgspec.Struct, frozen=True):
    """A risk, and every sum that it can be insured for."""

    risk_code: str | None = None
    risk_name: str | None = None
    sum_insured: tuple[str, ...] = ()
    fixed: str | None = None


class CoverageChoice(msgspec.Struct, frozen=True):
    """A risk, and the sum that it shall be insured for."""

    risk_code: str | None = None
    sum_insured: str | None = None


class RenewalChoice(msgspec.Struct, frozen=True):
    """A choice; ``any_driver`` says that drivers are not limited to those named."""

    coverage: tuple[CoverageChoice, ...] = ()
    deductible: str | None = None
    instalment_count: str | None = None
    any_driver: str | None = None
    driver_isn: tuple[str, ...] = ()


class RenewalChoices(msgspec.Struct, frozen=True):
    """What can be chosen, and what is proposed."""

    coverage: tuple[CoverageOffer, ...] = ()
    deductible: tuple[str, ...] = ()
    instalment_count: tuple[str, ...] = ()
    driver_isn: tuple[str, ...] = ()
    any_driver_allowed: str | None = None
    proposed: RenewalChoice | None = None


class RenewalOptions(msgspec.Struct, frozen=True):
    """A renewal offer; ``refusal_reason`` is a code of RENEWAL_REFUSAL, ``currency`` that of every sum."""

    policy_number: str | None = None
    allowed: str | None = None
    open_date: str | None = None
    close_date: str | None = None
    premium: str | None = None
    currency: str | None = None
    refusal_reason: str | None = None
    choices: RenewalChoices | None = None


class Quote(msgspec.Struct, frozen=True):
    """A price that is kept; ``currency`` is a code of CURRENCY."""

    quote_isn: str | None = None
    premium: str | None = None
    first_instalment: str | None = None
    currency: str | None = None
    valid_until: str | None = None
    start_date: str | None = None
    end_date: str | None = None


class Agreement(msgspec.Struct, frozen=True):
    """A policy that waits for payment; ``currency`` is a code of CURRENCY."""

    agreement_isn: str | None = None
    policy_isn: str | None = None
    policy_number: str | None = None
    premium: str | None = None
    currency: str | None = None
