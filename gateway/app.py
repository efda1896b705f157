"""The ASGI application: what it is made of, its routes, and what lives from start to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry import Schema

from domain.accounts.ports import AccountPorts
from domain.acquirer import Notices
from domain.audit import Audit
from domain.clock import Clock
from domain.errors import NotFound
from gateway import accounts, payments, renewals, wiring
from gateway.access.keys import KeysUnfit, PublicKeys
from gateway.access.links import PATH as DOCUMENTS
from gateway.access.links import DocumentLinks
from gateway.access.remembered import RememberedTokens
from gateway.access.tokens import Tokens
from gateway.clock import SystemClock
from gateway.documents import opening
from gateway.documents.admission import Admission
from gateway.documents.ahead import kept_ahead
from gateway.documents.folder import ManifestsUnfit
from gateway.documents.shelf import Shelf
from gateway.execution import Executor
from gateway.http.acquirer_callback import PATH as CALLBACK
from gateway.http.acquirer_callback import AcquirerCallback
from gateway.http.cookies import Cookies
from gateway.http.documents import DocumentRoute
from gateway.http.graphql import GraphQLRoute
from gateway.http.health import Health
from gateway.http.jwks import jwks_route
from gateway.http.language import language_of
from gateway.http.metrics import metrics_route
from gateway.http.operations import Operations
from gateway.http.page import PageUnfit, page_routes
from gateway.http.refusals import MethodNotAllowed
from gateway.http.replies import refused
from gateway.http.state import Contexts, State
from gateway.identity.keys import SigningKey
from gateway.identity.opening import check_voices, cookie_key, signing_key
from gateway.limits.documents import Documents
from gateway.observability import logs
from gateway.observability.metrics import Metrics
from gateway.observability.requests import RequestLayer
from gateway.observability.sources import SourceTelemetry
from gateway.settings import Settings, SettingsError
from gateway.store import audit, effects, notices
from gateway.store.store import PostgresStore, opened
from resolvers import files
from schema import root

__all__ = ["Build", "Connect", "Gateway", "create_app"]

DIRECT: Final = frozenset({"/graphql"})
"""Paths served without routing."""

Connect = Callable[[Settings, Clock, SourceTelemetry], AbstractAsyncContextManager[wiring.Connected]]
OpenAccounts = Callable[..., AbstractAsyncContextManager[AccountPorts | None]]
"""Opens what accounts stand on: ``gateway.accounts.connect``, or another in its place."""

OpenAudit = Callable[[PostgresStore | None], Audit | None]
"""Makes what records readings of personal data, over the store: ``gateway.store.audit.over``, or another."""

OpenNotices = Callable[[PostgresStore | None], Notices | None]
"""Makes what is told of the acquirer's callbacks, over the store."""

