"""The claims core's problem codes, and what each means to us.

Source: contract, ``ProblemCode``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

from adapters.claims_core import wire
from adapters.replies import Body, Reply, refused_by_load, retry_after_s
from domain.errors import (
    GatewayError,
    NotFound,
    Refused,
    Source,
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceUnavailable,
)

__all__ = [
    "CODES",
    "JSON_TYPE",
    "PROBLEM_TYPE",
    "AlreadyExecuted",
    "garbled",
    "media_type",
    "of_code",
    "of_credentials",
    "of_object",
    "of_reply",
    "of_source",
]

SOURCE: Final = Source.CLAIMS_CORE
JSON_TYPE: Final = "application/json"
PROBLEM_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Met:
    """A problem and where it was met. Units: ``retry_after_s`` in seconds."""

    operation: str
    code: str
    until: datetime | None = None
    retry_after_s: float | None = None


Translate: TypeAlias = Callable[[Met], GatewayError]


def unavailable(met: Met) -> SourceError:
    """The system failed or is busy; later it may answer."""
    return SourceUnavailable(SOURCE, met.operation, met.code, retry_after_s=met.retry_after_s)


def throttled(met: Met) -> SourceError:
    """The system was asked too often."""
    return SourceThrottled(SOURCE, met.operation, met.code, retry_after_s=met.retry_after_s)


def mistaken(met: Met) -> SourceError:
    """The system refuses what we send: asking again changes nothing."""
    return SourceUnavailable(SOURCE, met.operation, met.code, retryable=False)


def corrupt(met: Met) -> SourceError:
    """The system holds what it cannot read itself."""
    return SourceGarbled(SOURCE, met.operation, met.code)


def closed(met: Met) -> SourceError:
    """Closed on purpose."""
    return SourceInMaintenance(SOURCE, met.operation, met.until)


def absent(_met: Met) -> NotFound:
    """No such object in our tenant."""
    return NotFound()


class AlreadyExecuted(GatewayError):
    """The write was done before; never leaves the client."""


def executed(_met: Met) -> AlreadyExecuted:
    """Done, under the same transaction id."""
    return AlreadyExecuted()


def not_payable(_met: Met) -> Refused:
    """There is nothing to pay, or no more."""
    return Refused("NOT_PAYABLE")


CODES: Final[Mapping[str, Translate]] = {
    "INVALID_TOKEN": unavailable,
    "NOT_FOUND": absent,
    "TOO_MANY_KEYS": mistaken,
    "INVALID_PARAMETER": mistaken,
    "UNKNOWN_PARAMETER": mistaken,
    "UNKNOWN_FIELD": mistaken,
    "AlreadyExecuted": executed,
    "NO_DEDUCTIBLE_DUE": not_payable,
    "RATE_LIMITED": throttled,
    "CORRUPT_RECORD": corrupt,
    "RECORD_LOCKED": unavailable,
    "INTERNAL": unavailable,
    "DATABASE_DOWN": unavailable,
    "MAINTENANCE": closed,
}


def of_reply(operation: str, answer: Reply | Body, body: bytes, due: Collection[str]) -> GatewayError | None:
    """Translate a reply; None when it has one of the media types that are due (none: 204 without a body).

    The media type rules, not the status: a node without a database sends problems under 200.
    """
    declared = media_type(answer)
    if declared == PROBLEM_TYPE:
        return of_problem_document(operation, answer, body)
    if failure := refused_by_load(SOURCE, operation, answer):
        return failure
    if answer.status == (200 if due else 204) and (not due or declared in due):
        return None
    return garbled(operation, f"HTTP {answer.status} of an unexpected kind")


def of_problem_document(operation: str, answer: Reply | Body, body: bytes) -> GatewayError:
    """Translate a problem document with the wait it asks for."""
    try:
        problem = wire.decode_problem(body)
    except wire.Garbage as broken:
        return garbled(operation, f"problem document: {broken}")
    return of_problem(
        Met(
            operation,
            problem.code,
            until=problem.until.astimezone(UTC) if problem.until else None,
            retry_after_s=retry_after_s(answer.headers),
        )
    )


def of_code(operation: str, code: str) -> NotFound | SourceError:
    """Translate a code that stands for one key of a batch."""
    return of_object(operation, of_problem(Met(operation, code)))


def of_problem(met: Met) -> GatewayError:
    """Translate a problem; a code that the contract does not name is itself a breach of it."""
    translate = CODES.get(met.code)
    return translate(met) if translate else garbled(met.operation, "unknown problem code")


def of_object(operation: str, failure: GatewayError) -> NotFound | SourceError:
    """Translate a failure to read one object, which need not be there."""
    return failure if isinstance(failure, NotFound) else of_source(operation, failure)


def of_source(operation: str, failure: GatewayError) -> SourceError:
    """Translate a failure of an address that always exists: there is nothing to be absent or refused there."""
    return failure if isinstance(failure, SourceError) else garbled(operation, "a refusal that cannot be")


def of_credentials(operation: str, answer: Reply) -> SourceError | None:
    """Translate a refusal by the token endpoint, whose form is not a problem's but that of RFC 6749."""
    if answer.status in {400, 401} and media_type(answer) == JSON_TYPE:
        return mistaken(Met(operation, "credentials refused"))
    return None


def garbled(operation: str, detail: str) -> SourceGarbled:
    """A breach of the contract."""
    return SourceGarbled(SOURCE, operation, detail)


def media_type(answer: Reply | Body) -> str:
    """The declared media type in lower case; with a charset other than UTF-8 it is no type of this system's."""
    declared, _, parameters = answer.headers.get("Content-Type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "')
    return declared.strip() if charset in {"", "utf-8"} else ""
