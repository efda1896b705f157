"""What is kept of following the policy core's journal, and the rule by which accounts are prepared on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.accounts.automatic import Decision, RuleChange
from domain.models import Isn, PolicyNumber

__all__ = ["Feed", "Overtaken", "Rules", "Try"]


class Overtaken(Exception):
    """The journal was followed further already, by somebody else or before."""


@dataclass(frozen=True, slots=True)
class Try:
    """An event is tried for the so-manyth time. ``died``: the try before has not ended, as if by a kill."""

    number: int
    died: bool


class Feed(Protocol):
    """How far the policy core's journal was followed, and what was decided on the way."""

    async def position(self) -> int | None:
        """Return the last event that was seen to; None where the journal was never followed."""
        ...

    async def reach(self, seq: int, following: int | None = None) -> None:
        """Take note that an event is seen to by this transaction, and that the first try of ``following`` begins.

        Raises: ``Overtaken`` if that one was before.
        """
        ...

    async def begin(self, seq: int) -> Try:
        """Count that an event is tried, which is known from when this transaction ends. Raises: ``Overtaken``."""
        ...

    async def broke_off(self, seq: int, *, counts: bool) -> None:
        """Take note that a try has ended and the event is still to be seen to, and whether that counts as a try."""
        ...

    async def decided(self, decision: Decision) -> None:
        """Keep a decision."""
        ...

    async def open_policies(self, clients: Collection[Isn]) -> Mapping[Isn, PolicyNumber]:
        """Return of each client the latest policy over which a decision was left open; of others nothing."""
        ...


class Rules(Protocol):
    """Versions of the rule of automatic accounts: added, and never changed."""

    async def newest(self) -> RuleChange | None:
        """Return the one in force; None where none was ever set."""
        ...

    async def alone(self) -> None:
        """Wait until nobody else sets one; until the block ends, nobody will."""
        ...

    async def add(self, change: RuleChange) -> int:
        """Keep one, in force from when this transaction ends; return the number that it is given."""
        ...

    async def history(self, most: int) -> Sequence[RuleChange]:
        """Return the latest, the newest first."""
        ...