Build = Callable[[], Schema]
"""Builds what is served: the product's own schema, or another in its place."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """The application. ``shelf`` holds the lists of documents, to be read again when asked for."""

    serve: ASGIApp
    shelf: Shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one scope, as ASGI wants it."""
        await self.serve(scope, receive, send)


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    connect: Connect = wiring.connect,
    open_accounts: OpenAccounts = accounts.connect,
    open_audit: OpenAudit = audit.over,
    open_notices: OpenNotices = notices.over,
    build: Build = root.build,
) -> Gateway:
    """Build the application; nothing is connected before its lifespan starts. Raises: ``SettingsError``."""
    clock = clock or SystemClock()
    metrics = Metrics()
    operations, admission = _graph(settings, clock, metrics, build)
    keys, key = _keys(settings)
    check_voices(settings)
    routes = _routes(settings, operations, admission, clock, metrics, keys)
    if settings.acquirer.is_set:
        routes.append(Route(CALLBACK, AcquirerCallback(settings.acquirer, settings.limits, clock, metrics)))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[State]:
        asyncio.get_running_loop().set_exception_handler(logs.report_loop_error)
        async with (
            connect(settings, clock, SourceTelemetry(metrics)) as connected,
            opened(settings.store) as store,
            payments.connect(settings.acquirer, metrics) as paying,
            open_accounts(
                settings,
                key,
                store,
                connected.exchanges,
                clock,
                paying,
                renewals.ports(connected.quote_renewal, metrics),
            ) as kept,
            kept_ahead(admission.shelf, operations.warm),
        ):
            yield State(
                connected=connected,
                store=store,
                accounts=kept,
                audit=open_audit(store),
                notices=open_notices(store),
                effects=effects.over(store, clock),
            )

    def failed(scope: Scope, error: BaseException) -> ASGIApp:
        return refused(error, language_of(scope), metrics)

    async def unmatched(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        expected = MethodNotAllowed() if error.status_code == 405 else NotFound()
        answer = refused(expected, language_of(request.scope), metrics, headers=error.headers)
        return cast("Response", answer)  # Starlette only calls it, as any ASGI application

    routed = Starlette(routes=routes, exception_handlers={HTTPException: unmatched}, lifespan=lifespan)
    # It would send whoever adds a slash to the host that the request named, tokens and all.
    routed.router.redirect_slashes = False
    direct = {route.path: route.endpoint for route in routes if isinstance(route, Route) and route.path in DIRECT}
    return Gateway(RequestLayer(routed, metrics, _templates(routes), failed, direct), admission.shelf)


def _graph(settings: Settings, clock: Clock, metrics: Metrics, build: Build) -> tuple[Operations, Admission]:
    documents = Documents(settings.limits)
    schema = build()._schema  # noqa: SLF001 - Strawberry has no public name for graphql-core's schema
    try:
        admission = opening.admission(settings.documents, settings.limits, schema, documents, clock, metrics)
    except ManifestsUnfit as unfit:
        raise SettingsError(*(f"documents.manifests: {problem}" for problem in unfit.problems)) from None
    executor = Executor(
        schema,
        compile_documents=settings.execution.compiled,
        most_bytes=settings.execution.plan_cache_bytes,
        native_json=True,
        on_fallback=lambda reason: metrics.fallbacks.labels(reason).inc(),
    )
    explain_to_all = not settings.server.is_production
    return Operations(executor, documents, metrics, explain_to_all=explain_to_all), admission


def _keys(settings: Settings) -> tuple[PublicKeys, SigningKey | None]:
    try:
        keys = PublicKeys.load(settings.access.jwks, demo_keys=settings.access.demo_keys)
    except KeysUnfit as unfit:
        raise SettingsError(f"access.jwks: {unfit}") from None
    return keys, signing_key(settings, keys)


def _routes(
    settings: Settings,
    operations: Operations,
    admission: Admission,
    clock: Clock,
    metrics: Metrics,
    keys: PublicKeys,
) -> list[BaseRoute]:
    try:
        page = page_routes(settings.page)
    except PageUnfit as unfit:
        raise SettingsError(f"page.{unfit}") from None
    limits = settings.limits
    cookies = Cookies(settings.server.public_url, cookie_key(settings))
    tokens = RememberedTokens(Tokens(settings.access, keys, clock), clock)
    links = DocumentLinks(settings.links, settings.server.public_url, clock)
    contexts = Contexts(clock, links, limits.request_deadline_s, cookies, settings.server.proxies)
    health = Health(contexts)
    return [
        Route("/graphql", GraphQLRoute(operations, admission, contexts, tokens, cookies, limits, metrics)),
        Route(
            f"{DOCUMENTS}{{token}}", DocumentRoute(links, files.may_open, contexts, tokens, cookies, limits, metrics)
        ),
        Route("/.well-known/jwks.json", jwks_route(keys)),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/metrics", metrics_route(metrics)),
        *page,
    ]


def _templates(routes: Sequence[BaseRoute]) -> dict[Any, str]:
    """Name each endpoint by its route's pattern, for logs and metrics: real paths hold tokens."""
    named: dict[Any, str] = {}
    for route in routes:
        if isinstance(route, Route):
            named[route.endpoint] = route.path
        elif isinstance(route, Mount):
            named[route.app] = route.path
    return named
