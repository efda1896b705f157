"""What the metrics and the log say of a system in trouble."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import orjson
import pytest

from domain.errors import Source
from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry
from gateway.sources.resilient.breaker import State
from gateway.sources.resilient.rejections import Reason

CORE = Source.POLICY_CORE


@pytest.fixture
def telemetry(written: io.StringIO) -> SourceTelemetry:
    return SourceTelemetry(Metrics())


def sample(telemetry: SourceTelemetry, name: str, **labels: str) -> float | None:
    return telemetry.metrics.registry.get_sample_value(name, {"source": "policy_core", **labels})


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("state", "value", "level"),
    [(State.OPEN, 2, "warning"), (State.HALF_OPEN, 1, "info"), (State.CLOSED, 0, "info")],
)
def test_breakers(telemetry: SourceTelemetry, written: io.StringIO, state: State, value: int, level: str) -> None:
    telemetry.breaker_changed(CORE, "GetClients", state)
    assert sample(telemetry, "gateway_breaker_state", operation="GetClients") == value
    (line,) = lines(written)
    assert (line["event"], line["level"], line["operation"], line["state"]) == (
        "breaker changed",
        level,
        "GetClients",
        state.value,
    )


def test_maintenance(telemetry: SourceTelemetry, written: io.StringIO) -> None:
    telemetry.maintenance_changed(CORE, closed=True, until=datetime(2026, 1, 15, 3, tzinfo=UTC))
    assert sample(telemetry, "gateway_source_maintenance") == 1
    telemetry.maintenance_changed(CORE, closed=False, until=None)
    assert sample(telemetry, "gateway_source_maintenance") == 0
    began, ended = lines(written)
    assert (began["level"], began["closed"], began["until"]) == ("info", True, "2026-01-15T03:00:00+00:00")
    assert (ended["closed"], ended["until"]) == (False, None)


def test_counts(telemetry: SourceTelemetry) -> None:
    telemetry.rejected(CORE, "GetClients", Reason.OVERLOADED)
    telemetry.queued(CORE, "common", 7)
    telemetry.retried(CORE, "clients")
    telemetry.budget_exhausted(CORE, "clients")
    assert sample(telemetry, "gateway_source_rejections_total", operation="GetClients", reason="overloaded") == 1
    assert sample(telemetry, "gateway_source_queue", lane="common") == 7
    assert sample(telemetry, "gateway_retries_total", read="clients") == 1
    assert sample(telemetry, "gateway_retries_unpaid_total", read="clients") == 1
