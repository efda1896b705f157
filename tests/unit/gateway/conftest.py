"""One world per test, its log on a string."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from gateway.observability import logs
from gateway.settings import Log, LogLevel
from tests.unit.gateway.world import World


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(Log(level=LogLevel.DEBUG), stream)
    yield stream
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.getLogger().handlers = [
        handler for handler in logging.getLogger().handlers if getattr(handler, "stream", None) is not stream
    ]


@pytest.fixture
def world(tmp_path: Path, written: io.StringIO) -> World:
    return World(tmp_path / "jwks.json", written)
