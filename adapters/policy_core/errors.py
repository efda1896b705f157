"""What the policy core's error codes mean to us. Source: PROTOCOL.md, sections 1 and 7."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Final

from adapters.policy_core import wire
from domain.clock import MOSCOW
from domain.errors import Refused, Source, SourceError, SourceGarbled, SourceInMaintenance, SourceUnavailable
from domain.ports import MISSING, Missing

__all__ = [
    "SOURCE",
    "SessionExpired",
    "answered",
    "failure",
    "fault",
    "garbled",
    "maintenance",
    "page",
    "refused_session",
]

SOURCE: Final = Source.POLICY_CORE


class SessionExpired(Exception):
    """The session has to be renewed and the request repeated; never leaves the client."""


class Meaning(Enum):
    """Kinds of error codes."""

    ABSENT = auto()
    SESSION = auto()
    TECHNICAL = auto()
    MISUSE = auto()
    MAINTENANCE = auto()


# A text is the code of a refusal in our own words.
CODES: Final[dict[str, Meaning | str]] = {
    "100": Meaning.SESSION,
    "101": Meaning.MISUSE,
    "110": Meaning.MISUSE,
    "111": Meaning.MISUSE,
    "112": Meaning.TECHNICAL,
    "200": Meaning.ABSENT,
    "201": Meaning.ABSENT,
    "202": Meaning.ABSENT,
    "300": "ALREADY_PAID",
    "301": "NOT_PAYABLE",
    "302": "AMOUNT_DIFFERS",
    "310": "NOT_RENEWABLE",
    "311": "CHOICE_NOT_OFFERED",
    "312": "PRICE_CHANGED",
    "313": "QUOTE_EXPIRED",
    "314": "ALREADY_RENEWED",
    "500": Meaning.TECHNICAL,
    "501": Meaning.TECHNICAL,
    "502": Meaning.TECHNICAL,
    "503": Meaning.MAINTENANCE,
    "510": Meaning.TECHNICAL,
}

UNTIL: Final = re.compile(r"до\s+(\d{2}\.\d{2}\.\d{4})\s+(\d{2}:\d{2})")
MAINTENANCE_WORDS: Final = "технические работы"


def failure(operation: str, status: wire.Status | None) -> SourceError | Refused | Missing | None:
    """Translate a status; None is success. Raises: ``SessionExpired``."""
    code = status.error_code if status else None
    if code == "0":
        return None
    match CODES.get(code or ""):
        case Meaning.SESSION:
            raise SessionExpired
        case Meaning.ABSENT:
            return MISSING
        case Meaning.MAINTENANCE:
            return maintenance(operation, (status.error_message if status else None) or "")
        case Meaning.TECHNICAL:
            return SourceUnavailable(SOURCE, operation, f"error {code}")
        case Meaning.MISUSE:
            return SourceUnavailable(SOURCE, operation, f"error {code}", retryable=False)
        case str() as refusal:
            return Refused(refusal)
        case None:
            return garbled(operation, "status with no known error code")


def answered(operation: str, status: wire.Status | None) -> SourceError | Missing | None:
    """Translate the status of a question, which there is nothing to refuse about. Raises: ``SessionExpired``."""
    found = failure(operation, status)
    return garbled(operation, "a question is refused") if isinstance(found, Refused) else found


def fault(operation: str, raised: wire.SoapFault) -> SourceUnavailable:
    """Translate a SOAP fault; one that blames our request will not go away by asking again."""
    return SourceUnavailable(SOURCE, operation, str(raised), retryable=not raised.client_side)


def page(operation: str, text: str) -> SourceError:
    """Translate an HTML page that stands where the core should."""
    if MAINTENANCE_WORDS in text.lower():
        return maintenance(operation, text)
    return garbled(operation, "an HTML page")


def maintenance(operation: str, text: str) -> SourceInMaintenance:
    """Read the end of the work out of a Russian text, if it is there."""
    found = UNTIL.search(text)
    until = None
    if found:
        try:
            local = datetime.strptime(f"{found[1]} {found[2]}", "%d.%m.%Y %H:%M").replace(tzinfo=MOSCOW)
        except ValueError:
            return SourceInMaintenance(SOURCE, operation, None)
        until = local.astimezone(UTC)
    return SourceInMaintenance(SOURCE, operation, until)


def garbled(operation: str, detail: str) -> SourceGarbled:
    """Say that an answer breaks the contract."""
    return SourceGarbled(SOURCE, operation, detail)


def refused_session(operation: str) -> SourceUnavailable:
    """Say that the core refuses a session it has only just opened."""
    return SourceUnavailable(SOURCE, operation, "a fresh session is refused")
