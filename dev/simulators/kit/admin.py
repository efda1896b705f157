"""The admin port: counters, fault switches, latency and clock, as JSON, apart from the main port."""

import difflib
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from aiohttp import web

from dev.simulators.kit.faults import ANY_OPERATION, Fault, InvalidSwitch, Switch
from dev.simulators.kit.simulator import Simulator

_SWITCH_TYPES: dict[str, tuple[type, ...]] = {
    "fault": (str,),
    "operation": (str,),
    "probability": (int, float),
    "next_calls": (int,),
    "seconds": (int, float),
    "until": (str,),
    "retry_after_s": (int,),
    "bytes": (int,),
    "count": (int,),
    "mode": (str,),
    "charset": (str,),
    "code": (str,),
}
assert set(_SWITCH_TYPES) == {field.name for field in fields(Switch)}
MAX_LATENCY_MS = 60_000


class Refused(Exception):
    """The request to the admin port is wrong; the text says why."""


class Admin:
    """Handlers of the admin port of one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def app(self) -> web.Application:
        """The application to listen with."""
        app = web.Application(middlewares=[_explain])
        app.add_routes(
            [
                web.get("/health", self.health),
                web.get("/calls", self.show_calls),
                web.delete("/calls", self.reset_calls),
                web.get("/faults", self.show_faults),
                web.put("/faults", self.set_faults),
                web.delete("/faults", self.clear_faults),
                web.get("/latency", self.show_latency),
                web.put("/latency", self.set_latency),
                web.get("/clock", self.show_clock),
                web.put("/clock", self.set_clock),
                *self._simulator.admin_routes(),
            ]
        )
        return app

    async def health(self, _request: web.Request) -> web.Response:
        """The system's name, its operations and the faults it can show."""
        simulator = self._simulator
        return web.json_response(
            {
                "system": simulator.name,
                "operations": list(simulator.operation_names()),
                "faults": [fault for fault in Fault if simulator.supports(fault)],
            }
        )

    async def show_calls(self, request: web.Request) -> web.Response:
        """Counts per operation; `?recent=N` adds the last N calls."""
        recent = request.query.get("recent", "0")
        if not recent.isascii() or not recent.isdigit():
            raise Refused("recent must be a whole number")
        return web.json_response(self._simulator.calls.as_json(int(recent)))

    async def reset_calls(self, _request: web.Request) -> web.Response:
        """Set all counts to zero."""
        self._simulator.calls.reset()
        return web.json_response({"total": 0})

    async def show_faults(self, _request: web.Request) -> web.Response:
        """The switches that are on and how often each fault has fired."""
        return web.json_response(self._simulator.switchboard.as_json())

    async def set_faults(self, request: web.Request) -> web.Response:
        """Turn on one switch (an object) or several (a list); all or none."""
        given = await _body(request)
        switches = [self._switch(item) for item in (given if isinstance(given, list) else [given])]
        self._simulator.switchboard.set(*switches)
        return await self.show_faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Turn off all switches, or those of `?fault=` and `?operation=`."""
        _only(request.query, ("fault", "operation"))
        fault = self._fault(request.query["fault"]) if "fault" in request.query else None
        operation = self._operation(request.query["operation"]) if "operation" in request.query else None
        cleared = self._simulator.switchboard.clear(fault, operation)
        # Whoever has cleared them may connect at once.
        await self._simulator.switchboard.obeyed()
        return web.json_response({"cleared": cleared})

    async def show_latency(self, _request: web.Request) -> web.Response:
        """Milliseconds per operation as set; "*" is the base that the system's factors multiply."""
        return web.json_response(self._simulator.latency_ms)

    async def set_latency(self, request: web.Request) -> web.Response:
        """Set milliseconds for "*" or for single operations."""
        given = _mapping(await _body(request))
        for operation, latency_ms in given.items():
            self._operation(operation)
            if isinstance(latency_ms, bool) or not isinstance(latency_ms, int | float):
                raise Refused(f"latency of {operation} must be a number of milliseconds")
            if not 0 <= latency_ms <= MAX_LATENCY_MS:
                raise Refused(f"latency of {operation} must be between 0 and {MAX_LATENCY_MS} ms")
        self._simulator.latency_ms.update(given)
        return await self.show_latency(request)

    async def show_clock(self, _request: web.Request) -> web.Response:
        """The simulator's present day and instant."""
        clock = self._simulator.clock
        return web.json_response({"today": clock.today().isoformat(), "now": clock.now().isoformat()})

    async def set_clock(self, request: web.Request) -> web.Response:
        """Pin `today`, or go on from `now`; an empty object gives the machine's clock back."""
        given = _mapping(await _body(request))
        _only(given, ("today", "now"))
        try:
            today = date.fromisoformat(given["today"]) if "today" in given else None
            now = datetime.fromisoformat(given["now"]) if "now" in given else None
        except (TypeError, ValueError) as error:
            raise Refused(f"not an ISO 8601 date or instant: {error}") from None
        self._simulator.clock.move(today, now)
        return await self.show_clock(request)

    def _switch(self, item: Any) -> Switch:
        given = _mapping(item)
        _only(given, _SWITCH_TYPES)
        if "fault" not in given:
            raise Refused("fault is missing")
        for name, value in given.items():
            if isinstance(value, bool) or not isinstance(value, _SWITCH_TYPES[name]):
                raise Refused(f"{name} must be a {' or '.join(kind.__name__ for kind in _SWITCH_TYPES[name])}")
        given["fault"] = self._fault(given["fault"])
        self._operation(given.get("operation", ANY_OPERATION))
        try:
            if "until" in given:
                given["until"] = datetime.fromisoformat(given["until"])
            return Switch(**given)
        except (InvalidSwitch, ValueError) as error:
            raise Refused(str(error)) from None

    def _fault(self, name: str) -> Fault:
        if name not in set(Fault):
            raise Refused(_unknown("fault", name, list(Fault)))
        fault = Fault(name)
        if not self._simulator.supports(fault):
            raise Refused(f"{self._simulator.name} cannot show {fault}")
        return fault

    def _operation(self, name: str) -> str:
        known = (ANY_OPERATION, *self._simulator.operation_names())
        if name not in known:
            raise Refused(_unknown("operation", name, known))
        return name


@web.middleware
async def _explain(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refusal:
        return web.json_response({"error": str(refusal)}, status=400)


async def _body(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except ValueError:
        raise Refused("the body is not JSON") from None


def _mapping(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Refused("a JSON object is expected")
    return dict(given)


def _only(given: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    for name in given:
        if name not in known:
            raise Refused(_unknown("parameter", name, known))


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"unknown {what}: {name}" + (f", did you mean {near[0]}?" if near else "")
