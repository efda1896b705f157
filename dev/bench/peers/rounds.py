"""Peers that take turns, and what those come to: ratios of one round, so that a noisy machine disturbs both alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dev.bench.spread import Spread
from dev.bench.table import Goal, Table

__all__ = ["Bar", "Turn", "goals", "pace", "ratios", "turns"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turn:
    """One peer's turn of a round. Units: ``rate`` answers a second, ``cpu_ms`` an answer's processor time."""

    rate: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Bar:
    """``ours`` must do at least ``least`` times what ``peer`` does."""

    peer: str
    least: float


def turns(peers: Sequence[T], rounds: int) -> Iterator[T]:
    """Yield the peers round by round; who goes first changes every time."""
    for number in range(rounds):
        first = number % len(peers)
        yield from (*peers[first:], *peers[:first])


def ratios(ours: Sequence[Turn], theirs: Sequence[Turn]) -> tuple[Spread, Spread]:
    """Return how many times as much as the peer we do, a second and a second of processor time, round by round."""
    pairs = list(zip(ours, theirs, strict=True))
    by_time = Spread.of([mine.rate / other.rate for mine, other in pairs])
    by_processor = Spread.of([other.cpu_ms / mine.cpu_ms for mine, other in pairs])
    return by_time, by_processor


def pace(what: str, found: Mapping[str, Sequence[Turn]], ours: str) -> Table:
    """Tell how fast each peer was, and how many times as fast we are."""
    table = Table((what, "answers/s", "CPU, ms for one", "ours to it, by time", "ours to it, by CPU"))
    for name, mine in found.items():
        by_time, by_processor = ratios(found[ours], mine)
        compared = ("", "") if name == ours else (by_time.text(2), by_processor.text(2))
        rate, cpu = Spread.of([each.rate for each in mine]), Spread.of([each.cpu_ms for each in mine])
        table.rows.append((name, rate.text(0), cpu.text(3), *compared))
    return table


def goals(
    what: str,
    found: Mapping[str, Sequence[Turn]],
    ours: str,
    bars: Sequence[Bar],
    *,
    by_processor_alone: bool = False,
) -> list[Goal]:
    """Hold the medians against the bars, by time and by processor time unless only the latter is asked for."""
    held = []
    for bar in bars:
        by_time, by_processor = (each.median for each in ratios(found[ours], found[bar.peer]))
        told = (
            f"{by_processor:.2f} by CPU" if by_processor_alone else f"{by_time:.2f} by time, {by_processor:.2f} by CPU"
        )
        met = by_processor >= bar.least and (by_processor_alone or by_time >= bar.least)
        held.append(Goal(f"{what}, to {bar.peer}", f"at least {bar.least:g} times", told, met))
    return held
