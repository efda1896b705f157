"""One world per test, its log on a string."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from gateway.execution.compiling import Compiled, compiled
from gateway.execution.plan import Plan
from gateway.observability import access_log, logs
from gateway.settings import Log, LogLevel
from tests.unit.gateway.world import World


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Take away whatever a test configures."""
    root = logging.getLogger()
    handlers, level = [*root.handlers], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("strawberry.execution").disabled = False
    structlog.reset_defaults()
    access_log.use(access_log.AccessLog(None))


@pytest.fixture
def written(own_logging: None) -> io.StringIO:
    """Write the log to a string."""
    stream = io.StringIO()
    logs.configure(Log(level=LogLevel.DEBUG), stream)
    return stream


@pytest.fixture
def world(tmp_path: Path, written: io.StringIO) -> World:
    return World(tmp_path / "jwks.json", written)


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """Every plan that is compiled."""
    plans: list[Plan] = []

    def counted(plan: Plan, *, native_json: bool = False) -> Compiled:
        plans.append(plan)
        return compiled(plan, native_json=native_json)

    monkeypatch.setattr("gateway.execution.executor.compiled", counted)
    return plans
