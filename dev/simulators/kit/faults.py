"""Every fault a simulated system can show, and the switch that turns one on."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

ANY_OPERATION = "*"
MAX_SECONDS = 300.0
MAX_BYTES = 4 * 1024**3


class Fault(StrEnum):
    """Wire faults are applied by the kit to the finished reply, content faults by the system's own handler."""

    HANG = "hang"
    SLOW_FIRST_BYTE = "slow_first_byte"
    SLOW_BODY = "slow_body"
    RESET_MID_BODY = "reset_mid_body"
    REFUSE_CONNECTION = "refuse_connection"
    HTTP_500 = "http_500"
    HTTP_502 = "http_502"
    HTTP_503 = "http_503"
    HTTP_504 = "http_504"
    TOO_MANY_REQUESTS = "too_many_requests"
    HTML_PAGE = "html_page"
    MAINTENANCE = "maintenance"
    WRONG_CHARSET = "wrong_charset"
    TRUNCATED_BODY = "truncated_body"
    OVERSIZED_BODY = "oversized_body"
    TIMEOUT_AFTER_COMMIT = "timeout_after_commit"

    SOAP_FAULT = "soap_fault"
    IN_BAND_ERROR = "in_band_error"
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - a fault's name, not a secret
    PARTIAL_BATCH = "partial_batch"
    MISSING_ROWS = "missing_rows"
    REORDERED_ROWS = "reordered_rows"
    DUPLICATED_ROWS = "duplicated_rows"
    REDELIVERED_EVENTS = "redelivered_events"
    STALE_READ = "stale_read"
    PAGE_DRIFT = "page_drift"
    UNKNOWN_ENUM = "unknown_enum"
    FLOAT_ID = "float_id"

    CALLBACK_LOST = "callback_lost"
    CALLBACK_LATE = "callback_late"
    CALLBACK_REPEATED = "callback_repeated"
    CALLBACK_EARLY = "callback_early"
    CALLBACK_FORGED = "callback_forged"
    AMOUNT_RISE = "amount_rise"


CONTENT_FAULTS = frozenset(
    {
        Fault.SOAP_FAULT,
        Fault.IN_BAND_ERROR,
        Fault.EXPIRED_TOKEN,
        Fault.PARTIAL_BATCH,
        Fault.MISSING_ROWS,
        Fault.REORDERED_ROWS,
        Fault.DUPLICATED_ROWS,
        Fault.REDELIVERED_EVENTS,
        Fault.STALE_READ,
        Fault.PAGE_DRIFT,
        Fault.UNKNOWN_ENUM,
        Fault.FLOAT_ID,
        Fault.CALLBACK_LOST,
        Fault.CALLBACK_LATE,
        Fault.CALLBACK_REPEATED,
        Fault.CALLBACK_EARLY,
        Fault.CALLBACK_FORGED,
        Fault.AMOUNT_RISE,
    }
)
WIRE_FAULTS = frozenset(Fault) - CONTENT_FAULTS

STATUS_FAULTS = {Fault.HTTP_500: 500, Fault.HTTP_502: 502, Fault.HTTP_503: 503, Fault.HTTP_504: 504}

_MODES = {
    Fault.TRUNCATED_BODY: ("closed", "well_formed"),
    Fault.WRONG_CHARSET: ("header", "body"),
}
_DURATIONS = {
    Fault.HANG: MAX_SECONDS,
    Fault.TIMEOUT_AFTER_COMMIT: MAX_SECONDS,
    Fault.SLOW_FIRST_BYTE: 5.0,
    Fault.SLOW_BODY: 10.0,
    Fault.CALLBACK_LATE: 5.0,
}
_OPTIONAL_PARAMETERS: dict[str, frozenset[Fault]] = {
    "seconds": frozenset({*_DURATIONS, Fault.REFUSE_CONNECTION}),
    "until": frozenset({Fault.MAINTENANCE}),
    "retry_after_s": frozenset({Fault.TOO_MANY_REQUESTS, Fault.HTTP_503}),
    "bytes": frozenset({Fault.OVERSIZED_BODY}),
    "count": frozenset(
        {
            Fault.PARTIAL_BATCH,
            Fault.MISSING_ROWS,
            Fault.DUPLICATED_ROWS,
            Fault.REDELIVERED_EVENTS,
            Fault.UNKNOWN_ENUM,
            Fault.FLOAT_ID,
            Fault.PAGE_DRIFT,
            Fault.CALLBACK_REPEATED,
            Fault.AMOUNT_RISE,
        }
    ),
    "mode": frozenset(_MODES),
    "charset": frozenset({Fault.WRONG_CHARSET}),
    "code": frozenset({Fault.SOAP_FAULT, Fault.IN_BAND_ERROR, Fault.PARTIAL_BATCH}),
}


