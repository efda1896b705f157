"""Access tokens, random tokens and one-time codes: what is made, and what is kept of it."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final

from joserfc import jwt

from domain.accounts.models import Account, SessionId, TokenHash
from gateway.access.keys import ALGORITHM
from gateway.access.tokens import TOKEN_TYPE
from gateway.identity.deriving import CODES, LOTS, STEPS, derived, keyed
from gateway.identity.keys import SigningKey
from gateway.identity.links import LinkTokens, as_bytes, hashed
from gateway.settings import Access

__all__ = ["SignedTokens"]

ID_BYTES: Final = 16
SALT_BYTES: Final = 16
CODE_DIGITS: Final = 6


class SignedTokens:
    """Implements ``domain.accounts.ports.TokenIssuer``. Units: ``access_s`` in seconds.

    An access token is verified without asking anybody whether its session goes on. So a session that was ended, by its
    owner, for a token used twice or with a locked account, can be used for what is left of the latest access token's
    life, to read: at most ``access_s`` and the leeway for clocks (``access.leeway_s``). That a verified token is
    remembered for a minute adds nothing, since it is remembered no longer than it lives. Whatever is done as the owner
    looks the session up by the viewer's ``session`` (``resolvers.use_cases.owner.signed_in``).
    """

    def __init__(self, access: Access, key: SigningKey, secret: str, access_s: int) -> None:
        self._issuer = access.issuer
        self._audience = access.audience
        self._key = key
        self._access_s = access_s
        self._codes = derived(secret, CODES)
        self._steps = derived(secret, STEPS)
        self._lots = derived(secret, LOTS)

    def access_token(self, account: Account, session: SessionId, now: datetime) -> tuple[str, int]:
        """Return an access token (RFC 9068) and how many seconds it is good for."""
        issued = int(now.timestamp())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "iat": issued,
            "exp": issued + self._access_s,
            "sub": str(account.id),
            "kind": "client",
            "client_isn": int(account.client_isn),
            "sid": str(session),
            "jti": secrets.token_urlsafe(ID_BYTES),
        }
        header = {"alg": ALGORITHM, "kid": self._key.kid, "typ": TOKEN_TYPE}
        return jwt.encode(header, claims, self._key.key, algorithms=[ALGORITHM]), self._access_s

    def secret(self) -> tuple[str, TokenHash]:
        """Return a new token of 256 random bits in base64url, and the hash that is kept of it."""
        return LinkTokens().secret()

    def successor(self, token: str) -> tuple[str, TokenHash]:
        """Return the token that follows a token, as nobody can work it out without our secret, and its hash."""
        following = base64.urlsafe_b64encode(keyed(self._steps, as_bytes(token))).rstrip(b"=").decode()
        return following, self.hash(following)

    def hash(self, token: str) -> TokenHash:
        """Return the SHA-256 of a token: nobody can guess 256 bits, so it needs neither key nor slowness."""
        return hashed(token)

    def lot(self, *parts: str) -> bytes:
        """Return the HMAC of some parts."""
        return keyed(self._lots, *map(as_bytes, parts))

    def code(self) -> tuple[str, bytes]:
        """Return a new code of six digits, and the keyed hash that is kept of it.

        Shape: 16 bytes of salt, then 32 of HMAC-SHA256 over salt and code. Without the salt whoever reads the database
        would find those who were sent the same code as themselves.
        """
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        salt = secrets.token_bytes(SALT_BYTES)
        return code, salt + keyed(self._codes, salt, as_bytes(code))

    def is_code(self, given: str, hash_: bytes) -> bool:
        """Return whether a code is the one, in constant time."""
        salt, kept = hash_[:SALT_BYTES], hash_[SALT_BYTES:]
        return hmac.compare_digest(keyed(self._codes, salt, as_bytes(given)), kept)
