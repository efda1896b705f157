"""Starts a simulator: as a process from the command line, or inside a test."""

import argparse
import asyncio
import json
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

from aiohttp import web

from dev.simulators.kit.admin import Admin
from dev.simulators.kit.calls import Calls
from dev.simulators.kit.faults import Fault, Switch
from dev.simulators.kit.listener import Listener, Listening
from dev.simulators.kit.simulator import Options, Simulator
from dev.simulators.kit.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class Handle:
    """A running simulator as a test sees it; the addresses have no trailing slash."""

    simulator: Simulator
    url: str
    admin_url: str
    port: int
    admin_port: int

    @property
    def switchboard(self) -> Switchboard:
        """The fault switches."""
        return self.simulator.switchboard

    @property
    def calls(self) -> Calls:
        """The counters."""
        return self.simulator.calls


class _Refusal:
    """Closes the listeners while the refuse-connection switch is on, for its seconds or until cleared."""

    def __init__(self, simulator: Simulator, listener: Listener) -> None:
        self._simulator = simulator
        self._switchboard = simulator.switchboard
        self._listener = listener
        self._obeyed: Switch | None = None
        self._reopening: asyncio.Task[None] | None = None

    def follow_switches(self) -> None:
        switch = self._switchboard.get(Fault.REFUSE_CONNECTION)
        if switch is self._obeyed:
            return
        self._obeyed = switch
        self._cancel()
        if switch is None:
            self._reopening = asyncio.ensure_future(self._listen())
            return
        self._switchboard.fired[Fault.REFUSE_CONNECTION] += 1
        for listener in self._listeners():
            listener.refuse()
        if switch.seconds is not None:
            self._reopening = asyncio.ensure_future(self._reopen_after(switch.seconds))

    async def settled(self) -> None:
        """Wait until those listen that are to."""
        if self._obeyed is None and self._reopening is not None:
            await asyncio.wait([self._reopening])

    async def stop(self) -> None:
        self._cancel()
        if self._reopening is not None:
            await asyncio.wait([self._reopening])

    async def _reopen_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._obeyed = None
        self._switchboard.forget(Fault.REFUSE_CONNECTION)
        await self._listen()

    async def _listen(self) -> None:
        for listener in self._listeners():
            await listener.listen()

    def _listeners(self) -> Sequence[Listening]:
        return (self._listener, *self._simulator.listeners())

    def _cancel(self) -> None:
        if self._reopening is not None:
            self._reopening.cancel()


@asynccontextmanager
async def running(simulator: Simulator) -> AsyncIterator[Handle]:
    """Serve the simulator on its two ports until the block is left."""
    app = web.Application(client_max_size=simulator.max_request_bytes)
    app.add_routes(simulator.routes())
    main_listener = Listener(app, simulator.options.port)
    admin_listener = Listener(Admin(simulator).app(), simulator.options.admin_port)
    refusal = _Refusal(simulator, main_listener)
    try:
        await simulator.started()
        await main_listener.open()
        await admin_listener.open()
        simulator.switchboard.on_change = refusal.follow_switches
        simulator.switchboard.obeyed = refusal.settled
        yield Handle(simulator, main_listener.url, admin_listener.url, main_listener.port, admin_listener.port)
    finally:
        simulator.closing.set()
        simulator.switchboard.on_change = lambda: None
        await refusal.stop()
        await main_listener.close()
        await admin_listener.close()
        await simulator.stopped()


def main(simulator_class: type[Simulator], argv: Sequence[str] | None = None) -> None:
    """Run the simulator until SIGTERM or SIGINT; prints one JSON line when it is ready."""
    asyncio.run(_serve(simulator_class, parse_options(simulator_class, argv)))


def parse_options(simulator_class: type[Simulator], argv: Sequence[str] | None = None) -> Options:
    """Options from the command line, the system's own arguments in `extra`."""
    parser = argparse.ArgumentParser(prog=f"python -m dev.simulators.{simulator_class.name}", allow_abbrev=False)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--admin-port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=1, help="of the population and the faults")
    parser.add_argument("--latency-ms", type=float, default=0, help="base latency of every operation")
    parser.add_argument("--today", type=date.fromisoformat, help="pin the day, YYYY-MM-DD")
    parser.add_argument("--now", type=datetime.fromisoformat, help="start the clock at this instant, ISO 8601")
    parser.add_argument("--verbose", action="store_true", help="one line per call on stderr, no personal data")
    simulator_class.add_arguments(parser)
    given = vars(parser.parse_args(argv))
    own = {name: given.pop(name) for name in list(given) if name not in Options.__dataclass_fields__}
    return Options(**given, extra=own)


async def _serve(simulator_class: type[Simulator], options: Options) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(simulator_class(options)) as handle:
        ready = {
            "ready": True,
            "system": simulator_class.name,
            "port": handle.port,
            "admin_port": handle.admin_port,
            **handle.simulator.announced(),
        }
        print(json.dumps(ready), flush=True)
        await stop.wait()
