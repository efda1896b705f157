"""Shared calls in the metrics and the log."""

import io

import orjson
import pytest

from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def test_batches_are_counted_with_their_keys(metrics: Metrics) -> None:
    telemetry = SourceTelemetry(metrics)
    for keys in (1, 20, 3):
        telemetry.batch_departed("clients", keys)
    telemetry.keys_joined("clients", 4)
    count = metrics.registry.get_sample_value
    assert count("gateway_batch_keys_count", {"read": "clients"}) == 3
    assert count("gateway_batch_keys_sum", {"read": "clients"}) == 24
    assert count("gateway_batch_keys_bucket", {"read": "clients", "le": "5.0"}) == 2
    assert count("gateway_joined_keys_total", {"read": "clients"}) == 4


def test_a_bisection_is_counted_and_written(metrics: Metrics, written: io.StringIO) -> None:
    SourceTelemetry(metrics).batch_bisected("policies", "in_vain")
    labels = {"read": "policies", "result": "in_vain"}
    assert metrics.registry.get_sample_value("gateway_bisections_total", labels) == 1
    line = orjson.loads(written.getvalue())
    assert (line["event"], line["read"], line["result"]) == ("batch bisected", "policies", "in_vain")
