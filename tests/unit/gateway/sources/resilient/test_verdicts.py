"""What counts against a system, and what does not."""

from __future__ import annotations

import pytest

from domain.errors import SourceError, SourceGarbled, SourceInMaintenance, SourceThrottled, SourceTimeout
from gateway.sources.resilient.breaker import Verdict
from gateway.sources.resilient.verdicts import verdict
from tests.unit.gateway.sources.resilient.stage import OPERATION, SLOW_S, SOURCE, down


@pytest.mark.parametrize(
    ("failure", "seconds", "expected"),
    [
        (None, 0.05, Verdict.OK),
        (None, 2.99, Verdict.OK),
        (None, 3.0, Verdict.SLOW),
        (down("ConnectionResetError"), 0.05, Verdict.FAILED),
        (down("HTTP 503", retry_after_s=9), 0.05, Verdict.FAILED),
        (SourceGarbled(SOURCE, OPERATION, "an HTML page"), 0.05, Verdict.FAILED),
        (down("a fault that blames the request", retryable=False), 0.05, None),
        (SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=7), 0.05, None),
        (SourceInMaintenance(SOURCE, OPERATION, None), 0.05, None),
        (SourceTimeout(SOURCE, OPERATION, "no whole answer in time"), 3.0, Verdict.HUNG),
        (SourceTimeout(SOURCE, OPERATION, "no whole answer in time"), 2.999, Verdict.HUNG),
        (SourceTimeout(SOURCE, OPERATION, "a caller in a hurry"), 0.5, None),
    ],
    ids=str,
)
def test_verdicts(failure: SourceError | None, seconds: float, expected: Verdict | None) -> None:
    assert verdict(failure, seconds, SLOW_S) is expected
