"""The whole graph in one process: simulators on real sockets, adapters, resolvers, schema; no HTTP in front."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dev.simulators.claims_core.simulator import ClaimsCore
from dev.simulators.kit import Handle, Options, running
from dev.simulators.life_valuation.jobs import Duration
from dev.simulators.life_valuation.simulator import LifeValuation
from dev.simulators.policy_core.simulator import PolicyCore
from domain import models
from domain.clock import Deadline
from domain.money import Locale
from domain.ports import Call, FileKey, SignedLink
from domain.viewer import Viewer, ViewerKind
from gateway import wiring
from gateway.clock import ShiftedClock
from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry
from gateway.settings import load
from resolvers.context import Context
from resolvers.loaders import Loaders
from schema.root import build
from tests.modes import Execution

TODAY = date(2026, 1, 15)
NOON = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
DEMO = models.Isn(2596516901)
SECOND = models.Isn(2596516902)
HUNDRED = models.Isn(2596516999)


EMPLOYEE = Viewer(ViewerKind.EMPLOYEE, "desk-1", scopes=frozenset({"clients:find"}))
WITHOUT_SCOPES = Viewer(ViewerKind.EMPLOYEE, "desk-2")


def client(isn: models.Isn) -> Viewer:
    """Sign a customer in."""
    return Viewer(ViewerKind.CLIENT, f"account-{isn}", isn)


class PlainLinks:
    """Links that tell what they open."""

    def sign(self, viewer: Viewer, file: FileKey, file_name: str) -> SignedLink:
        """Return a link."""
        return SignedLink(f"https://gateway.example/{viewer.subject}/{file}", NOON + timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Graph:
    """The schema over running simulators."""

    execution: Execution
    connected: wiring.Connected
    simulators: Mapping[str, Handle]

    def context(self, viewer: Viewer | None, locale: Locale = Locale.RU, deadline_s: float = 20) -> Context:
        """Return the context of a new request."""
        clock = ShiftedClock.starting_at(NOON)
        call = Call(Deadline.after(clock, deadline_s))
        return Context(viewer, locale, clock, call, Loaders(self.connected.reads, call), PlainLinks())

    @property
    def upstream_calls(self) -> int:
        """How many calls the three systems have been sent."""
        return sum(each.simulator.calls._total for each in self.simulators.values())

    async def ask(self, viewer: Viewer | None, query: str, **variables: Any) -> dict[str, Any]:
        """Execute an operation as a viewer; the answer as it would be sent."""
        result = await self.execution.run(query, variables, context=self.context(viewer))
        errors = [error.formatted for error in result.errors or ()]
        answer: dict[str, Any] = json.loads(json.dumps({"data": result.data, "errors": errors}, default=str))
        return answer


@pytest.fixture
async def graph(tmp_path: Path) -> AsyncIterator[Graph]:
    """Start the three systems on a pinned day and connect to them, without Redis."""
    at_once = {"life_valuation": {"job_ms": Duration(0, 0)}}
    async with AsyncExitStack() as stack:
        simulators = {
            kind.name: await stack.enter_async_context(
                running(kind(Options(now=NOON, extra=at_once.get(kind.name, {}))))
            )
            for kind in (PolicyCore, ClaimsCore, LifeValuation)
        }
        settings = load(
            wiring.ADAPTER_SETTINGS,
            None,
            {
                "GATEWAY_SERVER_ENVIRONMENT": "development",
                "GATEWAY_ACCESS_ISSUER": "https://issuer.example",
                "GATEWAY_ACCESS_JWKS": str(tmp_path / "jwks.json"),
                "GATEWAY_LINKS_KEY": "k" * 32,
                "GATEWAY_CACHE_SECRET": "s" * 32,
                "GATEWAY_REDIS_URL": "redis://127.0.0.1:1/0",
                **SIGN_IN,
                "GATEWAY_POLICY_CORE_URL": f"{simulators['policy_core'].url}/ws/PolicyCore",
                "GATEWAY_CLAIMS_CORE_URL": simulators["claims_core"].url,
                "GATEWAY_LIFE_VALUATION_URL": simulators["life_valuation"].url,
            },
        )
        clock = ShiftedClock.starting_at(NOON)
        connected = await stack.enter_async_context(wiring.connect(settings, clock, SourceTelemetry(Metrics())))
        yield Graph(Execution(build()), connected, simulators)


SIGN_IN = {
    "GATEWAY_POLICY_CORE_USER": "gateway",
    "GATEWAY_POLICY_CORE_PASSWORD": "gateway-secret",
    "GATEWAY_CLAIMS_CORE_CLIENT_ID": "gateway",
    "GATEWAY_CLAIMS_CORE_CLIENT_SECRET": "gateway-secret",
    "GATEWAY_LIFE_VALUATION_KEY": "life-demo-key",
}
