"""Who listens goes on listening, and what was noted is written down, whatever breaks on the way."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from gateway.sources.announcements import Announcements
from gateway.sources.exchanges import Command, Exchanges
from gateway.sources.local import LocalStore
from gateway.sources.naming import Keyer, Tag
from gateway.sources.redis import Channels
from gateway.sources.subscriber import Subscriber
from gateway.sources.visits import Visits
from tests.unit.gateway.sources.fakes import Counts
from tests.unit.gateway.sources.virtual_time import LoopClock, run

CHANNELS = Channels.of("test")


@dataclass(eq=False, slots=True)
class Line:
    """A connection that is heard, and then breaks."""

    breaks: Exception
    heard: list[str] = field(default_factory=lambda: [CHANNELS.told, CHANNELS.cut])

    @property
    def connection_pool(self) -> Any:
        raise LookupError("no pool either")

    async def subscribe(self, *_channels: str) -> None: ...

    async def get_message(self, timeout: float | None) -> dict[str, Any]:  # noqa: ASYNC109 - the client's own
        await asyncio.sleep(1)
        if not self.heard:
            raise self.breaks
        return {"type": "subscribe", "channel": self.heard.pop()}

    async def aclose(self) -> None: ...


def test_a_process_hears_again_whatever_became_of_its_connection() -> None:
    async def scenario() -> None:
        lines: list[Line] = []

        def listen() -> Any:
            lines.append(Line(LookupError("odd")))
            if len(lines) == 1:
                raise ValueError("no client")
            return lines[-1]

        clock = LoopClock()
        subscriber = Subscriber(listen, CHANNELS, Announcements(), LocalStore(clock, 10), "me", 10)
        listening = asyncio.create_task(subscriber.run())
        for _ in range(3):
            await subscriber.listening.wait()
            while subscriber.listening.is_set():
                await asyncio.sleep(0.1)
        assert (len(lines) >= 4, listening.done()) == (True, False)
        listening.cancel()
        await asyncio.wait({listening})

    run(scenario())


@dataclass(eq=False, slots=True)
class OddExchanges:
    """Breaks in a way nobody has thought of, as long as it is ``odd``."""

    odd: bool = True
    sent: list[Command] = field(default_factory=list)

    async def send(self, commands: Sequence[Command]) -> list[Any]:
        if self.odd:
            raise LookupError
        self.sent.extend(commands)
        return []


def test_visits_outlive_whatever_breaks() -> None:
    async def scenario() -> None:
        exchanges, counts = OddExchanges(), Counts()
        visits = Visits(cast("Exchanges", exchanges), LoopClock(), counts, "test", until_hour=24, mornings=7)
        visits.note([Keyer(b"a key", "test").name("read", "1", Tag("life_contract", "P1"))])
        await visits.write_down()
        assert counts.failures == {"visits": 1}
        exchanges.odd = False
        for _ in range(2):
            await visits.write_down()
        assert [command[0] for command in exchanges.sent] == ["SADD", "EXPIRE"]

    run(scenario())
