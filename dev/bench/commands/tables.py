"""What was measured of commands, as tables, and what is held against a goal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from dev.bench.commands.backlogs import Backlog
from dev.bench.commands.paying import Phase
from dev.bench.spread import Spread, percentile
from dev.bench.table import Goal, Table

__all__ = ["behind", "compared"]

Rounds: TypeAlias = Sequence[tuple[Phase, Phase]]
"""A phase of each round, and the phase of the same round while nothing waited: the same one, if nothing does."""
Columns: TypeAlias = Mapping[str, Callable[[Rounds], str]]
"""What stands in each column, by its header."""

GOAL: Final = 3.0


def spread(value: Callable[[Phase], float], places: int) -> Callable[[Rounds], str]:
    """Tell a value of each round."""
    return lambda rounds: Spread.of([value(phase) for phase, _ in rounds]).text(places)


def to_none(value: Callable[[Phase], float]) -> Callable[[Rounds], str]:
    """Tell the ratio to nothing waiting within each round; nothing of nothing waiting itself."""
    return lambda rounds: ratios(value, rounds).text(2) if waiting(rounds) else ""


def pooled(values: Callable[[Phase], Sequence[float]], percent: float) -> Callable[[Rounds], str]:
    """Tell a percentile over all rounds: each by itself has too few for a p99."""
    return lambda rounds: f"{percentile([each for phase, _ in rounds for each in values(phase)], percent):.0f}"


def most(value: Callable[[Phase], float]) -> Callable[[Rounds], str]:
    """Tell the most of all rounds."""
    return lambda rounds: f"{max(value(phase) for phase, _ in rounds):.2f}"


def ratios(value: Callable[[Phase], float], rounds: Rounds) -> Spread:
    """Return the ratios to nothing waiting within each round."""
    return Spread.of([value(phase) / value(alone) for phase, alone in rounds])


def waiting(rounds: Rounds) -> int:
    """Return how many wait for another system."""
    return rounds[0][0].waiting


def median_ms(phase: Phase) -> float:
    """Return the median from accepted to done."""
    return Spread.of(phase.took_ms).median


WAITING: Final[Columns] = {"waiting for another system": lambda rounds: f"{waiting(rounds):,}"}
THROUGHPUT: Final[Columns] = {
    **WAITING,
    "payments begun/s": spread(lambda phase: phase.first.rate, 0),
    "commands done/s": spread(lambda phase: phase.done_rate, 0),
    "to none": to_none(lambda phase: phase.done_rate),
    "gateway CPU, ms for one begun": spread(lambda phase: phase.first.gateway_ms, 1),
    "worker CPU, ms for one command": spread(lambda phase: phase.worker_ms, 1),
}
TIMES: Final[Columns] = {
    **WAITING,
    "accepted to done, p50, ms": spread(median_ms, 0),
    "to none": to_none(median_ms),
    "p99, ms": pooled(lambda phase: phase.took_ms, 99),
    "answered, p50, ms": pooled(lambda phase: phase.answered_ms, 50),
    "answered, p99, ms": pooled(lambda phase: phase.answered_ms, 99),
    "payments": lambda rounds: str(sum(len(phase.took_ms) for phase, _ in rounds)),
}
AGAIN: Final[Columns] = {
    **WAITING,
    "repeated keys/s": spread(lambda phase: phase.again.rate, 0),
    "gateway CPU, ms for one": spread(lambda phase: phase.again.gateway_ms, 1),
    "to the first time": spread(lambda phase: phase.again.gateway_ms / phase.first.gateway_ms, 2),
    "calls of systems for one": most(lambda phase: phase.again.calls),
    "calls, the first time": most(lambda phase: phase.first.calls),
}


def compared(phases: Sequence[Phase]) -> tuple[list[Table], list[Goal]]:
    """Hold the phases beside others that wait against those beside none, each against that of its round."""
    alone, crowded = sides(phases)
    tables = [
        Table(tuple(columns), [tuple(cell(rounds) for cell in columns.values()) for rounds in (alone, crowded)])
        for columns in (THROUGHPUT, TIMES, AGAIN)
    ]
    ratio, calls = ratios(median_ms, crowded).median, max(each.again.calls for each in phases)
    what = f"median from accepted to done with {waiting(crowded):,} waiting for another system, to none"
    goals = [
        Goal(what, f"at most {GOAL:g}", f"{ratio:.2f}", ratio <= GOAL),
        Goal("calls of systems for a key whose wish was granted before", "exactly 0", f"{calls:g}", calls == 0),
    ]
    return tables, goals


def sides(phases: Sequence[Phase]) -> tuple[Rounds, Rounds]:
    """Put the phases together by round: those beside nothing, and those beside others."""
    alone = [each for each in phases if not each.waiting]
    crowded = [each for each in phases if each.waiting]
    return list(zip(alone, alone, strict=True)), list(zip(crowded, alone, strict=True))


def behind(backlogs: Sequence[Backlog]) -> Table:
    """Put down how fast backlogs were done."""
    table = Table(("all at once", "workers", "commands/s", "for one, ms of processor", "one behind them, s"))
    for each in backlogs:
        reckoned = f"about {each.commands / each.rate:.0f}, reckoned"
        table.rows.append(
            (
                f"{each.commands:,}",
                str(each.workers),
                f"{each.rate:.0f}",
                f"{each.cpu_ms:.1f}",
                reckoned if each.behind_s is None else f"{each.behind_s:.1f}",
            )
        )
    return table
