"""Why somebody is not let in.

::

    GatewayError
    ├── TokenInvalid     not a token of ours, or not for us
    │   └── TokenExpired     was good once: sign in again
    └── LinkInvalid      not a link of ours, or somebody else's
        └── LinkExpired      was good once: ask for a new one
"""

from __future__ import annotations

from domain.errors import GatewayError

__all__ = ["LinkExpired", "LinkInvalid", "TokenExpired", "TokenInvalid"]


class TokenInvalid(GatewayError):
    """The token proves nothing. ``reason`` is for the log and holds nothing of the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TokenExpired(TokenInvalid):
    """The token was good once."""

    def __init__(self) -> None:
        super().__init__("expired")


class LinkInvalid(GatewayError):
    """The link opens nothing. ``reason`` is for the log and holds nothing of the link."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LinkExpired(LinkInvalid):
    """The link was good once."""

    def __init__(self) -> None:
        super().__init__("expired")
