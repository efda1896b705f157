"""Numbers for Prometheus. Meant for the inside of a network: the balancer in front should not pass it on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from gateway.observability.metrics import Metrics

__all__ = ["metrics_route"]


def metrics_route(metrics: Metrics) -> Callable[[Request], Awaitable[Response]]:
    """Make the endpoint of ``/metrics``."""

    async def numbers(_request: Request) -> Response:
        return Response(generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return numbers