class InvalidSwitch(ValueError):
    """The switch as written makes no sense; the text says why."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One fault turned on for one operation ("*": all), for the next calls or by probability.

    Units: `seconds` and `retry_after_s` in seconds, `bytes` in octets, `count` in rows, callbacks or kopecks;
    `until` is an aware instant.
    Raises: InvalidSwitch when a value is out of range or a parameter does not belong to the fault.
    """

    fault: Fault
    operation: str = ANY_OPERATION
    probability: float | None = None
    next_calls: int | None = None
    seconds: float | None = None
    until: datetime | None = None
    retry_after_s: int | None = None
    bytes: int | None = None
    count: int | None = None
    mode: str | None = None
    charset: str | None = None
    code: str | None = None

    def __post_init__(self) -> None:
        self._check_when()
        self._check_parameters()
        self._check_ranges()

    @property
    def duration_s(self) -> float:
        """How long a hang, a slow first byte or a slow body lasts, or a callback is late."""
        return self.seconds if self.seconds is not None else _DURATIONS[self.fault]

    @property
    def chosen_mode(self) -> str:
        """The mode asked for, or the fault's first one."""
        return self.mode or _MODES[self.fault][0]

    @property
    def rows(self) -> int:
        """How many rows the fault touches."""
        return self.count or 1

    def as_json(self) -> dict[str, Any]:
        """The switch as the admin port shows it, without the parameters left out."""
        shown = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.until is not None:
            shown["until"] = self.until.isoformat()
        return {name: value for name, value in shown.items() if value is not None}

    def _check_when(self) -> None:
        if self.probability is not None and self.next_calls is not None:
            raise InvalidSwitch("give probability or next_calls, not both")
        if self.probability is not None and not 0 < self.probability <= 1:
            raise InvalidSwitch("probability must be above 0 and at most 1")
        if self.next_calls is not None and self.next_calls < 1:
            raise InvalidSwitch("next_calls must be at least 1")
        if self.fault is Fault.REFUSE_CONNECTION:
            if self.operation != ANY_OPERATION:
                raise InvalidSwitch("refuse_connection closes the listener, so it holds for every operation")
            if self.probability is not None or self.next_calls is not None:
                raise InvalidSwitch("refuse_connection takes seconds (or lasts until cleared), no probability or calls")

    def _check_parameters(self) -> None:
        for name, owners in _OPTIONAL_PARAMETERS.items():
            if getattr(self, name) is not None and self.fault not in owners:
                raise InvalidSwitch(f"{name} does not belong to {self.fault}")
        if self.mode is not None and self.mode not in _MODES[self.fault]:
            raise InvalidSwitch(f"mode of {self.fault} must be one of: {', '.join(_MODES[self.fault])}")

    def _check_ranges(self) -> None:
        if self.seconds is not None and not 0 < self.seconds <= MAX_SECONDS:
            raise InvalidSwitch(f"seconds must be above 0 and at most {MAX_SECONDS:g}")
        if self.until is not None and self.until.tzinfo is None:
            raise InvalidSwitch("until needs a time zone offset")
        if self.retry_after_s is not None and not 0 <= self.retry_after_s <= 86_400:
            raise InvalidSwitch("retry_after_s must be between 0 and 86400")
        if self.bytes is not None and not 1 <= self.bytes <= MAX_BYTES:
            raise InvalidSwitch(f"bytes must be between 1 and {MAX_BYTES}")
        if self.count is not None and self.count < 1:
            raise InvalidSwitch("count must be at least 1")
        if self.charset is not None:
            try:
                "".encode(self.charset)
            except LookupError:
                raise InvalidSwitch(f"unknown charset: {self.charset}") from None
