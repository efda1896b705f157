"""The engine on the kit: one endpoint, the nightly file, and its faults."""

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from aiohttp import web

from dev.simulators.kit import Draw, Fault, Operation, Options, Reply, Simulator
from dev.simulators.life_valuation import failures, nightly, requests
from dev.simulators.life_valuation.engine import FORMS, Engine
from dev.simulators.life_valuation.failures import Failure, Spelling
from dev.simulators.life_valuation.forms import dumps
from dev.simulators.life_valuation.jobs import Duration, Jobs
from dev.simulators.population import Population, population_on

DEFAULT_KEY = "life-demo-key"
DEFAULT_JOB_MS = "2000-8000"
DEFAULT_MAX_JOBS = 8
DEFAULT_NIGHTLY_CLIENTS = 100
NIGHTLY = "nightly"


class LifeValuation(Simulator):
    """The life valuation engine."""

    name = "life_valuation"
    max_request_bytes = 256 * 1024
    operations = (*(Operation(name) for name in FORMS), Operation(NIGHTLY))
    content_faults = frozenset(
        {
            Fault.IN_BAND_ERROR,
            Fault.EXPIRED_TOKEN,
            Fault.PARTIAL_BATCH,
            Fault.MISSING_ROWS,
            Fault.REORDERED_ROWS,
            Fault.DUPLICATED_ROWS,
            Fault.STALE_READ,
            Fault.UNKNOWN_ENUM,
            Fault.FLOAT_ID,
        }
    )

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        extra = options.extra
        self._key: str = extra.get("key", DEFAULT_KEY)
        self._nightly_clients: int = extra.get("nightly_clients", DEFAULT_NIGHTLY_CLIENTS)
        duration = extra.get("job_ms", Duration.parse(DEFAULT_JOB_MS))
        jobs = Jobs(options.seed, duration, extra.get("max_jobs", DEFAULT_MAX_JOBS))
        self._engine = Engine(self._population, self.clock.now, jobs, Spelling(options.seed))

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """The engine's own arguments."""
        parser.add_argument("--key", default=DEFAULT_KEY, help="partner key that is let in")
        parser.add_argument(
            "--job-ms",
            type=Duration.parse,
            default=DEFAULT_JOB_MS,
            help="how long a valuation job takes: 150 or 2000-8000",
        )
        parser.add_argument("--max-jobs", type=int, default=DEFAULT_MAX_JOBS, help="valuation jobs at once")
        parser.add_argument(
            "--nightly-clients", type=int, default=DEFAULT_NIGHTLY_CLIENTS, help="clients in the nightly file"
        )

    def routes(self) -> Iterable[web.RouteDef]:
        """The one endpoint and the file."""
        return [web.post("/api", self.api), web.get("/nightly/{day}.txt", self.nightly)]

    def maintenance(self, until: datetime) -> Reply:
        """A break is announced in band, by the minute."""
        return failures.maintenance(until)

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Every operation."""
        try:
            key, operation, data = requests.parse(await request.read())
        except Failure as failure:
            return plain(failure.reply)
        form = FORMS.get(operation)
        if form is None:
            return plain(failures.parser("unknown operation").reply)

        async def answer(draw: Draw) -> Reply:
            try:
                self._let_in(key, draw)
                self._check(operation, data)
                result = self._engine.answer(operation, data, draw)
            except Failure as failure:
                return failure.reply
            return Reply(dumps({"status": "OK", "result": result}).encode(), "application/json", self.charset)

        return await self.serve(request, operation, form.keys(data), answer)

    async def nightly(self, request: web.Request) -> web.StreamResponse:
        """The file of a day."""

        async def answer(draw: Draw) -> Reply:
            try:
                self._let_in(request.headers.get("X-Api-Key", ""), draw)
            except Failure as failure:
                return failure.reply
            day = day_of(request.match_info["day"])
            if day is None or not nightly.available(day, self.clock.now().replace(tzinfo=None)):
                return Reply(b"no such file\n", "text/plain", "utf-8", 404)
            body = nightly.pieces(day, self._population(), self._nightly_clients)
            return Reply(body, "text/plain", nightly.CODE_PAGE)

        return await self.serve(request, NIGHTLY, 0, answer)

    def _population(self) -> Population:
        return population_on(self.options.seed, self.clock.today())

    def _let_in(self, key: str, draw: Draw) -> None:
        if draw.has(Fault.EXPIRED_TOKEN):
            raise failures.door(failures.EXPIRED_KEY)
        if key != self._key:
            raise failures.door(failures.UNKNOWN_KEY)
        if switch := draw.get(Fault.IN_BAND_ERROR):
            raise failures.in_band(switch)

    def _check(self, operation: str, data: dict[str, Any]) -> None:
        try:
            FORMS[operation].check(data)
        except Failure:
            self.calls.reject(operation)
            raise


def day_of(text: str) -> date | None:
    """The day in a file's name."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def plain(reply: Reply) -> web.Response:
    """A reply outside of any operation, where no fault applies."""
    assert isinstance(reply.body, bytes)
    return web.Response(body=reply.body, status=reply.status, headers=reply.wire_headers())
