"""Subjects of the channels' suite: the fake, and the real ones on the simulator's process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from domain.accounts.models import CodePurpose
from domain.accounts.ports import Message, Template
from domain.models import ContactKind
from domain.money import Locale
from gateway.channels import Channels, opened, texts
from gateway.settings import ChannelSettings
from tests.fakes.channels import FakeChannels
from tests.fakes.clock import StillClock
from tests.messages import MessagesProcess

__all__ = ["ADDRESSES", "CODE", "Seen", "Subject", "faked", "message", "real", "sending"]

ADDRESSES: Final = {ContactKind.PHONE: "+79161234567", ContactKind.EMAIL: "anna.k@mail.example"}
CODE: Final = {"code": "123456", "purpose": CodePurpose.SIGN_IN.value}


class Sender(Protocol):
    """What is under test."""

    async def send(self, message: Message, key: str) -> None:
        """Send a message."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """``texts`` gives what an address got, the newest first."""

    channels: Sender
    texts: Callable[[str], list[str]]


@dataclass(slots=True)
class Seen:
    """An observer that remembers."""

    outcomes: list[tuple[ContactKind, str, str]] = field(default_factory=list)

    def sent(self, message: Message, outcome: str, reason: str, seconds: float) -> None:
        """Remember an attempt."""
        self.outcomes.append((message.kind, outcome, reason))


def message(
    kind: ContactKind,
    template: Template = Template.CODE,
    values: Mapping[str, str] = CODE,
    *,
    address: str | None = None,
    locale: Locale = Locale.RU,
) -> Message:
    """A code for signing in, unless said otherwise."""
    return Message(kind, address or ADDRESSES[kind], template, locale, values)


@asynccontextmanager
async def sending(settings: ChannelSettings, seen: Seen | None = None) -> AsyncIterator[Channels]:
    """Open the real channels."""
    async with opened(settings, StillClock(), seen or Seen()) as channels:
        assert channels is not None
        yield channels


@asynccontextmanager
async def real(process: MessagesProcess) -> AsyncIterator[Subject]:
    """The real channels on the simulator."""

    def read(address: str) -> list[str]:
        return [each["text"] for each in process.delivered(address)]

    async with sending(process.settings()) as channels:
        yield Subject(channels, read)


@asynccontextmanager
async def faked() -> AsyncIterator[Subject]:
    """The fake."""
    fake = FakeChannels()
    yield Subject(fake, lambda address: [texts.wording(each).text.rstrip("\n") for each in fake.to(address)])
