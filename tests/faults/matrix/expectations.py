"""What each fault may cost, and what must be told of it: tables, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from dev.simulators.kit import Fault
from domain.errors import Source
from domain.reminders import ReminderKind
from tests.faults.matrix.virtual_loop import NOON

__all__ = [
    "BREAKER_OPEN",
    "OWNERS",
    "REMINDERS",
    "STALE",
    "UNSURE",
    "WHOLE_CALL",
    "Told",
    "expected",
    "parameters",
    "passes",
]

POLICY, CLAIMS, LIFE = Source.POLICY_CORE, Source.CLAIMS_CORE, Source.LIFE_VALUATION
UNTIL: Final = NOON + timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Told:
    """What an error says besides its source. ``until`` as an instant of the schema."""

    code: str
    retryable: bool
    until: str | None = None


TIMEOUT: Final = Told("SOURCE_TIMEOUT", retryable=True)
UNAVAILABLE: Final = Told("SOURCE_UNAVAILABLE", retryable=True)
REFUSED: Final = Told("SOURCE_UNAVAILABLE", retryable=False)
GARBLED: Final = Told("SOURCE_GARBLED", retryable=False)
CLOSED: Final = Told("SOURCE_IN_MAINTENANCE", retryable=True)
CLOSED_UNTIL: Final = Told("SOURCE_IN_MAINTENANCE", retryable=True, until=UNTIL.isoformat())

BREAKER_OPEN: Final = UNAVAILABLE
"""What may be told of any fault once it has lasted: the system is left alone."""

ANY_SYSTEM: Final[Mapping[Fault, Told]] = {
    Fault.HANG: TIMEOUT,
    Fault.SLOW_FIRST_BYTE: TIMEOUT,
    Fault.SLOW_BODY: TIMEOUT,
    Fault.TIMEOUT_AFTER_COMMIT: TIMEOUT,
    Fault.RESET_MID_BODY: UNAVAILABLE,
    Fault.REFUSE_CONNECTION: UNAVAILABLE,
    Fault.HTTP_500: UNAVAILABLE,
    Fault.HTTP_502: UNAVAILABLE,
    Fault.HTTP_503: UNAVAILABLE,
    Fault.HTTP_504: UNAVAILABLE,
    Fault.TOO_MANY_REQUESTS: UNAVAILABLE,
    Fault.HTML_PAGE: GARBLED,
    Fault.MAINTENANCE: CLOSED_UNTIL,
    Fault.WRONG_CHARSET: GARBLED,
    Fault.TRUNCATED_BODY: GARBLED,
    Fault.OVERSIZED_BODY: GARBLED,
    Fault.SOAP_FAULT: UNAVAILABLE,
    Fault.IN_BAND_ERROR: UNAVAILABLE,
    Fault.EXPIRED_TOKEN: UNAVAILABLE,
    Fault.PARTIAL_BATCH: UNAVAILABLE,
    Fault.MISSING_ROWS: GARBLED,
    Fault.DUPLICATED_ROWS: GARBLED,
    Fault.UNKNOWN_ENUM: GARBLED,
    Fault.FLOAT_ID: GARBLED,
}
"""What is told of a fault of any system. Those that are not here cost nothing that could be told."""

ONE_SYSTEM: Final[Mapping[tuple[Source, Fault], frozenset[Told]]] = {
    # The policy core announces its breaks by a page of HTML; this one names no end.
    (POLICY, Fault.HTML_PAGE): frozenset({CLOSED}),
    # A partner's key cannot be renewed by asking.
    (LIFE, Fault.EXPIRED_TOKEN): frozenset({REFUSED}),
    # A job that was accepted is not known yet, and never will be.
    (LIFE, Fault.STALE_READ): frozenset({TIMEOUT}),
    # Lists whose items have no status lose a row instead.
    (POLICY, Fault.PARTIAL_BATCH): frozenset({UNAVAILABLE, GARBLED}),
}
"""Where a system is different."""

WHOLE_CALL: Final = frozenset(ANY_SYSTEM) - {
    Fault.WRONG_CHARSET,
    Fault.PARTIAL_BATCH,
    Fault.MISSING_ROWS,
    Fault.DUPLICATED_ROWS,
    Fault.UNKNOWN_ENUM,
    Fault.FLOAT_ID,
}
"""Faults that every call suffers from, whatever it asks for."""

STALE: Final = frozenset({(POLICY, Fault.STALE_READ), (CLAIMS, Fault.STALE_READ)})
"""Faults that nothing in an answer betrays: a state that was true a moment ago."""

PARAMETERS: Final[Mapping[Fault, Mapping[str, Any]]] = {
    Fault.HANG: {"seconds": 60.0},
    Fault.TIMEOUT_AFTER_COMMIT: {"seconds": 60.0},
    Fault.SLOW_FIRST_BYTE: {"seconds": 60.0},
    Fault.SLOW_BODY: {"seconds": 60.0},
    Fault.MAINTENANCE: {"until": UNTIL},
}

OWNERS: Final[Mapping[str, frozenset[Source]]] = {
    "viewer.client.profile": frozenset({POLICY}),
    "viewer.client.reminders.items.amount": frozenset({POLICY}),
    "viewer.client.policies": frozenset({POLICY}),
    # Claims are found by the numbers of policies.
    "viewer.client.claims": frozenset({POLICY, CLAIMS}),
    "viewer.client.lifeContracts": frozenset({LIFE}),
    "policy": frozenset({POLICY}),
    "policy.claims": frozenset({POLICY, CLAIMS}),
    "policy.lifeContract": frozenset({POLICY, LIFE}),
    "findClient": frozenset({POLICY}),
    "findClient.claims": frozenset({POLICY, CLAIMS}),
}
"""Whose trouble may cost a field and all below it. The longest path that fits counts."""

REMINDERS: Final[Mapping[ReminderKind, frozenset[Source]]] = {
    ReminderKind.RENEWAL_DUE: frozenset({POLICY}),
    ReminderKind.INSTALMENT_DUE: frozenset({POLICY}),
    ReminderKind.INSTALMENT_OVERDUE: frozenset({POLICY}),
    ReminderKind.COOLING_OFF_END: frozenset({POLICY}),
    ReminderKind.CONSENT_EXPIRING: frozenset({POLICY}),
    ReminderKind.DEDUCTIBLE_DUE: frozenset({POLICY, CLAIMS}),
    ReminderKind.DOCUMENTS_REQUIRED: frozenset({POLICY, CLAIMS}),
    ReminderKind.INSPECTION: frozenset({POLICY, CLAIMS}),
    ReminderKind.REFERRAL_EXPIRING: frozenset({POLICY, CLAIMS}),
    ReminderKind.MATURITY_SOON: frozenset({LIFE}),
    ReminderKind.OBSERVATION_DATE: frozenset({LIFE}),
}
"""Whose trouble may cost a reminder."""


UNSURE: Final = frozenset({(POLICY, ReminderKind.RENEWAL_DUE)})
"""Reminders that are given when the system cannot say that there is no need for them."""


def expected(source: Source, fault: Fault) -> frozenset[Told]:
    """Return what may be told of a fault; nothing, when it must cost nothing."""
    if (source, fault) in ONE_SYSTEM:
        return ONE_SYSTEM[source, fault]
    return frozenset({ANY_SYSTEM[fault]}) if fault in ANY_SYSTEM else frozenset()


def passes(source: Source, fault: Fault) -> bool:
    """Return whether asking again gets round a fault that befalls one call."""
    # A listener that is closed is closed for every call.
    return expected(source, fault) == {UNAVAILABLE} and fault is not Fault.REFUSE_CONNECTION


def parameters(fault: Fault) -> Mapping[str, Any]:
    """Return how a switch is set."""
    return PARAMETERS.get(fault, {})
