"""Mail server, SMS gateway and reading page in one process."""

import json
import ssl
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from dev.simulators.kit import Fault, Operation, Options, Simulator
from dev.simulators.kit.listener import Listening
from dev.simulators.messages import mail_server, sms_gateway
from dev.simulators.messages.box import Box
from dev.simulators.messages.mail_listener import MailListener
from dev.simulators.messages.mail_server import Encryption, MailServer
from dev.simulators.messages.page import POLICY, page
from dev.simulators.messages.sms_gateway import SmsGateway

TOKEN = "messages-token"  # noqa: S105 - of a simulated gateway
SHOWN_FAULTS = frozenset(
    {
        Fault.HANG,
        Fault.TIMEOUT_AFTER_COMMIT,
        Fault.SLOW_FIRST_BYTE,
        Fault.RESET_MID_BODY,
        Fault.REFUSE_CONNECTION,
        Fault.HTTP_500,
        Fault.HTTP_502,
        Fault.HTTP_503,
        Fault.HTTP_504,
        Fault.TOO_MANY_REQUESTS,
        Fault.HTML_PAGE,
        Fault.MAINTENANCE,
        Fault.IN_BAND_ERROR,
        Fault.EXPIRED_TOKEN,
    }
)


class Messages(Simulator):
    """Keeps what is sent to people; no fault touches the page, but a refused connection."""

    name = "messages"
    max_request_bytes = 64 * 1024
    operations = (Operation(mail_server.OPERATION), Operation(sms_gateway.OPERATION))
    content_faults = frozenset({Fault.IN_BAND_ERROR, Fault.EXPIRED_TOKEN})

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        given = options.extra
        self.box = Box()
        self._mail = MailServer(self, self.box, given.get("user"), given.get("password"), encryption(given))
        self._sms = SmsGateway(self, self.box, given.get("token", TOKEN))
        self._listener: MailListener | None = None

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Credentials, the mail server's port and its encryption."""
        parser.add_argument("--smtp-port", type=int, default=0, help="0 takes a free one")
        parser.add_argument("--user", help="of the mail server; without one it asks for none")
        parser.add_argument("--password", help="of that user")
        parser.add_argument("--tls", choices=("none", "starttls", "tls"), default="none", help="of the mail server")
        parser.add_argument("--certificate", type=Path, help="file with certificate and private key, for TLS")
        parser.add_argument("--token", default=TOKEN, help="of the SMS gateway")

    @property
    def smtp_port(self) -> int:
        """The mail server's port, once started."""
        assert self._listener is not None
        return self._listener.port

    async def started(self) -> None:
        """Open the mail server."""
        self._listener = MailListener(self._mail, self.options.extra.get("smtp_port", 0))
        await self._listener.listen()

    async def stopped(self) -> None:
        """Close the mail server."""
        if self._listener is not None:
            self._listener.close()

    def listeners(self) -> Sequence[Listening]:
        """The mail server."""
        return () if self._listener is None else (self._listener,)

    def announced(self) -> Mapping[str, Any]:
        """The mail server's port."""
        return {"smtp_port": self.smtp_port}

    def supports(self, fault: Fault) -> bool:
        """Whether switching the fault on has any effect here."""
        return fault in SHOWN_FAULTS

    def routes(self) -> Iterable[web.RouteDef]:
        """The SMS gateway, and what was kept."""
        return [
            web.post("/sms", self._sms.take),
            web.get("/", self.show_page),
            web.get("/messages.json", self.show_messages),
        ]

    def admin_routes(self) -> Iterable[web.RouteDef]:
        """The ledger."""
        return [web.get("/ledger", self.show_ledger)]

    async def show_ledger(self, _request: web.Request) -> web.Response:
        """GET /ledger."""
        return web.json_response(self.box.in_ledger())

    async def show_page(self, _request: web.Request) -> web.Response:
        """GET /."""
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        text = page(self.box.newest_first(), self.box.duplicates)
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def show_messages(self, request: web.Request) -> web.Response:
        """GET /messages.json?address=&since=."""
        since = request.query.get("since", "0")
        if not (since.isascii() and since.isdigit()) or not request.query.keys() <= {"address", "since"}:
            return web.json_response({"error": "address, and since as a whole number, can be given"}, status=400)
        found = self.box.as_json(request.query.get("address"), int(since))
        return web.json_response(found, dumps=lambda each: json.dumps(each, ensure_ascii=False))


def encryption(given: Mapping[str, Any]) -> Encryption | None:
    """What the arguments say about TLS."""
    mode = given.get("tls", "none")
    if mode == "none":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(given["certificate"])
    return Encryption(context, mode == "starttls")
