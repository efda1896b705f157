"""The mail server and the SMS gateway as this machine runs them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dev.demo.systems import LOOPBACK, Address
from dev.processes import Child

__all__ = ["Messages", "start"]

USER: Final = "gateway"
PASSWORD: Final = "gateway-demo"  # noqa: S105 - of a simulator


@dataclass(frozen=True, slots=True)
class Messages(Address):
    """Where the running simulator listens; neither address has a trailing slash."""

    smtp_port: int

    @classmethod
    def of(cls, ready: Mapping[str, Any]) -> Messages:
        """Read the simulator's ready line."""
        return cls(f"{LOOPBACK}:{ready['port']}", f"{LOOPBACK}:{ready['admin_port']}", ready["smtp_port"])

    @property
    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        """The gateway's settings for it."""
        return {
            "channels.mail": {
                "host": "127.0.0.1",
                "port": self.smtp_port,
                "tls": "none",
                "user": USER,
                "password": PASSWORD,
                "sender": "no-reply@insurer.example",
                "sender_name": "Страховая компания",
            },
            "channels.sms": {"url": f"{self.url}/sms", "token": PASSWORD, "sender": "INSURER"},
        }


def start(folder: Path) -> Child:
    """Start the simulator on free ports."""
    command = [sys.executable, "-m", "dev.simulators.messages"]
    command += ["--user", USER, "--password", PASSWORD, "--token", PASSWORD]
    return Child.start("messages", command, folder / "messages.log")
