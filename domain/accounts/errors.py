"""What can go wrong with a message on its way.

::

    GatewayError
    └── ChannelError(channel, detail)
        ├── ChannelUnavailable       not sent now; another try may succeed
        └── ChannelRefused           never to be sent: the address or the message itself was turned down
"""

from __future__ import annotations

from domain.errors import GatewayError

__all__ = ["ChannelError", "ChannelRefused", "ChannelUnavailable"]


class ChannelError(GatewayError):
    """A message was not sent.

    ``channel`` names the way it should have gone, such as ``mail``; ``detail`` is a short technical reason for the log.
    Neither may hold an address, a value of the message or a text of the other side that could quote them.
    """

    def __init__(self, channel: str, detail: str) -> None:
        super().__init__(f"{channel}: {detail}")
        self.channel = channel
        self.detail = detail


class ChannelUnavailable(ChannelError):
    """The channel could not take the message now: no connection, no answer in time, asked to come back later."""


class ChannelRefused(ChannelError):
    """The channel will not take this message however often it is tried: no such address, a text it forbids."""
