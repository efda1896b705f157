"""What every operation of the claims core stands on: sign-in, limits, and what can go wrong with any of them."""

import time
from argparse import ArgumentParser
from collections.abc import Callable

from aiohttp import web

from dev.simulators.claims_core import queries
from dev.simulators.claims_core.books import RETAIL
from dev.simulators.claims_core.problems import Problem, problem
from dev.simulators.claims_core.sign_in import Credentials, Refused, SignIn
from dev.simulators.kit import Draw, Fault, Options, Reply, Simulator

CLIENT_ID = "gateway"
CLIENT_SECRET = "gateway-secret"  # noqa: S105 - of a simulated system
TOKEN_LIFE_S = 300
MAX_AT_ONCE = 64


class Service(Simulator):
    """Bearer tokens for two clients, whose tenants see different claims."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        given = options.extra
        clients = {
            given.get("client_id", CLIENT_ID): Credentials(given.get("client_secret", CLIENT_SECRET), RETAIL),
            "fleet": Credentials("fleet-secret", "FLEET"),
        }
        self._sign_in = SignIn(clients, given.get("token_life_s", TOKEN_LIFE_S), time.monotonic)
        self._at_once = 0

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Credentials and life times."""
        parser.add_argument("--client-id", default=CLIENT_ID)
        parser.add_argument("--client-secret", default=CLIENT_SECRET)
        parser.add_argument("--token-life-s", type=int, default=TOKEN_LIFE_S, help="seconds until a token expires")

    async def issue_token(self, request: web.Request) -> web.StreamResponse:
        """POST /oauth/token."""
        body = await request.read()

        async def answer(_draw: Draw) -> Reply:
            try:
                return self._sign_in.issue(request.headers.get("Authorization", ""), request.content_type, body)
            except Refused as refusal:
                return refusal.reply()

        return await self.serve(request, "issueToken", 0, answer)

    async def ping(self, request: web.Request) -> web.StreamResponse:
        """GET /ping."""

        def answer(_tenant: str, _draw: Draw) -> Reply:
            queries.only(request)
            return Reply(content_type="", status=204)

        return await self.authorized(request, "ping", 0, answer)

    async def authorized(
        self, request: web.Request, operation: str, keys: int, answer: Callable[[str, Draw], Reply]
    ) -> web.StreamResponse:
        """Serve a request that needs a token and a place among those at work."""

        crowded = self._at_once >= MAX_AT_ONCE

        async def guarded(draw: Draw) -> Reply:
            if crowded:
                return Problem("RATE_LIMITED").reply()
            if draw.has(Fault.EXPIRED_TOKEN):
                self._sign_in.revoke(request)
            if failure := draw.get(Fault.IN_BAND_ERROR):
                return problem(failure.code or "DATABASE_DOWN", 200)
            try:
                return answer(self._sign_in.tenant(request), draw)
            except Problem as refusal:
                if refusal.code == "TOO_MANY_KEYS":
                    self.calls.reject(operation)
                return refusal.reply()

        self._at_once += 1
        try:
            return await self.serve(request, operation, keys, guarded)
        finally:
            self._at_once -= 1
