"""Failures of a source, told from one process to another."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import orjson

from domain.errors import (
    Source,
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceTimeout,
    SourceUnavailable,
)
from gateway.sources.codec import Uncodable

__all__ = ["decoded", "encoded"]

KINDS: Final[dict[str, type[SourceError]]] = {
    kind.__name__: kind
    for kind in (SourceError, SourceTimeout, SourceUnavailable, SourceThrottled, SourceGarbled, SourceInMaintenance)
}


def encoded(failure: SourceError) -> bytes:
    """Return JSON; a class that is not in the tree of ``domain.errors`` becomes its nearest one that is."""
    kind = next(each.__name__ for each in type(failure).__mro__ if each.__name__ in KINDS)
    return orjson.dumps(
        {
            "kind": kind,
            "source": failure.source.value,
            "operation": failure.operation,
            "detail": failure.detail,
            "retryable": failure.retryable,
            "retry_after_s": getattr(failure, "retry_after_s", None),
            "only_operation": getattr(failure, "only_operation", None),
            "until": getattr(failure, "until", None),
        }
    )


def decoded(data: bytes) -> SourceError:
    """Return the failure. Raises: ``Uncodable``."""
    try:
        told: dict[str, Any] = orjson.loads(data)
        about = Source(told["source"]), str(told["operation"])
        detail, retry_after_s = str(told["detail"]), told["retry_after_s"]
        kind = KINDS[told["kind"]]
        if kind is SourceInMaintenance:
            return SourceInMaintenance(*about, told["until"] and datetime.fromisoformat(told["until"]))
        if kind is SourceThrottled:
            alone = bool(told["only_operation"])
            return SourceThrottled(*about, detail, retry_after_s=retry_after_s, only_operation=alone)
        failure = kind(*about, detail, retryable=bool(told["retryable"]))
        if isinstance(failure, SourceUnavailable):
            failure.retry_after_s = retry_after_s
    except (ValueError, TypeError, KeyError) as wrong:
        raise Uncodable(type(wrong).__name__) from wrong
    return failure
