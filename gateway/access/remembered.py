"""Tokens that were verified a moment ago, so that a client's every request does not cost a signature."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from typing import Final

from domain.clock import Clock
from domain.viewer import Viewer
from gateway.access.tokens import Tokens, Verified

__all__ = ["RememberedTokens"]

MOST: Final = 10_000
KEPT_S: Final = 60.0
"""The longest that a verified token is believed without another look."""


class RememberedTokens:
    """Remembers whom good tokens speak for, by the hash of each, until they expire or a minute has passed.

    What is refused is not remembered, so nobody can fill the memory without the issuer's key. A session that is ended
    meanwhile is not noticed here, nor would it be by verifying again: a token is good for as long as it says.
    """

    def __init__(self, tokens: Tokens, clock: Clock) -> None:
        self._tokens = tokens
        self._clock = clock
        self._known: OrderedDict[bytes, Verified] = OrderedDict()

    def viewer(self, token: str) -> Viewer:
        """Return whom a token speaks for. Raises: ``TokenExpired``, ``TokenInvalid``."""
        key = sha256(token.encode()).digest()
        now_s = self._clock.now().timestamp()
        known = self._known.get(key)
        if known is not None and now_s < known.until_s:
            self._known.move_to_end(key)
            return known.viewer
        verified = self._tokens.verified(token)
        self._known[key] = Verified(verified.viewer, min(verified.until_s, now_s + KEPT_S))
        self._known.move_to_end(key)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return verified.viewer
