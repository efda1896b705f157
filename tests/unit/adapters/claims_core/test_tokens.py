"""Which token is dropped when the claims core refuses one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.claims_core import Settings
from adapters.claims_core.client.tokens import Tokens
from adapters.replies import Reply
from adapters.transport import Transport
from domain.clock import Deadline
from domain.errors import Source
from domain.ports import Call
from tests.contracts.subjects import Observed
from tests.fakes.clock import StillClock

SETTINGS = Settings("http://127.0.0.1", "gateway", "secret")


@dataclass(slots=True)
class Issuer(Transport):
    """Issues tokens that count themselves."""

    issued: int = field(default=0, init=False)

    async def fetch(
        self,
        operation: str,
        call: Call,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Issue the next one."""
        self.issued += 1
        token = {"access_token": f"token-{self.issued}", "token_type": "Bearer", "expires_in": 300}
        return Reply(200, {"Content-Type": "application/json"}, json.dumps(token).encode())


def call() -> Call:
    return Call(Deadline.after(StillClock(), 60))


def numbered() -> Tokens:
    return Tokens(SETTINGS, Issuer(Source.CLAIMS_CORE, SETTINGS.limits, Observed()))


async def test_a_refused_token_is_renewed() -> None:
    tokens = numbered()
    refused = await tokens.current(call())

    tokens.refused(refused)

    assert await tokens.current(call()) == "token-2"


async def test_who_comes_late_with_an_old_token_costs_the_new_one_nothing() -> None:
    tokens = numbered()
    refused = await tokens.current(call())
    tokens.refused(refused)
    renewed = await tokens.current(call())

    tokens.refused(refused)

    assert await tokens.current(call()) == renewed
