"""Access tokens: Ed25519-signed JWTs of one issuer (RFC 9068), turned into a viewer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from domain.clock import Clock
from domain.models import Isn
from domain.viewer import Viewer, ViewerKind
from gateway.access.errors import TokenExpired, TokenInvalid
from gateway.access.keys import ALGORITHM, PublicKeys
from gateway.settings import Access

__all__ = ["TOKEN_TYPE", "Tokens", "Verified"]

TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 - a media type, not a secret
KINDS: Final = {kind.value.lower(): kind for kind in ViewerKind}
MAX_SUBJECT: Final = 256
MOST_SCOPES: Final = 64
SCOPE: Final = re.compile(r"[!#-\[\]-~]+")
"""A scope-token of RFC 6749."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Whom a token speaks for, until an instant. Units: ``until_s`` in seconds since 1970."""

    viewer: Viewer
    until_s: float


class Tokens:
    """Verifies tokens against the issuer's keys.

    Claims: ``iss``, ``aud``, ``exp``, ``iat``, ``sub``, ``kind`` (``client`` or ``employee``) and, for clients alone,
    ``client_isn``; ``nbf`` and ``sid``, the session, if they are there; for employees alone ``scope``, words and
    spaces. Whatever scope a client's token has is nothing to us.
    """

    def __init__(self, settings: Access, keys: PublicKeys, clock: Clock) -> None:
        self._keys = keys
        self._max_bytes = settings.max_token_bytes
        self._leeway_s = settings.leeway_s
        self._registry = JWSRegistry(algorithms=[ALGORITHM])
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock.now().timestamp()),
            leeway=settings.leeway_s,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            kind={"essential": True, "values": list(KINDS)},
        )

    def viewer(self, token: str) -> Viewer:
        """Return whom a token speaks for. Raises: ``TokenExpired``, ``TokenInvalid``."""
        return self.verified(token).viewer

    def verified(self, token: str) -> Verified:
        """Return whom a token speaks for, and until when. Raises: ``TokenExpired``, ``TokenInvalid``."""
        if len(token) > self._max_bytes:
            raise TokenInvalid("too long")
        claims = self._verified(token)
        return Verified(_viewer(claims), claims["exp"] + self._leeway_s)

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            decoded = jwt.decode(token, self._key, registry=self._registry)
            if decoded.header.get("typ") != TOKEN_TYPE:
                raise TokenInvalid("not an access token")
            self._claims.validate(decoded.claims)
        except ExpiredTokenError:
            raise TokenExpired from None
        except (InvalidClaimError, MissingClaimError) as wrong:
            raise TokenInvalid(f"{wrong.error} {wrong.claim}") from None
        except JoseError as wrong:
            raise TokenInvalid(wrong.error) from None
        except (ValueError, TypeError, KeyError, RecursionError):
            raise TokenInvalid("malformed") from None
        return decoded.claims

    def _key(self, token: Any) -> OKPKey:
        kid = token.headers().get("kid")
        key = self._keys.by_id.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenInvalid("unknown key")
        return key


def _viewer(claims: dict[str, Any]) -> Viewer:
    subject, kind, isn = claims["sub"], claims["kind"], claims.get("client_isn")
    if not isinstance(kind, str) or not subject or len(subject) > MAX_SUBJECT:
        raise TokenInvalid("invalid_claim sub or kind")
    session = claims.get("sid")
    if session is not None and not (isinstance(session, str) and 0 < len(session) <= MAX_SUBJECT):
        raise TokenInvalid("invalid_claim sid")
    if KINDS[kind] is ViewerKind.EMPLOYEE:
        if isn is not None:
            raise TokenInvalid("invalid_claim client_isn")
        return Viewer(ViewerKind.EMPLOYEE, subject, session=session, scopes=_scopes(claims.get("scope")))
    if not isinstance(isn, int) or isinstance(isn, bool) or isn <= 0:
        raise TokenInvalid("invalid_claim client_isn")
    return Viewer(ViewerKind.CLIENT, subject, Isn(isn), session)


def _scopes(given: Any) -> frozenset[str]:
    """Read the claim ``scope`` (RFC 8693). Raises: ``TokenInvalid``."""
    if given is None:
        return frozenset()
    words = given.split(" ") if isinstance(given, str) and given else []
    if given != "" and not (0 < len(words) <= MOST_SCOPES and all(map(SCOPE.fullmatch, words))):
        raise TokenInvalid("invalid_claim scope")
    return frozenset(words)
