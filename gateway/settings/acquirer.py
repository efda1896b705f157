"""Settings of whoever takes card payments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlsplit

from gateway.settings.declaring import Between, Secret

__all__ = ["AcquirerSettings"]

SCHEMES: Final = ("https://", "http://")
VISIBLE: Final = re.compile(r"[!-~]+", re.ASCII)
ADDRESS: Final = re.compile(r"(?:(?!\\)[!-~])+", re.ASCII)
HOST: Final = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcquirerSettings:
    """Card payments on the acquirer's own page. Without an address none are offered.

    While a callback secret is changed both are set: the new one, then the old one.
    """

    address: Annotated[str, "Where the acquirer's server is, https in production; empty for none"] = ""
    merchant_secret: Annotated[
        Secret | None, "What signs us in there, at least 32 characters; required with an address"
    ] = None
    callback_secrets: Annotated[
        tuple[Secret, ...], "What callbacks may be signed with, at least 32 characters each; required with an address"
    ] = ()
    callback_window_s: Annotated[
        float, "Seconds by which a callback may be old, or a clock ahead", Between(1, 86_400)
    ] = 300.0
    timeout_s: Annotated[float, "Seconds that one question to the server may take", Between(0.05, 300)] = 10.0
    connections: Annotated[int, "Questions asked at once by one process", Between(1, 100)] = 8
    return_url: Annotated[str, "Page that customers come back to, https in production; required with an address"] = ""
    order_life_s: Annotated[
        float,
        "Seconds after its address was shown first until an order whose page was never opened is closed",
        Between(10, 86_400),
    ] = 1500.0
    unshown_order_life_s: Annotated[
        float,
        "Seconds after it was made until an order whose address was never shown is closed",
        Between(10, 2_592_000),
    ] = 259_200.0
    check_every_s: Annotated[float, "Seconds between two looks at what became of an open order", Between(1, 86_400)] = (
        20.0
    )
    watch_orders_for_s: Annotated[
        float,
        "Seconds for which an order is asked about that its payment does not wait for any more",
        Between(3600, 31_536_000),
    ] = 2_592_000.0
    patience_s: Annotated[
        float, "Seconds that a customer is let wait for the payment page's address", Between(0, 60)
    ] = 4.0
    told_after_s: Annotated[
        float,
        "Seconds that a payment has to wait after its customer was told so, for a message that it can be made now",
        Between(0, 86_400),
    ] = 60.0
    payment_hosts: Annotated[
        tuple[str, ...],
        "Hosts, with a port where it is not the usual one, that customers may be sent to; required with an address",
    ] = ()

    def __post_init__(self) -> None:
        if not self.address:
            return
        for name, url in (("address", self.address), ("return_url", self.return_url)):
            if not url.startswith(SCHEMES) or not ADDRESS.fullmatch(url):
                raise ValueError(f"{name}: must start with http:// or https://")
        if self.address.endswith("/") or "?" in self.address or "#" in self.address:
            raise ValueError("address: without a slash, a query or a fragment at the end")
        if self.merchant_secret is None or not usable(self.merchant_secret):
            raise ValueError("merchant_secret: is wanted, at least 32 characters of printable ASCII without spaces")
        if not self.callback_secrets or not all(each.is_long_enough for each in self.callback_secrets):
            raise ValueError("callback_secrets: are wanted, at least 32 characters each")
        if not self.payment_hosts or not all(HOST.fullmatch(each) for each in self.payment_hosts):
            raise ValueError("payment_hosts: are wanted, each in lower case as HOST or HOST:PORT")

    @property
    def is_set(self) -> bool:
        """Whether card payments are offered at all."""
        return bool(self.address)

    def allowed(self, address: str) -> bool:
        """Whether a customer may be sent to an address: one of the hosts, by https unless the server is by http.

        Nothing is allowed that a browser might read in another way than we do.
        """
        if not ADDRESS.fullmatch(address):
            return False
        schemes = SCHEMES if self.address.startswith("http://") else SCHEMES[:1]
        if not address.startswith(schemes):
            return False
        try:
            netloc = urlsplit(address).netloc
        except ValueError:
            return False
        return netloc in self.payment_hosts


def usable(secret: Secret) -> bool:
    """Whether a secret is long enough, and may stand in a header."""
    return secret.is_long_enough and VISIBLE.fullmatch(secret) is not None
