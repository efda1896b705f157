"""The claims core's adapter on its simulator, every exchange judged by the contract."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import aiohttp

from adapters.claims_core.adapter import Adapter
from adapters.claims_core.settings import Settings
from dev.simulators.claims_core import ClaimsCore
from dev.simulators.kit import Handle, Options, running
from dev.simulators.population import Population, population_on
from domain.clock import Deadline
from domain.errors import Source
from domain.models import ClaimId, PolicyNumber
from domain.numbers import policy_number
from domain.ports import Call
from tests.contracts.subjects import Observed
from tests.wire.claims_core.judge import Judge, JudgedTransport

TODAY = date(2026, 1, 15)
SEED = 1
DEMO = 2596516901
BULK = 2596516999


@dataclass
class Watch:
    """A clock that runs, and can be put on by hand."""

    put_on_s: float = 0.0

    def now(self) -> datetime:
        """The machine's instant."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """The machine's seconds and those put on."""
        return time.monotonic() + self.put_on_s


@dataclass
class Bench:
    """An adapter that is started, the simulator it talks to, and those who watch."""

    adapter: Adapter
    handle: Handle
    judge: Judge
    observed: Observed
    clock: Watch

    def call(self, seconds: float = 5.0) -> Call:
        """A call with so much time left."""
        return Call(Deadline.after(self.clock, seconds))

    async def ask(
        self,
        method: str,
        path: str,
        *,
        client: str = "gateway",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> tuple[int, Mapping[str, str], Any]:
        """Exchange a request with a token, past the adapter; gives the status, the headers and the document."""
        async with aiohttp.ClientSession(self.handle.url) as session:
            login = {"Authorization": aiohttp.encode_basic_auth(client, f"{client}-secret")}
            form = {"grant_type": "client_credentials"}
            async with session.post("/oauth/token", data=form, headers=login) as issued:
                token = (await issued.json())["access_token"]
            sent = {"Authorization": f"Bearer {token}", **(headers or {})}
            async with session.request(method, path, headers=sent, data=body or None) as reply:
                content = await reply.read()
                self.judge.check(method, path, (sent, body), (reply.status, reply.headers, content))
                document = await reply.json(content_type=None) if content.startswith(b"{") else content
                return reply.status, reply.headers, document


@asynccontextmanager
async def bench(
    *, latency_ms: float = 0, extra: Mapping[str, Any] | None = None, **settings: Any
) -> AsyncIterator[Bench]:
    """Start both; in the end no request and no unpardoned reply may have broken the contract."""
    options = Options(seed=SEED, today=TODAY, latency_ms=latency_ms, extra=extra or {})
    async with running(ClaimsCore(options)) as handle:
        chosen = Settings(**{"url": handle.url, "client_id": "gateway", "client_secret": "gateway-secret", **settings})
        judge, observed = Judge(), Observed()
        transport = JudgedTransport(Source.CLAIMS_CORE, chosen.limits, observed)
        transport.judge = judge
        adapter = Adapter(chosen, transport)
        await adapter.start()
        try:
            yield Bench(adapter, handle, judge, observed, Watch())
        finally:
            await adapter.close()
        assert judge.requests == []
        assert judge.replies == []


def population() -> Population:
    """What the simulator is filled with."""
    return population_on(SEED, TODAY)


def policies_of(client: int) -> list[PolicyNumber]:
    """The client's policy numbers, folded."""
    return [policy_number(policy.number) for policy in population().policies_of(client)]


def claim_ids_of(client: int) -> list[ClaimId]:
    """The ids of the client's claims."""
    held = population()
    return [ClaimId(claim.id) for policy in held.policies_of(client) for claim in held.claims_of(policy.number)]


def claim_numbers_of(client: int) -> list[str]:
    """The numbers of the client's claims; drafts have none."""
    held = population()
    claims = (claim for policy in held.policies_of(client) for claim in held.claims_of(policy.number))
    return [claim.number for claim in claims if claim.number]
