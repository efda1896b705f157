"""The simulated mail server and SMS gateway as a process, and the settings that lead there."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from dev.processes import Child, stop_all
from gateway.settings import ChannelSettings, MailSettings, MailTls, SmsSettings
from gateway.settings.declaring import Secret

__all__ = ["SENDER", "MessagesProcess", "exchange", "running_messages"]

USER: Final = "gateway"
PASSWORD: Final = "mail-password"
TOKEN: Final = "sms-token"
SENDER: Final = "no-reply@insurer.example"
READY_WITHIN_S: Final = 60.0
STOPS_WITHIN_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class MessagesProcess:
    """A running simulator; the addresses have no trailing slash."""

    url: str
    admin_url: str
    smtp_port: int

    def settings(self, timeout_s: float = 20.0, tls: MailTls = MailTls.NONE, ca: Path | None = None) -> ChannelSettings:
        """The gateway's settings for it."""
        mail = MailSettings(
            host="127.0.0.1",
            port=self.smtp_port,
            tls=tls,
            tls_ca=ca,
            user=USER,
            password=Secret(PASSWORD),
            sender=SENDER,
            sender_name="Страховая компания",
            timeout_s=timeout_s,
        )
        sms = SmsSettings(url=f"{self.url}/sms", token=Secret(TOKEN), sender="INSURER", timeout_s=timeout_s)
        return ChannelSettings(mail=mail, sms=sms)

    def fault(self, fault: str, **parameters: Any) -> None:
        """Turn a fault on."""
        self._ask("PUT", f"{self.admin_url}/faults", {"fault": fault, **parameters})

    def well(self) -> None:
        """Turn all faults off."""
        self._ask("DELETE", f"{self.admin_url}/faults")

    def delivered(self, address: str | None = None, since: int = 0) -> list[dict[str, Any]]:
        """What was delivered, the newest first."""
        wanted = {"since": str(since)} | ({} if address is None else {"address": address})
        found: list[dict[str, Any]] = self._ask("GET", f"{self.url}/messages.json?{urlencode(wanted)}")["messages"]
        return found

    def page(self) -> str:
        """The page's HTML."""
        return exchange("GET", f"{self.url}/").decode()

    def _ask(self, method: str, url: str, body: Any = None) -> Any:
        return json.loads(exchange(method, url, None if body is None else json.dumps(body).encode()))


def exchange(method: str, url: str, body: bytes | None = None) -> bytes:
    """Ask on loopback, whatever proxies there are."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=READY_WITHIN_S)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body)
        answer = connection.getresponse()
        read = answer.read()
        assert answer.status == http.client.OK, (answer.status, read)
        return read
    finally:
        connection.close()


@contextmanager
def running_messages(folder: Path, *arguments: str) -> Iterator[MessagesProcess]:
    """Start the simulator and end it with the block; its log is in the folder."""
    own = ["--user", USER, "--password", PASSWORD, "--token", TOKEN, *arguments]
    child = Child.start("messages", [sys.executable, "-m", "dev.simulators.messages", *own], folder / "messages.log")
    try:
        ready = child.ready(READY_WITHIN_S)
        loopback = "http://127.0.0.1"
        yield MessagesProcess(f"{loopback}:{ready['port']}", f"{loopback}:{ready['admin_port']}", ready["smtp_port"])
    finally:
        stop_all([child], STOPS_WITHIN_S)
