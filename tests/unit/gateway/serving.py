"""A gateway as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.tokens import ISSUER

__all__ = ["HANGS_S", "Served", "environment", "serving"]

KEY = "0123456789012345678901234567890123456789"
HANGS_S = 60
"""To start one has taken more than 20 seconds on a machine that was very busy."""


@dataclass(frozen=True, slots=True)
class Served:
    """A gateway that listens. Its log is read line by line."""

    url: str
    process: asyncio.subprocess.Process

    async def line(self, event: str) -> dict[str, Any]:
        """Wait for a line of the log about an event."""
        assert self.process.stdout is not None
        while True:
            read = await asyncio.wait_for(self.process.stdout.readline(), HANGS_S)
            assert read, "the log ended"
            line: dict[str, Any] = json.loads(read)
            if line["event"] == event:
                return line


def environment(jwks: Path, systems: str = "http://127.0.0.1:9", **changed: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return {
        **ours,
        "GATEWAY_SERVER_ENVIRONMENT": "development",
        "GATEWAY_SERVER_PORT": "0",
        "GATEWAY_SERVER_SHUTDOWN_S": "1",
        "GATEWAY_ACCESS_ISSUER": ISSUER,
        "GATEWAY_ACCESS_JWKS": str(jwks),
        "GATEWAY_ACCESS_DEMO_KEYS": "true",
        "GATEWAY_LINKS_KEY": KEY,
        "GATEWAY_CACHE_SECRET": KEY,
        "GATEWAY_POLICY_CORE_URL": systems,
        "GATEWAY_POLICY_CORE_USER": "user",
        "GATEWAY_POLICY_CORE_PASSWORD": "password",
        "GATEWAY_CLAIMS_CORE_URL": systems,
        "GATEWAY_CLAIMS_CORE_CLIENT_ID": "id",
        "GATEWAY_CLAIMS_CORE_CLIENT_SECRET": "secret",
        "GATEWAY_LIFE_VALUATION_URL": systems,
        "GATEWAY_LIFE_VALUATION_KEY": "key",
        **changed,
    }


@asynccontextmanager
async def serving(environ: Mapping[str, str], *arguments: str, warned: str | None = None) -> AsyncIterator[Served]:
    """Run the gateway; it has to end by itself once told to. ``warned`` is what it says before it listens."""
    command = [sys.executable, "-m", "gateway", "serve", *arguments]
    process = await asyncio.create_subprocess_exec(*command, env=environ, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        if warned is not None:
            assert json.loads(await asyncio.wait_for(process.stdout.readline(), HANGS_S))["event"] == warned
        first: dict[str, Any] = json.loads(await asyncio.wait_for(process.stdout.readline(), HANGS_S))
        assert first["event"] == "listening"
        yield Served(f"http://127.0.0.1:{first['port']}", process)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), HANGS_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    assert process.returncode == 0
