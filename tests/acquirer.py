"""The simulated acquirer as a process, and the settings that lead there."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dev.processes import Child, stop_all
from dev.simulators.acquirer import address
from gateway.settings import AcquirerSettings
from gateway.settings.declaring import Secret
from tests.messages import exchange

__all__ = ["BACK", "CALLBACK_SECRET", "MERCHANT_SECRET", "AcquirerProcess", "running_acquirer"]

MERCHANT_SECRET: Final = "merchant-secret-of-the-tests-0123456789"
CALLBACK_SECRET: Final = "callback-secret-of-the-tests-0123456789"
BACK: Final = "http://cabinet.test/payments"
READY_WITHIN_S: Final = 60.0
STOPS_WITHIN_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class AcquirerProcess:
    """A running simulator; the addresses have no trailing slash."""

    url: str
    admin_url: str

    def settings(self, **changed: Any) -> AcquirerSettings:
        """The gateway's settings for it."""
        sound: dict[str, Any] = {
            "address": self.url,
            "merchant_secret": Secret(MERCHANT_SECRET),
            "callback_secrets": (Secret(CALLBACK_SECRET),),
            "return_url": BACK,
            "payment_hosts": (self.url.removeprefix("http://"),),
            "timeout_s": 20.0,
        }
        return AcquirerSettings(**sound | changed)

    def address(self, order: str, bill: str = "B-1", amount: int = 12_345, back: str = BACK) -> str:
        """An order's payment address, as the policy core makes it. Units: ``amount`` in kopecks."""
        return address.signed(self.url, order, bill, amount, back, MERCHANT_SECRET)

    def visit(self, order: str, bill: str = "B-1", amount: int = 12_345) -> bytes:
        """Open the order's page."""
        return exchange("GET", self.address(order, bill, amount))

    def pay(self, order: str, bill: str = "B-1", amount: int = 12_345, action: str = "pay") -> None:
        """Press a button of the order's page."""
        given = {"address": self.address(order, bill, amount), "action": action}
        self._ask("POST", f"{self.admin_url}/orders/{order}/pay", given)

    def fault(self, fault: str, **parameters: Any) -> None:
        """Turn a fault on."""
        self._ask("PUT", f"{self.admin_url}/faults", {"fault": fault, **parameters})

    def well(self) -> None:
        """Turn all faults off."""
        self._ask("DELETE", f"{self.admin_url}/faults")

    def ledger(self, order: str) -> dict[str, Any]:
        """What the ledger says of an order."""
        orders: list[dict[str, Any]] = self._ask("GET", f"{self.admin_url}/ledger")["orders"]
        (found,) = [each for each in orders if each["order"] == order]
        return found

    def _ask(self, method: str, url: str, body: Any = None) -> Any:
        return json.loads(exchange(method, url, None if body is None else json.dumps(body).encode()))


@contextmanager
def running_acquirer(folder: Path, *arguments: str) -> Iterator[AcquirerProcess]:
    """Start the simulator and end it with the block; its log is in the folder."""
    own = ["--merchant-secret", MERCHANT_SECRET, "--callback-secret", CALLBACK_SECRET, *arguments]
    child = Child.start("acquirer", [sys.executable, "-m", "dev.simulators.acquirer", *own], folder / "acquirer.log")
    try:
        ready = child.ready(READY_WITHIN_S)
        yield AcquirerProcess(f"http://127.0.0.1:{ready['port']}", f"http://127.0.0.1:{ready['admin_port']}")
    finally:
        stop_all([child], STOPS_WITHIN_S)
