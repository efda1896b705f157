"""Channels that keep what is sent, as the real ones and their receivers do together."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.accounts.errors import ChannelRefused, ChannelUnavailable
from domain.accounts.ports import Message
from domain.models import ContactKind
from gateway.channels import addresses, texts

__all__ = ["FakeChannels"]


@dataclass(slots=True)
class FakeChannels:
    """Keeps each message once by its key. ``failing`` fails the next sends, one each."""

    sent: dict[str, Message] = field(default_factory=dict)
    failing: list[ChannelUnavailable | ChannelRefused] = field(default_factory=list)
    attempts: int = 0

    async def send(self, message: Message, key: str) -> None:
        """Send a message, as ``Channels.send``."""
        self.attempts += 1
        (addresses.email if message.kind is ContactKind.EMAIL else addresses.phone)(message.address)
        texts.wording(message)
        if self.failing:
            raise self.failing.pop(0)
        self.sent.setdefault(key, message)

    def to(self, address: str) -> list[Message]:
        """What an address got, the newest first."""
        return [each for each in reversed(self.sent.values()) if each.address == address]
