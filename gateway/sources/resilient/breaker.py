"""A circuit breaker: stops calls that will fail anyway, and lets a few through to see whether that has changed.

::

    CLOSED ─── too many failed, slow or hung ─▶ OPEN
      ▲                                       │  ▲
      │ as many probes succeeded         after│  │ one probe failed
      │                                 open_s▼  │ or was slow
      └──────────────────────────────────── HALF_OPEN
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from enum import Enum, StrEnum

from domain.clock import Clock
from gateway.settings.resilience import BreakerSettings

__all__ = ["CircuitBreaker", "State", "Verdict"]


class State(StrEnum):
    """Whether calls pass: all, none, or a few at a time."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Verdict(Enum):
    """What one call says about the system. A call that says nothing has none."""

    OK = "ok"
    SLOW = "slow"
    FAILED = "failed"
    HUNG = "hung"
    """Failed without a sign of life, though there was time for one."""


class Window:
    """The latest verdicts, at most so many and none older than so long."""

    def __init__(self, calls: int, seconds: float) -> None:
        self._seconds = seconds
        self._calls = calls
        self._verdicts: deque[tuple[float, Verdict]] = deque()
        self._counts: Counter[Verdict] = Counter()

    def add(self, now_s: float, verdict: Verdict) -> None:
        """Take a verdict in and let the old ones go."""
        self._verdicts.append((now_s, verdict))
        self._counts[verdict] += 1
        while len(self._verdicts) > self._calls or self._verdicts[0][0] <= now_s - self._seconds:
            self._counts[self._verdicts.popleft()[1]] -= 1

    def __len__(self) -> int:
        return len(self._verdicts)

    def share(self, *verdicts: Verdict) -> float:
        """Return how much of the window is these verdicts; the window must not be empty."""
        return sum(self._counts[each] for each in verdicts) / len(self._verdicts)


class Silence:
    """How many callers hung since the last sign of life. One call counts for ``most`` of them at the most."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._hung: deque[tuple[float, int]] = deque()

    def add(self, now_s: float, verdict: Verdict, callers: int) -> None:
        """Take a verdict in; any other than a hang ends the silence."""
        if verdict is not Verdict.HUNG:
            self._hung.clear()
            return
        self._hung.append((now_s, min(callers, self._most)))
        while self._hung[0][0] <= now_s - self._seconds:
            self._hung.popleft()

    @property
    def callers(self) -> int:
        """Callers who waited in vain, none of them longer ago than so many seconds."""
        return sum(callers for _, callers in self._hung)


class CircuitBreaker:
    """The state of one operation. Never waits and never asks; time comes from the clock alone.

    Each admission must be settled exactly once. ``changed`` is told of every new state.
    """

    def __init__(self, settings: BreakerSettings, clock: Clock, changed: Callable[[State], None]) -> None:
        self._settings = settings
        self._clock = clock
        self._changed = changed
        self._state = State.CLOSED
        self._era = 0
        self._opened_at_s = 0.0
        self._probed_at_s = 0.0
        self._taken = 0
        self._succeeded = 0
        self._forget()

    @property
    def state(self) -> State:
        """The state now: an open breaker whose time is over is half open, though nothing has happened to it yet."""
        if self._state is State.OPEN and self._clock.monotonic() >= self._opened_at_s + self._settings.open_s:
            return State.HALF_OPEN
        return self._state

    @property
    def refuses(self) -> bool:
        """Whether ``admit`` would refuse now."""
        state = self.state
        if state is not State.HALF_OPEN:
            return state is State.OPEN
        # A probe may be a file of minutes: for so long it must not keep everybody out.
        is_recent = self._clock.monotonic() < self._probed_at_s + self._settings.open_s
        return self._state is State.HALF_OPEN and self._taken >= self._settings.probes and is_recent

    @property
    def retry_after_s(self) -> float | None:
        """Seconds until probes are let through; None when that is not known."""
        if self.state is not State.OPEN:
            return None
        return self._opened_at_s + self._settings.open_s - self._clock.monotonic()

    def admit(self) -> int | None:
        """Let a call through and return what ``settle`` wants back, or None: the call must not be made."""
        if self.refuses:
            return None
        if self._state is State.OPEN:
            self._enter(State.HALF_OPEN)
        if self._state is State.HALF_OPEN:
            self._taken += 1
            self._probed_at_s = self._clock.monotonic()
        return self._era

    def is_of_now(self, admission: int) -> bool:
        """Whether a call was admitted since the last change of state; one that was not tells of another time."""
        return admission == self._era

    def settle(self, admission: int, verdict: Verdict | None, callers: int = 1) -> None:
        """Learn what became of a call that was admitted, and made for so many callers."""
        if not self.is_of_now(admission):
            return
        if self._state is State.HALF_OPEN:
            self._probed(verdict)
        elif verdict is not None:
            now_s = self._clock.monotonic()
            self._window.add(now_s, verdict)
            self._silence.add(now_s, verdict, callers)
            # A call that went well must never be what opens, though it may complete the least number of calls.
            if verdict is not Verdict.OK and self._is_bad:
                self._open()

    def _probed(self, verdict: Verdict | None) -> None:
        match verdict:
            case None:
                self._taken -= 1
            case Verdict.OK:
                self._succeeded += 1
                if self._succeeded == self._settings.probes:
                    self._enter(State.CLOSED)
            case _:
                self._open()

    @property
    def _is_bad(self) -> bool:
        if self._silence.callers >= self._settings.minimum_calls:
            return True
        if len(self._window) < self._settings.minimum_calls:
            return False
        return (
            self._window.share(Verdict.FAILED, Verdict.HUNG) >= self._settings.failure_share
            or self._window.share(Verdict.SLOW) >= self._settings.slow_share
        )

    def _open(self) -> None:
        self._opened_at_s = self._clock.monotonic()
        self._enter(State.OPEN)

    def _enter(self, state: State) -> None:
        self._state = state
        self._era += 1
        self._taken = self._succeeded = 0
        self._forget()
        self._changed(state)

    def _forget(self) -> None:
        settings = self._settings
        self._window = Window(settings.window_calls, settings.window_s)
        # However many wait for it, one call is one call: it takes two to tell a system from a question.
        self._silence = Silence(max(1, settings.minimum_calls // 2), settings.window_s)
