"""One try to send one message, and what comes of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from domain.accounts.errors import ChannelRefused, ChannelUnavailable
from domain.accounts.messages import NOBODY
from domain.accounts.ports import Message
from domain.clock import Clock
from gateway.observability.logs import logger
from gateway.outbox.pauses import Pauses
from gateway.outbox.sender import Sender

__all__ = ["DEAD", "LATER", "SENT", "Later", "Messages", "Sending", "Tally"]

SENT: Final = "sent"
LATER: Final = "later"
DEAD: Final = "dead"

EXPIRED: Final = "expired"
"""Why a message was given up: what it says is not true any more."""


class Later(Exception):
    """What was left was not done; it is to be tried again."""


class Messages(Protocol):
    """The messages that wait."""

    async def waiting(self, id_: UUID) -> Message | None:
        """Return a message that is still to be sent. Raises: ``StoreUnavailable``."""
        ...

    async def sent(self, id_: UUID) -> None:
        """Take note that a message was sent. Raises: ``StoreUnavailable``."""
        ...

    async def dead(self, id_: UUID, failure: str) -> None:
        """Take note that a message will not be sent, and why in short. Raises: ``StoreUnavailable``."""
        ...


class Tally(Protocol):
    """Counts tries."""

    def message_tried(self, template: str, outcome: str) -> None:
        """Count one try: ``sent``, ``later`` or ``dead``."""
        ...


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends what waits, as long as it is good.

    A message may be sent twice: when its worker dies, or the database goes away, between sending and taking note of it.
    Its id goes along as the key by which a channel can tell.
    """

    messages: Messages
    sender: Sender
    pauses: Pauses
    tally: Tally
    clock: Clock

    async def send(self, id_: UUID, tries: int) -> None:
        """Try for the ``tries``-th time. Raises: ``Later``, ``StoreUnavailable``: then it is to be tried again."""
        message = await self.messages.waiting(id_)
        if message is None:
            return
        failed = await self._try(id_, message)
        if failed is None:
            await self.messages.sent(id_)
            self._tell(SENT, id_, message, tries)
        elif isinstance(failed, ChannelRefused) or tries >= self.pauses.settings.attempts:
            await self.messages.dead(id_, reason(failed))
            self._tell(DEAD, id_, message, tries, failed)
        else:
            self._tell(LATER, id_, message, tries, failed)
            raise Later

    async def _try(self, id_: UUID, message: Message) -> Exception | None:
        if message.expires_at is not None and self.clock.now() >= message.expires_at:
            return ChannelRefused(EXPIRED)
        if message.address == NOBODY:
            return None
        try:
            async with asyncio.timeout(self.pauses.settings.send_timeout_s):
                await self.sender.send(message, str(id_))
        except Exception as failed:  # noqa: BLE001 - a fault of one message must not hold up the others
            return failed
        return None

    def _tell(self, outcome: str, id_: UUID, message: Message, tries: int, failed: Exception | None = None) -> None:
        self.tally.message_tried(message.template.value, outcome)
        told = logger().bind(message=str(id_), template=message.template.value, kind=message.kind.value, tries=tries)
        if failed is None:
            told.info("message sent")
            return
        told = told.bind(reason=reason(failed))
        fault = None if isinstance(failed, ChannelRefused | ChannelUnavailable | TimeoutError) else failed
        if outcome == DEAD:
            told.error("message dead", exc_info=fault)
        elif fault is not None:
            told.error("message failed", exc_info=fault)
        else:
            told.warning("message later", pause_s=self.pauses.after_s(tries))


def reason(failed: Exception) -> str:
    """Return a short reason; the text of an unknown error may quote what is personal."""
    return failed.reason if isinstance(failed, ChannelRefused | ChannelUnavailable) else type(failed).__name__
