"""What the outbox needs of the channels."""

from __future__ import annotations

from typing import Protocol

from domain.accounts.ports import Message

__all__ = ["Sender"]


class Sender(Protocol):
    """Sends messages, each by the channel for its kind of contact."""

    async def send(self, message: Message, key: str) -> None:
        """Send a message; with a ``key`` that was seen before it may be the same message again.

        Raises: ``ChannelUnavailable`` when another try may succeed, ``ChannelRefused`` when none will.
        """
        ...
