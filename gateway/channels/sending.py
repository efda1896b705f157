"""Sends a message by the channel of its kind."""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from domain.accounts.errors import ChannelRefused, ChannelUnavailable
from domain.accounts.ports import Message
from domain.clock import Clock
from domain.models import ContactKind
from gateway.channels import texts
from gateway.channels.mail import Mail
from gateway.channels.sms import Sms
from gateway.settings import ChannelSettings

__all__ = ["Channel", "Channels", "Observer", "opened"]


class Channel(Protocol):
    """One way to a person."""

    async def deliver(self, address: str, wording: texts.Wording, mark: str) -> None:
        """Hand a message over. ``mark`` is the same whenever the message is: who takes it can drop the second.

        Raises: ``ChannelUnavailable``, ``ChannelRefused``.
        """
        ...


class Observer(Protocol):
    """Is told how each attempt ended."""

    def sent(self, message: Message, outcome: str, reason: str, seconds: float) -> None:
        """Record one attempt; ``outcome`` is ``sent``, ``unavailable`` or ``refused``."""
        ...


@dataclass(frozen=True, slots=True)
class Channels:
    """Sends messages; one attempt each, since who keeps them knows when to try again."""

    by_kind: Mapping[ContactKind, Channel]
    observer: Observer

    async def send(self, message: Message, key: str) -> None:
        """Send a message. ``key`` names it: sent again under the same key, it reaches the person once.

        Raises: ``ChannelUnavailable``, ``ChannelRefused``.
        """
        began = time.monotonic()
        outcome, reason = "sent", ""
        try:
            await self.by_kind[message.kind].deliver(message.address, texts.wording(message), mark_of(key))
        except ChannelUnavailable as failed:
            outcome, reason = "unavailable", failed.reason
            raise
        except ChannelRefused as refused:
            outcome, reason = "refused", refused.reason
            raise
        finally:
            self.observer.sent(message, outcome, reason, time.monotonic() - began)


def mark_of(key: str) -> str:
    """Return what stands for a key outside: letters and digits, whatever the key is made of."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40]


@asynccontextmanager
async def opened(settings: ChannelSettings, clock: Clock, observer: Observer) -> AsyncIterator[Channels | None]:
    """Open the channels; none when they are not set. No connection is made before the first message."""
    if not settings.are_set:
        yield None
        return
    async with Sms.opened(settings.sms) as sms:
        yield Channels({ContactKind.EMAIL: Mail(settings.mail, clock), ContactKind.PHONE: sms}, observer)
