"""From where a request comes, and how tokens get back to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from starlette.types import Scope

from domain.accounts.ports import Issued
from domain.clock import Clock
from gateway.http.cookies import Cookies
from gateway.http.headers import header, values

__all__ = ["Visit", "address_of"]

DEVICE_CHARACTERS: Final = 200
UNKNOWN: Final = "unknown"


@dataclass(slots=True)
class Visit:
    """Implements ``domain.accounts.ports.Visitor``. ``headers`` are to go with the answer.

    ``hops``: how many proxies of ours stand in front.
    """

    scope: Scope
    cookies: Cookies
    hops: int
    clock: Clock
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Network address of the client."""
        return address_of(self.scope, self.hops)

    @property
    def device(self) -> str:
        """What the client says of itself: printable, and no longer than a list can show."""
        said = header(self.scope, b"user-agent") or UNKNOWN
        return "".join(each for each in said if each.isprintable())[:DEVICE_CHARACTERS] or UNKNOWN

    @property
    def refresh_cookie(self) -> str | None:
        """Refresh token that a browser keeps, shown by a page of ours."""
        return self.cookies.refresh(self.scope) if self.cookies.are_wanted(self.scope) else None

    @property
    def is_refresh_cookie_ours(self) -> bool:
        """Whether that token was given to a browser."""
        return self.cookies.is_refresh_ours(self.scope)

    def handed(self, issued: Issued) -> Issued | None:
        """Put tokens into cookies and return None, or return them for a client that keeps them itself."""
        if not self.cookies.are_wanted(self.scope):
            return issued
        self.headers = self.cookies.issued(issued, self.clock.now())
        return None

    def forget(self) -> None:
        """Take the cookies away again."""
        if self.cookies.are_wanted(self.scope):
            self.headers = self.cookies.cleared()


def address_of(scope: Scope, hops: int) -> str:
    """Return the address that the outermost of our proxies saw, or the peer's where none stands in front.

    Each proxy adds whom it heard from at the end of ``X-Forwarded-For``; what a client wrote there stands further left
    and is not believed.
    """
    peer = scope.get("client")
    seen = [each.strip() for line in values(scope, b"x-forwarded-for") for each in line.split(",")]
    if hops and len(seen) >= hops:
        return _one(seen[-hops])
    return _one(str(peer[0])) if peer else UNKNOWN


def _one(text: str) -> str:
    """Return the one form of an address, without a port.

    Of IPv6 the network that a household or an office has (/64): it has more addresses than anybody could count.
    """
    bracketed, port = text.rpartition("]")[0].lstrip("["), text.rpartition(":")
    for each in (text, bracketed, port[0] if "." in port[0] else ""):
        try:
            address = ip_address(each)
        except ValueError:
            continue
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped is not None:
                return str(address.ipv4_mapped)
            return str(IPv6Network((int(address) >> 64 << 64, 64)))
        return str(address)
    return UNKNOWN
