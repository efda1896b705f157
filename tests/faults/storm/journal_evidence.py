"""What the policy core's journal told in a storm, and what was made of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Decision", "Event", "Letter"]


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the journal: a policy changed, or is new."""

    seq: int
    policy: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gateway's table has of an event: whether its client is to have an account, or why not."""

    seq: int
    client: int | None
    policy: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to somebody who has no account: of these there is but the one with the link to it."""

    client: int
