"""Which faults fire on which call: deterministic from the seed, counted."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from dev.simulators.kit.faults import ANY_OPERATION, Fault, Switch

Row = TypeVar("Row")


class Draw:
    """The faults that fire on one call, with the call's own source of randomness.

    Of two switches of a fault, that of the operation goes before that of all operations.
    """

    __slots__ = ("_random", "_switches")

    def __init__(self, switches: Sequence[Switch] = (), seed: int | str = 0) -> None:
        by_precision = sorted(switches, key=lambda switch: switch.operation != ANY_OPERATION)
        self._switches = {switch.fault: switch for switch in by_precision}
        self._random = random.Random(seed) if switches else None

    def __bool__(self) -> bool:
        return bool(self._switches)

    def has(self, fault: Fault) -> bool:
        """Whether the fault fires on this call."""
        return fault in self._switches

    def get(self, fault: Fault) -> Switch | None:
        """The switch that fires, with its parameters."""
        return self._switches.get(fault)

    def names(self) -> list[str]:
        """The faults that fire, by name."""
        return [fault.value for fault in self._switches]

    def victims(self, fault: Fault, total: int) -> frozenset[int]:
        """Indexes of the rows the fault touches, `count` of them (1 when not said); empty when it does not fire."""
        switch = self._switches.get(fault)
        if switch is None or self._random is None or total == 0:
            return frozenset()
        return frozenset(self._random.sample(range(total), min(switch.rows, total)))

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """The rows as a faulty system returns them: some missing, some twice, in another order."""
        if not self._switches:
            return list(rows)
        missing = self.victims(Fault.MISSING_ROWS, len(rows))
        kept = [row for index, row in enumerate(rows) if index not in missing]
        twice = self.victims(Fault.DUPLICATED_ROWS, len(kept))
        kept = [copy for index, row in enumerate(kept) for copy in [row] * (2 if index in twice else 1)]
        return kept[::-1] if self.has(Fault.REORDERED_ROWS) else kept


NO_FAULTS = Draw()


def rows(items: Sequence[Row], draw: Draw) -> list[Row]:
    """Shorthand for `draw.rows(items)`."""
    return draw.rows(items)


class _Live:
    __slots__ = ("fired", "left", "random", "switch")

    def __init__(self, switch: Switch, seed: int) -> None:
        self.switch = switch
        self.left = switch.next_calls
        self.fired = 0
        self.random = random.Random(f"{seed}:{switch.fault}:{switch.operation}")

    def fires(self) -> bool:
        if self.left is not None:
            if self.left == 0:
                return False
            self.left -= 1
        elif self.switch.probability is not None and self.random.random() >= self.switch.probability:
            return False
        self.fired += 1
        return True


async def nothing() -> None:
    """Wait for nobody: a switchboard alone has nobody who follows it."""


class Switchboard:
    """Turns faults on and off and draws those that fire; a switch without probability or calls fires every time."""

    def __init__(self, seed: int, now: Callable[[], datetime]) -> None:
        self._seed = seed
        self._now = now
        self._live: dict[tuple[Fault, str], _Live] = {}
        self._draws = 0
        self.fired: Counter[Fault] = Counter()
        self.on_change: Callable[[], None] = lambda: None
        self.obeyed: Callable[[], Awaitable[None]] = nothing

    def set(self, *switches: Switch) -> None:
        """Turn faults on; one already on for the same fault and operation is replaced."""
        for switch in switches:
            self._live[switch.fault, switch.operation] = _Live(switch, self._seed)
        self.on_change()

    def clear(self, fault: Fault | None = None, operation: str | None = None) -> int:
        """Turn off the switches of the fault and the operation (all when not said); returns how many."""
        doomed = [
            key
            for key in self._live
            if (fault is None or key[0] is fault) and (operation is None or key[1] == operation)
        ]
        for key in doomed:
            del self._live[key]
        self.on_change()
        return len(doomed)

    def forget(self, fault: Fault) -> None:
        """Turn off a switch that has run out by itself; nobody is told."""
        self._live.pop((fault, ANY_OPERATION), None)

    def get(self, fault: Fault, operation: str = ANY_OPERATION) -> Switch | None:
        """The switch now on for exactly this fault and operation."""
        live = self._live.get((fault, operation))
        return live.switch if live else None

    def draw(self, operation: str) -> Draw:
        """The switches that fire on this call of the operation."""
        if not self._live:
            return NO_FAULTS
        fired = [live.switch for live in list(self._live.values()) if self._applies(live, operation) and live.fires()]
        if not fired:
            return NO_FAULTS
        self._draws += 1
        self.fired.update(switch.fault for switch in fired)
        return Draw(fired, f"{self._seed}:{self._draws}")

    def as_json(self) -> dict[str, Any]:
        """Shape: {"switches": [...], "fired": {fault: times}}; exhausted switches are shown with `left` 0."""
        switches = []
        for live in self._live.values():
            shown = live.switch.as_json() | {"fired": live.fired}
            if live.left is not None:
                shown["left"] = live.left
            switches.append(shown)
        return {"switches": switches, "fired": dict(self.fired)}

    def _applies(self, live: _Live, operation: str) -> bool:
        switch = live.switch
        if switch.operation not in (ANY_OPERATION, operation) or switch.fault is Fault.REFUSE_CONNECTION:
            return False
        return switch.until is None or self._now() < switch.until
