"""The policy core as a process: one address, sessions, limits, and the faults that only it can show."""

import time
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime, timedelta

from aiohttp import web

from dev.simulators.kit import MOSCOW, Draw, Fault, Operation, Options, Reply, Simulator
from dev.simulators.policy_core import contract, soap
from dev.simulators.policy_core.acquirer import ADDRESS, SECRET, Merchant
from dev.simulators.policy_core.books import Books
from dev.simulators.policy_core.happenings import Happenings
from dev.simulators.policy_core.portfolio import Portfolio
from dev.simulators.policy_core.sessions import Sessions
from dev.simulators.policy_core.writes import State, Writes
from dev.simulators.population import Population, files, population_on

PATH = "/ws/PolicyCore"
USER = "gateway"
PASSWORD = "gateway-secret"  # noqa: S105 - of a simulated system
SESSION_LIFE_S = 20 * 60
PAGE_SIZE = 100
LARGEST_DOCUMENT = 50 * 1024**2
LIMITS = {"GetClients": 50, "GetPolicies": 50, "FindPolicies": 20, "GetInstalments": 50, "GetDocumentList": 50}
_KEYS = {
    "GetClients": "Isn",
    "FindPolicies": "ClientIsn",
    "GetInstalments": "PolicyNumber",
    "GetDocumentList": "PolicyNumber",
}
_KEYLESS = {"Login", "GetDictionary", "GetJournal"}
_PAGE = """<!DOCTYPE html>
<html lang="ru"><head><meta charset="windows-1251"><title>Технические работы</title></head>
<body><h1>Технические работы</h1><p>Система закрыта до {until}.</p></body></html>
"""


class PolicyCore(Simulator):
    """SOAP 1.1, document/literal, windows-1251."""

    name = "policy_core"
    charset = soap.CHARSET
    operations = (
        Operation("Login", latency_factor=2),
        Operation("GetClients"),
        Operation("FindClient"),
        Operation("GetPolicies"),
        Operation("FindPolicies", latency_factor=1.5),
        Operation("GetInstalments"),
        Operation("GetDocumentList"),
        Operation("GetDocument", latency_factor=4),
        Operation("GetRenewalOptions", latency_factor=2),
        Operation("GetProductRules", latency_factor=0.5),
        Operation("GetDictionary", latency_factor=0.2),
        Operation("GetJournal"),
        Operation("GetBillStatus"),
        Operation("UpdateContacts"),
        Operation("CreateBill"),
        Operation("CreateOnlineBill", latency_factor=2),
        Operation("ConfirmPayment", latency_factor=2),
        Operation("QuoteRenewal", latency_factor=3),
        Operation("CreateAgreement", latency_factor=3),
    )
    content_faults = frozenset(
        {
            Fault.SOAP_FAULT,
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
        user, password = given.get("user", USER), given.get("password", PASSWORD)
        self._sessions = Sessions(user, password, given.get("session_life_s", SESSION_LIFE_S), time.monotonic)
        self.state = State(Merchant(given.get("acquirer", ADDRESS), given.get("merchant_secret", SECRET)))
        self._page_size: int = given.get("page_size", PAGE_SIZE)
        self._document_bytes: int | None = given.get("document_bytes")

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Credentials, life times, sizes, the acquirer."""
        parser.add_argument("--user", default=USER)
        parser.add_argument("--password", default=PASSWORD)
        parser.add_argument("--session-life-s", type=float, default=SESSION_LIFE_S, help="seconds until log-in again")
        parser.add_argument("--page-size", type=int, default=PAGE_SIZE, help="policies on a page of FindPolicies")
        parser.add_argument("--acquirer", default=ADDRESS, help="where orders are paid")
        parser.add_argument("--merchant-secret", default=SECRET, help="what payment addresses are signed with")
        parser.add_argument("--document-bytes", type=document_bytes, help="size of every document, 2048 to 52428800")

    def routes(self) -> Iterable[web.RouteDef]:
        """The service and its description."""
        return [web.post(PATH, self.call), web.get(PATH, self.describe, allow_head=False)]

    def admin_routes(self) -> Iterable[web.RouteDef]:
        """What can be made to happen here."""
        return Happenings(self.state, self._population, self.clock).routes()

    def maintenance(self, until: datetime) -> Reply:
        """The balancer's page with the end of the work in it."""
        page = _PAGE.format(until=until.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M"))
        return Reply(page.encode(self.charset), "text/html", self.charset, 503)

    async def describe(self, request: web.Request) -> web.StreamResponse:
        """GET ?wsdl and ?xsd=policy_core.xsd."""
        if "wsdl" in request.query:
            return web.Response(body=contract.wsdl(f"http://{request.host}{PATH}"), content_type="text/xml")
        if request.query.get("xsd") == contract.XSD:
            return web.Response(body=contract.xsd(), content_type="text/xml")
        return web.Response(status=404, text="?wsdl")

    async def call(self, request: web.Request) -> web.StreamResponse:
        """POST: any operation."""
        body = await request.read()
        try:
            asked = soap.parse(body)
        except soap.BadRequest as error:
            refusal = soap.fault("Client", str(error))
            assert isinstance(refusal.body, bytes)
            return web.Response(body=refusal.body, status=refusal.status, headers=refusal.wire_headers())

        async def answer(draw: Draw) -> Reply:
            return self._answer(asked, draw)

        return await self.serve(request, asked.operation, self._keys(asked), answer)

    def _keys(self, asked: soap.Call) -> int:
        if asked.operation in _KEYLESS:
            return 0
        repeated = _KEYS.get(asked.operation)
        return len(asked.keys) or (len(asked.texts[repeated]) if repeated else 1)

    def _answer(self, asked: soap.Call, draw: Draw) -> Reply:
        operation = asked.operation
        if switch := draw.get(Fault.SOAP_FAULT):
            return soap.fault(switch.code or "Server", "Внутренняя ошибка сервера")
        if switch := draw.get(Fault.IN_BAND_ERROR):
            return self._failed(operation, int(switch.code or 500))
        try:
            if operation == "Login":
                return self._login(asked)
            session_id = asked.one("SessionId")
            if draw.has(Fault.EXPIRED_TOKEN):
                self._sessions.expire(session_id)
            self._sessions.check(session_id)
            if self._keys(asked) > LIMITS.get(operation, 1):
                self.calls.reject(operation)
                return self._failed(operation, 110)
            return self._books().answer(asked, draw)
        except soap.Failure as failure:
            return self._failed(operation, failure.code)

    def _login(self, asked: soap.Call) -> Reply:
        session_id = self._sessions.open(asked.one("User"), asked.one("Password"))
        minutes = str(int(self._sessions.life_s // 60))
        return soap.success("Login", [soap.element("SessionId", session_id), soap.element("LifetimeMinutes", minutes)])

    def _failed(self, operation: str, code: int) -> Reply:
        until = self.clock.now() + timedelta(hours=1)
        return soap.error(operation, code, until.strftime(" до %d.%m.%Y %H:%M") if code == 503 else "")

    def _books(self) -> Books:
        population = self._population()
        portfolio = Portfolio(population, population.today, self.state.policies)
        writes = Writes(self.state, population, portfolio, self.clock.now().astimezone(MOSCOW))
        return Books(population, portfolio, writes, self._page_size, self._document_bytes)

    def _population(self) -> Population:
        return population_on(self.options.seed, self.clock.today())


def document_bytes(text: str) -> int:
    """The size of a document as given on the command line. Raises: ValueError outside of what the contract allows."""
    size = int(text)
    if not files.SMALLEST_PDF <= size <= LARGEST_DOCUMENT:
        raise ValueError(text)
    return size
