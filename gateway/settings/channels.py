"""Settings of the ways to a person: a mail server and an SMS gateway. Both are set, or neither."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from gateway.settings.declaring import Between, Secret

__all__ = ["ChannelSettings", "MailSettings", "MailTls", "SmsSettings"]

ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
TOKEN: Final = re.compile(r"[!-~]+")


class MailTls(StrEnum):
    """How the connection to the mail server is encrypted."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail server that takes our letters. Usual ports: 465 for tls, 587 for starttls."""

    host: Annotated[str, "Mail server; empty for none"] = ""
    port: Annotated[int, "Its TCP port", Between(1, 65_535)] = 465
    tls: Annotated[MailTls, "tls from the first byte, starttls or nothing, or none (refused in production)"] = (
        MailTls.TLS
    )
    tls_ca: Annotated[Path | None, "File with the authorities trusted for TLS; the system's own when not set"] = None
    user: Annotated[str | None, "User, if the server wants one"] = None
    password: Annotated[Secret | None, "The user's password"] = None
    sender: Annotated[str, "Address that letters come from; required with a server"] = ""
    sender_name: Annotated[str, "Name shown beside that address"] = ""
    timeout_s: Annotated[float, "Seconds that handing over one letter may take", Between(0.05, 300)] = 15.0
    connections: Annotated[int, "Letters handed over at once by one process", Between(1, 100)] = 8

    def __post_init__(self) -> None:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password: both are wanted, or neither")
        if not self.host:
            return
        if not ADDRESS.fullmatch(self.sender):
            raise ValueError("sender: an e-mail address is wanted")
        if not self.sender_name.isprintable():
            raise ValueError("sender_name: must be printable")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings:
    """The SMS gateway."""

    url: Annotated[str, "Address that messages are posted to, https in production; empty for none"] = ""
    token: Annotated[Secret | None, "Bearer token; required with an address"] = None
    sender: Annotated[str, "Name or number that messages come from, if the gateway wants one"] = ""
    timeout_s: Annotated[float, "Seconds that handing over one message may take", Between(0.05, 300)] = 10.0
    connections: Annotated[int, "Messages handed over at once by one process", Between(1, 100)] = 8

    def __post_init__(self) -> None:
        if not self.url:
            return
        if not self.url.startswith(("http://", "https://")):
            raise ValueError("url: must start with http:// or https://")
        if self.token is None or not TOKEN.fullmatch(self.token):
            raise ValueError("token: is wanted, in printable ASCII without spaces")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """How messages get to people."""

    mail: MailSettings = field(default_factory=MailSettings)
    sms: SmsSettings = field(default_factory=SmsSettings)

    def __post_init__(self) -> None:
        if bool(self.mail.host) != bool(self.sms.url):
            raise ValueError("mail.host and sms.url: both are wanted, or neither")

    @property
    def are_set(self) -> bool:
        """Whether messages can be sent at all."""
        return bool(self.mail.host)
