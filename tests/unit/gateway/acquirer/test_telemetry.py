"""What the log and the metrics say of questions to the acquirer."""

from __future__ import annotations

import io

import orjson
import pytest

from gateway.acquirer import opened
from gateway.observability.acquirer import AcquirerTelemetry
from gateway.observability.metrics import Metrics
from gateway.settings import AcquirerSettings


@pytest.mark.parametrize("outcome, detail, level", [("answered", "", "debug"), ("unavailable", "HTTP 503", "warning")])
def test_each_question_is_counted_and_written(written: io.StringIO, outcome: str, detail: str, level: str) -> None:
    metrics = Metrics()
    AcquirerTelemetry(metrics).asked("charge", outcome, detail, 0.25)
    labels = {"operation": "charge", "outcome": outcome}
    assert metrics.registry.get_sample_value("gateway_acquirer_calls_total", labels) == 1
    line = orjson.loads(written.getvalue())
    assert (line["event"], line["detail"], line["level"], line["seconds"]) == ("acquirer asked", detail, level, 0.25)


async def test_without_an_address_there_is_no_acquirer() -> None:
    async with opened(AcquirerSettings(), AcquirerTelemetry(Metrics())) as client:
        assert client is None
