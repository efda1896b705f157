"""The wait that an answer asks for."""

from __future__ import annotations

import pytest

from adapters.replies import Reply, refused_by_load, retry_after_s
from domain.errors import Source, SourceThrottled, SourceUnavailable

NOON = "Thu, 15 Jan 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "Thu, 15 Jan 2026 12:01:30 GMT", "Date": NOON}, 90.0),
        ({"Retry-After": "Thu, 15 Jan 2026 11:00:00 GMT", "Date": NOON}, 0.0),
        ({"Retry-After": "Thu, 15 Jan 2026 12:01:30 GMT"}, None),
        ({"Retry-After": "soon", "Date": NOON}, None),
        ({"Retry-After": "-1", "Date": NOON}, None),
        ({"Retry-After": "٧", "Date": NOON}, None),
        ({"Retry-After": "", "Date": NOON}, None),
        ({}, None),
    ],
)
def test_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, SourceThrottled), (500, SourceUnavailable), (503, SourceUnavailable), (200, None), (404, None)],
)
def test_statuses(status: int, error: type[SourceUnavailable] | None) -> None:
    refused = refused_by_load(Source.CLAIMS_CORE, "listClaims", Reply(status, {"Retry-After": "7"}, b""))
    assert (type(refused) if refused else None) is error
    assert refused is None or refused.retry_after_s == 7
