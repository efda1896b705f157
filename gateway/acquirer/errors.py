"""Callbacks that are refused.

::

    GatewayError
    ├── CallbackForged(reason)       not signed by the acquirer, or long ago
    └── CallbackMalformed(reason)    signed, but no notice
"""

from __future__ import annotations

from domain.errors import GatewayError

__all__ = ["CallbackForged", "CallbackMalformed"]


class CallbackForged(GatewayError):
    """Nothing shows that the acquirer sent it now. ``reason`` is a few technical words for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CallbackMalformed(GatewayError):
    """The body is no notice. ``reason`` is a few technical words for the log and quotes nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
