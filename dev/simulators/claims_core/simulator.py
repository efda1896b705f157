"""The claims core as a process: its operations, and the faults that only it can show."""

import time
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from aiohttp import web

from dev.simulators.claims_core import codec, documents, pages, queries
from dev.simulators.claims_core.books import RETAIL, Books
from dev.simulators.claims_core.changes import ChangeQueue, backlog
from dev.simulators.claims_core.deductibles import Deductibles
from dev.simulators.claims_core.jobs import Jobs
from dev.simulators.claims_core.problems import json_reply, maintenance
from dev.simulators.claims_core.service import Service
from dev.simulators.kit import NO_FAULTS, Draw, Fault, Operation, Options, Reply
from dev.simulators.population import population_on

JOB_MS = 200


class ClaimsCore(Service):
    """REST and JSON, bearer tokens; two clients, whose tenants see different claims."""

    name = "claims_core"
    operations = (
        Operation("issueToken"),
        Operation("listClaims", latency_factor=2),
        Operation("getClaim"),
        Operation("listMessages"),
        Operation("getDocument", latency_factor=4),
        Operation("recordDeductible", latency_factor=2),
        Operation("listRepairStations"),
        Operation("listChanges"),
        Operation("acknowledgeChanges"),
        Operation("getJob"),
        Operation("ping", latency_factor=0.2),
    )
    content_faults = frozenset(
        {
            Fault.IN_BAND_ERROR,
            Fault.EXPIRED_TOKEN,
            Fault.PARTIAL_BATCH,
            Fault.MISSING_ROWS,
            Fault.REORDERED_ROWS,
            Fault.DUPLICATED_ROWS,
            Fault.REDELIVERED_EVENTS,
            Fault.STALE_READ,
            Fault.PAGE_DRIFT,
            Fault.UNKNOWN_ENUM,
            Fault.FLOAT_ID,
        }
    )

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._jobs = Jobs(options.extra.get("job_ms", JOB_MS) / 1_000, time.monotonic)
        self._deductibles = Deductibles()
        self._queues: dict[str, ChangeQueue] = {}

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """How long things take."""
        super().add_arguments(parser)
        parser.add_argument("--job-ms", type=float, default=JOB_MS, help="how long a slow answer takes")

    def routes(self) -> Iterable[web.RouteDef]:
        """Every operation of the contract."""
        return [
            web.post("/oauth/token", self.issue_token),
            web.get("/claims", self.list_claims, allow_head=False),
            web.get("/claims/{claimId}", self.get_claim, allow_head=False),
            web.get("/claims/{claimId}/messages", self.list_messages, allow_head=False),
            web.get("/claims/{claimId}/documents/{documentId}", self.get_document, allow_head=False),
            web.post("/claims/{claimId}/deductible", self.record_deductible),
            web.get("/repair-stations", self.list_stations, allow_head=False),
            web.get("/changes", self.list_changes, allow_head=False),
            web.post("/changes/ack", self.acknowledge_changes),
            web.get("/jobs/{jobId}", self.get_job, allow_head=False),
            web.get("/ping", self.ping, allow_head=False),
        ]

    def admin_routes(self) -> Iterable[web.RouteDef]:
        """What was written."""
        return [web.get("/ledger", self.show_ledger)]

    async def show_ledger(self, _request: web.Request) -> web.Response:
        """GET: every effect that a write had, and every request."""
        return web.json_response(self._deductibles.ledger.as_json())

    def maintenance(self, until: datetime) -> Reply:
        """503 with the end in the problem document."""
        return maintenance(until, self.clock.now())

    async def list_claims(self, request: web.Request) -> web.StreamResponse:
        """GET /claims, at once or as a job."""

        def answer(tenant: str, draw: Draw) -> Reply:
            query = queries.claims_query(request)
            page = partial(self._claims_page, request, query, tenant)
            preferences = {each.strip().lower() for each in request.headers.get("Prefer", "").split(",")}
            return self._jobs.put(tenant, page) if "respond-async" in preferences else page(draw)

        return await self.authorized(request, "listClaims", queries.batch_size(request), answer)

    async def get_claim(self, request: web.Request) -> web.StreamResponse:
        """GET /claims/{claimId}."""

        def answer(tenant: str, draw: Draw) -> Reply:
            queries.only(request, "expand")
            found = self._books(tenant, draw).claim(queries.object_id(request, "claimId"))
            row = codec.claim(found, queries.expand(request))
            pages.spoil([row], draw, "state")
            return json_reply(row)

        return await self.authorized(request, "getClaim", 1, answer)

    async def list_messages(self, request: web.Request) -> web.StreamResponse:
        """GET /claims/{claimId}/messages."""

        def answer(tenant: str, draw: Draw) -> Reply:
            queries.only(request, "pageSize", "cursor")
            claim = self._books(tenant).claim(queries.object_id(request, "claimId"))
            return pages.listing(request, [codec.message(each) for each in claim.messages], draw, "author")

        return await self.authorized(request, "listMessages", 1, answer)

    async def get_document(self, request: web.Request) -> web.StreamResponse:
        """GET /claims/{claimId}/documents/{documentId}."""

        def answer(tenant: str, _draw: Draw) -> Reply:
            queries.only(request)
            claim_id = queries.object_id(request, "claimId")
            return documents.reply(self._books(tenant).file(claim_id, request.match_info["documentId"]))

        return await self.authorized(request, "getDocument", 1, answer)

    async def record_deductible(self, request: web.Request) -> web.StreamResponse:
        """POST /claims/{claimId}/deductible."""
        body = await request.read()

        def answer(tenant: str, _draw: Draw) -> Reply:
            queries.only(request)
            payment = queries.payment(request.content_type, body)
            claim = self._books(tenant).claim(queries.object_id(request, "claimId"))
            self._deductibles.record(claim, payment, self.clock.now())
            self._queue(tenant).put(claim.id, claim.policy_number, self.clock.now())
            return Reply(content_type="", status=204)

        return await self.authorized(request, "recordDeductible", 1, answer)

    async def list_stations(self, request: web.Request) -> web.StreamResponse:
        """GET /repair-stations."""

        def answer(tenant: str, draw: Draw) -> Reply:
            stations = self._books(tenant).stations(queries.near(request))
            return pages.listing(request, [codec.station(each) for each in stations], draw)

        return await self.authorized(request, "listRepairStations", 1, answer)

    async def list_changes(self, request: web.Request) -> web.StreamResponse:
        """GET /changes."""

        def answer(tenant: str, draw: Draw) -> Reply:
            queries.only(request, "limit")
            queue = self._queue(tenant)
            if again := draw.get(Fault.REDELIVERED_EVENTS):
                queue.redeliver(again.rows)
            limit = queries.whole_number(request, "limit", queries.MAX_CHANGES, queries.MAX_CHANGES)
            shown, remaining = queue.read(limit)
            items = draw.rows(shown)
            pages.spoil(items, draw, "kind")
            return json_reply({"items": items, "remaining": remaining})

        return await self.authorized(request, "listChanges", 0, answer)

    async def acknowledge_changes(self, request: web.Request) -> web.StreamResponse:
        """POST /changes/ack."""
        body = await request.read()

        def answer(tenant: str, _draw: Draw) -> Reply:
            queries.only(request)
            self._queue(tenant).acknowledge(queries.acknowledged(request.content_type, body))
            return Reply(content_type="", status=204)

        return await self.authorized(request, "acknowledgeChanges", 0, answer)

    async def get_job(self, request: web.Request) -> web.StreamResponse:
        """GET /jobs/{jobId}."""

        def answer(tenant: str, draw: Draw) -> Reply:
            queries.only(request)
            return self._jobs.poll(tenant, queries.object_id(request, "jobId"), draw)

        return await self.authorized(request, "getJob", 1, answer)

    def _claims_page(self, request: web.Request, query: queries.ClaimsQuery, tenant: str, draw: Draw) -> Reply:
        return pages.claims(request, query, self._books(tenant, draw), draw)

    def _books(self, tenant: str, draw: Draw = NO_FAULTS) -> Books:
        population = population_on(self.options.seed, self.clock.today())
        return Books(population, tenant, self._deductibles, lags=draw.has(Fault.STALE_READ))

    def _queue(self, tenant: str) -> ChangeQueue:
        if tenant not in self._queues:
            population = population_on(self.options.seed, self.clock.today())
            self._queues[tenant] = ChangeQueue(list(backlog(population)) if tenant == RETAIL else [])
        return self._queues[tenant]
