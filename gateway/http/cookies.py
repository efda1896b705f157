"""Tokens of a browser: in cookies that no script can read, taken only from requests that no other site's page can make.

A cookie goes along with whatever asks for it, so a POST with one of ours must show where it comes from: it bears
``X-Requested-By`` (any value), which a page of another site cannot send without a leave that is never given, and
neither ``Origin`` nor ``Sec-Fetch-Site`` names another site. What is asked with ``Authorization`` needs none of this:
a browser does not send that by itself. GET runs queries alone.

A refresh token that is given in a cookie bears a mark. Tabs share what is in one, and may therefore use it at once; a
token that was given to an app, and put into a cookie by who stole it, has no mark and no tabs.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from starlette.types import Scope

from domain.accounts.ports import Issued
from gateway.http.headers import is_given, values
from gateway.http.refusals import ForeignRequest
from gateway.identity.deriving import keyed

__all__ = ["REQUESTED_BY", "Cookies"]

REQUESTED_BY: Final = b"x-requested-by"
OWN_PAGES: Final = frozenset({"same-origin", "none"})
"""``Sec-Fetch-Site`` of our own pages, and of what the reader did without a page."""

SAFE: Final = frozenset({"GET", "HEAD"})
DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class Cookies:
    """The two cookies: of the access token, gone when that has expired, and of the refresh token.

    Over https their names begin with ``__Host-``: browsers take such only from this host itself, for all its paths.
    Without https, in development, they have other names and are not ``Secure``. ``key`` is for the marks.
    """

    def __init__(self, public_url: str, key: bytes) -> None:
        self._key = key
        self._origin = _origin(public_url)
        self._is_secure = public_url.startswith("https://")
        prefix = "__Host-" if self._is_secure else "gateway-"
        self.access_name: Final = f"{prefix}access"
        self.refresh_name: Final = f"{prefix}refresh"

    def access(self, scope: Scope) -> str | None:
        """Return the access token that a request brings in its cookie."""
        return self._given(scope, self.access_name)

    def refresh(self, scope: Scope) -> str | None:
        """Return the refresh token that a request brings in its cookie."""
        given = self._given(scope, self.refresh_name)
        return None if given is None else given.partition(".")[0]

    def is_refresh_ours(self, scope: Scope) -> bool:
        """Whether the refresh token in a request's cookie was given in one."""
        token, _, mark = (self._given(scope, self.refresh_name) or "").partition(".")
        return hmac.compare_digest(mark.encode(), self._mark(token).encode())

    def refuse_foreign(self, scope: Scope) -> None:
        """Refuse what another site's page may have sent with our cookies. Raises: ``ForeignRequest``."""
        if scope["method"] in SAFE or is_given(scope, b"authorization") or not self._are_given(scope):
            return
        if not self.are_wanted(scope):
            raise ForeignRequest

    def are_wanted(self, scope: Scope) -> bool:
        """Whether a page of ours asks, to which tokens are given in cookies; they are set for nobody else."""
        if not is_given(scope, REQUESTED_BY):
            return False
        # Of several, one that is foreign is enough.
        sites, origins = values(scope, b"sec-fetch-site"), values(scope, b"origin")
        return OWN_PAGES.issuperset(sites) and all(each == self._origin for each in origins)

    def issued(self, issued: Issued, now: datetime) -> list[tuple[bytes, bytes]]:
        """Return the headers that give a browser its tokens."""
        refresh_s = max(0, int((issued.refresh_expires_at - now).total_seconds()))
        return [
            self._set(self.access_name, issued.access_token, issued.access_expires_in_s),
            self._set(self.refresh_name, f"{issued.refresh_token}.{self._mark(issued.refresh_token)}", refresh_s),
        ]

    def cleared(self) -> list[tuple[bytes, bytes]]:
        """Return the headers that take a browser's tokens away."""
        return [self._set(self.access_name, "", 0), self._set(self.refresh_name, "", 0)]

    def _mark(self, token: str) -> str:
        return base64.urlsafe_b64encode(keyed(self._key, token.encode())).rstrip(b"=").decode()

    def _set(self, name: str, value: str, max_age_s: int) -> tuple[bytes, bytes]:
        secure = "; Secure" if self._is_secure else ""
        cookie = f"{name}={value}; Max-Age={max_age_s}; Path=/; HttpOnly{secure}; SameSite=Lax"
        return b"set-cookie", cookie.encode("ascii")

    def _are_given(self, scope: Scope) -> bool:
        ours = {self.access_name, self.refresh_name}
        return any(name in ours for name, _ in _cookies(scope))

    def _given(self, scope: Scope, name: str) -> str | None:
        """Return a cookie's value; of several by one name nobody can tell which is ours, so none is."""
        found = [value for each, value in _cookies(scope) if each == name]
        return found[0] if len(found) == 1 and found[0] else None


def _cookies(scope: Scope) -> Iterator[tuple[str, str]]:
    if not is_given(scope, b"cookie"):
        return
    for each in values(scope, b"cookie"):
        for pair in each.split(";"):
            name, _, value = pair.partition("=")
            yield name.strip(), value.strip()


def _origin(url: str) -> str | None:
    """Return scheme, host and port as a browser writes them; None for what is no such address."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in DEFAULT_PORTS:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
