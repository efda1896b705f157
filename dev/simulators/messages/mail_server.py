"""The mail server: a real one, whose faults are those of the kit as far as SMTP knows them."""

import asyncio
import socket
import ssl
import struct
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from dev.simulators.kit import Fault, Simulator, Switch
from dev.simulators.kit.calls import OperationCalls
from dev.simulators.kit.faults import STATUS_FAULTS
from dev.simulators.kit.switchboard import NO_FAULTS, Draw
from dev.simulators.messages import letters
from dev.simulators.messages.box import Box

OPERATION = "sendMail"
TEMPORARY = "451 4.3.0 Requested action aborted: local error in processing"
TOO_MANY = "450 4.7.1 Too many messages, slow down"
CLOSED = "421 4.3.2 Service shutting down for maintenance"
REFUSED = "550 5.1.1 <{}>: recipient rejected"
RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Encryption:
    """`starttls` offers it, otherwise it is there from the first byte."""

    context: ssl.SSLContext
    starttls: bool


@dataclass(slots=True)
class MailServer:
    """Hooks of aiosmtpd. A letter's faults are drawn at its MAIL command, and show where they belong."""

    simulator: Simulator
    box: Box
    user: str | None = None
    password: str | None = None
    encryption: Encryption | None = None
    _connections: set[SMTP] = field(default_factory=set)

    def connection(self) -> SMTP:
        """A new connection's protocol."""
        offered = self.encryption.context if self.encryption and self.encryption.starttls else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # passwords without TLS: everything stays on loopback
            made = SMTP(
                self,
                hostname="messages.simulator",
                ident="simulator",
                enable_SMTPUTF8=True,
                tls_context=offered,
                require_starttls=offered is not None,
                auth_required=self.user is not None,
                auth_require_tls=False,
                authenticator=self.authenticate,
                loop=asyncio.get_running_loop(),
            )
        self._connections = {each for each in self._connections if each.transport is not None} | {made}
        return made

    def drop_all(self) -> None:
        """Drop every open connection."""
        for each in self._connections:
            abort(each)
        self._connections.clear()

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, given: Any) -> AuthResult:
        """Compare user and password."""
        wanted = (str(self.user).encode(), str(self.password).encode())
        good = isinstance(given, LoginPassword) and (given.login, given.password) == wanted
        return AuthResult(success=good, handled=good)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        """Begin a letter."""
        draw = self.simulator.switchboard.draw(OPERATION)
        session.draw = draw  # type: ignore[attr-defined]
        if any(draw.has(each) for each in STATUS_FAULTS):
            return self._turned_away(TEMPORARY)
        if draw.has(Fault.TOO_MANY_REQUESTS):
            return self._turned_away(TOO_MANY)
        if draw.has(Fault.MAINTENANCE):
            return self._turned_away(CLOSED)
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Take a recipient; a refusal quotes the address, as real servers do."""
        if refusal := drawn(session).get(Fault.IN_BAND_ERROR):
            return self._turned_away(f"{refusal.code} <{address}>" if refusal.code else REFUSED.format(address))
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Take the letter itself."""
        seen = self.simulator.calls.begin(OPERATION, 1)
        try:
            return await self._answered(server, drawn(session), envelope)
        finally:
            self.simulator.calls.finish(seen)

    async def _answered(self, server: SMTP, draw: Draw, envelope: Envelope) -> str:
        await asyncio.sleep(self.simulator.latency_s(OPERATION))
        if hang := draw.get(Fault.HANG):
            await self._never(server, hang)
        if slow := draw.get(Fault.SLOW_FIRST_BYTE):
            await asyncio.sleep(slow.duration_s)
        if draw.has(Fault.HTML_PAGE):
            return "<html>Ведутся технические работы</html>"
        for recipient in envelope.rcpt_tos:
            octets = envelope.content
            assert isinstance(octets, bytes)
            letters.post(self.box, octets, recipient, at=self.simulator.clock.now())
        if lost := draw.get(Fault.TIMEOUT_AFTER_COMMIT):
            await self._never(server, lost)
        if draw.has(Fault.RESET_MID_BODY):
            abort(server)
        return "250 2.0.0 OK, kept"

    async def _never(self, server: SMTP, switch: Switch) -> None:
        """Keep the client waiting until it goes away (which ends this task), or the time is over, or all ends."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.simulator.closing.wait(), switch.duration_s)
        abort(server)

    def _turned_away(self, reply: str) -> str:
        seen: OperationCalls = self.simulator.calls.begin(OPERATION, 1)
        self.simulator.calls.finish(seen)
        return reply


def drawn(session: Session) -> Draw:
    """The faults of the letter at hand."""
    found: Draw = getattr(session, "draw", NO_FAULTS)
    return found


def abort(server: SMTP) -> None:
    """Drop the connection with a TCP reset."""
    transport = server.transport
    if not isinstance(transport, asyncio.Transport):
        return
    found = transport.get_extra_info("socket")
    if found is not None:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    transport.abort()
