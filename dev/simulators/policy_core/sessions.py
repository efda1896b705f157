"""Sessions: opened by Login, good for twenty minutes; contract, section 2."""

import secrets
from collections.abc import Callable

from dev.simulators.policy_core.soap import Failure


class Sessions:
    """Sessions of one user. Units: `life_s` and the clock in seconds."""

    def __init__(self, user: str, password: str, life_s: float, clock: Callable[[], float]) -> None:
        self._credentials = (user, password)
        self.life_s = life_s
        self._clock = clock
        self._open: dict[str, float] = {}

    def open(self, user: str, password: str) -> str:
        """A new session's id. Raises: Failure for wrong credentials."""
        if (user, password) != self._credentials:
            raise Failure(101)
        now = self._clock()
        self._open = {key: end for key, end in self._open.items() if end > now}
        session_id = secrets.token_hex(16)
        self._open[session_id] = now + self.life_s
        return session_id

    def check(self, session_id: str) -> None:
        """Raises: Failure unless the session lives."""
        if self._open.get(session_id, 0) <= self._clock():
            raise Failure(100)

    def expire(self, session_id: str) -> None:
        """End a session before its time."""
        self._open.pop(session_id, None)
