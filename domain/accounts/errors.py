"""What can go wrong on the way to a person."""

from __future__ import annotations

__all__ = ["ChannelRefused", "ChannelUnavailable"]


class ChannelUnavailable(Exception):
    """A message did not get through now; sending it again is worth a try. ``reason`` never holds an address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ChannelRefused(Exception):
    """A message will not get through, however often it is sent. ``reason`` never holds an address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
