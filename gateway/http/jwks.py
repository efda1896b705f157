"""The public keys by which tokens are verified, for whoever else verifies them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from gateway.access.keys import PublicKeys

__all__ = ["jwks_route"]


def jwks_route(keys: PublicKeys) -> Callable[[Request], Awaitable[Response]]:
    """Make the endpoint of ``/.well-known/jwks.json``."""

    async def jwks(_request: Request) -> Response:
        return Response(
            keys.published,
            media_type="application/jwk-set+json",
            headers={"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"},
        )

    return jwks
