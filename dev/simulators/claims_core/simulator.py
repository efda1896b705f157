"""The claims core as a process: routes, sign-in, limits, and the faults that only it can show."""

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from aiohttp import web

from dev.simulators.claims_core import codec, documents, pages, queries
from dev.simulators.claims_core.books import RETAIL, Books, behind
from dev.simulators.claims_core.changes import ChangeQueue, backlog
from dev.simulators.claims_core.jobs import Jobs
from dev.simulators.claims_core.problems import Problem, json_reply, maintenance, problem
from dev.simulators.claims_core.sign_in import Credentials, Refused, SignIn
from dev.simulators.kit import Draw, Fault, Operation, Options, Reply, Simulator
from dev.simulators.population import population_on

CLIENT_ID = "gateway"
CLIENT_SECRET = "gateway-secret"  # noqa: S105 - of a simulated system
TOKEN_LIFE_S = 300
JOB_MS = 200
MAX_AT_ONCE = 64


class ClaimsCore(Simulator):
    """REST and JSON, bearer tokens; two clients, whose tenants see different claims."""

    name = "claims_core"
    operations = (
        Operation("issueToken"),
        Operation("listClaims", latency_factor=2),
        Operation("getClaim"),
        Operation("listMessages"),
        Operation("getDocument", latency_factor=4),
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
        given = options.extra
        clients = {
            given.get("client_id", CLIENT_ID): Credentials(given.get("client_secret", CLIENT_SECRET), RETAIL),
            "fleet": Credentials("fleet-secret", "FLEET"),
        }
        self._sign_in = SignIn(clients, given.get("token_life_s", TOKEN_LIFE_S), time.monotonic)
        self._jobs = Jobs(given.get("job_ms", JOB_MS) / 1_000, time.monotonic)
        self._queues: dict[str, ChangeQueue] = {}
        self._at_once = 0

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Credentials and life times."""
        parser.add_argument("--client-id", default=CLIENT_ID)
        parser.add_argument("--client-secret", default=CLIENT_SECRET)
        parser.add_argument("--token-life-s", type=int, default=TOKEN_LIFE_S, help="seconds until a token expires")
        parser.add_argument("--job-ms", type=float, default=JOB_MS, help="how long a slow answer takes")

    def routes(self) -> Iterable[web.RouteDef]:
        """Every operation of the contract."""
        return [
            web.post("/oauth/token", self.issue_token),
            web.get("/claims", self.list_claims, allow_head=False),
            web.get("/claims/{claimId}", self.get_claim, allow_head=False),
            web.get("/claims/{claimId}/messages", self.list_messages, allow_head=False),
            web.get("/claims/{claimId}/documents/{documentId}", self.get_document, allow_head=False),
            web.get("/repair-stations", self.list_stations, allow_head=False),
            web.get("/changes", self.list_changes, allow_head=False),
            web.post("/changes/ack", self.acknowledge_changes),
            web.get("/jobs/{jobId}", self.get_job, allow_head=False),
            web.get("/ping", self.ping, allow_head=False),
        ]

    def maintenance(self, until: datetime) -> Reply:
        """503 with the end in the problem document."""
        return maintenance(until, self.clock.now())

    async def issue_token(self, request: web.Request) -> web.StreamResponse:
        """POST /oauth/token."""
        body = await request.read()

        async def answer(_draw: Draw) -> Reply:
            try:
                return self._sign_in.issue(request.headers.get("Authorization", ""), request.content_type, body)
            except Refused as refusal:
                return refusal.reply()

        return await self.serve(request, "issueToken", 0, answer)

    async def list_claims(self, request: web.Request) -> web.StreamResponse:
        """GET /claims, at once or as a job."""

        def answer(tenant: str, draw: Draw) -> Reply:
            query = queries.claims_query(request)
            page = partial(self._claims_page, request, query, tenant)
            preferences = {each.strip().lower() for each in request.headers.get("Prefer", "").split(",")}
            return self._jobs.put(tenant, page) if "respond-async" in preferences else page(draw)

        return await self._authorized(request, "listClaims", queries.batch_size(request), answer)

    async def get_claim(self, request: web.Request) -> web.StreamResponse:
        """GET /claims/{claimId}."""

        def answer(tenant: str, draw: Draw) -> Reply:
            queries.only(request, "expand")
            found = self._books(tenant).claim(queries.object_id(request, "claimId"))
            record = behind(found) if draw.has(Fault.STALE_READ) else found
            row = codec.claim(record, queries.expand(request))
            pages.spoil([row], draw, "state")
            return json_reply(row)

        return await self._authorized(request, "getClaim", 1, answer)

    async def list_messages(self, request: web.Request) -> web.StreamResponse:
        """GET /claims/{claimId}/messages."""

        def answer(tenant: str, draw: Draw) -> Reply:
            queries.only(request, "pageSize", "cursor")
            claim = self._books(tenant).claim(queries.object_id(request, "claimId"))
            return pages.listing(request, [codec.message(each) for each in claim.messages], draw, "author")

        return await self._authorized(request, "listMessages", 1, answer)

    async def get_document(self, request: web.Request) -> web.StreamResponse:
        """GET /claims/{claimId}/documents/{documentId}."""

        def answer(tenant: str, _draw: Draw) -> Reply:
            queries.only(request)
            claim_id = queries.object_id(request, "claimId")
            return documents.reply(self._books(tenant).file(claim_id, request.match_info["documentId"]))

        return await self._authorized(request, "getDocument", 1, answer)

    async def list_stations(self, request: web.Request) -> web.StreamResponse:
        """GET /repair-stations."""

        def answer(tenant: str, draw: Draw) -> Reply:
            stations = self._books(tenant).stations(queries.near(request))
            return pages.listing(request, [codec.station(each) for each in stations], draw)

        return await self._authorized(request, "listRepairStations", 1, answer)

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

        return await self._authorized(request, "listChanges", 0, answer)

    async def acknowledge_changes(self, request: web.Request) -> web.StreamResponse:
        """POST /changes/ack."""
        body = await request.read()

        def answer(tenant: str, _draw: Draw) -> Reply:
            queries.only(request)
            self._queue(tenant).acknowledge(queries.acknowledged(request.content_type, body))
            return Reply(content_type="", status=204)

        return await self._authorized(request, "acknowledgeChanges", 0, answer)

    async def get_job(self, request: web.Request) -> web.StreamResponse:
        """GET /jobs/{jobId}."""

        def answer(tenant: str, draw: Draw) -> Reply:
            queries.only(request)
            return self._jobs.poll(tenant, queries.object_id(request, "jobId"), draw)

        return await self._authorized(request, "getJob", 1, answer)

    async def ping(self, request: web.Request) -> web.StreamResponse:
        """GET /ping."""

        def answer(_tenant: str, _draw: Draw) -> Reply:
            queries.only(request)
            return Reply(content_type="", status=204)

        return await self._authorized(request, "ping", 0, answer)

    async def _authorized(
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

    def _claims_page(self, request: web.Request, query: queries.ClaimsQuery, tenant: str, draw: Draw) -> Reply:
        lost = draw.victims(Fault.PARTIAL_BATCH, len(query.keys))
        failed = {key for index, key in enumerate(query.keys) if index in lost}
        found = [(key, claim) for key, claim in self._books(tenant).claims(query) if key not in failed]
        matches = Counter(key for key, _ in found)
        totals = {key: matches[key] for key in query.keys if key not in failed}
        claims = [behind(claim) if draw.has(Fault.STALE_READ) else claim for _, claim in found]
        switch = draw.get(Fault.PARTIAL_BATCH)
        code = (switch and switch.code) or "RECORD_LOCKED"
        failures = [{"key": key, "code": code} for key in sorted(failed)]
        rows = [codec.claim(claim, query.parts) for claim in claims]
        return pages.page(request, rows, draw, "state", failures=failures, totals=totals)

    def _books(self, tenant: str) -> Books:
        return Books(population_on(self.options.seed, self.clock.today()), tenant)

    def _queue(self, tenant: str) -> ChangeQueue:
        if tenant not in self._queues:
            population = population_on(self.options.seed, self.clock.today())
            self._queues[tenant] = ChangeQueue(list(backlog(population)) if tenant == RETAIL else [])
        return self._queues[tenant]
