"""The server audits of npm's graphql-http against a running gateway: what GraphQL over HTTP asks, as others read it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from dev.scripts.node import NODE
from dev.tokens import DemoIssuer
from tests.unit.gateway.serving import environment, serving

AUDITS = Path(__file__).parents[2] / "dev" / "audits"
MANY = 61
HANGS_S = 60


async def audited(url: str) -> list[dict[str, Any]]:
    node = await asyncio.create_subprocess_exec(NODE, "run.mjs", url, cwd=AUDITS, stdout=asyncio.subprocess.PIPE)
    try:
        written, _ = await asyncio.wait_for(node.communicate(), HANGS_S)
    finally:
        if node.returncode is None:
            node.kill()
            await node.wait()
    assert node.returncode == 0
    return [json.loads(line) for line in written.splitlines()]


async def test_every_audit_is_ok_and_none_is_a_warning(tmp_path: Path) -> None:
    jwks = tmp_path / "jwks.json"
    DemoIssuer().write_jwks(jwks)
    async with serving(environment(jwks)) as served:
        audits = await audited(f"{served.url}/graphql")
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len({audit["id"] for audit in audits}) == MANY
