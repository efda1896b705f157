"""Everything that can go wrong, as one tree.

::

    GatewayError
    ├── SignInRequired               the field is for signed-in viewers
    ├── Forbidden                    the field is for employees with a scope that the viewer lacks
    ├── PersonalDataWithheld         who read it cannot be written down, so it is not shown whole
    ├── NotFound                     no such object, or not this viewer's: the two look alike
    ├── NotOffered                   this gateway is not set up for it
    ├── Refused(code)                a system said no, in the customer's terms
    ├── InvalidInput(argument)       an argument that no system needs to see to know it is wrong
    ├── TooBusy(retry_after_s)       the gateway itself has too much of one kind of work waiting
    ├── StoreUnavailable             the gateway's own database cannot be had now
    ├── AcquirerError(operation)     whoever takes card payments failed us
    │   ├── AcquirerUnavailable      no whole answer in time, refused, reset, 5xx, 429, our secret turned down
    │   └── AcquirerGarbled          an answer that breaks the acquirer's contract
    └── SourceError(source, ...)     a legacy system failed us
        ├── SourceTimeout            no whole answer before the deadline
        ├── SourceUnavailable        connection refused or reset, 5xx, SOAP fault, technical in-band error
        │   └── SourceThrottled      429, or its like: asked too often, by everyone together
        ├── SourceGarbled            an answer that breaks the system's own contract
        └── SourceInMaintenance      closed on purpose, perhaps until a known instant

Adapters translate what they meet into this tree with ``raise ... from``; one table in ``gateway`` turns a class
into an error code, a log level and a public message.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "AcquirerError",
    "AcquirerGarbled",
    "AcquirerUnavailable",
    "Forbidden",
    "GatewayError",
    "InvalidInput",
    "NotFound",
    "NotOffered",
    "PersonalDataWithheld",
    "Refused",
    "SignInRequired",
    "Source",
    "SourceError",
    "SourceGarbled",
    "SourceInMaintenance",
    "SourceThrottled",
    "SourceTimeout",
    "SourceUnavailable",
    "StoreUnavailable",
    "TooBusy",
]


class Source(StrEnum):
    """The legacy systems; an error names its own in `extensions.source`, in lower case."""

    POLICY_CORE = "policy_core"
    CLAIMS_CORE = "claims_core"
    LIFE_VALUATION = "life_valuation"


class GatewayError(Exception):
    """Root of every expected failure."""


class SignInRequired(GatewayError):
    """The field is for signed-in viewers, and nobody is signed in."""


class Forbidden(GatewayError):
    """The field is for employees whose token has certain scopes, and the viewer's has not."""


class PersonalDataWithheld(GatewayError):
    """An employee's reading cannot be written down. ``reason`` is a few technical words for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotFound(GatewayError):
    """No such object, or one that this viewer may not know of."""


class NotOffered(GatewayError):
    """This gateway is not set up for what was asked: it keeps no accounts."""


class Refused(GatewayError):
    """A system declined for a business reason.

    ``code`` is ours (upper snake case), never the legacy one.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class InvalidInput(GatewayError):
    """An argument is wrong in a way the caller can mend; ``argument`` names it, ``reason`` is a text key."""

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__(f"{argument}: {reason}")
        self.argument = argument
        self.reason = reason


class StoreUnavailable(GatewayError):
    """The gateway's own database cannot be had, or gave up on us; nothing of the transaction was kept.

    ``detail`` is a short technical reason for the log: it holds no values and no address.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class AcquirerError(GatewayError):
    """The acquirer gave no usable answer; what was asked of it may have been done all the same.

    ``operation`` is one of ours, ``detail`` a short technical reason for the log: neither holds personal data, a token
    of a means, or bytes of the answer.
    """

    def __init__(self, operation: str, detail: str) -> None:
        super().__init__(f"{operation}: {detail}")
        self.operation = operation
        self.detail = detail


class AcquirerUnavailable(AcquirerError):
    """Not now: no whole answer in time, a connection refused or reset, 5xx, 429, credentials turned down."""


class AcquirerGarbled(AcquirerError):
    """The answer breaks the acquirer's contract: HTML for JSON, a cut body, an unknown state, another order."""


class TooBusy(GatewayError):
    """Too many wait for the same slow work of ours, such as hashing. Units: ``retry_after_s`` in seconds."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"again after {retry_after_s:g} s")
        self.retry_after_s = retry_after_s


class SourceError(GatewayError):
    """A legacy system did not give a usable answer.

    ``operation`` is the legacy operation's name and ``detail`` a short technical reason for the log. Neither may
    hold personal data or bytes of the answer; neither is shown to customers.
    """

    default_retryable: ClassVar[bool] = False

    def __init__(self, source: Source, operation: str, detail: str, *, retryable: bool | None = None) -> None:
        super().__init__(f"{source}.{operation}: {detail}")
        self.source = source
        self.operation = operation
        self.detail = detail
        self.retryable = self.default_retryable if retryable is None else retryable


class SourceTimeout(SourceError):
    """No whole answer before the deadline."""

    default_retryable = True


class SourceUnavailable(SourceError):
    """Refused or reset connection, 5xx, SOAP fault, technical in-band error.

    ``retry_after_s`` is what the system asked for, if it did. Units: seconds.
    """

    default_retryable = True

    def __init__(
        self,
        source: Source,
        operation: str,
        detail: str,
        *,
        retryable: bool | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(source, operation, detail, retryable=retryable)
        self.retry_after_s = retry_after_s


class SourceThrottled(SourceUnavailable):
    """The system was asked too often, and wants to be left alone for ``retry_after_s`` seconds, if it says so.

    That concerns every caller: of the whole system, or with ``only_operation`` of this operation alone.
    """

    def __init__(
        self,
        source: Source,
        operation: str,
        detail: str,
        *,
        retry_after_s: float | None = None,
        only_operation: bool = False,
    ) -> None:
        super().__init__(source, operation, detail, retry_after_s=retry_after_s)
        self.only_operation = only_operation


class SourceGarbled(SourceError):
    """The answer breaks the system's contract: HTML for XML, a cut body, an unknown code, a doubled row."""


class SourceInMaintenance(SourceError):
    """Closed on purpose; ``until`` is an instant in UTC, or None when the system did not say."""

    default_retryable = True

    def __init__(self, source: Source, operation: str, until: datetime | None) -> None:
        super().__init__(source, operation, f"maintenance until {until.isoformat() if until else 'unknown'}")
        self.until = until
