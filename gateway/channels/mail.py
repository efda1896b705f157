"""Letters by SMTP: a connection a letter, since few are sent and servers end idle ones."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final

import aiosmtplib

from domain.accounts.errors import ChannelRefused, ChannelUnavailable
from domain.clock import Clock
from gateway.channels import addresses
from gateway.channels.texts import Wording
from gateway.settings import MailSettings, MailTls

__all__ = ["Mail"]

GOODBYE_S: Final = 1.0


@dataclass(slots=True)
class Mail:
    """Hands letters to a mail server."""

    settings: MailSettings
    clock: Clock
    _sender: str = field(init=False)
    _tls: ssl.SSLContext | None = field(init=False)
    _room: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._sender = addresses.email(self.settings.sender)
        encrypted = self.settings.tls is not MailTls.NONE
        self._tls = ssl.create_default_context(cafile=self.settings.tls_ca) if encrypted else None
        self._room = asyncio.Semaphore(self.settings.connections)

    async def deliver(self, address: str, wording: Wording, mark: str) -> None:
        """Hand a letter over; its ``Message-ID`` is made of the mark. Raises: as ``Channel``."""
        to = addresses.email(address)
        failure = await self._attempt(to, self.letter(to, wording, mark))
        # Raised out here, without a cause: what a server says may quote the address.
        if failure is not None:
            raise failure

    def letter(self, to: str, wording: Wording, mark: str) -> EmailMessage:
        """Write a letter; nothing in its headers but the address is of a message's own."""
        letter = EmailMessage()
        local, _, domain = self._sender.rpartition("@")
        letter["From"] = Address(self.settings.sender_name, local, domain)
        letter["To"] = to
        letter["Subject"] = wording.subject
        letter["Date"] = self.clock.now()
        letter["Message-ID"] = f"<{mark}@{domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(wording.text, charset="utf-8", cte="base64")
        letter["Content-Language"] = wording.locale.value  # setting the content drops what was said of it before
        return letter

    async def _attempt(self, to: str, letter: EmailMessage) -> ChannelUnavailable | ChannelRefused | None:
        connected = False
        try:
            async with self._room, asyncio.timeout(self.settings.timeout_s), self._connection() as server:
                connected = True
                if not to.isascii() and not server.supports_extension("smtputf8"):
                    return ChannelRefused("the server takes no address with such letters")
                await server.send_message(letter, sender=self._sender, recipients=[to])
        except TimeoutError:
            return ChannelUnavailable("no answer in time")
        except (aiosmtplib.SMTPException, OSError) as failed:
            return verdict(failed, connected=connected)
        return None

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiosmtplib.SMTP]:
        settings = self.settings
        server = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password,
            local_hostname=self._sender.rpartition("@")[2],  # its own guess would ask DNS, and block
            use_tls=settings.tls is MailTls.TLS,
            start_tls=settings.tls is MailTls.STARTTLS,
            tls_context=self._tls,
            timeout=settings.timeout_s,
        )
        try:
            await server.connect()
            yield server
            # The letter is the server's by now, however it takes leave.
            with suppress(aiosmtplib.SMTPException, OSError):
                await server.quit(timeout=GOODBYE_S)
        finally:
            server.close()


def verdict(failed: Exception, *, connected: bool) -> ChannelUnavailable | ChannelRefused:
    """Say what a failure means: what is said for good (5xx) about the letter stays so, all else may pass.

    Credentials that are refused too: else every message would be given up until somebody mends them.
    """
    if isinstance(failed, aiosmtplib.SMTPRecipientsRefused):
        failed = failed.recipients[0]
    if not isinstance(failed, aiosmtplib.SMTPResponseException):
        return ChannelUnavailable(type(failed).__name__)
    for_good = 500 <= failed.code < 600 and connected
    return (ChannelRefused if for_good else ChannelUnavailable)(f"SMTP {failed.code}")
