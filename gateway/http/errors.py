"""What is said of an error outside, and how it is written down, as the table has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from uuid import uuid4

from domain import errors
from domain.money import Locale
from gateway.documents import errors as documents
from gateway.http import refusals
from gateway.http.error_table import INTERNAL, TABLE
from gateway.http.reason_texts import INVALID_INPUT, REFUSALS

__all__ = ["Told", "told"]


@dataclass(frozen=True, slots=True)
class Told:
    """What one error looks like outside, and how it is written down."""

    code: str
    status: int
    level: int
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def extensions(self) -> dict[str, Any]:
        """The error's ``extensions``."""
        return {"code": self.code, **self.details}

    @property
    def is_internal(self) -> bool:
        """Whether it is a fault of ours."""
        return self.code == INTERNAL.code


def told(error: BaseException | None, locale: Locale) -> Told:
    """Return what is said of an error; an unknown one gets a reference that the log carries as well."""
    row = next((TABLE[each] for each in type(error).__mro__ if each in TABLE), None)
    if row is None:
        return Told(INTERNAL.code, 500, INTERNAL.level, INTERNAL.message(locale), {"reference": uuid4().hex[:12]})
    code, message = row.code, row.message(locale)
    if isinstance(error, errors.Refused):
        code = error.code
        message = _specific(REFUSALS, code, locale) or message
    if isinstance(error, errors.InvalidInput):
        message = _specific(INVALID_INPUT, error.reason, locale) or message
    return Told(code, row.status, row.level, message, _details(error))


def _specific(texts: Mapping[str, tuple[str, str]], key: str, locale: Locale) -> str | None:
    if key not in texts:
        return None
    ru, en = texts[key]
    return ru if locale is Locale.RU else en


def _details(error: BaseException | None) -> dict[str, Any]:
    match error:
        case errors.SourceError():
            return _source_details(error)
        case errors.InvalidInput():
            return {"argument": error.argument}
        case errors.TooBusy():
            return {"retryAfter": error.retry_after_s}
        case errors.StoreUnavailable() | errors.AcquirerUnavailable():
            return {"retryable": True}
        case refusals.MalformedRequest():
            return {"parameter": error.parameter}
        case refusals.MalformedJson(parameter=str(parameter)):
            return {"parameter": parameter}
        case refusals.BodyTooLarge():
            return {"limit": error.limit}
        case documents.DocumentRetired():
            return {"lastDay": error.last_day.isoformat()}
        case _:
            return {}


def _source_details(error: errors.SourceError) -> dict[str, Any]:
    details: dict[str, Any] = {"source": error.source.name, "retryable": error.retryable}
    if isinstance(error, errors.SourceInMaintenance):
        until = error.until
        details["until"] = until.astimezone(UTC).isoformat() if until else None
    if isinstance(error, errors.SourceUnavailable) and error.retry_after_s is not None:
        details["retryAfter"] = error.retry_after_s
    return details
