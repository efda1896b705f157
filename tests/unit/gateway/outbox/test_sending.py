"""One try: what comes of it, what is written down, and what is not."""

from __future__ import annotations

import asyncio
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.accounts.errors import ChannelRefused, ChannelUnavailable
from domain.accounts.messages import NOBODY
from domain.accounts.ports import Message
from domain.models import ContactKind
from gateway.outbox.pauses import Pauses
from gateway.outbox.sending import Later, Sending
from gateway.settings import OutboxSettings
from tests.fakes.clock import NOW, StillClock
from tests.unit.gateway.store.made import PHONE, message

ID = uuid4()
SETTINGS = OutboxSettings(attempts=3, send_timeout_s=0.1)


@dataclass
class Waiting:
    """Messages that wait, in memory."""

    messages: dict[UUID, Message] = field(default_factory=lambda: {ID: message()})
    ended: dict[UUID, str] = field(default_factory=dict)

    async def waiting(self, id_: UUID) -> Message | None:
        return self.messages.get(id_)

    async def sent(self, id_: UUID) -> None:
        del self.messages[id_]
        self.ended[id_] = "sent"

    async def dead(self, id_: UUID, failure: str) -> None:
        del self.messages[id_]
        self.ended[id_] = failure


@dataclass
class Channel:
    """Sends, or fails as it was told to."""

    failure: Exception | None = None
    hangs: bool = False
    sent: list[tuple[Message, str]] = field(default_factory=list)

    async def send(self, message: Message, key: str) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.failure is not None:
            raise self.failure
        self.sent.append((message, key))


@dataclass
class Counted:
    tries: Counter[tuple[str, str]] = field(default_factory=Counter)

    def message_tried(self, template: str, outcome: str) -> None:
        self.tries[template, outcome] += 1


@dataclass
class House:
    waiting: Waiting = field(default_factory=Waiting)
    channel: Channel = field(default_factory=Channel)
    counted: Counted = field(default_factory=Counted)
    clock: StillClock = field(default_factory=StillClock)

    async def send(self, tries: int = 1, id_: UUID = ID) -> None:
        await Sending(self.waiting, self.channel, Pauses.of_messages(SETTINGS), self.counted, self.clock).send(
            id_, tries
        )


@pytest.fixture
def house() -> House:
    return House()


def line(written: io.StringIO) -> dict[str, object]:
    (one,) = written.getvalue().splitlines()
    found: dict[str, object] = json.loads(one)
    return found


async def test_it_is_sent_with_its_id_as_the_key(house: House, written: io.StringIO) -> None:
    await house.send()
    assert house.channel.sent == [(message(), str(ID))]
    assert house.waiting.ended == {ID: "sent"}
    assert house.counted.tries == {("CODE", "sent"): 1}
    assert line(written)["event"] == "message sent"


async def test_what_is_left_for_nobody_comes_to_its_end_unsent(house: House) -> None:
    house.waiting.messages[ID] = message(kind=ContactKind.EMAIL, address=NOBODY)
    await house.send()
    assert house.channel.sent == []
    assert house.waiting.ended == {ID: "sent"}


async def test_what_was_sent_already_is_not_sent_again(house: House) -> None:
    await house.send(id_=uuid4())
    assert house.channel.sent == []
    assert house.counted.tries == {}


async def test_an_unavailable_channel_is_tried_later(house: House, written: io.StringIO) -> None:
    house.channel.failure = ChannelUnavailable("SMTP 451")
    with pytest.raises(Later):
        await house.send(2)
    assert house.waiting.ended == {}
    assert house.counted.tries == {("CODE", "later"): 1}
    assert line(written)["event"] == "message later"
    assert line(written)["reason"] == "SMTP 451"


async def test_a_channel_that_hangs_is_tried_later(house: House) -> None:
    house.channel.hangs = True
    with pytest.raises(Later):
        await house.send()


async def test_a_refused_message_is_dead_at_once(house: House, written: io.StringIO) -> None:
    house.channel.failure = ChannelRefused("SMTP 550")
    await house.send()
    assert house.waiting.ended == {ID: "SMTP 550"}
    assert house.counted.tries == {("CODE", "dead"): 1}
    assert (line(written)["event"], line(written)["level"]) == ("message dead", "error")


async def test_after_the_last_try_it_is_dead(house: House) -> None:
    house.channel.failure = ChannelUnavailable("HTTP 503")
    for tries in (1, 2):
        with pytest.raises(Later):
            await house.send(tries)
    await house.send(3)
    assert house.waiting.ended == {ID: "HTTP 503"}
    assert house.counted.tries == {("CODE", "later"): 2, ("CODE", "dead"): 1}


@pytest.mark.parametrize("tries", [1, 2])
async def test_what_is_not_good_any_more_is_dead_and_the_channel_never_asked(
    house: House, tries: int, written: io.StringIO
) -> None:
    house.waiting.messages = {ID: message(expires_at=NOW + timedelta(minutes=10))}
    house.clock.advance(10 * 60)
    await house.send(tries)
    assert (house.channel.sent, house.waiting.ended) == ([], {ID: "expired"})
    assert house.counted.tries == {("CODE", "dead"): 1}
    assert (line(written)["event"], line(written)["reason"]) == ("message dead", "expired")


async def test_until_the_last_moment_it_is_sent(house: House) -> None:
    house.waiting.messages = {ID: message(expires_at=NOW + timedelta(minutes=10))}
    house.clock.advance(10 * 60 - 1)
    await house.send()
    assert house.waiting.ended == {ID: "sent"}


async def test_what_the_channel_was_away_for_until_it_was_not_good_any_more_is_dead(house: House) -> None:
    house.waiting.messages = {ID: message(expires_at=NOW + timedelta(minutes=10))}
    house.channel.failure = ChannelUnavailable("HTTP 503")
    with pytest.raises(Later):
        await house.send(1)
    house.channel.failure = None
    house.clock.advance(10 * 60)
    await house.send(2)
    assert (house.channel.sent, house.waiting.ended) == ([], {ID: "expired"})


async def test_a_fault_of_ours_holds_up_nobody_and_is_written_without_its_text(
    house: House, written: io.StringIO
) -> None:
    house.channel.failure = KeyError(PHONE)
    with pytest.raises(Later):
        await house.send()
    assert (line(written)["event"], line(written)["exception"]) == ("message failed", "KeyError")
    await house.send(3)
    assert house.waiting.ended == {ID: "KeyError"}


async def test_nothing_personal_is_ever_written(house: House, written: io.StringIO) -> None:
    for failure in (None, ChannelRefused("SMTP 550"), ValueError(f"{PHONE} 123456")):
        house.waiting.messages = {ID: message()}
        house.channel.failure = failure
        await house.send(3)
    assert len(written.getvalue().splitlines()) == 3
    assert PHONE not in written.getvalue()
    assert "123456" not in written.getvalue()
