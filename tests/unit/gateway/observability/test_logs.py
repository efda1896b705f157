"""What is written, and what never is."""

from __future__ import annotations

import asyncio
import io
import logging
from typing import Any

import orjson
import pytest

from domain.errors import Source
from gateway.observability import logs
from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry
from gateway.settings import Log, LogLevel

PERSONAL = "Калинина +79161234567"


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_is_json_with_level_and_time(written: io.StringIO) -> None:
    logs.logger().info("something happened", code="X", seconds=0.5)
    [line] = lines(written)
    assert (line["event"], line["level"], line["code"], line["seconds"]) == ("something happened", "info", "X", 0.5)
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", sorted(logs.FORBIDDEN))
def test_what_must_not_be_written_is_covered(written: io.StringIO, name: str) -> None:
    logs.logger().info("careless", **{name: PERSONAL})
    assert lines(written)[0][name] == "***"


def test_an_exception_is_its_type_and_its_places(written: io.StringIO) -> None:
    def inner() -> None:
        raise ValueError(PERSONAL)

    try:
        inner()
    except ValueError:
        logs.logger().error("failed", exc_info=True)
    [line] = lines(written)
    assert line["exception"] == "ValueError"
    assert line["places"][0].endswith(" inner")
    assert PERSONAL not in written.getvalue()


def test_the_text_of_an_exception_is_written_when_told_so() -> None:
    stream = io.StringIO()
    logs.configure(Log(exception_text=True), stream)
    logs.logger().error("failed", exc_info=ValueError(PERSONAL))
    assert lines(stream)[0]["exception_text"] == PERSONAL


def test_libraries_write_to_the_same_place_without_texts_of_exceptions(written: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=ValueError(PERSONAL))
    logging.getLogger("uvicorn.error").debug("chatter")
    [line] = lines(written)
    assert (line["logger"], line["level"], line["exception"]) == ("uvicorn.error", "error", "ValueError")
    assert PERSONAL not in written.getvalue()


def test_strawberry_writes_nothing(written: io.StringIO) -> None:
    logging.getLogger("strawberry.execution").error(PERSONAL)
    assert written.getvalue() == ""


def test_lines_under_the_level_are_not_written() -> None:
    stream = io.StringIO()
    logs.configure(Log(level=LogLevel.WARNING), stream)
    logs.logger().info("too light")
    logs.logger().warning("heavy enough")
    assert [line["event"] for line in lines(stream)] == ["heavy enough"]


async def test_an_error_of_the_event_loop_is_written_without_its_text(written: io.StringIO) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.report_loop_error)
    loop.call_exception_handler({"message": "Task exception was never retrieved", "exception": ValueError(PERSONAL)})
    [line] = lines(written)
    assert (line["reason"], line["exception"]) == ("Task exception was never retrieved", "ValueError")
    assert PERSONAL not in written.getvalue()


def test_what_the_systems_and_the_cache_do_is_counted(written: io.StringIO) -> None:
    metrics = Metrics()
    telemetry = SourceTelemetry(metrics)
    telemetry.called(Source.POLICY_CORE, "GetPolicies", "ok", 0.02)
    telemetry.called(Source.POLICY_CORE, "GetPolicies", "SourceTimeout", 5.0)
    telemetry.garbled(Source.CLAIMS_CORE, "listClaims", "unknown status")
    telemetry.answered("life_valuations", "fresh")
    telemetry.computed("life_valuations", "value")
    telemetry.revalidating("life_valuations", 3)
    telemetry.took_over("life_valuations")
    telemetry.failed("life_valuations", "look")
    telemetry.store_is(reachable=False)
    sample = metrics.registry.get_sample_value
    core = {"source": "policy_core", "operation": "GetPolicies"}
    assert sample("gateway_source_calls_total", {**core, "outcome": "ok"}) == 1
    assert sample("gateway_source_calls_total", {**core, "outcome": "SourceTimeout"}) == 1
    assert sample("gateway_source_call_seconds_count", core) == 2
    assert sample("gateway_garbled_total", {"source": "claims_core", "operation": "listClaims"}) == 1
    read = {"read": "life_valuations"}
    assert sample("gateway_cache_answers_total", {**read, "outcome": "fresh"}) == 1
    assert sample("gateway_cache_computations_total", {**read, "verdict": "value"}) == 1
    assert sample("gateway_cache_revalidations_total", read) == 3
    assert sample("gateway_cache_takeovers_total", read) == 1
    assert sample("gateway_cache_failures_total", {**read, "failure": "look"}) == 1
    assert sample("gateway_cache_store_reachable", {}) == 0
    [garbled] = [line for line in lines(written) if line["event"] == "source garbled"]
    assert (garbled["source"], garbled["operation"], garbled["detail"], garbled["level"]) == (
        "claims_core",
        "listClaims",
        "unknown status",
        "warning",
    )
