"""OAuth 2 client credentials: who may ask, and which tokens still hold."""

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from aiohttp import web

from dev.simulators.claims_core.problems import Problem, json_reply
from dev.simulators.kit import Reply

SCOPE = "claims.read"
_FORM_TYPE = "application/x-www-form-urlencoded"
_FIELDS = {"grant_type", "scope"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client of the suite; it sees the claims of its tenant alone."""

    secret: str
    tenant: str


class Refused(Exception):
    """A refusal of the token endpoint, by its RFC 6749 code."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status

    def reply(self) -> Reply:
        """The refusal as RFC 6749 section 5.2 has it."""
        headers = {"WWW-Authenticate": 'Basic realm="claims"'} if self.status == 401 else {}
        return json_reply({"error": self.code}, self.status, headers)


class SignIn:
    """Issues tokens that live for `life_s` seconds of the given clock and tells whose a token is."""

    def __init__(self, clients: Mapping[str, Credentials], life_s: float, clock: Callable[[], float]) -> None:
        self._clients = clients
        self._life_s = life_s
        self._clock = clock
        self._tokens: dict[str, tuple[str, float]] = {}

    def issue(self, authorization: str, content_type: str, body: bytes) -> Reply:
        """Answer the token endpoint. Raises: Refused."""
        tenant = self._tenant_of(authorization)
        form = parse_qs(body.decode("ascii", "replace"), keep_blank_values=True)
        if content_type != _FORM_TYPE or not form.keys() <= _FIELDS or any(len(each) > 1 for each in form.values()):
            raise Refused("invalid_request")
        if form.get("grant_type") != ["client_credentials"]:
            raise Refused("unsupported_grant_type")
        if form.get("scope", [SCOPE]) != [SCOPE]:
            raise Refused("invalid_scope")
        now = self._clock()
        self._tokens = {token: held for token, held in self._tokens.items() if held[1] > now}
        token = secrets.token_urlsafe(24)
        self._tokens[token] = (tenant, now + self._life_s)
        document = {"access_token": token, "token_type": "Bearer", "expires_in": int(self._life_s), "scope": SCOPE}
        return json_reply(document, headers={"Cache-Control": "no-store"})

    def tenant(self, request: web.Request) -> str:
        """The tenant whose token the request carries. Raises: Problem."""
        tenant, expires_at = self._tokens.get(bearer(request), ("", 0.0))
        if expires_at <= self._clock():
            raise Problem("INVALID_TOKEN")
        return tenant

    def revoke(self, request: web.Request) -> None:
        """End the request's token before its time."""
        self._tokens.pop(bearer(request), None)

    def _tenant_of(self, authorization: str) -> str:
        scheme, _, encoded = authorization.partition(" ")
        try:
            client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Refused("invalid_client", 401) from None
        known = self._clients.get(client)
        if scheme != "Basic" or known is None or not secrets.compare_digest(known.secret.encode(), secret.encode()):
            raise Refused("invalid_client", 401)
        return known.tenant


def bearer(request: web.Request) -> str:
    """The request's token, empty without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""
