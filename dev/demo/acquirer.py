"""The acquirer as this machine runs it: the page where the demo's customers pay."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dev.demo.systems import LOOPBACK, Address
from dev.processes import Child

__all__ = ["CALLBACK_SECRET", "MERCHANT_SECRET", "Acquirer", "start"]

MERCHANT_SECRET: Final = "gateway-demo-merchant-secret-of-a-simulator"  # noqa: S105 - of a simulator
"""Signs payment addresses too: whoever opens orders in the shop's name needs it."""

CALLBACK_SECRET: Final = "gateway-demo-callback-secret-of-a-simulator"  # noqa: S105 - as that
CALLBACK: Final = "/payments/callback"


@dataclass(frozen=True, slots=True)
class Acquirer(Address):
    """Where the running simulator listens; neither address has a trailing slash."""

    @classmethod
    def of(cls, ready: Mapping[str, Any]) -> Acquirer:
        """Read the simulator's ready line."""
        return cls(f"{LOOPBACK}:{ready['port']}", f"{LOOPBACK}:{ready['admin_port']}")

    @property
    def shop(self) -> list[str]:
        """Arguments for whoever opens orders here in the shop's name."""
        return ["--acquirer", self.url, "--merchant-secret", MERCHANT_SECRET]

    def sections(self, gateway: str) -> Mapping[str, Mapping[str, Any]]:
        """The settings for it of the gateway at that address."""
        return {
            "acquirer": {
                "address": self.url,
                "merchant_secret": MERCHANT_SECRET,
                "callback_secrets": [CALLBACK_SECRET],
                "return_url": f"{gateway}/",
                "payment_hosts": [self.url.removeprefix("http://")],
            }
        }


def start(gateway: str, folder: Path, order_life_s: float | None = None) -> Child:
    """Start the simulator on free ports; it calls the gateway at that address back.

    Units: an order lives for ``order_life_s`` seconds from the first visit of its page, unless the simulator decides.
    """
    command = [sys.executable, "-m", "dev.simulators.acquirer", "--callback", f"{gateway}{CALLBACK}"]
    command += ["--merchant-secret", MERCHANT_SECRET, "--callback-secret", CALLBACK_SECRET]
    if order_life_s is not None:
        command += ["--order-life-s", f"{order_life_s:g}"]
    return Child.start("acquirer", command, folder / "acquirer.log")
